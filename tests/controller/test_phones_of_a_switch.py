"""What a controller makes of a switch that refuses, or does not answer in time, to join a phone of a queue with its caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from controller import phones as module
from controller.esl import Event, LinkSettings, NodeAddress, NodeLink, Snapshot
from controller.phones import Phones
from tests.controller.esl.scripted_switch import PASSWORD, Peer, ScriptedSwitch
from tests.controller.test_node import call_id

pytestmark = pytest.mark.timeout(30)
Answered = Callable[[str], "str | None"]
With = Callable[[Answered], Phones]


class Nobody:
    """Is told of everything, and does nothing."""

    def on_snapshot(self, snapshot: Snapshot) -> None:
        pass

    def on_event(self, event: Event) -> None:
        pass

    def on_down(self, reason: Exception) -> None:
        pass


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Iterator[With]:
    """Phones of a switch that says of `uuid_bridge` what it is told to: None is nothing at all."""
    monkeypatch.setattr(module, "_DEADLINE", 0.3)
    ends: list[Callable[[], None]] = []

    def of(answered: Answered) -> Phones:
        def script(peer: Peer) -> None:
            peer.admit()
            while True:
                command = peer.read()
                said = answered(command) if "uuid_bridge" in command else ""
                if said:
                    peer.output(said)
                elif said == "":
                    peer.answer(command)

        server = ScriptedSwitch(script)
        link = NodeLink(NodeAddress("n1", "127.0.0.1", server.port, PASSWORD), Nobody(), LinkSettings())
        ends.extend((link.stop, server.stop))
        link.start()
        assert link.wait_up(5)
        found = Phones("XML,XML:/failsafe.xml")
        found.link = link
        return found

    yield of
    for end in ends:
        end()


@pytest.mark.parametrize(
    ("said", "joined"),
    [("+OK", True), ("-ERR Invalid uuid", False), (None, True)],
    ids=["done", "refused", "nobody knows"],
)
def test_a_phone_is_only_let_go_when_it_is_known_not_to_talk(
    phones: With, said: str | None, joined: bool
) -> None:
    assert phones(lambda _: said).join(call_id(1), call_id(2), "1001") is joined


def test_without_a_link_nothing_is_joined() -> None:
    assert not Phones("XML").join(call_id(1), call_id(2), "1001")
