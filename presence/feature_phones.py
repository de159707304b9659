"""What the phones of a company were told last of their users (as-feature-event), so that another controller goes on from there."""

from __future__ import annotations

from typing import Any

import msgspec

from presence import keys
from routing.phone_display import Shown

_decode = msgspec.json.Decoder(Shown).decode


class FeaturePhones:
    """Those of one company on one switch: users whose phones asked, ever. All methods raise when Redis is away."""

    def __init__(self, client: Any, company: str, node: str) -> None:
        self._client, self._key = client, keys.feature_phones(company, node)

    def told(self) -> dict[str, Shown]:
        """By user."""
        return {user: _decode(text) for user, text in self._client.hgetall(self._key).items()}

    def tell(self, user: str, shown: Shown) -> None:
        """It has been said to his phones."""
        self._client.hset(self._key, user, msgspec.json.encode(shown).decode())

    def forget(self, user: str) -> None:
        """He is no user any more."""
        self._client.hdel(self._key, user)
