"""A leg's uuid is that of RFC 4122, version 5, whoever computes it."""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from routing.legs import leg_uuid

NAMESPACE = UUID("6f2c1c1e-6d0f-5d55-9d0e-6a1f0c7f9a11")


@given(st.uuids().map(str), st.integers(0, 10**6), st.integers(0, 2**45), st.text(max_size=30))
def test_a_legs_uuid_is_the_standard_librarys(call: str, step: int, started_ms: int, leg: str) -> None:
    assert leg_uuid(call, step, started_ms, leg) == str(uuid5(NAMESPACE, f"{call}/{step}/{started_ms}/{leg}"))
