"""What happens in a scenario beside its calls: people, phones, saved changes, faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from routing.agents import Intent
from routing.company import CompanyDocument
from routing.what_if_plan import Connected, Declared, HandAct, Held, Joined, Lifted, Opted, Sent, Supervised
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from schemas.problems import Problem

Process = Literal["controller", "dialplan", "worker", "redis"]


class Publishes(msgspec.Struct, frozen=True):
    """A changed company is published as a new revision, `at` seconds into the play."""

    at: float
    document: CompanyDocument


class Kills(msgspec.Struct, frozen=True):
    """SIGKILL: to the controller, every dialplan worker (`dialplan`), one of them (`worker`), or Redis."""

    at: float
    process: Process


Event = Declared | Connected | Opted | Publishes | Kills | HandAct | Lifted | Supervised


def patched(document: CompanyDocument, patch: Mapping[str, Any]) -> CompanyDocument | list[Problem]:
    """The document after a change; else everything that is wrong with it."""
    return load_company(merged(plain_company(document), patch))


def declared(written: Mapping[str, Any], at: float, since: float) -> Declared:
    """An agent's own word (`agent`, `is`), or a supervisor's (`supervisor`, `sets`, `is`); `since` in Unix seconds."""
    supervisor = written.get("supervisor", "")
    source = f"supervisor {supervisor}" if supervisor else "agent"
    facts = {"kind": written["is"], "reason": written.get("reason", ""), "source": source, "since": since}
    return Declared(at, written.get("sets") or written["agent"], msgspec.convert(facts, Intent))


def plain_event(
    written: Mapping[str, Any], at: float, owners: Mapping[str, str]
) -> Connected | Opted | Kills | HandAct | Lifted | Supervised:
    """A phone's event, or a fault; `owners` by device."""
    match written:
        case {"registers": str(device)}:
            return Connected(at, owners.get(device, ""), device, registered=True)
        case {"unregisters": str(device)}:
            return Connected(at, owners.get(device, ""), device, registered=False)
        case {"opts_out": str(extension), "queue": str(queue)}:
            return Opted(at, extension, queue, into=False)
        case {"opts_in": str(extension), "queue": str(queue)}:
            return Opted(at, extension, queue, into=True)
        case {"lifts": str(extension)}:
            return Lifted(at, extension)
        case {"supervisor": str(extension), "does": str()}:
            known = {
                "supervisor": extension,
                "does": written["does"],
                "call": written.get("call", ""),
                "at": at,
            }
            return msgspec.convert(known, Supervised)
        case {"holds": str(device)}:
            return Held(at, device, on=True)
        case {"resumes": str(device)}:
            return Held(at, device, on=False)
        case {"transfers": str(device), "to": str(to)}:
            return Sent(at, device, to)
        case {"joins": str(device)}:
            return Joined(at, device)
        case _:
            return Kills(at, written["kill"])
