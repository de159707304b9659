"""INVITEs of people who are not who they say: none of them reaches a trunk, whichever profile it comes to (issue 5, part 6).

SIPp writes what no phone of ours would. The same number dialled by a phone with its password does reach the trunk, and so the
trunk would have seen the others.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import gevent
import pytest

from console.scenarios.stack import free_ports
from schemas.secrets import read_secret
from store.secrets import device_password
from tests.live.office import Office, needs_freeswitch

pytestmark = [
    *needs_freeswitch,
    pytest.mark.skipif(shutil.which("sipp") is None, reason="no SIPp is installed"),
]
OUTSIDE, DEAR = "+14505550166", "+33199000199"
_SECONDS = 10
_INVITE = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="somebody else">
<send><![CDATA[
INVITE sip:{to}@{domain} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Omar" <sip:{name}@{domain}>;tag=[call_number]
To: <sip:{to}@{domain}>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:{name}@[local_ip]:[local_port]>
Max-Forwards: 70
{headers}Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
]]></send>
<recv response="100" optional="true"/>
<recv response="183" optional="true"/>
<recv response="{status}"/>
<send><![CDATA[
ACK sip:{to}@{domain} SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
</scenario>
"""
_CLAIMS = (
    'P-Asserted-Identity: "Omar" <sip:1004@boreal.example>\n'
    "Remote-Party-ID: <sip:1004@boreal.example>;party=calling;screen=yes\n"
    "X-relais_company: boreal\nX-relais_owner: 1004\nX-relais_placed: click\nX-sip_authorized: true\n"
    "variable_relais_company: boreal\n"
)


def invite(office: Office, folder: Path, profile: str, status: int, **written: str) -> None:
    """One INVITE by SIPp; it must be answered with this status."""
    known = {"to": OUTSIDE, "name": "1004a", "domain": "boreal.example", "headers": "", "local": "127.0.0.1"}
    words = {**known, **written}
    file = folder / "invite.xml"
    file.write_text(_INVITE.format(status=status, **words))
    port = str(free_ports(1)[0])
    command = [
        "sipp", "-sf", str(file), "-i", words["local"], "-p", port, "-m", "1", "-timeout", str(_SECONDS),
        "-timeout_error", "-nostdin", f"127.0.0.1:{office.stack.ports[profile]}",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=3 * _SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize(
    ("profile", "status", "written"),
    [
        ("phones", 407, {}),
        ("phones", 407, {"headers": _CLAIMS}),
        ("phones", 407, {"name": "1004a", "domain": "127.0.0.1", "headers": _CLAIMS}),
        ("phones", 407, {"to": DEAR, "local": "127.0.0.2", "headers": _CLAIMS}),
        ("trunks", 404, {}),
        ("trunks", 404, {"to": DEAR, "headers": _CLAIMS}),
        ("trunks", 404, {"to": "911", "headers": _CLAIMS}),
        ("trunks", 404, {"to": "*0160*4505550166", "headers": _CLAIMS}),
        ("trunks", 407, {"local": "127.0.0.2", "headers": _CLAIMS}),
    ],
    ids=[
        "a phone without its password", "that claims to be known", "of another domain", "from elsewhere",
        "an outside number from the trunk", "as one of ours", "an emergency number", "a number chosen", "a stranger's trunk",
    ],
)  # fmt: skip
def test_given_an_invite_that_nobody_vouches_for_then_the_trunk_sees_nothing(
    office: Office, tmp_path: Path, profile: str, status: int, written: dict[str, str]
) -> None:
    before = sum(seen.what == "offered" for seen in office.seen)
    invite(office, tmp_path, profile, status, **written)
    gevent.sleep(0.5)  # whatever it set off would be on its way by now; the control below takes less
    assert sum(seen.what == "offered" for seen in office.seen) == before


def test_given_the_wrong_password_then_nothing_leaves_and_with_the_right_one_the_call_does(
    office: Office,
) -> None:
    phone = office.phones["1004a"]
    phone.call(OUTSIDE, password="guessed")
    office.until(lambda: office.saw("1004a", "failed"))
    assert not office.saw(OUTSIDE, "offered")
    key = read_secret(office.stack.root, "device_key")
    call = phone.call(OUTSIDE, password=device_password(key, "boreal", "1004a", 1))
    office.until(lambda: office.saw(OUTSIDE, "offered"), 5.0)
    phone.hang_up(call)
