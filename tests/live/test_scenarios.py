"""Every scenario file gives its timeline on a real FreeSWITCH, with SIP phones; all of them at once."""

from __future__ import annotations

import pytest

from console.scenarios.on_freeswitch import play_on_freeswitch
from schemas.timeline import differences
from tests.live.office import FREESWITCH
from tests.test_scenarios import FILES, scenario

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(420),
    pytest.mark.skipif(FREESWITCH is None, reason="no FreeSWITCH is installed"),
]


def test_on_freeswitch() -> None:
    cases = [case for case in map(scenario, FILES) if case.plays_on("freeswitch")]
    played = play_on_freeswitch(cases, str(FREESWITCH))
    wrong = {case.path.stem: differences(case.timeline, played[case.path], 1.5) for case in cases}
    assert {name: told for name, told in wrong.items() if told} == {}
