"""Every scenario file gives its timeline on a real FreeSWITCH, with SIP phones; all of them side by side."""

from __future__ import annotations

import pytest

from console.scenarios.on_freeswitch import play_on_freeswitch
from console.scenarios.twice import play_twice
from tests.live.office import FREESWITCH
from tests.test_scenarios import FILES, scenario, wrong_twice

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(900),
    pytest.mark.skipif(FREESWITCH is None, reason="no FreeSWITCH is installed"),
]


def test_on_freeswitch() -> None:
    cases = [case for case in map(scenario, FILES) if case.plays_on("freeswitch")]
    played = play_twice(lambda chosen: play_on_freeswitch(chosen, str(FREESWITCH)), cases)
    assert wrong_twice(played) == {}
