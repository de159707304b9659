"""Star codes: one table, what each does, and what people can read of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routing.call import Call
from routing.engine import next_step
from routing.snapshot import Snapshot
from routing.star_calls import DEEDS
from routing.star_codes import CODES, StarCall, read
from routing.steps import Announce, CheckVoicemail, Hangup, PromptRef
from tests.routing.test_outbound import dial
from tests.sample import at, company

_DOCS = Path(__file__).parents[2] / "docs" / "star-codes.md"


def test_every_code_has_its_deed_and_its_line_of_the_documentation() -> None:
    assert {code.meaning for code in CODES.values()} == DEEDS.keys()
    assert set(re.findall(r"`\*([0-9]{2})", _DOCS.read_text())) == set(CODES)


@pytest.mark.parametrize(
    "dialled", ["*", "86", "*00", "*861", "*86#", "*86*5145550100", "**86", "*8", "*86 "]
)
def test_what_is_no_star_code(dialled: str) -> None:
    assert read(dialled) is None


def test_86_listens_to_ones_own_box() -> None:
    assert read("*86") == StarCall("own_box", "")
    assert dial("*86", "1001").step == CheckVoicemail(box="1001")


def test_86_from_the_door_phone_which_has_no_box_says_why() -> None:
    refused = dial("*86", "1090")
    assert refused.step == Hangup(why="unallocated")
    assert refused.reasons[-1].code == "no_box"


@pytest.mark.parametrize(("code", "kind", "prompt"), [("*78", "dnd", "dnd_on"), ("*79", "auto", "dnd_off")])
def test_do_not_disturb_is_declared_and_said(code: str, kind: str, prompt: str) -> None:
    decided = dial(code, "1001")
    assert (decided.declares, decided.step) == (kind, Announce(prompts=(PromptRef(prompt),)))


def test_where_nobody_knows_of_agents_nothing_is_declared_and_the_caller_hears_it() -> None:
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="*78", caller_number="1001",
        received_at=at("2026-10-13T10:00"), owner="1001",
    )  # fmt: skip
    decided = next_step(company(), call, Snapshot(now=call.received_at, agents=None))
    assert (decided.declares, decided.step) == ("", Announce(prompts=(PromptRef("something_wrong"),)))
    assert decided.reasons[-1].code == "not_declared"
