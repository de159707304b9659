"""Records of calls that are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from console.api.operation import Asked, operation
from console.permissions import Permission
from console.refusals import Refusal
from routing.company import Language
from routing.ended_call import EndedCall, WholeCall
from store.call_records import Wanted

_MOST = 500


class Records(msgspec.Struct, frozen=True):
    """The newest first. `next`: ask with `after` this for those before; empty when there are none."""

    records: tuple[EndedCall, ...]
    next: str = ""


_INSTANT: Mapping[Language, str] = {
    "fr": "il faut une date et heure ISO 8601 avec son décalage, 2026-12-25T10:00:00+01:00 (dans une adresse, + s'écrit %2B)",
    "en": "an ISO 8601 instant with its offset is wanted, 2026-12-25T10:00:00+01:00 (in an address, + is written %2B)",
}
_LIMIT: Mapping[Language, str] = {
    "fr": f"il faut un nombre de 1 à {_MOST}", "en": f"a number from 1 to {_MOST} is wanted",
}  # fmt: skip
_QUERY = (
    ("since", "only calls that began at this instant or later (ISO 8601 with its offset)"),
    ("until", "only calls that began before this instant"),
    ("caller", "only calls of this number or extension"),
    ("entry", "only calls that began here: number.<id> or extension.<extension>"),
    ("agent", "only calls for which a phone of this extension rang"),
    ("disposition", "only calls that came to this: answered, voicemail, abandoned, busy, no_answer, declined, completed, lost, not_placed"),
    ("limit", f"how many at most, 1 to {_MOST}; 100 unless said"),
    ("after", "only those after this one in the list: `next` of the answer before"),
)  # fmt: skip


@operation(
    "GET", "/companies/{company}/records", answers=Records, permission=Permission.SEE_RECORDS,
    query=_QUERY, refusals=("bad_question",),
)  # fmt: skip
def list_records(asked: Asked, company: str) -> Records | Refusal:
    """Calls that are over, the newest first."""
    if company not in asked.doors.board.companies():
        return Refusal("unknown_company", {"company": company})
    wanted = _wanted(asked, company)
    if isinstance(wanted, Refusal):
        return wanted
    found = asked.doors.offload(asked.doors.records.list, wanted)
    return Records(tuple(found), found[-1].call if len(found) == wanted.most else "")


@operation(
    "GET", "/companies/{company}/records/{call}", answers=WholeCall, permission=Permission.SEE_RECORDS,
    refusals=("unknown_record",),
)  # fmt: skip
def read_record(asked: Asked, company: str, call: str) -> WholeCall | Refusal:
    """One call that is over, with its whole path; each of its segments is a record that `relais replay` takes."""
    found = asked.doors.offload(asked.doors.records.load, company, call)
    return Refusal("unknown_record", {"call": call}) if found is None else found


def _wanted(asked: Asked, company: str) -> Wanted | Refusal:
    given = asked.request.args
    spell = spell_of(asked)
    if isinstance(spell, Refusal):
        return spell
    (since, until), limit = spell, given.get("limit") or "100"
    most = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 10 else 0
    if not 1 <= most <= _MOST:
        return _bad(asked, f"limit={limit[:40]}", _LIMIT)
    texts = {name: given.get(name, "") for name in ("caller", "entry", "agent", "disposition", "after")}
    return Wanted(company=company, since=since, until=until, most=most, **texts)


def spell_of(asked: Asked) -> tuple[float | None, float | None] | Refusal:
    """`since` and `until` of a question in Unix seconds, None where it names none; refused when one is no instant."""
    found: list[float | None] = []
    for name in ("since", "until"):
        text = asked.request.args.get(name, "")
        at = _instant(text) if text else None
        if text and at is None:
            return _bad(asked, f"{name}={text[:40]}", _INSTANT)
        found.append(at)
    return found[0], found[1]


def _instant(text: str) -> float | None:
    """None for what is no instant, or has no offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else found.timestamp()


def _bad(asked: Asked, what: str, wanted: Mapping[Language, str]) -> Refusal:
    return Refusal(
        "bad_question",
        {"why": f"{what} ; {wanted['fr']}" if asked.language == "fr" else f"{what}; {wanted['en']}"},
    )


OPERATIONS = (list_records, read_record)
