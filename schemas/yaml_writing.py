"""YAML for people: short lists and small objects on one line, and every text quoted that another reader of
YAML might take for a number, a time, a date or a truth value."""

from __future__ import annotations

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

_PLAIN = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9 ._/@'’-]*")
_TAKEN = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_SHORT = 92


def yaml_text(data: dict[str, Any]) -> str:
    """The text of plain data: objects, lists, text, whole numbers, truth values and nothing."""
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 110
    writer.allow_unicode = True
    stream = io.StringIO()
    writer.dump(styled(data, top=True), stream)
    return stream.getvalue()


def styled(value: Any, *, top: bool = False) -> Any:
    """Plain data as the writer takes it, short things on one line."""
    if isinstance(value, dict):
        mapping = CommentedMap((styled(key), styled(inner)) for key, inner in value.items())
        if not top and _fits(value):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list | tuple):
        sequence = CommentedSeq(styled(inner) for inner in value)
        if _fits(value):
            sequence.fa.set_flow_style()
        return sequence
    return _quoted(value) if isinstance(value, str) else value


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _TAKEN and text == text.strip():
        return text
    quoted: str = DoubleQuotedScalarString(text)
    return quoted


def _fits(value: Any) -> bool:
    """Short, and no object inside an object."""
    inner = value.values() if isinstance(value, dict) else value
    nested = any(isinstance(one, dict) and one for one in inner)
    return len(str(value)) <= _SHORT and not (nested and isinstance(value, dict))
