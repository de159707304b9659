"""A code pairs one device, once, for a short time (P14, T70)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from routing.pairing import SENTENCES, PairingCode, PairingRefused, pairing_refused

NOW = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)
CODE = PairingCode(device="1002c", expires_at=NOW + timedelta(minutes=5))
USED = PairingCode(device="1002c", expires_at=NOW + timedelta(minutes=5), used=True)
REVOKED = PairingCode(device="1002c", expires_at=NOW + timedelta(minutes=5), revoked=True)


@pytest.mark.parametrize(
    ("code", "minutes", "refused"),
    [
        (CODE, 0, None),
        (CODE, 4.99, None),
        (CODE, 5, "qr_expired"),
        (USED, 0, "qr_used"),
        (USED, 60, "qr_used"),
        (REVOKED, 0, "qr_revoked"),
    ],
    ids=["just shown", "its last second", "too late", "scanned again (T70)", "scanned again much later", "revoked"],
)  # fmt: skip
def test_given_a_code_then_it_pairs_or_says_why_not(
    code: PairingCode, minutes: float, refused: PairingRefused | None
) -> None:
    assert pairing_refused(code, NOW + timedelta(minutes=minutes)) == refused


def test_given_a_refusal_then_it_is_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(get_args(PairingRefused))
    assert all(sentence.fr != sentence.en for sentence in SENTENCES.values())
    assert all("page" in text for sentence in SENTENCES.values() for text in (sentence.fr, sentence.en))
