"""What a setting comes to, level by level, with its origin and its lock (catalogue 3.2, Z06, Z11)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from routing.company import Announce, BusySignal, CallWaiting, Forward, Hangup, ToExtension, Voicemail
from routing.effective import effective
from routing.lint_levels import check
from routing.resolution import DEFAULT, PRESS_1, SETTINGS, Level, Unused, ask, ask_below
from routing.setting_sentences import setting_text
from schemas.check_levels import lockable
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from schemas.problems import Problem
from tests.routing.levels import account, boreal, for_users, group, lock, seconds, site, user
from tests.sample import BOREAL

ACCOUNT, MTL, VIP = Level("account", "boreal"), Level("site", "MTL"), Level("group", "VIP")
SOFIA = Level("object", "1000")
IN_VIP = user("1000", group="VIP")
RING = "users.1000.open.ring.seconds"

COLLEAGUE = {"action": "extension", "extension": "1006"}


def mistakes(change: dict[str, Any]) -> list[Problem]:
    """Why the sample company with this change is refused; empty: it is not."""
    base = load_company(BOREAL)
    assert not isinstance(base, list)
    problems = load_company(merged(plain_company(base), change))
    return problems if isinstance(problems, list) else []


SECONDS: dict[str, tuple[list[dict[str, Any]], int, Level, Level | None]] = {
    "nobody says anything": ([], 30, DEFAULT, None),
    "the account": ([account(**for_users(**seconds(20)))], 20, ACCOUNT, None),
    "a site over the account": (
        [account(**for_users(**seconds(20))), site(**for_users(**seconds(25)))],
        25,
        MTL,
        None,
    ),
    "a group over its site": (
        [site(**for_users(**seconds(25))), group(**for_users(**seconds(40))), IN_VIP],
        40,
        VIP,
        None,
    ),
    "a group that is not enabled": (
        [site(**for_users(**seconds(25))), group(enabled=False, **for_users(**seconds(40))), IN_VIP],
        25,
        MTL,
        None,
    ),
    "the user over all": ([site(**for_users(**seconds(25))), user("1000", **seconds(15))], 15, SOFIA, None),
    "the user who wants the default": (
        [site(**for_users(**seconds(25))), user("1000", **seconds(30))],
        30,
        SOFIA,
        None,
    ),
    "another site's default": ([site("LYON", **for_users(**seconds(25)))], 30, DEFAULT, None),
    "locked by the account with its value": (
        [account(**for_users(**seconds(20)), locks=[lock("users.open.ring.seconds")]), user("1000", **seconds(15))],
        20,
        ACCOUNT,
        ACCOUNT,
    ),
    "locked by the account without a value: the default": (
        [account(locks=[lock("users.open.ring.seconds")]), user("1000", **seconds(15))],
        30,
        DEFAULT,
        ACCOUNT,
    ),
    "a lock does not bind the level that has it": (
        [site(**for_users(**seconds(25)), locks=[lock("users.open.ring")]), user("1000", **seconds(15))],
        25,
        MTL,
        MTL,
    ),
    "the highest lock is the one that counts": (
        [
            account(**for_users(**seconds(20)), locks=[lock("users.open.ring.seconds")]),
            site(**for_users(**seconds(25)), locks=[lock("users.open.ring.seconds")]),
        ],
        20,
        ACCOUNT,
        ACCOUNT,
    ),
    "a lock on any context": (
        [account(locks=[lock("users.*.ring")]), user("1000", **seconds(15))],
        30,
        DEFAULT,
        ACCOUNT,
    ),
    "a forbidden number of seconds counts as unset": (
        [
            account(**for_users(**seconds(20)), locks=[lock("users.open.ring.seconds", "15")]),
            user("1000", **seconds(15)),
        ],
        20,
        ACCOUNT,
        None,
    ),
    "a value that is not forbidden": (
        [account(locks=[lock("users.open.ring.seconds", "15")]), user("1000", **seconds(10))],
        10,
        SOFIA,
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SECONDS)
def test_given_levels_then_the_value_its_origin_and_its_lock_are_told(case: str) -> None:
    changes, value, origin, locked_by = SECONDS[case]
    document = boreal(*changes)
    answer = ask(document, RING)
    assert answer is not None
    assert (answer.value, answer.origin, answer.locked_by) == (value, origin, locked_by)
    plan = effective(document).users["1000"].open.ring
    assert plan is not None
    assert plan.seconds == value


OTHERS: dict[str, tuple[list[dict[str, Any]], str, Any, Level]] = {
    "the zone of a number without a site": ([], "numbers.N-SUP.time_zone", "America/Toronto", ACCOUNT),
    "the zone of a number's site": (
        [site("MTL", time_zone="America/Halifax")],
        "numbers.N-MAIN.time_zone",
        "America/Halifax",
        MTL,
    ),
    "the operator of the site": (
        [site(operator={"action": "extension", "extension": "1006"})],
        "users.1000.operator",
        ToExtension(extension="1006"),
        MTL,
    ),
    "the language of the site": ([site(languages=["en"])], "users.1004.language", "en", MTL),
    "hold music": ([account(**for_users(hold_music="M-BOREALIS"))], "users.1000.hold_music", "M-BOREALIS", ACCOUNT),
    "press 1": (
        [account(**for_users(press_1=False)), user("1001", external_numbers={"mobile": {"press_1": None}})],
        "users.1001.external_numbers.mobile.press_1",
        False,
        ACCOUNT,
    ),
    "who presses 1, by default": ([], "users.1001.external_numbers.mobile.confirm_by", "callee", Level("object", "1001")),
    "no answer in closed hours": (
        [account(**for_users(closed={"unanswered": {"action": "announce", "prompt": "P-OCCUPE"}}))],
        "users.1000.closed.unanswered",
        Announce(prompt="P-OCCUPE"),
        ACCOUNT,
    ),
    "busy, when call waiting is forbidden": (
        [account(locks=[lock("users.*.busy", "call_waiting")])],
        "users.1000.open.busy",
        BusySignal(),
        DEFAULT,
    ),
    "busy, by default": ([], "users.1000.open.busy", CallWaiting(), DEFAULT),
    "no answer, when voicemail and announcements are forbidden": (
        [account(locks=[lock("users.*.unanswered", "voicemail", "announce")])],
        "users.1000.open.unanswered",
        Hangup(),
        DEFAULT,
    ),
    "a forward, when those to the outside are forbidden": (
        [account(locks=[lock("users.forward", "external")])], "users.1002.forward", None, DEFAULT),
    "a forward, when others are forbidden": (
        [account(locks=[lock("users.forward", "external")]), user("1004", forward={"to": COLLEAGUE})],
        "users.1004.forward",
        Forward(to=ToExtension(extension="1006")),
        Level("object", "1004"),
    ),
    "a closed branch with a forbidden step": (
        [account(defaults={"numbers": {"closed": [{"action": "voicemail", "box": "8100"}]}},
                 locks=[lock("numbers.closed", "hangup")]),
         {"handlings": {"collections": {"closed": [{"action": "announce", "prompt": "P-OCCUPE"}, {"action": "hangup"}]}}}],
        "numbers.N-COL.closed",
        (Voicemail(box="8100"),),
        ACCOUNT,
    ),
    "a setting without levels": ([], "queues.Q-SUP.max_waiting", 3, Level("object", "Q-SUP")),
    "a setting without levels, by default": ([], "queues.Q-SUP.priority", 0, DEFAULT),
    "a setting of the account": ([], "account.trunk_channels", 10, DEFAULT),
    "the closed branch of a number": (
        [{"handlings": {"collections": {"closed": None}}},
         account(defaults={"numbers": {"closed": [{"action": "voicemail", "box": "8100"}]}})],
        "numbers.N-COL.closed",
        (Voicemail(box="8100"),),
        ACCOUNT,
    ),
}  # fmt: skip


def nested(steps: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The merge patch that sets one value."""
    change: dict[str, Any] = {steps[-1]: value}
    for step in reversed(steps[:-1]):
        change = {step: change}
    return change


OF_KINDS: dict[str, tuple[str, Any]] = {
    "time_zone": ("Europe/Paris", "Europe/Paris"), "language": ("fr", "fr"), "languages": ("fr", ["fr"]),
    "operator": ("extension", COLLEAGUE), "hold_music": ("M-BOREALIS", "M-BOREALIS"), "music": ("M-BOREALIS", "M-BOREALIS"),
    "mode": ("sequential", "sequential"), "seconds": ("15", 15), "classes_off": ("other", ["other"]),
    "busy": ("hangup", {"action": "hangup"}), "unanswered": ("hangup", {"action": "hangup"}), "dnd": ("hangup", {"action": "hangup"}),
    "forward_vs_schedule": ("schedule_first", "schedule_first"), "forward_in_open_hours": ("ignore", "ignore"),
    "receive_while_on_call": ("false", False), "forward": ("extension", {"to": COLLEAGUE}),
    "press_1": ("false", False), "confirm_by": ("caller", "caller"), "confirm_seconds": ("7", 7),
    "closed": ("hangup", [{"action": "hangup"}]),
}  # fmt: skip
"""A word of a setting that a lock may name, and a value that it forbids."""
OBJECTS = {"users": ("users", "1001"), "numbers": ("numbers", "N-MAIN"), "queues": ("queues", "Q-SUP")}


@pytest.mark.parametrize("setting", lockable())
def test_given_a_lock_of_a_value_then_it_forbids_that_value_or_is_refused(setting: str) -> None:
    kind, way = lockable()[setting]
    if way[-1] not in OF_KINDS or way[-2:-1] == ("unanswered",):
        (problem,) = mistakes(account(locks=[lock(setting, "true")]))
        assert (problem.code, problem.path) == ("lock_of_whole", "account.locks[0].values")
        return
    word, value = OF_KINDS[way[-1]]
    holder, key = OBJECTS[kind]
    full = ("external_numbers", "mobile", *way) if way in PRESS_1 else way
    path = ".".join((holder, key, *full))
    of_handling = (holder, way) == ("numbers", ("closed",))
    at = ("handlings", "main", *full) if of_handling else (holder, key, *full)
    mine = (nested(at, None), nested(at, value))
    stored, held = ask(boreal(*mine), path), ask(boreal(*mine, account(locks=[lock(setting, word)])), path)
    assert stored is not None
    assert held is not None
    assert (stored.origin, stored.unused) == (Level("object", key), ())
    assert [(one.value, one.because, one.by) for one in held.unused] == [(stored.value, "forbidden", ACCOUNT)]


def test_given_a_lock_of_values_on_several_settings_then_it_is_for_those_that_have_them() -> None:
    assert mistakes(account(locks=[lock("users.*", "external"), lock("numbers.*", "hangup")])) == []


def test_given_a_lock_of_values_where_there_are_none_then_it_is_said_where_there_are() -> None:
    (problem,) = mistakes(account(locks=[lock("numbers.rules", "x")]))
    assert problem.allowed == (
        "numbers.time_zone", "numbers.languages", "numbers.operator", "numbers.closed",
    )  # fmt: skip
    for said in (problem.fr, problem.en):
        assert "numbers.rules" in said
        assert "numbers.closed" in said
        assert "{" not in said


def test_given_forwards_outside_are_forbidden_then_calls_do_not_leave() -> None:
    held = effective(boreal(account(locks=[lock("users.forward", "external")])))
    assert boreal().users["1002"].forward is not None
    assert held.users["1002"].forward is None


@pytest.mark.parametrize("case", OTHERS)
def test_given_any_setting_then_it_can_be_asked_for(case: str) -> None:
    changes, path, value, origin = OTHERS[case]
    answer = ask(boreal(*changes), path)
    assert answer is not None
    assert (answer.value, answer.origin) == (value, origin)


@pytest.mark.parametrize(
    "path", ["users.1999.name", "users.1000.colour", "queues.Q-SUP.rules", "nothing", ""]
)
def test_given_no_such_setting_then_there_is_no_answer(path: str) -> None:
    assert ask(boreal(), path) is None


def test_given_a_lock_then_the_stored_value_comes_back_when_it_is_lifted() -> None:
    mine = user("1000", **seconds(15))
    locked = boreal(mine, account(locks=[lock("users.open.ring.seconds")]))
    answer = ask(locked, RING)
    assert answer is not None
    assert answer.value == 30
    assert [(one.value, one.level, one.because, one.by) for one in answer.unused] == [
        (15, SOFIA, "locked", ACCOUNT)
    ]
    lifted = msgspec.structs.replace(locked, account=msgspec.structs.replace(locked.account, locks=()))
    again = ask(lifted, RING)
    assert again is not None
    assert (again.value, again.unused) == (15, ())


def test_given_holidays_of_the_account_then_everybody_has_them_with_his_own() -> None:
    day = {"yearly": {"month": 7, "day": 1}, "steps": [{"action": "announce", "prompt": "A-FERIE"}]}
    document = effective(boreal(account(**for_users(exceptions={"CANADA": day}))))
    assert list(document.users["1002"].exceptions) == ["CANADA", "X2", "X1", "X3"]
    assert list(document.users["1004"].exceptions) == ["CANADA"]


def test_given_a_locked_option_of_the_menu_then_only_it_is_off() -> None:
    document = effective(boreal(account(locks=[lock("users.open.unanswered.operator")])))
    action = document.users["1001"].open.unanswered
    assert isinstance(action, Voicemail)
    assert (action.operator, action.check_voicemail) == (False, True)


def test_given_external_numbers_are_locked_then_nobody_has_any() -> None:
    assert (
        effective(boreal(account(locks=[lock("users.external_numbers")]))).users["1001"].external_numbers
        == {}
    )


def test_given_a_closed_context_of_the_site_then_it_holds_for_those_without_one() -> None:
    ringing = for_users(closed={"ring": {"seconds": 10}, "unanswered": {"action": "hangup"}})
    users = effective(boreal(site(**ringing))).users
    hugo, claire = users["1006"].closed, users["1001"].closed
    assert hugo is not None
    assert hugo.ring is not None
    assert (hugo.ring.seconds, hugo.unanswered) == (10, Hangup())
    assert claire is not None
    assert claire.ring is None
    assert claire.unanswered == Voicemail()


def test_given_a_handling_of_two_sites_then_each_number_has_the_hours_of_its_own() -> None:
    hours = {"openings": [{"days": ["mon"], "start": "08:00", "end": "09:00"}]}
    change = {
        "handlings": {"collections": {"schedule": None}},
        "numbers": {"N-LYO": {"handling": "collections"}},
        "sites": {"LYON": {"defaults": {"numbers": {"schedule": hours}}}},
    }
    document = effective(boreal(change))
    assert document.handlings[document.numbers["N-COL"].handling].schedule is None
    lyon = document.handlings[document.numbers["N-LYO"].handling].schedule
    assert lyon is not None
    assert lyon.openings[0].end == 9 * 60


def test_given_nothing_above_a_queue_then_it_stays_the_same_object() -> None:
    document = boreal(account(**for_users(hold_music="M-DEF")))
    assert effective(document).queues["Q-SUP"] == msgspec.structs.replace(
        document.queues["Q-SUP"], time_zone="America/Toronto"
    )


MISTAKES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a lock on nothing": (account(locks=[lock("users.open.ring.second")]), "unknown_setting", "account.locks[0].setting"),
    "a lock on an action that does not exist": (
        site(locks=[lock("users.*.unanswered", "voicmail")]),
        "not_allowed",
        "sites.MTL.locks[0].values[0]",
    ),
    "a lock on a forward that does not exist": (
        account(locks=[lock("users.forward", "extern")]), "not_allowed", "account.locks[0].values[0]"),
    "a lock on a closed branch that does not exist": (
        account(locks=[lock("numbers.closed", "voicmail")]), "not_allowed", "account.locks[0].values[0]"),
    "a lock on single hours": (site(locks=[lock("users.schedule", "x")]), "lock_of_whole", "sites.MTL.locks[0].values"),
    "an order of devices for all": (
        account(**for_users(open={"ring": {"order": ["1000a"]}})),
        "order_at_level",
        "account.defaults.users.open.ring.order",
    ),
    "a group that does not exist": (user("1000", group="NONE"), "unknown_reference", "users.1000.group"),
    "music that does not exist": (
        account(**for_users(hold_music="NONE")),
        "unknown_reference",
        "account.defaults.users.hold_music",
    ),
    "hours of a level that end before they begin": (
        account(defaults={"queues": {"schedule": {"openings": [{"days": ["mon"], "start": "09:00", "end": "08:00"}]}}}),
        "end_before_start",
        "account.defaults.queues.schedule.openings[0].end",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_given_a_mistake_in_a_level_then_it_is_refused(case: str) -> None:
    change, code, path = MISTAKES[case]
    assert (code, path) in {(problem.code, problem.path) for problem in mistakes(change)}


def test_given_an_object_then_all_of_its_settings_are_told() -> None:
    document = boreal()
    assert len(ask_below(document, "users.1001")) == len(SETTINGS["users"])
    assert [answer.path for answer in ask_below(document, "users.1001.open.ring")] == [
        "users.1001.open.ring.mode", "users.1001.open.ring.seconds", "users.1001.open.ring.classes_off",
    ]  # fmt: skip
    assert [answer.value for answer in ask_below(document, "account.name")] == ["Groupe Boréalis inc."]
    assert ask_below(document, "users") == ()


HANDLED: dict[str, tuple[str, Any]] = {
    "schedule": ("handlings.main.schedule", None),
    "exceptions": ("handlings.main.exceptions", {}),
    "rules": ("handlings.main.rules", ()),
    "closed": ("handlings.main.closed", ()),
    "a part of its hours": ("handlings.main.schedule.openings", None),
    "a rule": ("handlings.main.rules.0", None),
}


@pytest.mark.parametrize("case", HANDLED)
def test_given_a_lock_above_the_numbers_of_a_handling_then_what_it_stores_is_told_as_not_in_force(
    case: str,
) -> None:
    path, value = HANDLED[case]
    setting = path.split(".")[2]
    stored, held = ask(boreal(), path), ask(boreal(account(locks=[lock(f"numbers.{setting}")])), path)
    assert stored is not None
    assert held is not None
    main = Level("object", "main")
    assert (stored.path, stored.origin, stored.locked_by, stored.unused) == (path, main, None, ())
    assert (held.path, held.value, held.origin, held.locked_by) == (path, value, DEFAULT, ACCOUNT)
    assert held.unused == (Unused(stored.value, main, "locked", ACCOUNT),)


def test_given_a_handling_that_leaves_it_to_the_account_then_its_value_is_that_of_the_account() -> None:
    closed = [{"action": "voicemail", "box": "8100"}]
    document = boreal(
        {"handlings": {"main": {"closed": None}}}, account(defaults={"numbers": {"closed": closed}})
    )
    answer = ask(document, "handlings.main.closed")
    assert answer is not None
    assert (answer.value, answer.origin) == ((Voicemail(box="8100"),), ACCOUNT)


def test_given_numbers_of_one_handling_below_different_locks_then_each_is_told() -> None:
    document = boreal(site("MTL", locks=[lock("numbers.schedule")]))
    answers = ask_below(document, "handlings.main.schedule")
    told = {answer.path: (answer.value is None, answer.locked_by) for answer in answers}
    assert told == {"numbers.N-MAIN.schedule": (True, MTL), "numbers.N-SUP.schedule": (False, None)}
    assert ask(document, "handlings.main.schedule") == answers[0]


def test_given_a_handling_then_its_settings_are_told_one_by_one() -> None:
    answers = ask_below(boreal(account(locks=[lock("numbers.schedule")])), "handlings.main")
    assert [answer.path for answer in answers][:3] == [
        "handlings.main.name", "handlings.main.schedule", "handlings.main.exceptions",
    ]  # fmt: skip
    assert [answer.path for answer in answers if answer.locked_by] == ["handlings.main.schedule"]


def test_given_a_handling_of_no_number_then_what_is_written_is_told() -> None:
    document = boreal(
        {"handlings": {"spare": {"closed": [{"action": "hangup"}]}}}, account(locks=[lock("numbers.closed")])
    )
    (answer,) = ask_below(document, "handlings.spare.closed")
    assert (answer.value, answer.origin, answer.locked_by) == ((Hangup(),), Level("object", "spare"), None)
    assert ask(document, "handlings.spare.colour") is None
    assert ask(document, "handlings.none.closed") is None


def test_given_a_value_behind_a_lock_then_its_path_answers_who_locks_it() -> None:
    locks = [lock(f"numbers.{setting}") for setting in ("schedule", "exceptions", "rules", "closed")]
    document = boreal(account(locks=locks))
    found = [one.path for one in check(document) if one.id == "value_behind_lock"]
    assert "handlings.main.schedule" in found
    for path in found:
        answers = ask_below(document, path)
        assert [answer.locked_by for answer in answers] == [ACCOUNT], path


def test_given_an_answer_then_it_is_said_in_both_languages() -> None:
    held = account(**for_users(**seconds(20)), locks=[lock("users.open.ring.seconds")])
    answer = ask(boreal(held, user("1000", **seconds(15))), RING)
    assert answer is not None
    assert list(setting_text(answer, "en")) == [
        "users.1000.open.ring.seconds: 20. Set by the account.",
        "Locked by the account.",
        "15, set by the object itself (1000), is not in force: locked by the account.",
    ]
    assert list(setting_text(answer, "fr"))[1] == "Verrouillé par le compte."
