"""A company's file with new exceptional periods in it: comments, order and spelling of the rest stay."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from schemas.document_text import Parsed, parse
from schemas.period_import import Outcome, put
from schemas.yaml_writing import styled, yaml_text

_WIDEST = 4096
"""Long lines stay as they are written."""


def with_periods(text: str, outcomes: Sequence[Outcome]) -> str:
    """The text of a document, YAML or JSON, that has been read without a problem."""
    read = parse(text)
    assert isinstance(read, Parsed), "the caller has read it"
    wanted = copy.deepcopy(read.data)
    for outcome in outcomes:
        put(wanted, outcome)
    if text.lstrip().startswith("{"):
        return json.dumps(wanted, ensure_ascii=False, indent=2) + "\n"
    kept = _in_place(text, outcomes)
    again = parse(kept)
    return kept if isinstance(again, Parsed) and again.data == wanted else yaml_text(wanted)


def _in_place(text: str, outcomes: Sequence[Outcome]) -> str:
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = _WIDEST
    editor.indent(mapping=2, sequence=4, offset=2)
    document: Any = editor.load(text)
    for outcome in outcomes:
        holder = document
        for word in (*outcome.target.split("."), "exceptions"):
            if not holder.get(word):
                holder[word] = CommentedMap()
            holder = holder[word]
        for key, entry in outcome.periods.items():
            holder[key] = styled(entry)
    stream = io.StringIO()
    editor.dump(document, stream)
    return stream.getvalue()
