"""Who you are here."""

from __future__ import annotations

from typing import Literal

import msgspec

from console.admission import Asker
from console.api.operation import Asked, operation
from console.board import AgentRow
from console.permissions import Permission, may
from console.refusals import Refusal
from store.accounts import Account, AccountLanguage, Role


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Yourself. `company` empty: every company; `language` empty: as your browser asks; `extension`: your own of the company, empty
    when your account is tied to none."""

    name: str
    kind: Literal["account", "token"]
    role: Role
    company: str
    language: AccountLanguage
    extension: str
    permissions: tuple[Permission, ...]

    @classmethod
    def of_account(cls, account: Account) -> Me:
        """Somebody who has just signed in."""
        return cls.of(Asker(**msgspec.structs.asdict(account), kind="account"))

    @classmethod
    def of(cls, asker: Asker) -> Me:
        """Whoever asks."""
        allowed = tuple(each for each in Permission if may(asker.role, each))
        return cls(**msgspec.structs.asdict(asker), permissions=allowed)


class MyLanguage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The language of pages and messages."""

    language: Literal["fr", "en"]


@operation("GET", "/me", answers=Me)
def read_me(asked: Asked) -> Me:
    """Who you are, and what you may do."""
    return Me.of(asked.asker)


@operation(
    "GET", "/me/agent", answers=AgentRow, permission=Permission.SET_INTENT, refusals=("no_extension", "unknown_agent")
)  # fmt: skip
def read_own_agent(asked: Asked) -> AgentRow | Refusal:
    """What you are as an agent: the user that your account is tied to."""
    asker = asked.asker
    if not asker.extension:
        return Refusal("no_extension")
    board = asked.doors.board.read(asker.company)
    found = board.agents.get(asker.extension) if board is not None else None
    return Refusal("unknown_agent", {"extension": asker.extension}) if found is None else found


@operation("PATCH", "/me", answers=Me, body=MyLanguage, refusals=("people_only",))
def change_me(asked: Asked) -> Me | Refusal:
    """Another language for your account."""
    if asked.asker.kind != "account":
        return Refusal("people_only")
    wanted = asked.body.language
    asked.doors.offload(asked.doors.accounts.set_language, asked.asker.name, wanted)
    return Me.of(msgspec.structs.replace(asked.asker, language=wanted))


OPERATIONS = (read_me, read_own_agent, change_me)
