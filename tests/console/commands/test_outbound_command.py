"""`relais outbound` says what is missing before anybody can call out, and what became of each number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.command_line import main
from store.__main__ import main as store
from tests.sample import BOREAL

Relais = Callable[..., Result]
_EMPTY = """format: 1
account: {id: neuf, name: Neuve, domain: neuf.example, country: CA, time_zone: America/Toronto, languages: [fr]}
"""


@pytest.fixture
def relais(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Relais:
    monkeypatch.setenv("RELAIS_VAR", str(tmp_path / "var"))
    assert store(["seed", str(BOREAL)]) == 0
    return lambda *words: CliRunner().invoke(main, list(words))


def imported(relais: Relais, tmp_path: Path, more: str = "") -> None:
    (tmp_path / "neuf.yaml").write_text(_EMPTY + more)
    done = relais("import", str(tmp_path / "neuf.yaml"))
    assert done.exit_code == 0, done.output


def marks(told: Result) -> list[str]:
    return [line[:3] for line in told.output.splitlines()]


def test_t122_given_an_empty_account_then_its_steps_stand_in_order_and_wait_only_for_what_they_need(
    relais: Relais, tmp_path: Path
) -> None:
    imported(relais, tmp_path)
    told = relais("outbound", "checklist", "neuf")
    assert told.exit_code == 1
    assert marks(told) == ["[ ]", " - ", "[ ]", "[ ]", " - ", " - "]
    assert [line[4:].split(" (")[0] for line in told.output.splitlines()] == [
        "Add a phone number", "Let a number in service make calls", "Attach a voice queue to an outbound profile",
        "Put users into a capacity profile",
        "Make an outbound profile of a number that can call and a capacity profile that has users",
        "Choose the default outbound profile, which personal numbers need",
    ]  # fmt: skip
    assert "Ajoutez un numéro" in relais("outbound", "checklist", "neuf", "--lang", "fr").output


def test_t122_given_a_number_that_can_call_then_the_next_steps_wait_no_longer(
    relais: Relais, tmp_path: Path
) -> None:
    imported(relais, tmp_path, 'numbers: {N: {number: "+15145550190", make_calls: true, status: ready}}\n')
    told = relais("outbound", "checklist", "neuf")
    assert marks(told) == ["[x]", "[x]", "[ ]", "[ ]", " - ", " - "]
    assert told.output.splitlines()[0].endswith(" N")


def test_given_the_sample_company_then_every_step_is_done_and_that_is_the_exit_status(relais: Relais) -> None:
    told = relais("outbound", "checklist", "boreal")
    assert (told.exit_code, set(marks(told))) == (0, {"[x]"})


def test_given_numbers_then_each_says_its_plan_its_state_its_owner_and_why_it_is_not_assignable(
    relais: Relais,
) -> None:
    told = relais("outbound", "numbers", "boreal")
    assert told.exit_code == 0, told.output
    lines = {words[0]: words[1:] for words in map(str.split, told.output.splitlines())}
    assert lines["N-PERS"] == ["+15145550150", "makes", "receives", "personal", "1003", "already_assigned"]
    assert lines["N-SUP"] == ["+18005550101", "-", "receives", "connected", "toll_free"]


@pytest.mark.parametrize("what", ["checklist", "numbers"])
def test_given_a_company_that_is_not_there_then_it_is_said(relais: Relais, what: str) -> None:
    told = relais("outbound", what, "nowhere")
    assert told.exit_code == 1
    assert "nowhere" in told.output
