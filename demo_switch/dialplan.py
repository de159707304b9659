"""Routing: where a channel's list of actions comes from (mod_dialplan_xml; freeswitch-facts 2.1, 3.1).

The dialplan list of the profile is tried in order: `XML` asks the bindings, `XML:<file>` reads a file (never
preprocessed), `inline` is the destination itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from lxml import etree

from demo_switch.channel import Channel, Task
from demo_switch.expansion import expand
from demo_switch.refusals import Refusals, Refused
from demo_switch.splitting import separate
from demo_switch.xml_text import parse, section

_BREAKS = ("on-false", "on-true", "always", "never")
_CONDITION = {"field", "expression", "break"}


class Dialplans:
    """Finds the actions of a routing pass. `ask` answers with the dialplan section of the web servers."""

    def __init__(
        self,
        refusals: Refusals,
        ask: Callable[[Channel], etree._Element | None],
        look_up: Callable[[Channel, str], str | None],
        api: Callable[[str, str], str],
    ) -> None:
        self._refusals, self._ask, self._look_up, self._api = refusals, ask, look_up, api

    def actions(self, channel: Channel) -> Sequence[Task] | None:
        """None when no dialplan has an extension: the call ends NO_ROUTE_DESTINATION."""
        profile = channel.profile
        for name in profile.dialplan.split(","):
            if name == "inline":
                return inline(profile.destination)
            found = self._in_document(channel, self._section(name, channel))
            if found is not None:
                return found
        return None

    def _section(self, name: str, channel: Channel) -> etree._Element | None:
        if name == "XML":
            return self._ask(channel)
        if not name.startswith("XML:"):
            raise Refused("unknown_dialplan", name)
        try:
            text = Path(name.removeprefix("XML:")).read_text(errors="surrogateescape")
        except OSError as error:
            self._refusals.add("missing_file", str(error))
            return None
        root = parse(text, self._refusals)
        return section(root, "dialplan") if root is not None else None

    def _in_document(self, channel: Channel, found: etree._Element | None) -> Sequence[Task] | None:
        if found is None:
            return None
        contexts = {str(each.get("name")): each for each in found.findall("context")}
        context = contexts.get(channel.profile.context, contexts.get("global"))
        if context is None:
            return None
        for extension in context.findall("extension"):
            matched, actions = self._extension(channel, extension)
            if matched and extension.get("continue") != "true":
                return actions
        return None

    def _extension(self, channel: Channel, extension: etree._Element) -> tuple[bool, list[Task]]:
        actions: list[Task] = []
        matched = True
        for condition in extension:
            if (
                condition.tag != "condition"
                or set(condition.attrib) - _CONDITION
                or len(condition.findall("*[@inline]"))
            ):
                raise Refused("bad_document", f"condition with {sorted(map(str, condition.attrib))}")
            passed, groups = self._passes(channel, condition)
            tag = "action" if passed else "anti-action"
            found = [_task(each, groups) for each in condition if each.tag == tag]
            actions += found
            matched = passed or bool(found)
            if _breaks(condition.get("break", "on-false"), passed=passed):
                break
        return matched and bool(actions), actions

    def _passes(self, channel: Channel, condition: etree._Element) -> tuple[bool, tuple[str, ...]]:
        field, expression = condition.get("field"), condition.get("expression")
        if field is None:
            return True, ()
        value = self._value(channel, str(field))
        found = re.search(_pattern(str(expression)), value)
        if found is None:
            return False, ()
        groups = (found[0], *(group or "" for group in found.groups())) if "(" in str(expression) else ()
        return True, groups

    def _value(self, channel: Channel, field: str) -> str:
        if "${" in field:
            return expand(field, lambda name: self._look_up(channel, name), self._api)
        value = channel.profile.field(field)
        return value if value is not None else channel.variables.get(field) or ""


def _pattern(expression: str) -> str:
    """A regular expression, or `/.../i`-less text between slashes as the switch also takes it."""
    return expression[1:-1] if len(expression) > 1 and expression[0] == expression[-1] == "/" else expression


def _breaks(rule: str, *, passed: bool) -> bool:
    if rule not in _BREAKS:
        raise Refused("bad_document", f"break={rule}")
    return rule in ("always", "on-true" if passed else "on-false")


def _task(action: etree._Element, groups: tuple[str, ...]) -> Task:
    data = str(action.get("data") or action.text or "")
    if groups:
        data = re.sub(r"\$(\d)", lambda n: groups[int(n[1])] if int(n[1]) < len(groups) else n[0], data)
    return Task(str(action.get("application") or ""), data)


def inline(destination: str) -> list[Task]:
    """`app:data,app:data`; `m:~:` at the start makes `~` the separator (mod_dptools, inline_dialplan_hunt)."""
    delimiter = ","
    if destination.startswith("m:") and destination[3:4] == ":":
        delimiter, destination = destination[2], destination[4:]
    tasks = []
    for part in separate(destination, delimiter):
        application, _, data = part.lstrip(" ").partition(":")
        tasks.append(Task(application, data))
    return tasks
