"""A recording that is missing is found before it is referenced, and dates are said in both languages (P70)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from routing.steps import Confirm, PromptRef
from store import spoken_dates
from store.prompt_files import PromptFiles
from tests.sample import document

GREETING = PromptRef("G-FR-EN", company=True)
CLOSED = PromptRef("closed")
RETURN = PromptRef("ABS-RETOUR", company=True, date="2027-01-06")


class Folders:
    """Recordings of an installation, a clock of its own, and what was said to be missing."""

    def __init__(self, root: Path) -> None:
        self.root, self.now, self.missing = root, 0.0, list[str]()
        self.prompts = PromptFiles(root / "sounds", root / "prompts", self.missing.append, lambda: self.now)

    def put(self, name: str) -> str:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        return str(file)

    def heard(self, *prompts: PromptRef) -> str:
        return self.prompts.stream(prompts, document())


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def test_given_recordings_then_they_are_named_and_nothing_is_missing(folders: Folders) -> None:
    own, built_in = folders.put("prompts/boreal/g-fr-en.wav"), folders.put("sounds/fr/closed.wav")
    assert folders.heard(GREETING) == own
    assert folders.heard(CLOSED) == built_in
    assert folders.prompts.file(GREETING, document()) == own
    assert folders.missing == []


def test_given_none_then_silence_as_long_as_the_recording_and_beeps_for_what_we_should_have(
    folders: Folders,
) -> None:
    assert folders.heard(GREETING) == "silence_stream://12000"
    assert folders.heard(CLOSED) == "tone_stream://%(300,100,440);loops=2"
    assert folders.prompts.file(GREETING, document()) == ""
    assert folders.missing == ["G-FR-EN", "closed"]
    assert folders.prompts.confirmation(Confirm(extension="1001"), document()).startswith("silence_stream://")


def test_given_a_recording_that_comes_or_goes_then_it_is_noticed_after_two_seconds(folders: Folders) -> None:
    assert folders.heard(GREETING).startswith("silence_stream://")
    own = folders.put("prompts/boreal/g-fr-en.wav")
    folders.now = 2.0
    assert folders.heard(GREETING) == own
    Path(own).unlink()
    folders.now = 4.0
    assert folders.heard(GREETING).startswith("silence_stream://")


def test_given_a_return_date_then_it_follows_in_each_language_of_the_company_and_missing_words_are_left_out(
    folders: Folders,
) -> None:
    said = {
        language: [
            folders.put(f"sounds/{language}/digits/{word}.wav")
            for word in spoken_dates.words(date(2027, 1, 6), language)
        ]
        for language in ("fr", "en")
    }
    own = folders.put("prompts/boreal/abs-retour.wav")
    assert folders.heard(RETURN) == "file_string://" + "!".join([own, *said["fr"], *said["en"]])
    Path(said["fr"][0]).unlink()
    folders.now = 2.0
    assert folders.heard(RETURN) == "file_string://" + "!".join([own, *said["fr"][1:], *said["en"]])


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2027, 1, 6), "6 mon-0 2 thousand 20 7", "mon-0 h-6 2 thousand 20 7"),
        (date(2026, 12, 1), "h-1 mon-11 2 thousand 20 6", "mon-11 h-1 2 thousand 20 6"),
        (date(2031, 3, 21), "20 et 1 mon-2 2 thousand 30 et 1", "mon-2 20 h-1 2 thousand 30 1"),
        (date(2071, 8, 31), "30 et 1 mon-7 2 thousand 60 et 11", "mon-7 30 h-1 2 thousand 70 1"),
        (date(2100, 2, 20), "20 mon-1 2 thousand hundred", "mon-1 h-20 2 thousand 1 hundred"),
        (date(1999, 5, 30), "30 mon-4 thousand 9 hundred 80 19", "mon-4 h-30 1 thousand 9 hundred 90 9"),
        (date(2081, 1, 2), "2 mon-0 2 thousand 80 1", "mon-0 h-2 2 thousand 80 1"),
    ],
)  # fmt: skip
def test_given_a_date_then_its_words(day: date, french: str, english: str) -> None:
    assert spoken_dates.words(day, "fr") == french.split()
    assert spoken_dates.words(day, "en") == english.split()


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [
        (1, "1", "1"), (2, "2", "2"), (20, "20", "20"), (21, "20 et 1", "20 1"), (71, "60 et 11", "70 1"), (80, "80", "80"),
        (81, "80 1", "80 1"), (91, "80 11", "90 1"), (99, "80 19", "90 9"), (100, "hundred", "1 hundred"),
        (121, "hundred 20 et 1", "1 hundred 20 1"), (500, "5 hundred", "5 hundred"), (1024, "1 0 2 4", "1 0 2 4"),
    ],
)  # fmt: skip
def test_given_a_number_then_its_words(number: int, french: str, english: str) -> None:
    assert spoken_dates.number(number, "fr") == french.split()
    assert spoken_dates.number(number, "en") == english.split()


def test_given_a_place_in_line_then_it_follows_in_the_language_of_the_prompt(folders: Folders) -> None:
    before = PromptRef("position_before", language="fr", number=21)
    said = [
        folders.put(f"sounds/fr/{name}.wav")
        for name in ("position_before", "digits/20", "digits/et", "digits/1")
    ]
    assert folders.heard(before) == "file_string://" + "!".join(said)


# --- press 1: whom the call is for, and who calls (Z17) ---------------------------------------------------

ASKED = Confirm(language="en", name="G-FR-EN", extension="10", called="5145550102", caller="45")
SPOKEN = ("call_for", "extension", "press_1_to_accept", "call_from", "call_from_unknown")


def asked(folders: Folders, confirm: Confirm) -> list[str]:
    """What is heard, as the names of its recordings."""
    stream = folders.prompts.confirmation(confirm, document())
    return [Path(file).stem for file in stream.removeprefix("file_string://").split("!")]


@pytest.mark.parametrize(
    ("confirm", "heard"),
    [
        (ASKED, "call_for g-fr-en press_1_to_accept call_from 4 5"),
        (replace(ASKED, name=""), "call_for extension 1 0 press_1_to_accept call_from 4 5"),
        (replace(ASKED, name="G-NONE"), "call_for extension 1 0 press_1_to_accept call_from 4 5"),
        (
            replace(ASKED, name="", extension=""),
            "call_for 5 1 4 5 5 5 0 1 0 2 press_1_to_accept call_from 4 5",
        ),
        (replace(ASKED, name="", extension="", called=""), "press_1_to_accept call_from 4 5"),
        (replace(ASKED, caller=""), "call_for g-fr-en press_1_to_accept call_from_unknown"),
        (replace(ASKED, language="fr", caller=""), "call_for g-fr-en press_1_to_accept call_from_unknown"),
    ],
)
def test_given_an_outside_number_then_it_hears_for_whom_what_to_press_and_who_calls(
    folders: Folders, confirm: Confirm, heard: str
) -> None:
    folders.put("prompts/boreal/g-fr-en.wav")
    for language in ("en", "fr"):
        for name in (*SPOKEN, *(f"digits/{digit}" for digit in range(10))):
            folders.put(f"sounds/{language}/{name}.wav")
    assert asked(folders, confirm) == heard.split()


def test_given_a_recorded_name_that_is_gone_then_the_extension_is_spoken_and_it_is_told(
    folders: Folders,
) -> None:
    for name in (*SPOKEN, "digits/1", "digits/0"):
        folders.put(f"sounds/en/{name}.wav")
    assert asked(folders, replace(ASKED, caller="")) == [
        "call_for", "extension", "1", "0", "press_1_to_accept", "call_from_unknown",
    ]  # fmt: skip
    assert folders.missing == ["G-FR-EN"]


def test_given_words_that_are_not_installed_then_the_others_are_spoken(folders: Folders) -> None:
    folders.put("sounds/en/press_1_to_accept.wav")
    assert asked(folders, ASKED) == ["press_1_to_accept"]


def test_given_more_than_a_variable_takes_then_the_caller_is_left_out(tmp_path: Path) -> None:
    folders = Folders(tmp_path / ("long" * 50) / ("long" * 50))
    for name in (*SPOKEN, *(f"digits/{digit}" for digit in range(10))):
        folders.put(f"sounds/en/{name}.wav")
    confirm = replace(ASKED, name="", extension="10", caller="4505550199")
    assert asked(folders, confirm) == ["call_for", "extension", "1", "0", "press_1_to_accept"]


def test_given_a_message_among_the_music_then_the_files_are_heard_in_their_order_but_for_one_that_is_gone(
    folders: Folders,
) -> None:
    """P36; P32 for a company of its own."""
    tune, offer = (folders.put(f"prompts/boreal/{name}.wav") for name in ("tune", "offer"))
    music = replace(document().music["M-BOREALIS"], files=("tune.wav", "lost.wav", "offer.wav"))
    company = replace(document(), music={"M-BOREALIS": music})
    assert folders.prompts.music("M-BOREALIS", company) == f"file_string://{tune}!{offer}"
    assert folders.missing == ["lost.wav"]
