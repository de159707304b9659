"""The boxes: messages left, counted as the switch counts them. Nothing is recorded but the time it took."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct):
    """One message. `at` is Unix seconds of the system; `read` once it was listened to."""

    uuid: str
    box: str
    domain: str
    caller_name: str
    caller_number: str
    at: int
    seconds: int
    path: str
    read: bool = False


class Mailboxes:
    """Messages by `box@domain`."""

    def __init__(self) -> None:
        self._boxes: dict[str, list[Message]] = {}

    def leave(self, message: Message) -> None:
        """Keep a message."""
        self._boxes.setdefault(f"{message.box}@{message.domain}", []).append(message)

    def messages(self, address: str = "") -> list[Message]:
        """Of one box, or all of them."""
        if address:
            return list(self._boxes.get(address, []))
        return [message for box in self._boxes.values() for message in box]

    def count(self, address: str) -> tuple[int, int]:
        """New and saved."""
        messages = self._boxes.get(address, [])
        saved = sum(message.read for message in messages)
        return len(messages) - saved, saved
