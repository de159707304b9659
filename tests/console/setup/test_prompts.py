"""What is made of the recordings: every file that the switch's `say` plays for a message's date, and only of what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.setup import prompts
from tests.sample import document

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
    (tmp_path / ".installed").write_text("4")
    prompts.install(tmp_path, pytest.fail)
    home = tmp_path / "fr"
    assert (home / "time" / "today.wav").stat().st_size == (home / "digits" / "today.wav").stat().st_size
    # Three recordings with two gaps of 150 ms.
    assert (home / "digits" / "21.wav").stat().st_size == 44 + 2 * (3 * 800 + 2 * 1200)
    assert not (home / "time" / "yesterday.wav").exists()
    assert (home / "something_wrong.wav").exists()


def test_given_a_name_that_was_added_since_the_prompts_were_made_then_it_is_made_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds, names = tmp_path / "sounds", tmp_path / "prompts.yaml"
    monkeypatch.setattr(prompts, "_SHARED", sounds)
    for language in ("fr", "en"):
        (sounds / language / "core" / "digits").mkdir(parents=True)
    (sounds / ".installed").write_text("4")
    prompts.install(sounds, pytest.fail)
    assert not (sounds / "fr" / "one_more.wav").exists()
    names.write_text(prompts._NAMES.read_text(encoding="utf-8") + "one_more: [goodbye]\n", encoding="utf-8")
    monkeypatch.setattr(prompts, "_NAMES", names)
    prompts.install(sounds, pytest.fail)
    assert (sounds / "fr" / "one_more.wav").exists()


def test_given_a_set_up_that_was_stopped_in_the_middle_then_the_next_one_makes_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds, share = tmp_path / "sounds", tmp_path / "share"
    monkeypatch.setattr(prompts, "_SHARED", sounds)
    for folder in (*prompts._VOICES.values(), "moh"):
        (share / folder).mkdir(parents=True)
        prompts.write_wave(share / folder / "something.wav", b"\1\0" * 800)
    monkeypatch.setattr(prompts, "_download", lambda *_: share)
    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stopped.setattr(prompts, "_install_music", _ctrl_c)
        prompts.install(sounds, pytest.fail)
    prompts.install(sounds, pytest.fail)
    assert (sounds / "music" / "default" / "something.wav").exists()
    assert (sounds / "LICENSES").exists()


def _ctrl_c(*_: object) -> None:
    raise KeyboardInterrupt


def test_given_a_set_up_that_was_stopped_in_the_middle_then_the_sample_company_gets_all_its_recordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "boreal"
    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stopped.setattr(prompts, "_join", _ctrl_c)
        prompts.install_sample(folder, tmp_path / "nothing")
    prompts.install_sample(folder, tmp_path / "nothing")
    assert {file.name for file in folder.iterdir()} == {prompt.file for prompt in document().prompts.values()}
    assert list(tmp_path.iterdir()) == [folder]


SOUNDS = Path(__file__).parents[3] / "var" / "sounds"
recorded = pytest.mark.skipif(not (SOUNDS / "fr" / "core").is_dir(), reason="tones instead of voices here")


@recorded
@pytest.mark.parametrize("language", ["fr", "en"])
def test_given_the_recordings_then_each_built_in_prompt_is_made_of_some_that_exist_and_none_is_a_speech(
    language: str,
) -> None:
    for name, parts in prompts.prompt_names().items():
        assert all((SOUNDS / language / "core" / f"{part}.wav").exists() for part in parts), name
        # 8 kHz, 16 bit. Who must press 1 has ten seconds for it.
        assert (SOUNDS / language / f"{name}.wav").stat().st_size < 44 + 16_000 * 11, name


@recorded
def test_given_the_sample_company_then_each_of_its_prompts_has_a_recording_and_what_was_taken_away_stays_away(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "boreal"
    prompts.install_sample(folder, SOUNDS)
    wanted = {prompt.file for prompt in document().prompts.values()}
    assert {file.name for file in folder.iterdir()} == wanted
    assert all(file.stat().st_size > 16_000 for file in folder.iterdir())
    (folder / "g-fr-en.wav").unlink()
    prompts.install_sample(folder, SOUNDS)
    assert not (folder / "g-fr-en.wav").exists()


def test_given_no_recordings_then_the_sample_company_has_tones(tmp_path: Path) -> None:
    prompts.install_sample(tmp_path / "boreal", tmp_path / "nothing")
    assert (tmp_path / "boreal" / "g-fr-en.wav").stat().st_size > 8_000
