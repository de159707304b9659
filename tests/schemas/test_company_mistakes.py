"""Every file of `schemas/examples/bad` is refused for the mistake that it is named for, and for that alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routing.company import CompanyDocument
from schemas.company import load_company
from schemas.problem_sentences import SENTENCES

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
BAD = sorted((EXAMPLES / "bad").glob("*.yaml"))


def expected(file: Path) -> str:
    return file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expected: ")


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_given_a_bad_example_then_its_mistake_is_told_and_no_other(file: Path) -> None:
    problems = load_company(file)
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == [expected(file)], problems
    (problem,) = problems
    numbers = set(re.findall(r"LINT-[0-9]{2}", file.read_text(encoding="utf-8").splitlines()[1]))
    assert problem.lint in numbers or not (problem.lint or numbers), "the catalogue's number of the mistake"
    assert problem.written("f", "fr").startswith(
        ": ".join(filter(None, (f"f:{problem.line}", problem.path, problem.lint)))
    )
    assert problem.level == "error"
    assert all(problem.path.startswith(each) for each in problem.objects)
    assert bool(problem.objects) == bool(problem.path)
    assert problem.line > 0
    assert problem.fr
    assert problem.en
    assert "{" not in (problem.fr + problem.en).replace("{…}", "")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_given_a_good_example_then_it_is_a_company(file: Path) -> None:
    assert isinstance(load_company(file), CompanyDocument)


def test_given_the_codes_then_each_has_a_bad_example_or_a_test_of_its_own() -> None:
    elsewhere = {"not_utf8", "not_json", "empty", "too_deep", "too_long", "empty_list", "shape"}
    assert {expected(file) for file in BAD} == SENTENCES.keys() - elsewhere
