"""What the switch asks the dialplan server: the fields of each request, and the bindings in order.

The fields, their order and their encoding are those of tests/captures/*.form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from demo_switch.channel import Channel
from demo_switch.events import Event, EventBus, channel_headers, variable_headers
from demo_switch.http_lookup import Binding, XmlCurl
from demo_switch.profile import profile_headers
from demo_switch.refusals import Refusals
from demo_switch.xml_text import parse, preprocess, section


class Lookups:
    """`dialplan` and `directory` are the bindings of each section, tried one after another."""

    def __init__(
        self, events: EventBus, refusals: Refusals, curl: XmlCurl,
        bindings: Mapping[str, Sequence[Binding]], variables: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._events, self._refusals, self._curl = events, refusals, curl
        self._bindings, self._globals = bindings, variables

    def dialplan(self, channel: Channel) -> etree._Element | None:
        """The dialplan section for this channel, or None when no binding has an answer."""
        fields = self._events.base("REQUEST_PARAMS") | channel_headers(channel) | variable_headers(channel)
        fields |= profile_headers("Hunt", channel.profile, channel.times)
        return self._first("dialplan", ("", "", ""), fields)

    def directory(self, domain: str, fields: Mapping[str, str]) -> etree._Element | None:
        """The directory section for a domain; `fields` are action, key, user and the asker's own."""
        asked: Event = self._events.base("REQUEST_PARAMS") | dict(fields)
        return self._first("directory", ("domain", "name", domain), asked)

    def _first(self, name: str, key: tuple[str, str, str], fields: Event) -> etree._Element | None:
        for binding in self._bindings.get(name, ()):
            text = self._curl.ask(binding, name, key, fields)
            found = self._read(text, name) if text is not None else None
            if found is not None:
                return found
        return None

    def _read(self, text: str, name: str) -> etree._Element | None:
        root = parse(preprocess(text, self._globals, self._refusals), self._refusals)
        return section(root, name) if root is not None else None
