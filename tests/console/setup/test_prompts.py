"""What is made of the recordings: every file that the switch's `say` plays for a message's date, and only of what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.setup import prompts

FRENCH = (
    {"hour", "today", "yesterday", "at"} | {f"day-{n}" for n in range(7)} | {f"mon-{n}" for n in range(12)}
)
ENGLISH = FRENCH - {"hour"} | {"oh", "oclock", "hours", "a-m", "p-m"}


@pytest.mark.parametrize(("language", "names"), [("fr", FRENCH), ("en", ENGLISH)])
def test_given_a_language_then_every_word_of_a_date_is_made(language: str, names: set[str]) -> None:
    made = prompts.spoken_names(language)
    assert {name.removeprefix("time/") for name in made if name.startswith("time/")} == names


def test_given_french_then_the_numbers_that_are_said_in_one_word_too() -> None:
    made = set(prompts.spoken_names("fr"))
    assert {f"digits/{name}" for name in ("1_f", "21", "21_f", "31", "31_f")} <= made


def test_given_recordings_of_an_earlier_version_then_the_names_are_made_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "_SHARED", tmp_path)
    for language in ("fr", "en"):
        digits = tmp_path / language / "core" / "digits"
        digits.mkdir(parents=True)
        (tmp_path / language / "digits").symlink_to(Path("core/digits"))
        for name in ("20", "et", "1", "today"):
            prompts.write_wave(digits / f"{name}.wav", b"\1\0" * 800)
    prompts.install(tmp_path, pytest.fail)
    home = tmp_path / "fr"
    assert (home / "time" / "today.wav").stat().st_size == (home / "digits" / "today.wav").stat().st_size
    # Three recordings with two gaps of 150 ms.
    assert (home / "digits" / "21.wav").stat().st_size == 44 + 2 * (3 * 800 + 2 * 1200)
    assert not (home / "time" / "yesterday.wav").exists()
    assert (home / "something_wrong.wav").exists()
