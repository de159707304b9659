"""What the documents lead to is there: files and headings that they link, commands and options that they name."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from console.command_line import main

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("freeswitch_conf/**/*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```|`([^`]+)`", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^|\s)(?:\.venv/bin/)?relais +([^#>|\n]+)")


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """Of its headings, as the forges make them: lower case, no punctuation, hyphens for spaces."""
    headings = _HEADING.findall(re.sub(r"^```.*?^```", "", text_of(document), flags=re.MULTILINE | re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(document: Path) -> list[str]:
    """Those to places of our own, outside code."""
    found = _LINK.findall(_CODE.sub("", text_of(document)))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def commands(document: Path) -> list[list[str]]:
    """The words after each `relais` in its code. A continued line is one."""
    code = "\n".join(found[0] for found in _CODE.finditer(text_of(document)))
    return [re.sub(r"[\[\]`,]", " ", words).split() for words in _COMMAND.findall(code.replace("\\\n", " "))]


def complaints(words: list[str]) -> list[str]:
    """What the command line does not know of a command."""
    found: click.Command = main
    rest = list(words)
    while rest and isinstance(found, click.Group) and re.fullmatch(r"[a-z-]+", rest[0]):
        within = found.get_command(click.Context(found), rest.pop(0))
        if within is None:
            return [f"no such command: {' '.join(words)}"]
        found = within
    known = {option for each in found.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
    named = {word.partition("=")[0] for word in rest if word.startswith("--")}
    return [f"no such option: {option} of {' '.join(words)}" for option in sorted(named - known)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_given_a_document_then_its_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        file, _, anchor = link.partition("#")
        led_to = (document.parent / file).resolve() if file else document
        assert led_to.exists(), link
        assert not anchor or anchor in anchors(led_to), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_given_a_document_then_the_command_line_knows_every_command_that_it_names(document: Path) -> None:
    assert [each for words in commands(document) for each in complaints(words)] == []


def test_given_a_command_that_is_not_there_then_it_is_found() -> None:
    assert complaints(["demo", "call", "--to", "+15145550100"]) == []
    assert complaints(["demo", "sing"]) == ["no such command: demo sing"]
    assert complaints(["check", "FILE", "--loud"]) == ["no such option: --loud of check FILE --loud"]


def test_given_all_documents_then_links_and_commands_were_read_at_all() -> None:
    assert sum(len(links(document)) for document in DOCUMENTS) > 15
    assert sum(len(commands(document)) for document in DOCUMENTS) > 30
