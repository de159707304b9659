"""Digit actions of a channel (`bind_digit_action`): a machine fed before the channel's own queue.

While a realm is in force every digit goes to it and none reaches the queue (freeswitch-facts 5.3). A binding
fires at once when no longer one begins with the same digits; ambiguous bindings are not in our answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Binding:
    """`action` is `exec:app`, `exec[i]:app` or `api:command`; `target` whose leg it runs on."""

    digits: str
    action: str
    argument: str = ""
    target: str = "self"


@dataclass
class DigitMachine:
    """Bindings by realm; `realm` is the one in force, empty when none is."""

    realms: dict[str, list[Binding]] = field(default_factory=dict)
    realm: str = ""
    pending: str = ""

    @property
    def active(self) -> bool:
        """True when digits are fed here."""
        return bool(self.realms.get(self.realm))

    def bind(self, realm: str, binding: Binding) -> None:
        """Add; the first realm bound comes into force."""
        bindings = [old for old in self.realms.get(realm, []) if old.digits != binding.digits]
        self.realms[realm] = [*bindings, binding]
        self.realm = self.realm or realm

    def clear(self, realm: str) -> None:
        """Forget a realm, or `all`."""
        if realm == "all":
            self.realms.clear()
        self.realms.pop(realm, None)
        if self.realm not in self.realms:
            self.realm = ""
        self.pending = ""

    def feed(self, digit: str) -> Binding | str | None:
        """A binding that matched, digits that match none, or None while more may come."""
        self.pending += digit
        bindings = self.realms.get(self.realm, [])
        exact = [b for b in bindings if b.digits == self.pending]
        longer = [b for b in bindings if b.digits.startswith(self.pending) and b.digits != self.pending]
        if longer:
            return None
        typed, self.pending = self.pending, ""
        return exact[0] if exact else typed
