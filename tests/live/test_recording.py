"""A recorded call on a real switch: one file for each part, two channels, silence while it is masked (D31)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import wave
from pathlib import Path
from typing import Any

import gevent

from console.scenarios.sip_script import Offer
from schemas.secrets import read_secret
from store.secrets import device_password
from tests.live.office import Office, needs_freeswitch

pytestmark = needs_freeswitch
OUTSIDE = "+14505550166"


def asked(office: Office, path: str, body: object = None) -> Any:
    """The API, as a supervisor's program uses it."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{office.stack.ports['console']}/api/v1/companies/boreal/{path}",
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Authorization": f"Bearer {office.token}"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.loads(answer.read())


def test_given_a_profile_that_records_then_its_call_is_kept_in_parts_and_can_be_masked(
    office: Office,
) -> None:
    phone = office.phone("1003a")
    office.until(lambda: office.agents("boreal")["1003"] == "available")
    office.outside.script(Offer(answer_after=0.5), number=OUTSIDE)
    password = device_password(read_secret(office.stack.root, "device_key"), "boreal", "1003a", 1)
    call = phone.call("*0160*4505550166", password=password)
    office.until(lambda: office.saw(OUTSIDE, "answered"))
    office.until(lambda: [each for each in asked(office, "calls")["calls"] if each["recording"] == "on"])
    (live,) = (each for each in asked(office, "calls")["calls"] if each["recording"])
    for deed, state in (("mask", "masked"), ("unmask", "on"), ("stop", "stopped"), ("start", "on")):
        assert asked(office, f"calls/{live['id']}/recording", {"deed": deed})["state"] == state
        gevent.sleep(0.3)  # sound of each part
    phone.hang_up(call)
    folder = office.stack.root / "recordings" / "boreal"
    office.until(lambda: sum(_channels(file) == 2 for file in folder.glob(f"*{live['id']}*.wav")) == 2)
    files = sorted(file.name for file in folder.glob(f"*{live['id']}*.wav"))
    office.until(lambda: sorted(_in_record(office, live["id"])) == files)


def test_given_an_agent_who_dials_the_star_codes_then_his_own_recording_is_paused_and_goes_on(
    office: Office,
) -> None:
    phone = office.phone("1003a")
    office.until(lambda: office.agents("boreal")["1003"] == "available")
    office.outside.script(Offer(answer_after=0.5), number=OUTSIDE)
    password = device_password(read_secret(office.stack.root, "device_key"), "boreal", "1003a", 1)
    call = phone.call("*0160*4505550166", password=password)
    office.until(lambda: [each for each in asked(office, "calls")["calls"] if each["recording"] == "on"])
    phone.call("*94", password=password)
    office.until(lambda: _states(office) == {"masked"})
    phone.call("*95", password=password)
    office.until(lambda: _states(office) == {"on"})
    phone.hang_up(call)


def _states(office: Office) -> set[str]:
    return {each["recording"] for each in asked(office, "calls")["calls"] if each["recording"]}


def _in_record(office: Office, call: str) -> list[str]:
    """The files that the call's record names; none while there is no record."""
    try:
        named: list[str] = asked(office, f"records/{call}")["recordings"]
    except urllib.error.HTTPError:
        return []
    return named


def _channels(file: Path) -> int:
    """Of a file that is complete; 0 while it is being written."""
    try:
        with wave.open(str(file), "rb") as found:
            return found.getnchannels() if found.getnframes() else 0
    except (OSError, wave.Error, EOFError):
        return 0
