"""A phone that asks the switch to call an address of its own choice: nothing leaves (issue 5, part 6).

FreeSWITCH 1.10.12 dials the address of a REFER whose `Replaces` names a call that it does not know, without asking the
dialplan. SIPp plays whoever would be called. A REFER to an extension, in the same conversation, is obeyed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from console.scenarios.sip_script import Offer
from console.scenarios.stack import free_ports
from tests.live.office import CALLER, CLAIRE, Office, needs_freeswitch

pytestmark = [
    *needs_freeswitch,
    pytest.mark.skipif(shutil.which("sipp") is None, reason="no SIPp is installed"),
]
_DEAR = "+19005550100"
_UNKNOWN = "Replaces=nobody%40nowhere%3Bto-tag%3Da%3Bfrom-tag%3Db"


@pytest.fixture
def far_end(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """SIPp waits for a call on a port, and writes down every message."""
    port, messages = free_ports(1)[0], tmp_path / "messages.log"
    command = ["sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-trace_msg",
               "-message_file", str(messages)]  # fmt: skip
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port, messages
    running.kill()
    running.wait()


@pytest.mark.parametrize(
    "address",
    [
        f"{_DEAR}@127.0.0.1:{{port}}?{_UNKNOWN}",
        f"{_DEAR}@127.0.0.1:{{port}};x=1,origination_caller_id_number=911?{_UNKNOWN}",
        f"{_DEAR}@127.0.0.1:{{port}};x=%7Dsofia/phones/sip:9@127.0.0.1:{{port}}|error?{_UNKNOWN}",
        f"{_DEAR}@127.0.0.1:{{port}}?{_UNKNOWN}%7Dsofia/phones/sip:9@127.0.0.1:{{port}}",
        f"{_DEAR}@127.0.0.1:{{port}}",
    ],
    ids=[
        "replaces an unknown call",
        "with variables",
        "with a dial string in its parameters",
        "in its headers",
        "blind",
    ],
)
def test_given_a_refer_to_an_address_of_the_phones_choice_then_nobody_is_called(
    office: Office, far_end: tuple[int, Path], address: str
) -> None:
    port, messages = far_end
    claire = office.phones["1001a"]
    claire.script(Offer(answer_after=0.5))
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    assert claire.refer("sip:" + address.format(port=port)) in (202, 400)
    gevent.sleep(1.5)  # what it set off would have come: the INVITE of an attended transfer takes some 20 ms
    assert not messages.exists() or "INVITE" not in messages.read_text()
    assert not office.saw(_DEAR, "offered")


def test_given_such_a_refer_then_the_conversation_goes_on_and_a_real_transfer_is_still_possible(
    office: Office, far_end: tuple[int, Path]
) -> None:
    port, _ = far_end
    claire = office.phones["1001a"]
    claire.script(Offer(answer_after=0.5))
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    assert claire.refer(f"sip:{_DEAR}@127.0.0.1:{port}?{_UNKNOWN}") == 202
    office.until(lambda: any("403" in seen.detail for seen in office.seen if seen.what == "notified"), 5.0)
    assert not office.saw("1001a", "ended")
    assert claire.transfer("1004") == 202
    office.until(lambda: office.saw("1004a", "offered"), 5.0)
