"""One of the faults in each phase of a call on a real FreeSWITCH; `make test-faults` plays all of them."""

from __future__ import annotations

import pytest

from console.faults.playing import play
from console.faults.table import failures
from tests.live.office import needs_freeswitch

pytestmark = needs_freeswitch


@pytest.mark.timeout(240)
def test_given_an_event_socket_that_stands_still_then_every_phase_ends_as_it_should() -> None:
    cells, seconds = play("freeswitch", "link_frozen")
    assert failures(cells) == []
    assert seconds > 0
