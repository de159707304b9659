"""The table of settings without effect agrees with the code: nobody obeys them, and somebody obeys the rest."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import msgspec
import pytest

import routing.company as company
from routing.company import Action, CompanyDocument, Shape
from routing.lint import lint
from routing.lint_in_force import ACTION_SETTINGS, SETTINGS
from schemas.company import load_company

ROOT = Path(__file__).parents[2]
STRUCTS = [
    found
    for found in vars(company).values()
    if isinstance(found, type) and issubclass(found, Shape) and found not in (Shape, Action)
]
FIELDS = Counter(field.encode_name for struct in STRUCTS for field in msgspec.structs.fields(struct))
FOR_PEOPLE = {
    "label",
    "description",
    "licence",
    "uploaded_by",
    "text",
    "names",
    "imported",
    "calendar",
    "uid",
    "video",
}
"""Settings that are there to be read by people, or by the next import of the same calendar."""
UNSET_FOLLOWS = {
    "setting",
}
"""Settings within an object of which the table names the whole."""
ALSO_ELSEWHERE = {
    "users.*.role",
}
"""Settings whose name means something else in the code too, so that a search proves nothing."""


@cache
def code() -> str:
    """Everything that could obey a setting: not what describes, checks or lints documents."""
    folders = ("routing", "presence", "controller", "dialplan_server", "store", "console")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    files.append(ROOT / "schemas" / "trunk_legs.py")  # beside the dial strings that both shells write
    describes = {"company", "document_walk"}
    kept = [f for f in files if not {f.stem, f.parent.name} & describes and not f.name.startswith("lint")]
    return "\n".join(file.read_text(encoding="utf-8") for file in kept)


def obeyed(name: str) -> bool:
    """Read as an attribute, or matched in a pattern, somewhere."""
    return re.search(rf"\.{name}\b|\b{name}=", code()) is not None


def last_word(setting: str) -> str:
    return setting.removesuffix(".*").rpartition(".")[2]


@pytest.mark.parametrize("setting", sorted({*SETTINGS, *ACTION_SETTINGS} - ALSO_ELSEWHERE))
def test_given_a_setting_of_the_table_then_no_code_obeys_it(setting: str) -> None:
    name = last_word(setting)
    if FIELDS[name] == 1:
        assert not obeyed(name), f"{setting} is obeyed now: take it out of routing/lint_in_force.py"


@pytest.mark.parametrize("name", sorted(name for name, times in FIELDS.items() if times == 1))
def test_given_a_setting_that_no_code_obeys_then_it_is_in_the_table(name: str) -> None:
    listed = {last_word(setting) for setting in (*SETTINGS, *ACTION_SETTINGS)}
    if name not in listed | FOR_PEOPLE | UNSET_FOLLOWS:
        assert obeyed(name), f"no code obeys {name}: list it in routing/lint_in_force.py"


@pytest.mark.parametrize("setting", SETTINGS)
def test_given_the_table_then_its_paths_lead_to_settings(setting: str) -> None:
    words = setting.split(".")
    shape: object = company.CompanyDocument
    for word in words:
        if word == "*":
            continue
        assert isinstance(shape, type)
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(shape)}
        assert word in fields
        inner = fields[word]
        values = [one for one in getattr(inner, "__args__", ()) if one is not ...]
        shape = values[-1] if values else inner


def test_given_the_sample_company_then_the_settings_without_effect_are_listed_once_each() -> None:
    document = load_company(ROOT / "schemas" / "examples" / "boreal.yaml")
    assert isinstance(document, CompanyDocument)
    told = [finding for finding in lint(document) if finding.id == "not_in_force"]
    settings = [finding.facts["setting"] for finding in told]
    assert len(settings) == len(set(settings))
    assert set(settings) <= {*SETTINGS, *ACTION_SETTINGS}
    assert all(finding.facts["count"] == str(len(finding.objects)) for finding in told)
