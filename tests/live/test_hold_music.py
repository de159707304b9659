"""Music on hold as those who are held hear it: several files, a spoken message among them (P32, P36); the company's own, and that of
an outbound profile, also while a colleague rings for somebody who is transferred (P30, D31); the switch's own when a file is gone (P33)."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.scenarios.sip_media import Media
from console.scenarios.sip_script import Offer
from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from schemas.secrets import read_secret
from store.secrets import device_password
from tests.live.office import CALLER, CLAIRE, Office, needs_freeswitch
from tests.live.test_supervision import publish
from tests.sample import document

pytestmark = needs_freeswitch
MUSIC, MESSAGE = 700.0, 1300.0
OUTSIDE = "+14505550166"
Saves = Callable[[object], None]
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
def saves(office: Office) -> Iterator[Saves]:
    """Saves a change of the sample company and puts it in force; afterwards it is as before."""
    sample = document()

    def save(changes: object) -> None:
        changed = load_company(merged(plain_company(sample), changes))
        assert isinstance(changed, CompanyDocument), changed
        publish(office, changed)

    yield save
    publish(office, sample)


def recorded(office: Office, name: str, hertz: float) -> str:
    """A file of the company with a tone."""
    return sounds(office.settings.prompts / "boreal" / name, hertz)


def held_by_claire(office: Office) -> Media:
    """What a caller of hers hears, whom she holds."""
    office.phones["1001a"].script(Offer(answer_after=0.3))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    media = office.outside.dialogs[call].media
    media.listen()
    assert office.phones["1001a"].hold(on=True) == 200
    return media


def test_given_several_files_then_whom_she_holds_hears_them_in_turn_and_again(
    office: Office, saves: Saves
) -> None:
    files = [recorded(office, "tune.wav", MUSIC), recorded(office, "offer.wav", MESSAGE)]
    saves({"music": {"M-BOREALIS": {"files": files}}, "users": {"1001": {"hold_music": "M-BOREALIS"}}})
    media = held_by_claire(office)
    for pitch in (MUSIC, MESSAGE, MUSIC, MESSAGE):
        office.until(lambda pitch=pitch: media.hears(pitch), 5.0)
    assert office.phones["1001a"].hold(on=False) == 200
    office.until(lambda: not media.hears(MUSIC) and not media.hears(MESSAGE), 5.0)


def test_given_a_file_that_is_gone_then_whom_she_holds_hears_the_switchs_own_music(
    office: Office, saves: Saves
) -> None:
    saves({"music": {"M-BOREALIS": {"files": ["gone.wav"]}}, "users": {"1001": {"hold_music": "M-BOREALIS"}}})
    media = held_by_claire(office)
    office.until(lambda: office.played("local_stream://default"))
    office.until(media.hears_anything, 5.0)


def test_given_music_of_the_company_then_whom_anybody_holds_hears_it(office: Office, saves: Saves) -> None:
    file = recorded(office, "ours.wav", MUSIC)
    defaults = {"users": {"hold_music": "M-BOREALIS"}}
    saves({"music": {"M-BOREALIS": {"files": [file]}}, "account": {"defaults": defaults}})
    media = held_by_claire(office)
    office.until(lambda: media.hears(MUSIC), 5.0)


def test_given_music_of_an_outbound_profile_then_whom_he_called_hears_it_on_hold_and_while_a_colleague_rings(
    office: Office, saves: Saves
) -> None:
    hold, wait = recorded(office, "hold.wav", MUSIC), recorded(office, "wait.wav", MESSAGE)
    saves({
        "music": {"M-COL": {"files": [hold]}, "M-BOREALIS": {"files": [wait]}},
        "outbound_profiles": {"OP-DEF": {"hold_music": "M-COL", "wait_music": "M-BOREALIS"}},
    })  # fmt: skip
    omar = office.phones["1004a"]
    office.outside.script(Offer(answer_after=0.3), number=OUTSIDE)
    password = device_password(read_secret(office.stack.root, "device_key"), "boreal", "1004a", 1)
    omar.call("4505550166", password=password)
    office.until(lambda: [dialog for dialog in omar.dialogs.values() if dialog.state == "up"])
    (there,) = office.outside.dialogs.values()
    there.media.listen()
    assert omar.hold(on=True) == 200
    office.until(lambda: there.media.hears(MUSIC), 5.0)
    office.phones["1001a"].script(Offer())
    assert omar.transfer("1001") == 202
    office.until(lambda: office.saw("1001a", "offered"))
    office.until(lambda: there.media.hears(MESSAGE), 5.0)
