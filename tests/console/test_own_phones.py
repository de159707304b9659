"""A person's own page shows all phones of that person, and which are connected (P02), in a real browser."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.console.browser import NEEDS_CHROMIUM, Visit
from tests.console.conftest import PASSWORD, Console
from tests.sample import document

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(120)]
MARC = "1002"


def own_page(chromium: Any, console: Console, address: str, language: str, width: int) -> Visit:
    """Marc has signed in."""
    console.account("marc", "agent", MARC)
    visit = Visit(chromium, address, language, width)
    visit.open()
    for typed, key in (("marc", "Tab"), (PASSWORD, "Enter")):
        visit.page.keyboard.type(typed)
        visit.page.keyboard.press(key)
    visit.page.wait_for_selector("#change button")
    return visit


@pytest.mark.parametrize(
    ("language", "width", "heading", "there", "gone"),
    [
        ("fr-CA", 1440, "Vos appareils", "enregistré", "non enregistré"),
        ("en-CA", 320, "Your phones", "registered", "not registered"),
    ],
)
def test_given_two_phones_then_both_are_on_his_page_and_which_is_connected(
    chromium: Any, console: Console, address: str, language: str, width: int, heading: str, there: str, gone: str
) -> None:  # fmt: skip
    console.agents().register("1002a", console.doors.clock.unix("boreal") + 600)
    visit = own_page(chromium, console, address, language, width)
    shown = visit.page.locator("#phones .phone")
    assert shown.all_text_contents() == [f"✓ 1002a {there}", f"✕ 1002b {gone}"]
    assert visit.page.locator("#own h2").text_content() == heading
    console.agents().register("1002b", console.doors.clock.unix("boreal") + 600)
    visit.page.locator("#phones .registered", has_text="1002b").wait_for()
    assert visit.overflow() <= 0
    assert visit.errors == []
    visit.context.close()


def test_given_no_phone_then_it_is_said_and_who_can_help(
    chromium: Any, console: Console, address: str
) -> None:
    users = dict(document().users)
    users[MARC] = msgspec.structs.replace(users[MARC], devices={})
    console.save(msgspec.structs.replace(document(), users=users))
    visit = own_page(chromium, console, address, "fr-CA", 1440)
    told = "Aucun appareil n'est à votre nom. Un administrateur peut vous en donner un."
    assert visit.page.locator("#phones").text_content() == told
    visit.context.close()
