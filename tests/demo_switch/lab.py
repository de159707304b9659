"""A demonstration switch with a web server of the test's own: answers by destination, requests kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import gevent
from gevent.pywsgi import WSGIServer

from demo_switch.assembly import Plan, Running, build
from demo_switch.callers import Placed, place_call
from demo_switch.channel import Channel
from demo_switch.events import Event
from demo_switch.http_lookup import Binding
from demo_switch.phones import Offer, Phones
from presence.clock import Clock

Actions = Iterable[tuple[str, str]]
# Set by tests to see which of several wins.
NAMES_OF_TESTS = frozenset({"a", "b", "c", "d", "was", "went", "shown", "seen", "originate_disposition"})
NOT_FOUND = '<document type="freeswitch/xml">\n<section name="result">\n<result status="not found"/>\n</section>\n</document>'


def dialplan(context: str, actions: Actions) -> str:
    """An answer as our server writes it: one extension, one element a line."""
    from xml.sax.saxutils import quoteattr

    lines = [f"<action application={quoteattr(name)} data={quoteattr(data)}/>" for name, data in actions]
    head = ['<document type="freeswitch/xml">', '<section name="dialplan">', f'<context name="{context}">']
    tail = ["</condition>", "</extension>", "</context>", "</section>", "</document>"]
    return "\n".join([*head, '<extension name="test">', "<condition>", *lines, *tail])


def directory(domain: str, users: dict[str, dict[str, str]]) -> str:
    """A directory with params of each user."""
    lines = [
        '<document type="freeswitch/xml">',
        '<section name="directory">',
        f'<domain name="{domain}">',
        "<users>",
    ]
    for user, params in users.items():
        lines += [f'<user id="{user}">', "<params>"]
        lines += [f'<param name="{name}" value="{value}"/>' for name, value in params.items()]
        lines += ["</params>", "<variables>", '<variable name="user_context" value="relais-phone"/>']
        lines += ["</variables>", "</user>"]
    return "\n".join([*lines, "</users>", "</domain>", "</section>", "</document>"])


class Lab:
    """`answers` maps a destination to actions, or to a whole body; `users` is the directory."""

    def __init__(self, folder: Path, speed: float = 20.0, **plan: Any) -> None:
        clock_file = folder / "clock.json"
        now = time.time()
        clock_file.write_text(json.dumps({"speed": speed, "origin": now, "start": now}))
        self.clock = Clock(str(clock_file))
        self.answers: dict[str, Actions | str | Callable[[dict[str, str]], Actions]] = {}
        self.users: dict[str, dict[str, str]] = {"1001": {"password": "secret"}}
        self.posts: list[bytes] = []
        self.status = "200 OK"
        self._web = WSGIServer(("127.0.0.1", 0), self._serve, log=None)
        self._web.start()
        url = f"http://127.0.0.1:{self._web.server_port}"
        bindings = {
            name: [Binding(f"{url}/{name}", 1.0, "relais", "secret")] for name in ("dialplan", "directory")
        }
        settings = {"switchname": "vm", "bindings": bindings} | plan
        self.switch = build(Plan(**settings), self.clock, Phones())
        self.switch.known_variables |= NAMES_OF_TESTS
        self.running = Running(self.switch, ("127.0.0.1", 0), "secret")
        self.address = self.running.start()
        self.events: list[Event] = []
        self.switch.events.listen(self.events.append)

    def close(self) -> None:
        """End everything."""
        self.running.stop()
        self._web.stop(timeout=0)

    def script(self, name: str, *offers: Offer) -> None:
        """What a far end does."""
        self.switch.phones.script(name, list(offers))

    def call(self, to: str, **how: Any) -> Channel:
        """Place a call from outside."""
        wanted = {
            "to": to, "number": "+14505550199", "name": "Garage Nord", "context": "default",
            "profile": "internal", "domain": "test.local", "headers": (("X-Foo", "bar"),),
        } | how  # fmt: skip
        plan = how.pop("dialplan", "XML,XML:/etc/freeswitch/failsafe.xml")
        wanted.pop("dialplan", None)
        return place_call(self.switch, Placed(**wanted), plan)

    def until(self, true: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait for a fact, at most real `seconds`."""
        with gevent.Timeout(seconds):
            while not true():
                gevent.sleep(0.002)

    def finish(self) -> None:
        """Wait until no channel is left."""
        self.until(lambda: not self.switch.channels)

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something `seconds` of the system from now."""

        def later() -> None:
            self.switch.pause(seconds)
            act()

        self.switch.spawn(later)

    def names(self, leg: str, *wanted: str) -> list[str]:
        """The events of one leg, in order, `Application` behind an EXECUTE."""
        found = []
        for event in self.events:
            name = str(event["Event-Name"])
            if event.get("Unique-ID") == leg and (not wanted or name in wanted):
                found.append(name + (f" {event['Application']}" if "Application" in event else ""))
        return found

    def event(self, name: str, leg: str = "") -> Event:
        """The last event of that name (of that leg)."""
        return [e for e in self.events if e["Event-Name"] == name and leg in ("", e.get("Unique-ID"))][-1]

    def form(self, number: int) -> dict[str, str]:
        """The n-th body that was posted, decoded."""
        return fields(self.posts[number])

    def rows(self, call: str) -> list[tuple[str, str]]:
        """The timeline: what, who."""
        return [(row.what, row.who) for row in self.switch.timeline.calls[call].rows]

    def _serve(self, environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        self.posts.append(environ["wsgi.input"].read())
        form = fields(self.posts[-1])
        start(self.status, [("Content-Type", "text/xml")])
        if environ["PATH_INFO"] == "/directory":
            return [directory(form["domain"], self.users).encode()]
        answer = self.answers.get(form["Hunt-Destination-Number"], NOT_FOUND)
        if callable(answer):
            answer = answer(form)
        text = answer if isinstance(answer, str) else dialplan(form["Hunt-Context"], answer)
        return [text.encode()]


def fields(body: bytes) -> dict[str, str]:
    """First value wins, split before decoding."""
    found: dict[str, str] = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        found.setdefault(name.decode(), unquote_to_bytes(value).decode("utf-8", "surrogateescape"))
    return found
