"""Pages when something is not as usual: a fault of ours, a line that is lost, a refusal far down a long page, a window of any width."""

from __future__ import annotations

from typing import Any

import pytest

from console.server import serve
from schemas.company import load_company
from schemas.settings import Address
from tests.console.browser import NEEDS_CHROMIUM, Visit
from tests.console.conftest import ORIGIN, PASSWORD, Console
from tests.large_company import large_company

in_browser = [*NEEDS_CHROMIUM, pytest.mark.timeout(120)]


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Une erreur de notre côté."), ("en", "Something went wrong on our side.")]
)
def test_given_a_fault_of_ours_then_people_get_a_page_and_programs_a_problem(
    console: Console, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    client = console.browser()

    def away(*_: object) -> None:
        raise OSError("no database")

    monkeypatch.setattr(console.doors.accounts, "of_session", away)
    page = client.get("/", headers={"Accept-Language": language})
    assert (page.status_code, page.mimetype) == (500, "text/html")
    assert words in page.text
    told = client.get("/api/v1/me")
    assert (told.status_code, told.mimetype, told.json["code"]) == (
        500, "application/problem+json", "internal_error",
    )  # fmt: skip


def test_given_somebody_at_a_wrong_address_then_he_is_told_so_in_his_accounts_language(
    console: Console,
) -> None:
    client = console.browser()
    assert client.patch("/api/v1/me", json={"language": "en"}, headers=ORIGIN).status_code == 200
    page = client.get("/nothing", headers={"Accept-Language": "fr"})
    assert page.status_code == 404
    assert "There is nothing at this address." in page.text
    assert "sign-out" in page.text


def own_page(chromium: Any, console: Console, address: str) -> Visit:
    """An agent on her own page."""
    console.account("lina", "agent", "1007")
    return signed_in(Visit(chromium, address), "lina")


def signed_in(visit: Visit, name: str) -> Visit:
    visit.open()
    visit.page.fill("#name", name)
    visit.page.fill("#password", PASSWORD)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#sign-out")
    return visit


class TestInABrowser:
    pytestmark = in_browser

    def test_given_a_console_that_comes_back_then_an_agents_own_page_says_no_longer_that_it_is_away(
        self, chromium: Any, console: Console, address: str
    ) -> None:
        visit = own_page(chromium, console, address)
        visit.page.wait_for_selector("#change button")
        visit.context.set_offline(True)
        visit.page.wait_for_selector("#said:not([hidden])", timeout=15_000)
        visit.context.set_offline(False)
        visit.page.wait_for_selector("#said", state="hidden", timeout=15_000)
        visit.context.close()

    def test_given_a_console_that_is_away_then_whoever_signs_out_sees_that_it_is(
        self, chromium: Any, console: Console, address: str
    ) -> None:
        visit = signed_in(Visit(chromium, address), "ines")
        visit.page.wait_for_selector("#agents tr[data-key]")
        visit.context.set_offline(True)
        visit.page.click("#sign-out")
        visit.page.wait_for_selector("#sign-out", state="detached")
        visit.context.close()

    def test_given_an_administrator_of_a_company_then_he_sets_a_break_and_is_offered_nothing_that_is_refused(
        self, chromium: Any, console: Console, address: str
    ) -> None:
        console.account("ada", "admin", "")
        visit = signed_in(Visit(chromium, address), "ada")
        page = visit.page
        page.locator('#agents tr[data-key="1008"] [data-does="set"]').click()
        page.wait_for_selector("#setting[open]")
        offered = page.locator("#kind option:not([hidden])").evaluate_all(
            "all => all.map(each => each.value)"
        )
        assert offered == ["", "available", "auto", "break"]
        assert not page.locator("#reason").is_visible()
        page.locator("#kind").select_option("break")
        page.locator("#setting button.main").click()
        page.locator("#said", has_text="C'est modifié.").wait_for()
        row = (
            console.app.test_client()
            .get("/api/v1/companies/boreal/agents/1008", headers=console.token())
            .json
        )
        assert (row["intent"], row["declared_by"]) == ("break", "admin ada")
        visit.context.close()

    def test_given_the_last_of_many_agents_then_what_is_said_of_setting_her_is_in_sight(
        self, chromium: Any, empty_console: Console
    ) -> None:

        empty_console.save(load_company(large_company(100)))
        server = serve(Address("127.0.0.1", 0), empty_console.app)
        visit = signed_in(Visit(chromium, f"127.0.0.1:{server.server_port}"), "ines")
        page = visit.page
        page.wait_for_selector("#agents tr[data-key]")
        page.locator('#agents tr [data-does="set"]').last.click()
        page.locator("#kind").select_option("available")
        page.locator("#setting button.main").click()
        page.locator("#said:not([hidden])").wait_for()
        box = page.locator("#said").bounding_box()
        assert page.evaluate("window.scrollY") > 0
        assert 0 <= box["y"] <= 900 - box["height"]
        visit.context.close()
        empty_console.doors.feeds.end()
        server.stop()

    @pytest.mark.parametrize("width", [820, 1000, 1400])
    def test_given_any_width_then_no_column_of_a_call_is_too_narrow_to_be_read(
        self, chromium: Any, console: Console, address: str, width: int
    ) -> None:
        visit = signed_in(Visit(chromium, address, "fr-CA", width), "ines")
        console.agents().call(
            "c1",
            {
                "state": "bridged",
                "since": 1.0,
                "entry": "number.N-MAIN",
                "from": "+14505550199",
                "with": "1001a",
            },
        )
        visit.page.wait_for_selector('#calls [data-does="end"]')
        widths = visit.page.locator("#calls tbody td").evaluate_all(
            "all => all.map(each => each.offsetWidth)"
        )
        assert min(widths) >= 80
        assert visit.overflow() <= 0
        visit.context.close()
