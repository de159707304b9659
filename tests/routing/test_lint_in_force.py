"""The table of settings without effect agrees with the code: nobody obeys them, and somebody obeys the rest."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import routing.company as company
from routing.company import AnyAction, CompanyDocument, Shape
from routing.lint import lint
from routing.lint_in_force import ACTION_SETTINGS, SETTINGS
from schemas.company import load_company
from tests.routing.settings_read import is_read

pytestmark = pytest.mark.timeout(180)  # the first of them waits for mypy to go through the code

ROOT = Path(__file__).parents[2]
FOR_PEOPLE = {
    "CapacityProfile.name", "ExternalNumber.description", "Group.name", "Handling.name", "Music.licence",
    "Music.uploaded_by", "Opening.name", "Prompt.text", "Team.name",
}  # fmt: skip
"""To be read in the document: there is nothing to obey."""
FOR_LOADING = {
    "CompanyDocument.format", "ExceptionalPeriod.imported", "Imported.calendar", "Imported.digest", "Imported.uid",
    "Voicemail.video",
}  # fmt: skip
"""For the schema, the next import of the same calendar and the lint."""
BY_NAME = {"Defaults", "NumberDefaults", "QueueDefaults", "UserDefaults"}
"""Structs whose fields `routing.resolution` reads by the names they have in the objects below (tests/routing/test_resolution.py)."""


def structs() -> Iterator[type[Shape]]:
    """Every struct that a document is made of."""
    for module in pkgutil.iter_modules(company.__path__):
        found = importlib.import_module(f"{company.__name__}.{module.name}")
        for struct in vars(found).values():
            if isinstance(struct, type) and issubclass(struct, Shape) and struct.__module__ == found.__name__:
                yield struct


FIELDS = {
    f"{struct.__name__}.{field.encode_name}": (struct, field)
    for struct in structs()
    for field in msgspec.structs.fields(struct)
    if struct.__name__ not in BY_NAME
}
"""By the name that a person writes."""


def led_to(setting: str) -> str:
    """The field of a path of the table."""
    shape: object = CompanyDocument
    name = ""
    for word in setting.split("."):
        if word != "*":
            assert isinstance(shape, type)
            name = f"{shape.__name__}.{word}"
            inner = FIELDS[name][1].type
            values = [one for one in getattr(inner, "__args__", ()) if one is not ...]
            shape = values[-1] if values else inner
    return name


def of_action(setting: str) -> str:
    """The field of an action, from its word."""
    word, _, field = setting.partition(".")
    (action,) = (each for each in AnyAction.__args__ if each.__struct_config__.tag == word)
    return f"{action.__name__}.{field}"


LISTED = {*map(led_to, SETTINGS), *map(of_action, ACTION_SETTINGS)}


def obeyed(name: str) -> bool:
    """Read on just that struct, by the code or through the property that stands for it."""
    struct, field = FIELDS[name]
    return is_read(struct, field.name) or is_read(struct, field.encode_name)


@pytest.mark.parametrize("name", sorted(LISTED))
def test_given_a_setting_of_the_table_then_no_code_obeys_it(name: str) -> None:
    assert not obeyed(name), f"{name} is obeyed now: take it out of routing/lint_in_force.py"


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - LISTED - FOR_PEOPLE - FOR_LOADING))
def test_given_a_setting_that_is_not_in_the_table_then_code_obeys_it(name: str) -> None:
    assert obeyed(name), f"no code obeys {name}: list it in routing/lint_in_force.py"


@pytest.mark.parametrize("name", sorted(FOR_PEOPLE | FOR_LOADING))
def test_given_a_field_that_nothing_is_to_obey_then_nothing_does(name: str) -> None:
    assert not obeyed(name), f"{name} is obeyed now: it is no exception any more"


def test_given_the_sample_company_then_the_settings_without_effect_are_listed_once_each() -> None:
    document = load_company(ROOT / "schemas" / "examples" / "boreal.yaml")
    assert isinstance(document, CompanyDocument)
    told = [finding for finding in lint(document) if finding.id == "not_in_force"]
    settings = [finding.facts["setting"] for finding in told]
    assert len(settings) == len(set(settings))
    assert set(settings) <= {*SETTINGS, *ACTION_SETTINGS}
    assert all(finding.facts["count"] == str(len(finding.objects)) for finding in told)
