"""Music on hold of several files, a spoken message among them (P32, P36): each is heard in its turn, and then the first again."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from console.scenarios.sip_script import Offer
from tests.live.office import CALLER, CLAIRE, Office, needs_freeswitch
from tests.live.test_supervision import publish
from tests.sample import document

pytestmark = needs_freeswitch
MUSIC, MESSAGE = 700.0, 1300.0
_RATE = 8000


def sounds(file: Path, hertz: float) -> str:
    """Two seconds of a tone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, _RATE, 0, "NONE", ""))
        samples = (round(8000 * math.sin(2 * math.pi * hertz * n / _RATE)) for n in range(2 * _RATE))
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.name


@pytest.fixture
def chosen(office: Office) -> Iterator[None]:
    """Claire's music is two files."""
    folder = office.settings.prompts / "boreal"
    files = (sounds(folder / "tune.wav", MUSIC), sounds(folder / "offer.wav", MESSAGE))
    sample = document()
    own = replace(sample.users["1001"], hold_music="M-BOREALIS")
    music = {**sample.music, "M-BOREALIS": replace(sample.music["M-BOREALIS"], files=files)}
    publish(office, replace(sample, music=music, users={**sample.users, "1001": own}))
    yield
    publish(office, sample)


@pytest.mark.usefixtures("chosen")
def test_given_several_files_then_whom_she_holds_hears_them_in_turn_and_again(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.3))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    media = office.outside.dialogs[call].media
    media.listen()
    assert office.phones["1001a"].hold(on=True) == 200
    for pitch in (MUSIC, MESSAGE, MUSIC, MESSAGE):
        office.until(lambda pitch=pitch: media.hears(pitch), 5.0)
    assert office.phones["1001a"].hold(on=False) == 200
    office.until(lambda: not media.hears(MUSIC) and not media.hears(MESSAGE), 5.0)
