"""Phones' own keys on a real FreeSWITCH, as their SUBSCRIBE and the NOTIFY on the wire have them (as-feature-event): do not disturb
and forwarding are set by a key, and told to the phone when somebody else changes them.

Lina's phone is 1007a, Omar's 1004a.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.secrets import read_secret
from store.documents import Documents
from store.secrets import device_password
from tests.live.office import Office, installation, needs_freeswitch

pytestmark = needs_freeswitch
_TYPE = "application/x-as-feature-event+xml"
_CSTA = "http://www.ecma-international.org/standards/ecma-323/csta/ed3"


class Desk(Office):
    """An office whose phones have keys."""

    def key(self, phone: str, body: str = "", as_user: str = "") -> int:
        """A phone asks to be told, with a key pressed when there is a body; the final status."""
        key = read_secret(self.stack.root, "device_key")
        who = as_user or phone
        return self.phones[phone].subscribe(
            who, "as-feature-event", device_password(key, "boreal", phone, 1),
            says=(_TYPE, body) if body else ("", ""), as_user=as_user,
        )  # fmt: skip

    def dnd(self, phone: str, on: str, as_user: str = "") -> int:
        """The key for do not disturb."""
        return self.key(
            phone,
            f'<?xml version="1.0"?><SetDoNotDisturb xmlns="{_CSTA}"><device>{phone}</device>'
            f"<doNotDisturbOn>{on}</doNotDisturbOn></SetDoNotDisturb>",
            as_user,
        )

    def forward(self, phone: str, on: str, to: str) -> int:
        """The key for forwarding every call."""
        return self.key(
            phone,
            f'<?xml version="1.0"?><SetForwarding xmlns="{_CSTA}"><device>{phone}</device>'
            f"<forwardingType>forwardImmediate</forwardingType><forwardDN>{to}</forwardDN>"
            f"<activateForward>{on}</activateForward></SetForwarding>",
        )

    def told(self, phone: str, *parts: str) -> None:
        """Wait until the newest words about this key have all of these."""
        first = parts[0]
        self.until(
            lambda: any(
                first in told and all(p in told for p in parts) for told in self._newest(phone, first)
            )
        )

    def _newest(self, phone: str, about: str) -> list[str]:
        told = [
            o.detail for o in self.seen if o.phone == phone and o.what == "notified" and about in o.detail
        ]
        return told[-1:]

    def saved(self, extension: str) -> Any:
        """Whom the document says his calls go to."""
        found = Documents(self.settings.database_url).load("boreal")
        assert found is not None
        return found[1].users[extension].forward

    def intent(self, extension: str, kind: str) -> None:
        """Somebody says it over the API."""
        address = f"http://127.0.0.1:{self.stack.ports['console']}/api/v1/companies/boreal/agents/{extension}/intent"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        asked = urllib.request.Request(address, data=json.dumps({"kind": kind}).encode(), headers=headers)
        with urllib.request.urlopen(asked, timeout=5) as answer:
            assert answer.status == 200


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An installation of its own: what is set stays set."""
    with installation(tmp_path_factory.mktemp("keys")) as stack:
        office = Desk(stack, "1007a", "1004a")
        yield office
        office.close()


DND, FORWARD = "DoNotDisturbEvent", "ForwardingEvent"
OFF, ON = "<doNotDisturbOn>false<", "<doNotDisturbOn>true<"


def test_a_phone_that_asks_is_told_what_is_so(office: Desk) -> None:
    assert office.key("1007a") == 202
    office.told("1007a", DND, OFF, "<device>1007a<")
    office.told("1007a", FORWARD, "forwardImmediate", "<forwardStatus>false<")


def test_the_key_for_do_not_disturb_is_obeyed_and_told_when_somebody_else_changes_it(office: Desk) -> None:
    assert office.dnd("1007a", "true") == 202
    office.becomes("dnd", "1007")
    office.told("1007a", DND, ON)
    office.intent("1007", "available")
    office.told("1007a", DND, OFF)
    office.intent("1007", "dnd")
    office.told("1007a", DND, ON)
    assert office.dnd("1007a", "false") == 202
    office.told("1007a", DND, OFF)


def test_the_key_for_forwarding_is_saved_by_his_rights_and_told(office: Desk) -> None:
    assert office.forward("1007a", "true", "1006") == 202
    office.told("1007a", FORWARD, "<forwardStatus>true<", "<forwardTo>1006<")
    assert office.saved("1007").to.extension == "1006"
    for refused in ("sip:011 964 790 123 4567@x", "${system rm}", "1007"):
        before = office.times("1007a", "notified")
        assert office.forward("1007a", "true", refused) == 202
        office.until(lambda before=before: office.times("1007a", "notified") >= before + 2)  # type: ignore[misc]
        office.told("1007a", FORWARD, "<forwardTo>1006<")
        assert office.saved("1007").to.extension == "1006"
    assert office.forward("1007a", "false", "") == 202
    office.told("1007a", FORWARD, "<forwardStatus>false<")
    assert office.saved("1007") is None


def test_nobody_presses_somebody_elses_key(office: Desk) -> None:
    status = office.dnd("1004a", "true", as_user="1007a")
    office.key("1007a")
    office.told("1007a", DND, OFF)
    assert status != 202
    assert office.agents()["1007"] != "dnd"


def test_a_controller_that_was_killed_tells_what_changed_meanwhile(office: Desk) -> None:
    office.key("1007a")
    office.told("1007a", DND, OFF)
    office.kill("controller")
    office.intent("1007", "dnd")
    office.told("1007a", DND, ON)
