"""A direct call to a user (3.3, 1 to 10): his state, his busy and unanswered actions, whose mailbox, his rights outside."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from routing.compiled import compile_company
from routing.route import LegOutcome
from routing.snapshot import Agent, AgentState
from routing.steps import Announce, Ask, CheckVoicemail, Hangup, PromptRef, Ring, Voicemail
from tests.routing.following import SILENCE, Following, changed
from tests.sample import document

CLAIRE, MARC = "+15145550110", "+15145550111"
BUSY, IDLE, GONE = AgentState.ON_CALL, AgentState.AVAILABLE, AgentState.OFFLINE
MOBILE = {"action": "external", "number": "+14385550111", "country": "CA"}
PARIS = {"action": "external", "number": "+33199000199", "country": "FR"}


def user(extension: str, **more: Any) -> dict[str, Any]:
    return {"users": {extension: more}}


def does(call: Following) -> object:
    """What a decision comes to, in a word: who rings, or the step."""
    step = call.decision.step
    match step:
        case Ring():
            return call.rings
        case Voicemail(box=box):
            return f"box {box}"
        case Hangup(why=why):
            return f"hang up {why}"
        case Announce(prompts=prompts):
            return f"says {prompts[0].name}"
        case Ask():
            return "menu"
        case _:
            return type(step).__name__


# --- his state (4.2) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (IDLE, {"1004a"}),
        (AgentState.ACW, {"1004a"}),
        (AgentState.AWAY, {"1004a"}),
        (AgentState.BUSY, {"1004a"}),
        (AgentState.DND_QUEUES, {"1004a"}),
        (AgentState.OUT_OF_HOURS, {"1004a"}),
        (AgentState.DND, "box 1004"),
        (AgentState.BREAK, "box 1004"),
        (GONE, "box 1004"),
        (Agent(state=GONE, intent="offline"), "box 1004"),
        (Agent(state=IDLE, blocked=True), "hang up busy"),
        (Agent(state=BUSY, legs=1), "hang up busy"),
        (Agent(state=AgentState.RINGING, ringing=1), "hang up busy"),
        (Agent(state=BUSY, legs=1, intent="dnd"), "box 1004"),
    ],
)
def test_given_a_state_then_a_direct_call_does_what_the_table_says(
    state: AgentState | Agent, what: object
) -> None:
    change = user("1004", open={"ring": {}, "busy": {"action": "busy_signal"}})
    assert does(Following("1004", change=change, u1004=state)) == what


@pytest.mark.parametrize(
    ("state", "what"), [(IDLE, {"1004a"}), (AgentState.DND, "box 1004"), (AgentState.BREAK, "box 1004")]
)
def test_given_closed_hours_in_which_phones_ring_then_do_not_disturb_keeps_them_silent_all_the_same(
    state: AgentState, what: object
) -> None:
    hours = {"openings": [{"days": ["mon"], "start": "08:00", "end": "09:00"}]}
    change = user("1004", schedule=hours, closed={"ring": {"seconds": 20}})
    assert does(Following("1004", change=change, u1004=state)) == what


def test_given_one_who_set_himself_offline_then_nobody_is_told_that_his_phones_cannot_be_reached() -> None:
    declared = Following("1004", u1004=Agent(state=GONE, intent="offline"))
    lost = Following("1004", u1004=GONE)
    assert declared.facts("user_signed_off") == lost.facts("user_offline") == [{"user": "1004"}]


def test_given_one_who_wants_to_ring_on_a_break_then_he_does() -> None:
    change = user("1004", ring_on_break=True)
    assert does(Following("1004", change=change, u1004=AgentState.BREAK)) == {"1004a"}


def test_given_blocking_capacity_then_he_is_busy_even_with_call_waiting() -> None:
    blocked = Agent(state=IDLE, blocked=True)
    assert does(Following("1004", u1004=blocked)) == "box 1004"
    assert does(Following("1004", u1004=BUSY)) == {"1004a"}


def test_given_nobody_at_his_phones_but_an_outside_number_then_it_rings_unless_he_went_offline() -> None:
    assert does(Following(CLAIRE, u1001=GONE)) == {"x14385550111"}
    assert does(Following(CLAIRE, u1001=Agent(state=GONE, intent="offline"))) == "menu"


def test_given_t113_no_licence_or_no_plan_then_the_extension_is_as_unknown() -> None:
    for change in (user("1001", licensed=False), {"account": {"call_handling_plan": False}}):
        assert does(Following("1001", change=change)) == "hang up unallocated"
        greeting = Following("+15145550100", change=change).keys("1").keys("001")
        assert greeting.facts("extension_invalid") == [{"dialled": "1001"}]


# --- busy (Z24 to Z31, T35 to T39) and unanswered (Z32 to Z47) --------------------------------------------


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ({"action": "call_waiting"}, {"1001a"}),
        ({"action": "voicemail"}, "box 1001"),
        ({"action": "announce", "prompt": "P-OCCUPE"}, "says P-OCCUPE"),
        ({"action": "busy_signal"}, "hang up busy"),
        ({"action": "extension", "extension": "1000"}, {"1000a"}),
        ({"action": "contact", "contact": "garage-nord"}, {"x14505550166"}),
    ],
)
def test_given_each_busy_action_then_it_is_done(action: dict[str, Any], what: object) -> None:
    change = user("1001", open={"busy": {"extension": None, **action}})
    assert does(Following(CLAIRE, change=change, u1001=BUSY)) == what


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ({"action": "voicemail", "operator": False, "check_voicemail": False}, "box 1001"),
        ({"action": "announce", "prompt": "P-OCCUPE"}, "says P-OCCUPE"),
        ({"action": "hangup"}, "hang up unavailable"),
        ({"action": "extension", "extension": "1010"}, {"1010a"}),
        ({"action": "contact", "contact": "garage-nord"}, {"x14505550166"}),
        ({"action": "queue", "queue": "Q-SUP"}, {"1007a"}),
    ],
)
def test_given_each_unanswered_action_then_it_is_done(action: dict[str, Any], what: object) -> None:
    plain = {"operator": None, "operator_target": None, "check_voicemail": None}
    change = user("1001", open={"ring": {"mode": "simultaneous"}, "unanswered": {**plain, **action}})
    assert does(Following(CLAIRE, change=change).unanswered()) == what


MENU = {"open": {"ring": {"mode": "simultaneous"}}}


@pytest.mark.parametrize(
    ("keys", "what"),
    [("0", {"1000a"}), ("1", "box 1001"), ("5", "box 1001"), ("*", "CheckVoicemail")],
)
def test_given_the_menu_then_its_keys_are_fixed(keys: str, what: object) -> None:
    assert does(Following(CLAIRE, change=user("1001", **MENU)).unanswered().keys(keys)) == what


def test_given_no_key_in_the_menu_then_the_message_is_recorded_without_a_second_greeting() -> None:
    call = Following(CLAIRE, change=user("1001", **MENU)).unanswered().then(SILENCE)
    assert call.decision.step == Voicemail(box="1001", skip_greeting=True)


@pytest.mark.parametrize("word", ["video_mail", "messagerie vidéo"])
def test_given_t132_video_mail_then_it_is_voicemail(word: str) -> None:
    """T132."""
    change = user("1006", open={"ring": {}, "unanswered": {"action": word}})
    assert does(Following("1006", change=change).unanswered()) == "box 1006"


def test_given_the_voicemail_check_off_then_the_key_records() -> None:
    change = user("1001", open={**MENU["open"], "unanswered": {"check_voicemail": False}})
    call = Following(CLAIRE, change=change).unanswered()
    assert isinstance(call.decision.step, Ask)
    assert call.decision.step.keys == "01"
    assert not isinstance(call.keys("*").decision.step, CheckVoicemail)


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ({"action": "queue", "queue": "Q-SUP"}, {"1007a"}),
        ({"action": "extension", "extension": "1010"}, {"1010a"}),
        ({"action": "number", "number": "N-VEN"}, {"1004a", "1005a", "1006a"}),
        ({"action": "operator"}, {"1000a"}),
    ],
)
def test_given_t48_an_operator_target_then_0_reaches_it(target: dict[str, Any], what: object) -> None:
    plain = {"extension": None, **target}
    change = user("1001", open={**MENU["open"], "unanswered": {"operator_target": plain}})
    assert does(Following(CLAIRE, change=change).unanswered().keys("0")) == what


def test_given_operators_at_each_level_then_the_users_own_comes_first() -> None:
    change = user(
        "1001", operator={"action": "extension", "extension": "1010"},
        open={**MENU["open"], "unanswered": {"operator_target": {"action": "operator", "extension": None}}},
    )  # fmt: skip
    assert does(Following(CLAIRE, change=change).unanswered().keys("0")) == {"1010a"}


# --- greetings, whose mailbox (Z43, Z49) ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("mailbox", "box", "greeting"), [("target", "1010", "P-NOEL"), ("original", "1001", "G-FERME")]
)
def test_given_a_forward_nobody_answers_then_the_mailbox_is_the_one_that_was_chosen(
    mailbox: str, box: str, greeting: str
) -> None:
    forward = {"action": "extension", "extension": "1010", "mailbox": mailbox}
    change = {
        "boxes": {"1001": {"greeting": "G-FERME"}},
        "users": {
            "1001": {"open": {"busy": forward}},
            "1010": {"open": {"ring": {}, "unanswered": {"action": "voicemail", "greeting": "P-NOEL"}}},
        },
    }
    call = Following(CLAIRE, change=change, u1001=BUSY)
    assert call.rings == {"1010a"}
    step = call.unanswered().decision.step
    assert step == Voicemail(box=box, greeting=PromptRef(greeting, company=True))


def test_given_a_second_forward_then_the_first_mailbox_is_kept_only_as_long_as_everybody_keeps_it() -> None:
    def to(extension: str, mailbox: str) -> dict[str, Any]:
        return {"action": "extension", "extension": extension, "mailbox": mailbox}

    def change(second: str) -> dict[str, Any]:
        return {"users": {
            "1001": {"open": {"busy": to("1010", "original")}},
            "1010": {"open": {"ring": {}, "unanswered": to("1011", second)}},
        }}  # fmt: skip

    for second, box in (("original", "box 1001"), ("target", "box 1011")):
        call = Following(CLAIRE, change=change(second), u1001=BUSY).unanswered()
        assert call.rings == {"1011a"}
        assert does(call.unanswered()) == box


# --- forwards, schedule, rights (C2, P84, design 3.6) ------------------------------------------------------

NO_SCHEDULE: dict[str, Any] = {"schedule": {"enabled": False}, "exceptions": None}
MARCS = {"x14385550122"}


@pytest.mark.parametrize(
    ("change", "when", "what"),
    [
        ({}, "2026-10-13T10:00", {"1002a", "1002b"}),
        ({}, "2026-10-13T18:00", "box 1002"),
        (NO_SCHEDULE, "2026-10-13T10:00", MARCS),
        ({"forward_in_open_hours": "apply"}, "2026-10-13T10:00", MARCS),
        ({"forward_in_open_hours": "apply"}, "2026-10-13T18:00", "box 1002"),
        ({"forward_vs_schedule": "forward_first"}, "2026-10-13T18:00", MARCS),
        ({"forward_vs_schedule": "forward_first"}, "2026-10-14T10:00", {"1004a"}),
        ({**NO_SCHEDULE, "forward": {"enabled": False}}, "2026-10-13T10:00", {"1002a", "1002b"}),
    ],
)
def test_given_marcs_forward_and_schedule_then_two_settings_say_which_wins(
    change: dict[str, Any], when: str, what: object
) -> None:
    assert does(Following(MARC, when=when, change=user("1002", **change))) == what


def test_given_a_forward_to_a_country_the_owner_may_not_call_then_it_is_refused_and_said() -> None:
    def call(**owner: Any) -> Following:
        return Following(MARC, change=user("1002", **NO_SCHEDULE, forward={"to": PARIS}, **owner))

    facts = {"user": "1002", "outside": "+33199000199", "country": "FR"}
    assert does(call(capacity={"CP-OUT-1": 0})) == {"x33199000199"}
    for without in ({"capacity": {"CP-OUT-EOD": 0}}, {}):
        assert does(call(**without)) == "box 1002"
        assert call(**without).facts("country_not_allowed") == [facts]


def test_given_a_forward_to_a_premium_number_then_only_a_profile_that_has_them_lets_it_go() -> None:
    premium = {"action": "external", "number": "+19005551234", "country": "US"}
    change = user("1002", **NO_SCHEDULE, forward={"to": premium}, capacity={"CP-OUT-1": 0})
    assert does(Following(MARC, change=change)) == "box 1002"
    facts = {"user": "1002", "outside": "+19005551234", "number_class": "premium"}
    assert Following(MARC, change=change).facts("class_not_allowed") == [facts]
    allowed = {**change, "outbound_profiles": {"OP-DEF": {"classes": ["premium"]}}}
    assert does(Following(MARC, change=allowed)) == {"x19005551234"}


@pytest.mark.parametrize(
    ("number", "capacity", "code"),
    [
        ("+33199000199", {}, "country_not_allowed"),
        ("+33199000199", {"CP-OUT-1": 0}, ""),
        ("+442071838750", {"CP-OUT-1": 0}, "country_not_allowed"),
        ("+14505550166", {}, ""),
        ("+881612345678", {"CP-OUT-1": 0}, "class_not_allowed"),
        ("+9991234567", {"CP-OUT-1": 0}, "outside_invalid"),
    ],
)
def test_given_a_forward_to_an_entry_of_the_directory_without_a_country_then_its_number_tells_it(
    number: str, capacity: dict[str, int], code: str
) -> None:
    to = {"action": "contact", "contact": "garage-nord", "number": None, "country": None}
    change = {
        "contacts": {"garage-nord": {"number": number, "country": None}},
        **user("1002", **NO_SCHEDULE, forward={"to": to}, capacity=capacity),
    }
    call = Following(MARC, change=change)
    assert does(call) == ("box 1002" if code else {f"x{number[1:]}"})
    assert not code or call.facts(code)  # type: ignore[arg-type]


def test_given_a_satellite_number_in_the_directory_then_a_profile_that_has_them_lets_it_go() -> None:
    to = {"action": "contact", "contact": "garage-nord", "number": None, "country": None}
    change = {
        "contacts": {"garage-nord": {"number": "+881612345678", "country": None}},
        "outbound_profiles": {"OP-DEF": {"classes": ["satellite"]}},
        **user("1002", **NO_SCHEDULE, forward={"to": to}, capacity={"CP-OUT-1": 0}),
    }
    assert does(Following(MARC, change=change)) == {"x881612345678"}


def test_given_no_default_profile_then_only_the_companys_countries_are_called() -> None:
    change = {"outbound_profiles": None, "numbers": {"N-PERS": {"owner": None}}}
    home = {**change, **user("1002", **NO_SCHEDULE)}
    abroad = {**change, **user("1002", **NO_SCHEDULE, forward={"to": PARIS})}
    assert does(Following(MARC, change=home)) == MARCS
    assert does(Following(MARC, change=abroad)) == "box 1002"


def test_given_a_personal_number_then_the_default_profile_decides_where_its_owner_may_call() -> None:
    change = user("1003", forward={"to": PARIS})
    assert does(Following("1003", change=change)) == {"x33199000199"}


def test_given_a_company_rule_to_the_outside_then_no_users_rights_are_asked() -> None:
    change = {
        "handlings": {"collections": {"open": [PARIS]}},
        "outbound_profiles": {"OP-DEF": {"countries": ["CA"]}},
    }
    assert does(Following("+15145550160", change=change)) == {"x33199000199"}


@pytest.mark.parametrize(("lines", "what"), [(None, MARCS), (1, MARCS), (2, "box 1002")])
def test_given_t130_no_line_left_then_the_unanswered_action_with_its_reason(
    lines: int | None, what: object
) -> None:
    change = {**user("1002", **NO_SCHEDULE), "account": {"trunk_channels": 2}}
    call = Following(MARC, change=change, lines=lines)
    assert does(call) == what
    assert len(call.facts("trunk_full")) == (lines == 2)


def test_given_one_line_left_then_of_two_outside_numbers_one_rings() -> None:
    second = {"number": "+14505550133", "country": "CA"}
    change = {
        "account": {"trunk_channels": 2},
        **user(
            "1001", open={"ring": {"mode": "simultaneous", "order": None}}, external_numbers={"home": second}
        ),
    }
    assert {leg for leg in Following(CLAIRE, change=change, lines=1).rings if leg[0] == "x"} == {
        "x14385550111"
    }


# --- ring plan -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "rung"),
    [
        ([], {"1001a", "1001b", "1001c", "x14385550111"}),
        (["mobile", "desktop", "other"], {"1001a", "x14385550111"}),
        (["desk", "mobile", "desktop", "other"], {"x14385550111"}),
    ],
)
def test_given_t44_classes_off_then_devices_are_silent_and_outside_numbers_are_not(
    off: list[str], rung: set[str]
) -> None:
    change = user("1001", open={"ring": {"mode": "simultaneous", "seconds": 20, "classes_off": off}})
    assert Following(CLAIRE, change=change).rings == rung


def test_given_t114_no_outside_number_then_the_sequence_is_shorter() -> None:
    change = user("1001", external_numbers=None, open={"ring": {"order": ["1001a", "1001b", "1001c"]}})
    call, rung = Following(CLAIRE, change=change), []
    while call.rings:
        rung.append(next(iter(call.rings)))
        call.unanswered()
    assert rung == ["1001a", "1001b", "1001c"]
    assert does(call) == "menu"


def test_given_he_declines_on_one_phone_of_several_then_the_rest_of_the_plan_is_over() -> None:
    call = Following(CLAIRE)
    assert does(call.then(call.ended(LegOutcome.DECLINED), after=2)) == "menu"


# --- rules of users (R12) --------------------------------------------------------------------------------

RULE = {"id": "R1", "steps": [{"action": "announce", "prompt": "P-OCCUPE"}]}


@pytest.mark.parametrize(
    ("condition", "to", "caller", "matches"),
    [
        ({"callers": ["+14505550199"]}, CLAIRE, "+14505550199", True),
        ({"callers": ["+1450*"]}, CLAIRE, "+14505550199", True),
        ({"callers": ["+1450*"]}, CLAIRE, "", False),
        ({"callers": ["1000"]}, "1001", "1000", True),
        ({"contacts": ["garage-nord"]}, CLAIRE, "+14505550166", True),
        ({"contacts": ["garage-nord"]}, CLAIRE, "+14505550167", False),
        ({"called": ["DID-1001"]}, CLAIRE, "+14505550199", True),
        ({"called": ["DID-1001"]}, "1001", "1000", False),
        ({"state": "open"}, CLAIRE, "+14505550199", True),
        ({"state": "closed"}, CLAIRE, "+14505550199", False),
        ({"callers": ["+1450*"], "state": "closed"}, CLAIRE, "+14505550199", False),
        ({"enabled": False}, CLAIRE, "+14505550199", False),
    ],
)
def test_given_a_rule_of_a_user_then_all_its_conditions_must_hold(
    condition: dict[str, Any], to: str, caller: str, matches: bool
) -> None:
    call = Following(to, caller=caller, change=user("1001", rules=[{**RULE, **condition}]))
    assert (does(call) == "says P-OCCUPE") == matches


@pytest.mark.parametrize(("lifted", "what"), [(True, "says P-OCCUPE"), (False, {"1004a"})])
def test_given_c9_an_exceptional_period_then_only_a_rule_that_says_so_precedes_it(
    lifted: bool, what: object
) -> None:
    change = user("1002", rules=[{**RULE, "even_in_exception": lifted}])
    call = Following(MARC, when="2026-10-14T10:00", change=change)
    assert does(call) == what
    passed = {"target": "u.1002", "rule": "R1", "because": "exception"}
    assert (passed in call.facts("rule_passed_over")) == (not lifted)


def shown(call: Following) -> list[str]:
    """The numbers that the legs of its ring show."""
    step = call.decision.step
    assert isinstance(step, Ring), step
    return [leg.caller_id for leg in step.legs]


def test_given_a_number_of_somebodys_own_then_only_his_own_forward_shows_it() -> None:
    """Nobody else calls with it (D39)."""
    outside = {"action": "external", "number": "+14505550188", "country": "CA"}
    own = Following("+15145550150", change=user("1003", forward={"to": outside}))
    assert shown(own) == ["+15145550150"]
    of_another = {"to": {"action": "extension", "extension": "1002"}}
    change = {"users": {**user("1003", forward=of_another)["users"], **user("1002", **NO_SCHEDULE)["users"]}}
    assert shown(Following("+15145550150", change=change)) == ["+15145550100"]


def test_given_no_number_but_a_persons_own_then_calls_of_others_show_none() -> None:
    alone = {"N-PERS": document().numbers["N-PERS"]}
    company = compile_company(msgspec.structs.replace(document(), numbers=alone), 1)
    assert (changed().outgoing, company.outgoing) == ("+15145550100", "")
