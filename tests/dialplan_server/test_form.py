"""A body's fields are those of a parser that cuts it at every `&`, however often and in whatever order they are read."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from hypothesis import example, given
from hypothesis import strategies as st

from dialplan_server.form import Form

NAMES = ("a", "Hunt-Context", "Hunt-Caller-ID-Name", "variable_a", "Unique-ID", "section")
PIECES = st.sampled_from(
    (b"&", b"=", b"%26", b"%3D", b"%", b"%C3%A9", b"\xff", b"1", b"Hunt-", *(name.encode() for name in NAMES))
)


def cut(body: bytes, name: str) -> str:
    """The first value of a name, the slow way."""
    for part in body.split(b"&"):
        key, equals, value = part.partition(b"=")
        if equals and key == name.encode():
            return unquote_to_bytes(value).decode("utf-8", "replace")
    return ""


@given(st.lists(PIECES, max_size=40).map(b"".join), st.lists(st.sampled_from(NAMES), max_size=12))
@example(b"a=1&a=2", ["a", "a"])
@example(b"x%26a=1&a=", ["a"])
def test_fields_are_those_that_are_cut_out(body: bytes, names: list[str]) -> None:
    form = Form(body)
    assert [form.get(name) for name in names] == [cut(body, name) for name in names]


@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_a_variable_is_a_field_of_its_prefix(body: bytes) -> None:
    assert Form(body).variable("a") == Form(body).get("variable_a")
