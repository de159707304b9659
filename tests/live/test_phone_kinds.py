"""What phones of different kinds are sent by a real FreeSWITCH: the horn of the workshop, and lamps of a colleague's line."""

from __future__ import annotations

from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Offer
from schemas.secrets import read_secret
from store.secrets import device_password
from tests.live.office import Office, needs_freeswitch

pytestmark = needs_freeswitch


def password(office: Office, device: str) -> str:
    return device_password(read_secret(office.stack.root, "device_key"), "boreal", device, 1)


def test_given_a_call_to_the_horn_then_it_is_told_to_answer_by_itself_and_only_to_be_heard(
    office: Office,
) -> None:
    horn = office.phone("1092")
    horn.script(Offer(answer_after=0.2))
    call = office.phones["1004a"].call("1092", password=password(office, "1004a"))
    office.until(lambda: office.saw("1092", "answered"))
    (dialog,) = horn.dialogs.values()
    assert dialog.invite is not None
    assert "answer-after=0" in dialog.invite.get("call-info")
    assert b"a=sendonly" in dialog.invite.body
    office.phones["1004a"].hang_up(call)


def test_given_an_application_that_asks_for_push_then_it_is_told_that_no_push_is_sent_and_rings_while_registered(
    office: Office,
) -> None:
    application = Phone(
        "1002b", proxy=("127.0.0.1", office.stack.ports["phones"]), domain="boreal.example",
        observe=office.seen.append,
    )  # fmt: skip
    office.phones["1002b"] = application
    application.push_to("apns", "DEF123GHIJ.example.app.voip", "00fc13adff78512e")
    assert application.register(password(office, "1002b")) == 200
    # RFC 8599, 4.1.1: without `+sip.pns` in a Feature-Caps of the answer, the application must not rely on being woken.
    assert application.told is not None
    assert "sip.pns" not in application.told.encode().decode()
    office.becomes("available", "1002")
    call = office.phones["1004a"].call("1002", password=password(office, "1004a"))
    office.until(lambda: office.saw("1002b", "offered"))
    (dialog,) = application.dialogs.values()
    assert dialog.invite is not None
    assert "pn-prid=00fc13adff78512e" in dialog.invite.uri
    office.phones["1004a"].hang_up(call)
    office.until(lambda: office.saw("1002b", "cancelled"))
    assert application.register(password(office, "1002b"), expires=0) == 200


def test_given_a_lamp_for_a_colleague_then_it_follows_his_calls(office: Office) -> None:
    lamp = office.phones["1000a"]
    assert lamp.subscribe("1004", "dialog", password(office, "1000a")) == 202
    office.phones["1004a"].script(Offer(answer_after=1.0))
    call = office.phones["1001a"].call("1004", password=password(office, "1001a"))
    told = [_states(office, state) for state in ("early", "confirmed")]
    assert told == [True, True]
    # The lamp is told before the caller is: who hangs up before he is answered gives up, too late.
    office.until(lambda: office.saw("1001a", "answered"))
    office.phones["1001a"].hang_up(call)
    assert _states(office, "terminated")


def _states(office: Office, state: str) -> bool:
    """The lamp's phone was told of this state of a dialog (RFC 4235)."""
    wanted = f"<state>{state}</state>"
    office.until(
        lambda: any(wanted in o.detail for o in office.seen if o.phone == "1000a" and o.what == "notified")
    )
    return True
