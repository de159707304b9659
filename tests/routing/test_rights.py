"""Who may change what (catalogue 3.5): each row a change, who makes it, and the refusals; T24, T71, T113, T133."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from routing.changes import changes
from routing.company import CompanyDocument
from routing.refusal_sentences import SENTENCES, refusal_text
from routing.resolution import Level
from routing.rights import OWNER, Code, Person, forbidden_values, may_change, person_of, refusals
from tests.routing.levels import account, boreal, for_users, group, lock, seconds, site, user

INES = Person(role="admin", permissions=("auto_receptionist",))
ADMIN = Person(role="admin")
MTL_ADMIN = Person(role="site_admin", site="MTL")
MTL_RECEPTION = Person(role="site_admin", site="MTL", permissions=("auto_receptionist",))
RECEPTION = Person(role="user", extension="1000", permissions=("auto_receptionist",))
MARC = Person(role="user", extension="1002", site="MTL")
PAUL = Person(role="supervisor", extension="1010", site="MTL")
EXTENSION = {"action": "extension", "extension": "1006"}
MESSAGE = {"action": "announce", "prompt": "P-OCCUPE"}
HOURS = {"openings": [{"days": ["mon"], "start": "08:00", "end": "17:00"}]}

ROLES: dict[str, tuple[Person, dict[str, Any], list[tuple[str, str]]]] = {
    "T24: an administrator without the permission": (
        ADMIN, {"handlings": {"main": {"rules": []}}}, [("permission_auto_receptionist", "handlings.main.rules")]),
    "an administrator with it": (INES, {"handlings": {"main": {"rules": []}}}, []),
    "the holder of the permission": (RECEPTION, {"handlings": {"main": {"schedule": HOURS}}}, []),
    "the permission is for no more": (
        RECEPTION, {"queues": {"Q-SUP": {"wrap_up": 0}}}, [("not_permitted", "queues.Q-SUP.wrap_up")]),
    "the company's operator": (
        ADMIN, account(operator=EXTENSION), [("permission_auto_receptionist", "account.operator")]),
    "a site's administrator, a handling of his site": (MTL_RECEPTION, {"handlings": {"sales": {"schedule": HOURS}}}, []),
    "a site's administrator, another site's handling": (
        MTL_RECEPTION, {"handlings": {"lyon": {"schedule": HOURS}}}, [("other_site", "handlings.lyon.schedule")]),
    "a site's administrator, his site": (MTL_ADMIN, site(languages=["en"]), []),
    "a site's administrator, another": (
        MTL_ADMIN, site("LYON", languages=["en"]), [("other_site", "sites.LYON.languages")]),
    "a site's administrator, a user of his": (MTL_ADMIN, user("1004", **seconds(20)), []),
    "a site's administrator, a licence": (
        MTL_ADMIN, user("1004", licensed=False), [("not_permitted", "users.1004.licensed")]),
    "a site's administrator makes a user of his site": (MTL_ADMIN, user("1020", name="New", site="MTL"), []),
    "a site's administrator makes a user of another": (
        MTL_ADMIN, user("1020", name="New", site="LYON"), [("other_site", "users.1020")]),
    "a site's administrator, the account": (
        MTL_ADMIN, account(trunk_channels=3), [("not_permitted", "account.trunk_channels")]),
    "an administrator, anything else": (ADMIN, account(trunk_channels=3), []),
    "a user, his calls": (MARC, user("1002", **seconds(20), schedule={"enabled": False}, hold_music="M-BOREALIS"), []),
    "a user, when he is busy": (MARC, user("1002", ring_on_break=True, busy_in_wrap_up=True), []),
    "a user, somebody else's": (MARC, user("1004", **seconds(20)), [("not_yours", "users.1004.open.ring.seconds")]),
    "a user, his name": (MARC, user("1002", name="Marc"), [("not_permitted", "users.1002.name")]),
    "a user, his role": (MARC, user("1002", role="admin"), [("not_permitted", "users.1002.role")]),
    "a user, the label of his phone": (MARC, user("1002", devices={"1002a": {"label": "Bureau"}}), []),
    "a user, another phone": (
        MARC, user("1002", devices={"1002c": {}}), [("not_permitted", "users.1002.devices.1002c.kind")]),
    "a user, the greeting of his box": (
        Person(role="user", extension="1001"), {"boxes": {"1001": {"greeting": "P-OCCUPE"}}}, []),
    "T71: a user uploads music": (
        MARC, {"music": {"M-MARC": {"kind": "custom", "files": ["m.wav"]}}}, [("upload_not_permitted", "music.M-MARC")]),
    "a supervisor, a team": (
        PAUL, {"teams": {"T-VEN": {"members": ["1004"]}}}, [("not_permitted", "teams.T-VEN.members")]),
    "whoever runs the installation": (OWNER, {"handlings": {"main": {"rules": []}}}, []),
}  # fmt: skip


def told(before: CompanyDocument, after: CompanyDocument, person: Person) -> list[tuple[str, str]]:
    return [(refusal.code, refusal.path) for refusal in refusals(before, after, person)]


@pytest.mark.parametrize("case", ROLES)
def test_given_a_person_then_his_change_is_accepted_or_refused(case: str) -> None:
    person, change, expected = ROLES[case]
    got = told(boreal(), boreal(change), person)
    assert got[: len(expected)] == expected
    assert bool(got) == bool(expected)


CLAIRE = person_of(boreal(), "1001")
OTHER = {"country": "CA", "number": "+14385550177"}
CONTACT = {"action": "contact", "contact": "garage-nord"}
PADLOCKS: dict[str, dict[str, Any]] = {
    "external numbers": lock("users.external_numbers"),
    "voicemail": lock("users.*.unanswered", "voicemail"),
    "operator": lock("users.*.unanswered.operator"),
    "check voicemail": lock("users.*.unanswered.check_voicemail"),
    "message and hang up": lock("users.*.unanswered", "announce"),
    "other extension": lock("users.*.unanswered", "extension"),
    "external contacts": lock("users.*.unanswered", "contact"),
}
"""The seven of Z48; an edit of each follows, and of what stays open."""
EDITS: dict[str, dict[str, Any]] = {
    "external numbers": {"external_numbers": {"other": OTHER}},
    "voicemail": {"closed": {"unanswered": {"action": "voicemail", "greeting": "P-OCCUPE"}}},
    "operator": {
        "closed": {"unanswered": {"action": "voicemail", "operator": True, "operator_target": EXTENSION}}
    },
    "check voicemail": {"closed": {"unanswered": {"action": "voicemail", "check_voicemail": True}}},
    "message and hang up": {"closed": {"unanswered": MESSAGE}},
    "other extension": {"closed": {"unanswered": EXTENSION}},
    "external contacts": {"closed": {"unanswered": CONTACT}},
    "hang up": {"closed": {"unanswered": {"action": "hangup"}}},
    "busy: a message": {"open": {"busy": MESSAGE}},
    "busy: an extension": {"open": {"busy": EXTENSION}},
    "busy: voicemail": {"open": {"busy": {"action": "voicemail"}}},
    "busy: a contact": {"open": {"busy": CONTACT}},
    "busy: call waiting": {"open": {"busy": {"action": "call_waiting"}}},
    "busy: busy signal": {"open": {"busy": {"action": "busy_signal"}}},
}
_SAME = {"voicemail": {"operator", "check voicemail"}}
"""Edits that are voicemail too, so that a lock of voicemail concerns them."""


def edited(data: dict[str, Any], change: dict[str, Any]) -> CompanyDocument:
    """An action is set as a whole: what the old one had and the new one has not is taken out."""
    cleared = {
        context: dict.fromkeys(inner) for context, inner in change.items() if context in ("open", "closed")
    }
    return boreal(data, user("1001", **cleared), user("1001", **change))


@pytest.mark.parametrize("locked", PADLOCKS)
@pytest.mark.parametrize("edit", EDITS)
def test_given_t133_one_padlock_then_that_option_is_refused_and_the_others_stay_open(
    locked: str, edit: str
) -> None:
    held = account(locks=[PADLOCKS[locked]])
    got = told(boreal(held), edited(held, EDITS[edit]), CLAIRE)
    assert bool(got) == (edit == locked or edit in _SAME.get(locked, ())), got


LOCKS: dict[str, tuple[dict[str, Any], dict[str, Any], Person, list[tuple[str, str]]]] = {
    "locked by the account": (
        account(locks=[lock("users.open.ring")]), user("1002", **seconds(20)), MARC,
        [("setting_locked", "users.1002.open.ring.seconds")]),
    "an administrator is bound too: he lifts the lock where it is": (
        account(locks=[lock("users.open.ring")]), user("1002", **seconds(20)), INES,
        [("setting_locked", "users.1002.open.ring.seconds")]),
    "taking a value back": (
        account(locks=[lock("users.open.ring")]), user("1002", open={"ring": {"seconds": None}}), MARC, []),
    "another setting": (account(locks=[lock("users.open.busy")]), user("1002", **seconds(20)), MARC, []),
    "locked by his site": (
        site(locks=[lock("users.hold_music")]), user("1002", hold_music="M-COL"), MARC,
        [("setting_locked", "users.1002.hold_music")]),
    "locked by another site": (
        site("LYON", locks=[lock("users.hold_music")]), user("1002", hold_music="M-COL"), MARC, []),
    "a forbidden value": (
        account(locks=[lock("users.open.ring.seconds", "60", "55")]), user("1002", **seconds(60)), MARC,
        [("value_locked", "users.1002.open.ring.seconds")]),
    "a value that is not forbidden": (
        account(locks=[lock("users.open.ring.seconds", "60", "55")]), user("1002", **seconds(50)), MARC, []),
    "a forbidden forward": (
        account(locks=[lock("users.forward", "external")]),
        user("1002", forward={"to": {"action": "external", "number": "+14505550166", "country": "CA"}}), MARC,
        [("value_locked", "users.1002.forward")]),
    "a forward that is not forbidden": (
        account(locks=[lock("users.forward", "external")]), user("1002", forward={"to": {**EXTENSION, "number": None, "country": None}}),
        MARC, []),
    "a closed branch with a forbidden step": (
        account(locks=[lock("numbers.closed", "hangup")]), {"handlings": {"main": {"closed": [MESSAGE, {"action": "hangup"}]}}},
        INES, [("value_locked", "handlings.main.closed")]),
    "a closed branch without one": (
        account(locks=[lock("numbers.closed", "hangup")]), {"handlings": {"main": {"closed": [MESSAGE]}}}, INES, []),
    "a site against the account's lock": (
        account(locks=[lock("users.open.ring.seconds")]), site(**for_users(**seconds(20))), MTL_ADMIN,
        [("setting_locked", "sites.MTL.defaults.users.open.ring.seconds")]),
    "a group against the account's lock": (
        account(locks=[lock("users.time_zone")]), group(time_zone="Europe/Paris"), INES, []),
    "hours of a number, locked": (
        account(locks=[lock("numbers.schedule")]), {"handlings": {"main": {"schedule": HOURS}}}, INES,
        [("setting_locked", "handlings.main.schedule")]),
    "press 1, locked for all": (
        account(locks=[lock("users.press_1")]),
        user("1001", external_numbers={"mobile": {"press_1": False}}), CLAIRE,
        [("setting_locked", "users.1001.external_numbers.mobile.press_1")]),
    "a lock that comes with the change": (
        {}, {**account(locks=[lock("users.open.ring")]), **user("1002", **seconds(20))}, INES, []),
    "a lock that the change lifts": (
        account(locks=[lock("users.open.ring")]), {**account(locks=[]), **user("1002", **seconds(20))}, INES, []),
    "T113: without a licence": (
        user("1002", licensed=False), user("1002", **seconds(20)), MARC,
        [("no_licence", "users.1002.open.ring.seconds")]),
    "T113: a plan without call handling": (
        account(call_handling_plan=False), user("1002", **seconds(20)), MARC,
        [("not_in_plan", "users.1002.open.ring.seconds")]),
}  # fmt: skip


@pytest.mark.parametrize("case", LOCKS)
def test_given_a_lock_then_a_change_below_it_is_refused_by_name(case: str) -> None:
    held, change, person, expected = LOCKS[case]
    assert told(boreal(held), boreal(held, change), person) == expected


@pytest.mark.parametrize("case", [case for case, row in LOCKS.items() if row[3]])
def test_given_a_refusal_then_it_is_a_sentence_in_both_languages(case: str) -> None:
    held, change, person, _ = LOCKS[case]
    (refusal,) = refusals(boreal(held), boreal(held, change), person)
    french, english = refusal_text(refusal, "fr"), refusal_text(refusal, "en")
    assert refusal.path in french
    assert refusal.path in english
    assert "{" not in french + english
    assert french != english


def test_given_a_forbidden_step_then_the_refusal_names_it() -> None:
    held, change, person, _ = LOCKS["a closed branch with a forbidden step"]
    (refusal,) = refusals(boreal(held), boreal(held, change), person)
    assert refusal.facts["value"] == "hangup"


def test_given_the_codes_then_each_has_a_sentence() -> None:
    assert SENTENCES.keys() == set(get_args(Code))


def test_given_a_screen_then_it_can_ask_before_anything_is_changed() -> None:
    document = boreal(account(locks=[lock("users.*.ring"), lock("users.*.unanswered", "voicemail")]))
    refusal = may_change(document, MARC, "users.1002.open.ring.mode")
    assert refusal is not None
    assert (refusal.code, refusal.facts) == ("setting_locked", {"level": "account", "by": "boreal"})
    assert may_change(document, MARC, "users.1002.open.busy") is None
    assert forbidden_values(document, "users.1002.open.unanswered") == {
        "voicemail": Level("account", "boreal")
    }


def test_given_two_revisions_then_only_what_differs_is_told() -> None:
    after = boreal(
        user("1002", **seconds(20), closed=None), {"teams": {"T-COL": None, "T-NEW": {"members": []}}}
    )
    assert {".".join(map(str, change.steps)) for change in changes(boreal(), after)} == {
        "users.1002.open.ring.seconds", "users.1002.closed.unanswered", "teams.T-COL", "teams.T-NEW",
    }  # fmt: skip
