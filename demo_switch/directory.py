"""Users of the directory: asked of the web servers first, then read from the mirror file (contract 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from demo_switch.known_variables import wrong
from demo_switch.lookups import Lookups
from demo_switch.refusals import Refusals
from demo_switch.xml_text import parse, section


@dataclass(frozen=True)
class User:
    """Params and variables merged user before group before domain (freeswitch-facts 2.2)."""

    id: str
    domain: str
    params: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def password_matches(self, password: str) -> bool:
        """Judged as a digest would be: against `a1-hash`, else the clear `password`; empty never matches."""
        digest = hashlib.md5(
            f"{self.id}:{self.domain}:{password}".encode(), usedforsecurity=False
        ).hexdigest()
        if self.params.get("a1-hash"):
            return digest == self.params["a1-hash"]
        return bool(password) and password == self.params.get("password")

    @property
    def may_register(self) -> bool:
        """False for voicemail boxes."""
        secret = self.params.get("a1-hash") or self.params.get("password")
        return bool(secret) and self.params.get("sip-forbid-register") != "true"


class Directory:
    """`mirror` is the file a last binding reads at each lookup; empty for none."""

    def __init__(self, lookups: Lookups, refusals: Refusals, mirror: str) -> None:
        self._lookups, self._refusals, self._mirror = lookups, refusals, mirror

    def find(self, user: str, domain: str, fields: Mapping[str, str]) -> User | None:
        """One user; a server that knows the domain and not the user is believed."""
        asked = dict(fields) | {"key": "id", "user": user, "domain": domain}
        found = _domain(self._lookups.directory(domain, asked), domain)
        if found is None:
            found = _domain(self._mirrored(), domain)
        if found is None:
            return None
        return next((self._checked(each) for each in users_of(found) if each.id == user), None)

    def _checked(self, user: User) -> User:
        """A variable that nobody knows is counted."""
        for name, value in user.variables.items():
            problem = wrong(name, value)
            if problem:
                self._refusals.add("bad_variable", f"of {user.id}: {problem}")
        return user

    def mirrored_users(self) -> list[User]:
        """Everybody in the mirror."""
        found = self._mirrored()
        domains = found.findall("domain") if found is not None else []
        return [user for domain in domains for user in users_of(domain)]

    def _mirrored(self) -> etree._Element | None:
        path = Path(self._mirror)
        if not self._mirror or not path.is_file():
            return None
        root = parse(path.read_text(), self._refusals)
        return section(root, "directory") if root is not None else None


def _domain(found: etree._Element | None, name: str) -> etree._Element | None:
    if found is None:
        return None
    return next((each for each in found.findall("domain") if each.get("name") == name), None)


def users_of(domain: etree._Element) -> Iterator[User]:
    """Every user of a domain element, merged with its groups and the domain."""
    name = str(domain.get("name"))
    for group in domain.findall("groups/group"):
        for user in group.findall("users/user"):
            yield _user(name, (domain, group, user))
    for user in (*domain.findall("users/user"), *domain.findall("user")):
        yield _user(name, (domain, user))


def _user(domain: str, layers: tuple[etree._Element, ...]) -> User:
    params: dict[str, str] = {}
    variables: dict[str, str] = {}
    for layer in layers:
        params |= {str(p.get("name")): str(p.get("value")) for p in layer.findall("params/param")}
        variables |= {str(v.get("name")): str(v.get("value")) for v in layer.findall("variables/variable")}
    return User(str(layers[-1].get("id")), domain, params, variables)
