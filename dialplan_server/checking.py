"""Answers held against the schema of dialplan documents, for development and tests (RELAIS_CHECK_XML)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from lxml import etree


class Invalid(Exception):
    """An answer that the schema does not allow; the first reason."""


def checker() -> Callable[[bytes], None]:
    """Checks dialplan answers: well formed always, and valid where `schemas/dialplan.rng` is installed."""
    source = files("schemas").joinpath("dialplan.rng")
    schema = etree.RelaxNG(etree.fromstring(source.read_bytes())) if source.is_file() else None

    def check(answer: bytes) -> None:
        try:
            document = etree.fromstring(answer)
        except etree.XMLSyntaxError as error:
            raise Invalid(str(error)) from error
        if schema is not None and not schema.validate(document):
            raise Invalid(str(schema.error_log.last_error))

    return check
