"""A person before the pages, in a real Chromium."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from tests.console.conftest import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
NEEDS_CHROMIUM = (
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed (apt-get install chromium)"),
)


class Visit:
    """A person before a browser, and what went wrong in it."""

    def __init__(self, browser: Any, address: str, language: str = "fr-CA", width: int = 1440) -> None:
        self.address = address
        self.context = browser.new_context(locale=language, viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def open(self) -> None:
        """The page on which one signs in, ready to be used."""
        self.page.goto(f"http://{self.address}/")
        self.page.wait_for_selector("#sign-in button.main:enabled")

    def sign_in(self, name: str = "ines", password: str = PASSWORD) -> Any:
        """Type name and password, and wait for the board."""
        self.open()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#live", state="attached")
        return self.page

    def agent(self, extension: str) -> Any:
        """The row of an agent."""
        return self.page.locator(f'#agents tr[data-key="{extension}"]')

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
