"""What we write, held against its grammar and the switch's own rules, in tests and where RELAIS_CHECK_XML says so.

The switch reads answers line by line before it parses them: a line with a declaration or an include is dropped, one with
`X-PRE-PROCESS` is run, `$${` is expanded (freeswitch-facts 1.3). So each element has a line of its own, and no line is of those.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
from lxml import etree

from schemas.relaxng import Grammar, Kind

Check = Callable[[bytes], None]
_ELEMENT = re.compile(r"<(?:/[A-Za-z]+|[A-Za-z]+(?: [a-z-]+=\"[^\"<>]*\")*/?)>")
_READ_BY_THE_PREPROCESSOR = re.compile(r"x-pre-process|\$\$\{", re.IGNORECASE)
# No entities and no document type: our own documents have none, and whatever has is not ours.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


class Invalid(Exception):
    """A document that its grammar or the rules of lines do not allow; the first reason."""


class Checks(msgspec.Struct, frozen=True):
    """What is told every document before it goes out, and may raise Invalid; by default nothing is checked."""

    dialplan: Check = lambda _: None
    directory: Check = lambda _: None
    failsafe: Check = lambda _: None


def checks(refused: Callable[[Kind], None] = lambda _: None) -> Checks:
    """Every check; `refused` is told the kind of each document that is not let out."""

    def told(kind: Kind) -> Check:
        check = checker(kind)

        def checked(document: bytes) -> None:
            try:
                check(document)
            except Invalid:
                refused(kind)
                raise

        return checked

    return Checks(dialplan=told("dialplan"), directory=told("directory"), failsafe=told("failsafe"))


def checker(kind: Kind) -> Check:
    """Raises Invalid for a document that is not of this kind."""
    grammar = Grammar(kind)

    def check(document: bytes) -> None:
        _check_lines(document)
        try:
            root = etree.fromstring(document, _PARSER)
        except etree.XMLSyntaxError as error:
            raise Invalid(str(error)) from error
        mistake = grammar.mistake(root)
        if mistake:
            raise Invalid(mistake)

    return check


def _check_lines(document: bytes) -> None:
    for number, line in enumerate(document.decode().splitlines(), start=1):
        if not _ELEMENT.fullmatch(line):
            raise Invalid(f"line {number} is not one element: {line[:200]}")
        if _READ_BY_THE_PREPROCESSOR.search(line):
            raise Invalid(f"line {number} is read by the switch's preprocessor: {line[:200]}")
