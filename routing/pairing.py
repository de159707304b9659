"""Whether a code still pairs a softphone: it is short-lived, pairs once, and can be revoked (P14, L37)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from routing.lint_sentences import Sentence

PairingRefused = Literal["qr_used", "qr_revoked", "qr_expired"]

SENTENCES: Mapping[PairingRefused, Sentence] = {
    "qr_used": Sentence(
        "Ce code a déjà servi à jumeler un appareil : il ne sert qu'une fois. Demandez-en un autre sur la page de l'appareil.",
        "This code has already paired a device: it works once only. Ask for another one on the device's page.",
    ),
    "qr_revoked": Sentence(
        "Ce code a été révoqué. Demandez-en un autre sur la page de l'appareil.",
        "This code was revoked. Ask for another one on the device's page.",
    ),
    "qr_expired": Sentence(
        "Ce code n'est plus valable. Demandez-en un autre sur la page de l'appareil, et lisez-le aussitôt.",
        "This code is no longer valid. Ask for another one on the device's page, and scan it at once.",
    ),
}


class PairingCode(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a code that was shown for a device."""

    device: str
    expires_at: datetime
    used: bool = False
    revoked: bool = False


def pairing_refused(code: PairingCode, now: datetime) -> PairingRefused | None:
    """Why a code pairs nothing at an instant; None: it does. That it was used is said first: whoever scans it again is to
    learn that somebody, perhaps not he, has paired with it."""
    if code.used:
        return "qr_used"
    if code.revoked:
        return "qr_revoked"
    return "qr_expired" if now >= code.expires_at else None
