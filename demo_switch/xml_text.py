"""Answers as the switch reads them: preprocessed line by line, then parsed (freeswitch-facts 1.3, xml.c).

Lines that the preprocessor would drop or obey are bugs in our answers: counted, then treated as the switch
treats them, except that nothing is ever executed or included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from demo_switch.refusals import Refusals

_GLOBAL = re.compile(r"\$\$\{([^}]*)\}")


def preprocess(text: str, variables: Mapping[str, str], refusals: Refusals) -> str:
    """The document without the lines the preprocessor eats, globals expanded."""
    return "\n".join(line for line in (_line(raw, variables, refusals) for raw in text.split("\n")) if line)


def _line(raw: str, variables: Mapping[str, str], refusals: Refusals) -> str:
    low = raw.lower()
    if "<?" in raw or "<include>" in raw or "</include>" in raw:
        refusals.add("lost_line", raw.strip()[:120])
        return ""
    if "x-pre-process" in low or "<!--#" in raw:
        refusals.add("lost_line", raw.strip()[:120])
        return ""
    return _GLOBAL.sub(lambda found: variables.get(found[1], ""), raw)


def parse(text: str, refusals: Refusals) -> etree._Element | None:
    """The root, or None for what the switch would call unparseable. Document types are refused."""
    if "<!DOCTYPE" in text:
        refusals.add("bad_document", "document type")
        return None
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        return etree.fromstring(text.encode("utf-8", "surrogateescape"), parser)
    except etree.XMLSyntaxError as error:
        refusals.add("bad_document", str(error))
        return None


def section(root: etree._Element, name: str) -> etree._Element | None:
    """The named section of a document, or None (also for `result`, which means: not found)."""
    if root.tag != "document":
        return None
    for each in root.findall("section"):
        if each.get("name") == name:
            return each
    return None
