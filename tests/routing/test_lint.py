"""Each lint of the catalogue (3.4) on the sample company with one change, and silence without it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from routing import lint_clock
from routing.company import CompanyDocument
from routing.lint import lint
from routing.lint_clock import Reading
from routing.lint_findings import Finding
from routing.lint_sentences import SENTENCES, sentence
from routing.resolution import ask
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.large_company import large_company

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
DAYS = ["mon", "tue", "wed", "thu", "fri"]


@cache
def base() -> dict[str, Any]:
    document = load_company(EXAMPLES / "boreal.yaml")
    assert isinstance(document, CompanyDocument)
    return plain_company(document)


def sample(change: dict[str, Any] | None = None) -> CompanyDocument:
    document = load_company(merged(base(), change or {}))
    assert isinstance(document, CompanyDocument), document
    return document


def found(change: dict[str, Any] | None = None, today: date | None = None) -> list[Finding]:
    return [finding for finding in lint(sample(change), today) if not finding.id.endswith("not_in_force")]


def places(change: dict[str, Any] | None = None) -> set[tuple[str, str]]:
    return {(finding.id, finding.path) for finding in found(change)}


def user(extension: str, **change: Any) -> dict[str, Any]:
    return {"users": {extension: change}}


def handling(key: str, **change: Any) -> dict[str, Any]:
    return {"handlings": {key: change}}


def opening(days: list[str], start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"days": days, "start": start, "end": end, **more}


def takes_over(extension: str, colleague: str) -> tuple[str, dict[str, Any]]:
    return extension, {
        "name": f"User {extension}",
        "forward": {"to": {"action": "extension", "extension": colleague}},
    }


RING = {"action": "ring", "members": ["1004"]}
BACK = {"action": "number", "number": "N-VEN"}
BOX = {"action": "voicemail", "box": "8100"}
FORWARD = {"action": "external", "number": "+14385550122", "country": "CA"}

TO_TEAMS = {"gateway": "teams", "leads_to": "teams", "sources": ["52.112.0.0/14"]}

CHANGES: dict[str, tuple[dict[str, Any], str, str]] = {
    "P25: a trunk to Teams that believes nobody": (
        {
            "trunks": {"T-TEAMS": {**TO_TEAMS, "sources": []}},
            **user("1001", devices={"1001c": {"number": "+15145550171"}}),
        },
        "teams_unheard",
        "trunks.T-TEAMS.sources",
    ),
    "P25: a phone in Teams without its number": (
        {"trunks": {"T-TEAMS": TO_TEAMS}},
        "teams_unnumbered",
        "users.1001.devices.1001c.number",
    ),
    "P16: an application that sleeps is all there is": (
        user("1006", devices={"1006a": {"kind": "softphone", "ring_class": "mobile"}}),
        "push_not_sent",
        "users.1006.devices",
    ),
    "P76: hours that are not enabled": (
        user("1002", schedule={"enabled": False}),
        "schedule_not_enabled",
        "users.1002.schedule.enabled",
    ),
    "hours of a level that overlap": (
        {
            "account": {
                "defaults": {
                    "queues": {
                        "schedule": {
                            "openings": [opening(DAYS, "08:00", "17:00"), opening(["fri"], "08:00", "12:00")]
                        }
                    }
                }
            }
        },
        "LINT-06",
        "account.defaults.queues.schedule.openings[1]",
    ),
    "a number closed by hand": (handling("main", forced="closed"), "forced_state", "handlings.main.forced"),
    "a rule for closed hours where nothing closes": (
        handling("collections", rules=[{"id": "R1", "state": "closed", "steps": [BOX]}]),
        "rule_never",
        "handlings.collections.rules[0].state",
    ),
    "a rule for numbers of another handling": (
        handling("collections", rules=[{"id": "R1", "called": ["N-VEN"], "steps": [BOX]}]),
        "rule_never",
        "handlings.collections.rules[0].called",
    ),
    "a rule without conditions": (
        handling("collections", rules=[{"id": "R1", "steps": [BOX]}]),
        "rule_always",
        "handlings.collections.rules[0]",
    ),
    "R12: callers without their country": (
        user("1004", rules=[{"id": "R1", "callers": ["+1418*", "418*"], "steps": [BOX]}]),
        "caller_never",
        "users.1004.rules[0].callers[1]",
    ),
    "blocked callers without their country": (
        {"account": {"blocked_callers": ["10*", "1004", "4185550177"]}},
        "caller_never",
        "account.blocked_callers[2]",
    ),
    "P82: a queue with hours and nothing outside them": (
        {"queues": {"Q-COL": {"schedule": {"openings": [opening(DAYS, "08:00", "17:00")]}}}},
        "LINT-04",
        "queues.Q-COL.overflow",
    ),
    "R53: a longest wait that leads nowhere": (
        {"queues": {"Q-COL": {"max_wait": 60}}},
        "limit_nowhere",
        "queues.Q-COL.overflow",
    ),
    "R53: a full queue that leads nowhere": (
        {"queues": {"Q-COL": {"max_waiting": 3}}},
        "limit_nowhere",
        "queues.Q-COL.overflow",
    ),
    "A27: a number abroad that nobody gave a zone": (
        {
            "numbers": {"N-LYO": {"time_zone": "", "site": ""}},
            "handlings": {"lyon": {"schedule": {"time_zone": ""}}},
        },
        "LINT-26",
        "numbers.N-LYO.time_zone",
    ),
    "Z03: open hours in which nothing rings, by leaving it out": (
        user("1001", open={"ring": None}),
        "open_silent",
        "users.1001.open.ring",
    ),
    "a queue of nobody": ({"teams": {"T-SUP": {"members": []}}}, "no_members", "queues.Q-SUP"),
    "a step that rings an empty team": (
        {"teams": {"T-VEN": {"members": []}}},
        "no_members",
        "handlings.sales.open[0]",
    ),
    "R16: hours of a level, closed handling at its default": (
        {"account": {"defaults": {"numbers": {"schedule": {"openings": [opening(DAYS, "08:00", "17:00")]}}}}},
        "LINT-03",
        "handlings.collections.closed",
    ),
    "A15: a team of a queue with a number of its own": (
        {
            "numbers": {"N-DIR": {"number": "+15145550177", "extension": "7001"}},
            "queues": {"Q-DIR": {"extension": "7001", "teams": ["T-COL"]}},
        },
        "LINT-01",
        "queues.Q-DIR.teams",
    ),
    "the 31st of April": (
        user("1002", exceptions={"X4": {"days": {"days": [31], "months": [4, 6]}, "steps": [BOX]}}),
        "period_never",
        "users.1002.exceptions.X4.days",
    ),
    "29 February": (
        user("1002", exceptions={"X4": {"yearly": {"month": 2, "day": 29}, "steps": [BOX]}}),
        "period_leap",
        "users.1002.exceptions.X4.yearly",
    ),
    "A15: a team that only a site's holiday rings": (
        {
            "sites": {
                "MTL": {
                    "defaults": {
                        "numbers": {
                            "exceptions": {
                                "H": {
                                    "yearly": {"month": 7, "day": 1},
                                    "steps": [{"action": "ring", "teams": ["T-COL"]}],
                                }
                            }
                        }
                    }
                }
            },
        },
        "LINT-01",
        "handlings.main.exceptions.H.steps[0]",
    ),
    "P81: a period that another always goes before": (
        user(
            "1004",
            exceptions={
                "LONG": {"rank": 1, "range": {"first": "2026-07-01", "last": "2026-07-31"}, "steps": [BOX]},
                "SHORT": {"rank": 2, "range": {"first": "2026-07-10", "last": "2026-07-12"}, "steps": [BOX]},
            },
        ),
        "period_never_wins",
        "users.1004.exceptions.SHORT",
    ),
    "P81: a holiday of the account that goes before leave": (
        {
            "account": {
                "defaults": {
                    "users": {
                        "exceptions": {"H": {"rank": 1, "yearly": {"month": 7, "day": 1}, "steps": [BOX]}}
                    }
                }
            },
            "users": {
                "1004": {
                    "exceptions": {
                        "LEAVE": {"range": {"first": "2026-07-01", "last": "2026-07-31"}, "steps": [BOX]}
                    }
                }
            },
        },
        "LINT-07",
        "users.1004.exceptions.LEAVE",
    ),
    "P78: a site abroad without a zone": (
        {"sites": {"LYON": {"time_zone": None}}, "users": {"1009": {"time_zone": None}}},
        "LINT-26",
        "sites.LYON.time_zone",
    ),
    "Z06: a group that is not enabled": (
        {"groups": {"VIP": {"name": "VIP"}}, "users": {"1004": {"group": "VIP"}}},
        "group_not_enabled",
        "groups.VIP.enabled",
    ),
    "a group without members": (
        {"groups": {"VIP": {"name": "VIP", "enabled": True}}},
        "group_empty",
        "groups.VIP",
    ),
    "a site locks what the account locked": (
        {
            "account": {"locks": [{"setting": "users.*.ring"}]},
            "sites": {"MTL": {"locks": [{"setting": "users.open.ring.seconds"}]}},
        },
        "lock_useless",
        "sites.MTL.locks[0]",
    ),
    "3.2: a value behind a lock": (
        {"account": {"locks": [{"setting": "users.open.ring.seconds"}]}},
        "value_behind_lock",
        "users.1001.open.ring.seconds",
    ),
    "3.2: hours of a number behind a lock": (
        {"account": {"locks": [{"setting": "numbers.schedule"}]}},
        "value_behind_lock",
        "handlings.main.schedule",
    ),
    "3.2: a site's default behind a lock": (
        {
            "account": {"locks": [{"setting": "users.hold_music"}]},
            "sites": {"MTL": {"defaults": {"users": {"hold_music": "M-COL"}}}},
        },
        "value_behind_lock",
        "sites.MTL.defaults.users.hold_music",
    ),
    "3.2: press 1 behind a lock": (
        {"account": {"locks": [{"setting": "users.press_1"}]}},
        "value_behind_lock",
        "users.1001.external_numbers.mobile.press_1",
    ),
    "3.2: a forbidden value": (
        {"account": {"locks": [{"setting": "users.*.busy", "values": ["extension"]}]}},
        "value_forbidden",
        "users.1001.open.busy",
    ),
    "3.2: a forbidden forward": (
        {"account": {"locks": [{"setting": "users.forward", "values": ["external"]}]}},
        "value_forbidden",
        "users.1002.forward",
    ),
    "3.2: a closed branch with a forbidden step": (
        {
            "account": {"locks": [{"setting": "numbers.closed", "values": ["hangup"]}]},
            "handlings": {
                "main": {"closed": [{"action": "announce", "prompt": "P-OCCUPE"}, {"action": "hangup"}]}
            },
        },
        "value_forbidden",
        "handlings.main.closed",
    ),
    "T76: Priya joins the sales team": (
        {"teams": {"T-VEN": {"members": ["1003", "1004"]}}},
        "LINT-01",
        "handlings.sales.open[0]",
    ),
    "a team in two flows": (
        handling("lyon", open=[{"action": "ring", "teams": ["T-VEN"]}]),
        "LINT-02",
        "teams.T-VEN",
    ),
    "T07: closed handling back to the default": (
        handling("main", closed=None),
        "LINT-03",
        "handlings.main.closed",
    ),
    "a schedule without closed destination": (user("1002", closed=None), "LINT-04", "users.1002.closed"),
    "T66: a schedule without opening": (
        user("1002", schedule={"openings": []}),
        "LINT-05",
        "users.1002.schedule.openings",
    ),
    "P53: Friday twice": (
        user(
            "1002",
            schedule={"openings": [opening(DAYS, "08:00", "17:00"), opening(["fri"], "08:00", "12:00")]},
        ),
        "LINT-06",
        "users.1002.schedule.openings[1]",
    ),
    "a night shift into the next morning": (
        handling(
            "lyon",
            schedule={
                "openings": [
                    opening(["mon"], "22:00", "06:00", next_day=True),
                    opening(["tue"], "05:00", "09:00"),
                ]
            },
        ),
        "LINT-06",
        "handlings.lyon.schedule.openings[1]",
    ),
    "T63: a span written as days and months": (
        user(
            "1002",
            exceptions={"X4": {"days": {"days": [1, 2, 3, 30, 31], "months": [12, 1]}, "steps": [BOX]}},
        ),
        "LINT-08",
        "users.1002.exceptions.X4.days",
    ),
    "a forward although there is a softphone": (
        user("1003", forward={"to": FORWARD}),
        "LINT-10",
        "users.1003.forward",
    ),
    "an external forward": (user("1004", forward={"to": FORWARD}), "LINT-11", "users.1004.forward"),
    "a step after the end": (
        handling("collections", open=[BOX, RING]),
        "LINT-12",
        "handlings.collections.open[1]",
    ),
    "one queue for both directions": (
        {"outbound_profiles": {"OP-COL": {"queue": "Q-SUP"}}},
        "LINT-13",
        "outbound_profiles.OP-COL.queue",
    ),
    "one capacity profile for both directions": (
        {"queues": {"Q-SUP": {"capacity": "CP-OUT-3"}}},
        "LINT-13",
        "capacity_profiles.CP-OUT-3",
    ),
    "no trunk is on": ({"trunks": {"T-A": {"gateway": "a", "enabled": False}}}, "trunks_off", "trunks"),
    "P25: a trunk to Teams is no way outside": (
        {
            "trunks": {"T-A": {"gateway": "a", "emergency": False}, "T-TEAMS": TO_TEAMS},
            **user("1001", devices={"1001c": {"number": "+15145550171"}}),
        },
        "no_emergency_trunk",
        "trunks",
    ),
    "no trunk that is on takes emergency calls": (
        {"trunks": {"T-A": {"gateway": "a", "emergency": False}, "T-B": {"gateway": "b", "enabled": False}}},
        "no_emergency_trunk",
        "trunks",
    ),
    "a capacity profile without direction": (
        {"capacity_profiles": {"CP-9": {"limit": 1, "name": "Neuf"}}},
        "LINT-14",
        "capacity_profiles.CP-9.name",
    ),
    "end of day": (
        {"capacity_profiles": {"CP-OUT-1": {"reset": "end_of_day"}}},
        "LINT-15",
        "capacity_profiles.CP-OUT-1.reset",
    ),
    "T123: nobody in the profile's capacity": (
        user("1003", capacity=None),
        "LINT-16",
        "outbound_profiles.OP-COL.capacity",
    ),
    "number access without outbound profile": (
        user("1008", data_access=["N-COL"]),
        "LINT-16",
        "users.1008.capacity",
    ),
    "T42: closed, nothing rings and the call is cut": (
        user("1001", closed={"unanswered": {"action": "hangup"}}),
        "LINT-22",
        "users.1001.closed.unanswered",
    ),
    "every class of devices off": (
        user("1006", open={"ring": {"classes_off": ["desk"]}, "unanswered": {"action": "hangup"}}),
        "LINT-22",
        "users.1006.open.unanswered",
    ),
    "P28: a horn is all there is, and never rings": (
        user(
            "1006",
            devices={"1006a": {"kind": "paging"}},
            open={"ring": {}, "unanswered": {"action": "hangup"}},
        ),
        "LINT-22",
        "users.1006.open.unanswered",
    ),
    "two who replace each other when busy": (
        user("1000", open={"busy": {"action": "extension", "extension": "1001"}}),
        "LINT-23",
        "users.1001.open.busy",
    ),
    "a rule that leads straight back to its number": (
        handling("sales", rules=[{"id": "R", "callers": ["+1450*"], "steps": [RING, BACK]}]),
        "LINT-23",
        "handlings.sales.rules[0].steps[1]",
    ),
    "somebody whose own rule is for himself": (
        user("1006", rules=[{"id": "R", "steps": [{"action": "extension", "extension": "1006"}]}]),
        "LINT-23",
        "users.1006.rules[0].steps[0]",
    ),
    "somebody on do not disturb who sends calls to his number": (
        user("1001", dnd={"action": "number", "number": "DID-1001"}),
        "LINT-23",
        "users.1001.dnd",
    ),
    "T23: zero dialing before a queue": (
        handling(
            "main",
            open=[{"action": "queue", "queue": "Q-SUP"}],
            zero_dialing={"to": "target", "target": {"action": "extension", "extension": "1010"}},
        ),
        "LINT-24",
        "handlings.main.zero_dialing",
    ),
    "zero dialing while a user rings": (
        handling("main", open=[RING], zero_dialing={"to": "company_greeting"}),
        "LINT-25",
        "handlings.main.zero_dialing",
    ),
    "the caller presses 1": (
        user("1001", external_numbers={"mobile": {"confirm_by": "caller"}}),
        "LINT-25",
        "users.1001.external_numbers.mobile.confirm_by",
    ),
    "zero dialing while a holiday's users ring": (
        handling(
            "sales",
            zero_dialing={"to": "company_greeting"},
            open=[BOX],
            exceptions={"EX-NOEL": {"steps": [RING]}},
        ),
        "LINT-25",
        "handlings.sales.zero_dialing",
    ),
    "a step after the end of what the account gives to closed numbers": (
        {"account": {"defaults": {"numbers": {"closed": [BOX, BOX]}}}},
        "LINT-12",
        "account.defaults.numbers.closed[1]",
    ),
    "C5: the caller presses 1, and then 1 in the menu": (
        user("1001", external_numbers={"mobile": {"confirm_by": "caller"}}),
        "key_1_twice",
        "users.1001.open.unanswered",
    ),
    "zero dialing while a rule's users ring": (
        handling("main", zero_dialing={"to": "company_greeting"}),
        "LINT-25",
        "handlings.main.zero_dialing",
    ),
    "who misses a call is away, and rung again": (
        {
            "account": {"missed_offer": "away"},
            "queues": {"Q-SUP": {"allowed_presences": ["available", "away"]}},
        },
        "LINT-28",
        "queues.Q-SUP.allowed_presences",
    ),
    "D45: a count of missed calls that nothing follows": (
        {"account": {"missed_offers": 3}},
        "missed_offers_useless",
        "account.missed_offers",
    ),
    "Z14: an outside number in a country that its owner may not call": (
        user("1001", external_numbers={"mobile": {"number": "+442079460123", "country": "GB"}}),
        "outside_refused",
        "users.1001.external_numbers.mobile",
    ),
    "seven who take over from each other, one more than a call may move on": (
        {
            "users": dict(takes_over(str(1030 + n), str(1031 + n)) for n in range(6))
            | {"1036": {"name": "Last"}}
        },
        "chain_too_long",
        "users.1035.forward.to",
    ),
    "a horn that rings when closed": (
        user("1001", devices={"1001h": {"kind": "paging"}}, closed={"ring": {"order": ["1001h"]}}),
        "LINT-30",
        "users.1001.devices.1001h",
    ),
    "a shared line of somebody without licence": (
        {**user("1006", licensed=False), "shared_lines": {"L-1": {"extension": "7100", "members": ["1006"]}}},
        "LINT-31",
        "shared_lines.L-1.members",
    ),
    "a step after the end of a queue's holiday": (
        {
            "queues": {
                "Q-SUP": {"exceptions": {"X": {"yearly": {"month": 7, "day": 1}, "steps": [BOX, RING]}}}
            }
        },
        "LINT-12",
        "queues.Q-SUP.exceptions.X.steps[1]",
    ),
    "eleven on a line": (
        {"shared_lines": {"L-1": {"extension": "7100", "members": [str(n) for n in range(1000, 1011)]}}},
        "LINT-32",
        "shared_lines.L-1",
    ),
    "T132: video mail": (
        user("1006", open={"ring": {}, "unanswered": {"action": "video_mail"}}),
        "video_as_voicemail",
        "users.1006.open.unanswered",
    ),
    "a door phone among the phones": (
        user("1006", devices={"1006d": {"kind": "door_phone"}}),
        "LINT-30",
        "users.1006.devices.1006d",
    ),
    "a horn among the phones": (
        user("1006", devices={"1006h": {"kind": "paging"}}),
        "LINT-30",
        "users.1006.devices.1006h",
    ),
    "a team member without licence": (user("1005", licensed=False), "LINT-31", "teams.T-VEN.members"),
    "eleven at once": (
        handling("sales", open=[{"action": "ring", "members": [str(n) for n in range(1000, 1011)]}, BOX]),
        "LINT-32",
        "handlings.sales.open[0]",
    ),
    "a queue that waits an hour": ({"queues": {"Q-SUP": {"max_wait": 3600}}}, "LINT-32", "queues.Q-SUP"),
    "nothing to do when open": (handling("collections", open=[]), "empty_open", "handlings.collections.open"),
    "a number for nothing": (
        {"numbers": {"N-X": {"number": "+15145550199"}}},
        "number_nowhere",
        "numbers.N-X",
    ),
    "a prompt without sound": ({"prompts": {"P-X": {"seconds": 4}}}, "prompt_silent", "prompts.P-X"),
}


def test_given_the_sample_company_then_these_are_its_findings() -> None:
    assert places() == {
        ("LINT-07", "users.1002.exceptions.X1"),
        ("LINT-09", "users.1002.forward"),
        ("LINT-10", "users.1002.forward"),
        ("LINT-15", "capacity_profiles.CP-OUT-EOD.reset"),
        ("LINT-25", "handlings.main.rules[3].steps[0].zero_dialing"),
    } | {(finding.id, finding.path) for finding in found() if finding.id == "LINT-02"}


@pytest.mark.parametrize("name", CHANGES)
def test_given_one_change_then_its_lint_is_told_and_was_not_before(name: str) -> None:
    change, lint_id, path = CHANGES[name]
    assert (lint_id, path) in places(change)
    assert (lint_id, path) not in places()


@pytest.mark.parametrize("name", CHANGES)
def test_given_a_finding_then_it_is_a_sentence_in_both_languages(name: str) -> None:
    for finding in lint(sample(CHANGES[name][0]), date(2026, 12, 14)):
        french, english = sentence(finding, "fr"), sentence(finding, "en")
        assert french != english
        assert "{" not in french + english


def test_given_the_rules_then_every_one_is_shown_by_a_change_or_the_sample() -> None:
    elsewhere = {"holidays_run_out", "LINT-09", "LINT-27", "not_in_force", *OF_THE_CLOCK}
    rules = {key.partition(" ")[0] if key in OF_KINDS else key for key in SENTENCES}
    assert {lint_id for _, lint_id, _ in CHANGES.values()} | elsewhere == rules


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("T123: nobody in the profile's capacity", "no user has one of its capacity profiles"),
        ("number access without outbound profile", "Noah Roy has access to numbers but cannot call out"),
    ],
)
def test_given_a_rule_about_things_of_several_kinds_then_each_has_its_sentence(name: str, told: str) -> None:
    findings = [finding for finding in lint(sample(CHANGES[name][0])) if finding.id == "LINT-16"]
    assert told in " ".join(sentence(finding, "en") for finding in findings)


def test_given_lint_01_then_every_pair_is_listed_and_names_user_team_and_number() -> None:
    change = {
        "teams": {"T-VEN": {"members": ["1003"]}, "T-SUP": {"members": ["1003", "1007"]}},
        "handlings": {"lyon": {"open": [{"action": "ring", "teams": ["T-VEN"]}]}},
    }
    pairs = {finding.objects for finding in found(change) if finding.id == "LINT-01"}
    assert pairs == {
        ("1003", "T-VEN", "N-VEN"),
        ("1003", "T-VEN", "N-LYO"),
        ("1003", "T-SUP", "N-SUP"),
    }


def test_given_somebody_named_in_one_flow_then_he_is_outbound_only_on_the_number_he_has_access_to() -> None:
    change = {
        "users": {"1004": {"data_access": ["N-COL"]}},
        "handlings": {"collections": {"open": [{"action": "ring", "teams": ["T-VEN", "T-COL"]}]},
                      "sales": {"open": [{"action": "ring", "members": ["1004"], "teams": ["T-VEN"]}]}},
    }  # fmt: skip
    pairs = {finding.objects for finding in found(change) if finding.id == "LINT-01"}
    assert pairs == {("1004", "T-VEN", "N-COL"), ("1003", "T-COL", "N-COL")}


def test_given_an_operator_who_is_a_team_then_every_number_that_reaches_him_is_told() -> None:
    change = {"account": {"operator": {"action": "ring", "teams": ["T-COL"], "extension": None}}}
    pairs = {finding.objects for finding in found(change) if finding.id == "LINT-01"}
    assert pairs == {("1003", "T-COL", "N-MAIN"), ("1003", "T-COL", "N-SUP"), ("1003", "T-COL", "N-LYO")}


NO_MENU = {"operator": None, "operator_target": None, "check_voicemail": None}
TO_PRIYA = {"action": "ring", "teams": ["T-COL"]}


def main_leads_to(extension: str) -> dict[str, Any]:
    return {"main": {"open": [{"action": "extension", "extension": extension}]}}


LEADING_ON: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "somebody who does not answer": (
        {
            "handlings": main_leads_to("1001"),
            "users": {"1001": {"open": {"unanswered": {**TO_PRIYA, **NO_MENU}}}},
        },
        {("N-MAIN", "users.1001.open.unanswered"), ("N-SUP", "users.1001.open.unanswered"),
         ("N-LYO", "users.1001.open.unanswered")},
    ),
    "somebody who forwards": (
        {"handlings": main_leads_to("1006"), "users": {"1006": {"forward": {"to": TO_PRIYA}}}},
        {("N-MAIN", "users.1006.forward.to"), ("N-SUP", "users.1006.forward.to"), ("N-LYO", "users.1006.forward.to")},
    ),
    "somebody who forwards no longer": (
        {"handlings": main_leads_to("1006"), "users": {"1006": {"forward": {"to": TO_PRIYA, "enabled": False}}}},
        set(),
    ),
    "somebody whose hours suspend his forward": (
        {"handlings": {"lyon": {"open": [{"action": "extension", "extension": "1002"}]}},
         "users": {"1002": {"forward": {"to": {**TO_PRIYA, "number": None, "country": None}}}}},
        set(),
    ),
    "somebody who is never closed": (
        {"handlings": {"lyon": {"open": [{"action": "extension", "extension": "1006"}]}},
         "users": {"1006": {"closed": {"unanswered": TO_PRIYA}}}},
        set(),
    ),
    "somebody with a rule for another number": (
        {"handlings": {"lyon": {"open": [{"action": "extension", "extension": "1006"}]}},
         "users": {"1006": {"rules": [{"id": "R", "called": ["N-VEN"], "steps": [TO_PRIYA]}]}}},
        set(),
    ),
    "two colleagues, the second's rule": (
        {
            "handlings": {"lyon": {"open": [{"action": "extension", "extension": "1009"}]}},
            "users": {
                "1009": {"open": {"busy": {"action": "extension", "extension": "1006"}}},
                "1006": {"rules": [{"id": "R", "called": ["N-LYO"], "steps": [TO_PRIYA]}]},
            },
        },
        {("N-LYO", "users.1006.rules[0].steps[0]")},
    ),
    "a colleague's operator": (
        {
            "handlings": {"lyon": {"open": [{"action": "extension", "extension": "1009"}]}},
            "users": {"1009": {"operator": TO_PRIYA, "open": {"unanswered": {"action": "operator"}}}},
        },
        {("N-LYO", "users.1009.operator")},
    ),
    "a colleague's operator for whom nobody asks": (
        {"handlings": {"lyon": {"open": [{"action": "extension", "extension": "1009"}]}},
         "users": {"1009": {"operator": TO_PRIYA}}},
        set(),
    ),
    "what the account gives to those who do not answer": (
        {
            "account": {"defaults": {"users": {"open": {"unanswered": TO_PRIYA}}}},
            "handlings": {"lyon": {"open": [{"action": "extension", "extension": "1009"}], "closed": [BOX]}},
        },
        {("N-LYO", "users.1009.open.unanswered"), ("N-MAIN", "users.1000.open.unanswered"),
         ("N-SUP", "users.1000.open.unanswered")},
    ),
    "a number's own operator": (
        {"numbers": {"N-COL": {"operator": TO_PRIYA}}, "handlings": {"collections": {"open": [{"action": "operator"}]}}},
        {("N-COL", "numbers.N-COL.operator")},
    ),
    "a number's own operator, reached after another's": (
        {
            "numbers": {"N-COL": {"operator": TO_PRIYA}},
            "handlings": {
                "collections": {"open": [{"action": "operator"}]},
                "lyon": {"open": [{"action": "greeting", "prompt": "G-FERME", "operator": True,
                                   "then": {"action": "number", "number": "N-COL"}}], "closed": [BOX]},
            },
        },
        {("N-COL", "numbers.N-COL.operator"), ("N-LYO", "numbers.N-COL.operator")},
    ),
    "a number's own operator instead of the company's": (
        {
            "account": {"operator": {**TO_PRIYA, "extension": None}},
            "numbers": {key: {"operator": {"action": "extension", "extension": "1000"}}
                        for key in ("N-MAIN", "N-SUP", "N-LYO")},
        },
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEADING_ON)
def test_given_a_flow_that_people_or_operators_lead_on_then_lint_01_knows_its_teams(name: str) -> None:
    change, expected = LEADING_ON[name]
    told = [finding for finding in found(change) if finding.id == "LINT-01"]
    assert {(finding.objects[2], finding.path) for finding in told} == expected
    assert all(finding.objects[:2] == ("1003", "T-COL") for finding in told)


def test_given_a_colleagues_own_forward_to_her_then_she_is_outbound_only_all_the_same() -> None:
    change = {
        "account": {"strict_outbound_only": True},
        "teams": {"T-VEN": {"members": ["1003", "1004"]}},
        "handlings": {"sales": {"open": [{"action": "ring", "teams": ["T-VEN"]}, {"action": "extension", "extension": "1006"}]}},
        "users": {"1006": {"forward": {"to": {"action": "extension", "extension": "1003"}}}},
    }  # fmt: skip
    (finding,) = [finding for finding in found(change) if finding.id == "LINT-01"]
    assert finding.objects == ("1003", "T-VEN", "N-VEN")


HANGS_UP = {"users": {"closed": {"unanswered": {"action": "hangup"}}}}
HOURS = {"openings": [opening(DAYS, "08:00", "17:00")]}
CONFIRMS = {"users": {"confirm_by": "caller"}}
FROM_ABOVE: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "the account cuts calls when closed": (
        {"account": {"defaults": HANGS_UP}, **user("1004", schedule=HOURS)},
        "LINT-22",
        {"users.1004.closed.unanswered"},
    ),
    "the hours are the site's": (
        {"account": {"defaults": HANGS_UP}, "sites": {"LYON": {"defaults": {"users": {"schedule": HOURS}}}}},
        "LINT-22",
        {"users.1009.closed.unanswered"},
    ),
    "what is closed rings": (
        {
            "account": {"defaults": {"users": {"closed": {"ring": {"seconds": 20}, "unanswered": {"action": "hangup"}}}}},
            **user("1004", schedule=HOURS),
        },
        "LINT-22",
        set(),
    ),
    "the account has callers press 1": (
        {"account": {"defaults": CONFIRMS}, **user("1001", external_numbers={"mobile": {"confirm_by": None}})},
        "LINT-25",
        {"users.1001.external_numbers.mobile.confirm_by"},
    ),
    "the menu after the 1 that the account has callers press": (
        {"account": {"defaults": CONFIRMS}, **user("1001", external_numbers={"mobile": {"confirm_by": None}})},
        "key_1_twice",
        {"users.1001.open.unanswered"},
    ),
    "one's own way goes before": ({"account": {"defaults": CONFIRMS}}, "LINT-25", set()),
    "the account's closed branch rings users": (
        {
            "account": {"defaults": {"numbers": {"closed": [RING]}}},
            "handlings": {"sales": {"zero_dialing": {"to": "company_greeting"}, "open": [BOX], "closed": None}},
        },
        "LINT-25",
        {"handlings.sales.zero_dialing"},
    ),
    "hours of the account suspend a forward": (
        {"account": {"defaults": {"users": {"schedule": HOURS}}}, **user("1004", forward={"to": FORWARD})},
        "LINT-11",
        set(),
    ),
    "the account has forwards go before hours": (
        {"account": {"defaults": {"users": {"forward_vs_schedule": "forward_first"}}},
         **user("1002", forward_vs_schedule=None)},
        "LINT-11",
        {"users.1002.forward"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FROM_ABOVE)
def test_given_what_a_level_gives_then_it_is_told_where_it_holds(name: str) -> None:
    change, lint_id, expected = FROM_ABOVE[name]
    told = {path for known, path in places(change) - places() if known == lint_id}
    assert told == expected
    assert all(ask(sample(change), path) for path in told)


def test_given_a_forward_to_a_contact_then_it_is_as_far_outside_as_its_number() -> None:
    to = {"action": "contact", "contact": "garage-nord"}
    told = places(user("1003", forward={"to": to}))
    assert {("LINT-10", "users.1003.forward"), ("LINT-11", "users.1003.forward")} <= told


def test_given_an_outside_number_that_rings_then_a_context_without_devices_is_not_silent() -> None:
    change = user("1001", open={"ring": {"order": None, "classes_off": ["desk", "desktop", "other"]},
                                "unanswered": {"action": "hangup", "operator": None, "operator_target": None,
                                               "check_voicemail": None}})  # fmt: skip
    assert not [finding for finding in found(change) if finding.id == "LINT-22"]


def test_given_t79_a_team_in_no_flow_then_there_is_no_lint_01() -> None:
    assert not [finding for finding in found() if finding.id == "LINT-01"]


def test_given_t78_strict_then_lint_01_is_an_error() -> None:
    strict = {"account": {"strict_outbound_only": True}, "teams": {"T-VEN": {"members": ["1003", "1004"]}}}
    (finding,) = [finding for finding in found(strict) if finding.id == "LINT-01"]
    assert finding.level == "error"


def test_given_somebody_named_in_the_flow_then_he_is_not_outbound_only() -> None:
    change = {
        "teams": {"T-VEN": {"members": ["1003", "1004"]}},
        "handlings": {"sales": {"open": [{"action": "ring", "members": ["1003"], "teams": ["T-VEN"]}]}},
    }
    assert not [finding for finding in found(change) if finding.id == "LINT-01"]


def test_given_a_rule_for_another_number_then_its_team_is_in_that_flow_alone() -> None:
    shared = {finding.objects for finding in found() if finding.id == "LINT-02"}
    assert shared == set()


def test_given_two_periods_then_lint_07_shows_the_winner() -> None:
    (finding,) = [finding for finding in found() if finding.id == "LINT-07"]
    assert finding.facts["winner"] == "X2"
    assert finding.facts["on"] == "2026-12-25"


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 12, 12), {"X3"}),
        (date(2026, 12, 13), {"X3", "X1"}),
        (date(2026, 12, 17), {"X3", "X1"}),
        (date(2026, 12, 18), {"X3", "X1", "X2"}),
        (date(2026, 12, 20), {"X3", "X2"}),
        (date(2026, 12, 25), {"X3"}),
        (date(2027, 1, 5), {"X3"}),
        (date(2027, 1, 6), {"X3", "X1"}),
    ],
)
def test_given_a_day_then_periods_over_or_about_to_begin_are_told(today: date, told: set[str]) -> None:
    marc = [f for f in found(today=today) if f.id == "LINT-27" and f.objects[0] == "1002"]
    assert {finding.objects[1] for finding in marc} == told


def test_given_a_large_company_then_lint_finds_in_it_what_it_finds_in_a_small_one() -> None:
    told = []
    for size in (50, 500):
        document = load_company(large_company(size))
        assert isinstance(document, CompanyDocument), document
        told.append({(finding.id, finding.level) for finding in lint(document)})
    assert told[0] == told[1]
    assert not any(level == "error" for _, level in told[0])


def test_given_closed_handling_from_above_then_its_absence_is_not_told() -> None:
    closed = {
        "account": {"defaults": {"numbers": {"closed": [BOX]}, "users": {"closed": {"unanswered": BOX}}}}
    }
    own = {"handlings": {"main": {"closed": None}}, "users": {"1002": {"closed": None}}}
    missing = {("LINT-03", "handlings.main.closed"), ("LINT-04", "users.1002.closed")}
    assert missing <= places(own)
    assert not missing & places({**closed, **own})


def test_given_a_holiday_of_the_account_that_meets_leave_then_it_is_told_once() -> None:
    change, _, path = CHANGES["P81: a holiday of the account that goes before leave"]
    (met,) = [finding for finding in found(change) if finding.path == path]
    assert met.facts == {"first": "H", "second": "LEAVE", "winner": "H", "on": "2026-07-01"}


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 26), False),
        (date(2026, 10, 27), True),
        (date(2027, 3, 1), True),
    ],
)
def test_given_imported_holidays_then_their_end_is_told_two_months_before(today: date, told: bool) -> None:
    source = {"calendar": "CA-QC", "uid": "2026-12-25", "digest": "0" * 16}
    period = {"range": {"first": "2026-12-25", "last": "2026-12-25"}, "steps": [BOX], "imported": source}
    findings = found(user("1004", exceptions={"CA-QC-2026-12-25": period}), today)
    runs_out = [finding for finding in findings if finding.id == "holidays_run_out"]
    assert bool(runs_out) is told
    assert all("2026-12-25" in sentence(finding, "fr") for finding in runs_out)


OF_KINDS = {"LINT-16 user", "LINT-26 number", "LINT-04 queue", "rule_never called", "rule_never dates"}
OF_THE_CLOCK = {"LINT-26 server.clock", "LINT-26 server.clock_not_kept"}


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading(), None),
        (Reading(kept=True), None),
        (Reading(kept=False), "Nothing keeps"),
        (Reading(offset=0.3, kept=False), None),
        (Reading(offset=2.0), None),
        (Reading(offset=-2.0), None),
        (Reading(offset=5.04), "is 5.0 s ahead"),
        (Reading(offset=-2.1), "is 2.1 s behind"),
    ],
)
def test_given_a_reading_of_the_servers_clock_then_lint_26(reading: Reading, expected: str | None) -> None:
    told = [sentence(finding, "en") for finding in lint_clock.check(reading)]
    assert len(told) == (expected is not None)
    assert all(expected in each for each in told if expected)
    assert all("{" not in sentence(finding, "fr") for finding in lint_clock.check(reading))


def test_given_a_rule_for_dates_that_are_over_then_it_is_told_once_the_day_is_known() -> None:
    dates = [{"first": "2026-11-02", "last": "2026-11-04"}, {"first": "2026-10-01", "last": "2026-10-09"}]
    change = handling("collections", rules=[{"id": "R1", "dates": dates, "steps": [BOX]}])
    told = {
        day: [each.path for each in found(change, date(2026, 11, day)) if each.id == "rule_never"]
        for day in (4, 5)
    }
    assert told == {4: [], 5: ["handlings.collections.rules[0].dates"]}


def test_given_hours_of_a_level_then_a_rule_for_closed_hours_may_apply() -> None:
    hours = {
        "account": {"defaults": {"numbers": {"schedule": {"openings": [opening(DAYS, "08:00", "17:00")]}}}}
    }
    change = merged(hours, handling("collections", rules=[{"id": "R1", "state": "closed", "steps": [BOX]}]))
    assert "rule_never" not in {finding.id for finding in found(change)}


def test_given_what_somebody_inside_can_be_then_his_extension_is_a_caller() -> None:
    change = user(
        "1004", rules=[{"id": "R1", "callers": ["1001", "10*", "1090", "+14505550199"], "steps": [BOX]}]
    )
    assert "caller_never" not in {finding.id for finding in found(change)}


LONDON = {"action": "external", "number": "+442079460123", "country": "GB"}


def refused_outside(change: dict[str, Any]) -> dict[str, str]:
    return {each.path: each.facts["why"] for each in found(change) if each.id == "outside_refused"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (user("1004", forward={"to": LONDON}), {"users.1004.forward.to": "country_not_allowed"}),
        (user("1004", forward={"to": LONDON, "enabled": False}), {}),
        (user("1004", forward={"to": FORWARD}), {}),
        (user("1004", forward={"to": {**FORWARD, "number": "+19005550122"}}), {"users.1004.forward.to": "class_not_allowed"}),
        (user("1004", dnd=LONDON), {"users.1004.dnd": "country_not_allowed"}),
        (
            user("1004", rules=[{"id": "R1", "callers": ["1001"], "steps": [LONDON]}]),
            {"users.1004.rules[0].steps[0]": "country_not_allowed"},
        ),
        (user("1004", rules=[{"id": "R1", "callers": ["1001"], "enabled": False, "steps": [LONDON]}]), {}),
        (
            {"contacts": {"C-LONDON": {"name": "London", "number": "+442079460123"}},
             **user("1004", open={"busy": {"action": "contact", "contact": "C-LONDON"}})},
            {"users.1004.open.busy": "country_not_allowed"},
        ),
        (
            {"account": {"blocked_numbers": ["+1438*"]}, **user("1004", forward={"to": FORWARD})},
            dict.fromkeys(("users.1001.external_numbers.mobile", "users.1002.forward.to", "users.1004.forward.to"), "number_blocked"),
        ),
    ],
)  # fmt: skip
def test_given_where_a_user_sends_calls_then_what_his_rights_refuse_is_told(
    change: dict[str, Any], expected: dict[str, str]
) -> None:
    assert refused_outside(change) == expected


def test_given_a_lock_of_outside_calls_then_every_outside_number_of_those_under_it_is_told() -> None:
    told = refused_outside({"account": {"outbound_locked": True}})
    assert told["users.1001.external_numbers.mobile"] == "outbound_locked"
    assert set(told.values()) == {"outbound_locked"}
