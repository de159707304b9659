"""RelaxNG's verdict on the XML that we write: one grammar a kind of document, beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from lxml import etree

Kind = Literal["dialplan", "directory", "failsafe"]


class Grammar:
    """A grammar ready to judge: read once by whoever keeps it."""

    def __init__(self, kind: Kind) -> None:
        self._schema = etree.RelaxNG(etree.parse(Path(__file__).with_name(f"{kind}.rng")))

    def mistake(self, document: etree._Element) -> str:
        """The first thing that is wrong with a document; empty when nothing is."""
        if self._schema.validate(document):
            return ""
        return str(self._schema.error_log.last_error or "refused without a reason")
