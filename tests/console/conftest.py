"""A browser page held to asking nobody but the hub, a reader without one, and the steps that walks share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

Reader = Callable[..., httpx.Client]


@pytest.fixture
def page(chromium: Any, hub: Any) -> Iterator[Any]:
    """A fresh browser page; afterwards: it asked nobody but the hub, and broke no rule of its own policy."""
    context = chromium.new_context(base_url=hub.address, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    others: list[str] = []
    broken: list[str] = []
    opened.on(
        "request",
        lambda request: others.append(request.url) if not request.url.startswith(hub.address) else None,
    )
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on(
        "console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None
    )
    yield opened
    context.close()
    assert others == []
    assert broken == []


@pytest.fixture
def reader(hub: Any) -> Iterator[Reader]:
    """Signs a made-up user in without a browser, for a purpose and a case; follows redirects."""
    with ExitStack() as open_ones:

        def make(user: str, purpose: str = "", case: str = "CASE-1") -> httpx.Client:
            client = open_ones.enter_context(
                httpx.Client(
                    base_url=hub.address,
                    headers={"Sec-Fetch-Site": "same-origin"},
                    follow_redirects=True,
                    timeout=60,
                )
            )
            client.post("/sign-in", data={"user": user}).raise_for_status()
            if purpose:
                stated = {"purpose": purpose, "reason": "Test of the console", "case_reference": case}
                client.post("/purpose", data=stated).raise_for_status()
            return client

        yield make


@dataclass(frozen=True)
class Keyboard:
    """A page used without a mouse."""

    page: Any

    def press(self, *keys: str) -> None:
        """One key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Text into whatever has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, wanted: str) -> None:
        """Press Tab until the focus is on what ``wanted`` selects; fail where it never gets there."""
        for _ in range(150):
            self.press("Tab")
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
        pytest.fail(f"The keyboard does not reach {wanted} on {self.page.url}")

    def follow(self, wanted: str, address: str) -> None:
        """Tab to a link or button, press Enter, and wait for the page that it leads to."""
        self.tab_to(wanted)
        self.press("Enter")
        self.page.wait_for_url(address)

    def come_in(self, user: str, purpose: str, case: str) -> None:
        """Sign a made-up user in and state a purpose."""
        self.page.goto("/sign-in")
        self.follow(f"form:has(input[value={user}]) button", "**/")
        self.press("p")
        self.page.wait_for_url("**/purpose?next=/")
        self.tab_to("input[name=purpose]")
        self.press("Space")
        while self.page.input_value("input[name=purpose]:checked") != purpose:
            self.press("ArrowDown")
        self.tab_to("#reason")
        self.type("Walk of the tests")
        self.tab_to("#case_reference")
        self.type(case)
        self.press("Enter")
        self.page.wait_for_url("http://*/")


@pytest.fixture
def keyboard() -> type[Keyboard]:
    """A page's keyboard: ``keyboard(page)``."""
    return Keyboard


@pytest.fixture
def come_in_by_mouse() -> Callable[[Any, str, str, str], None]:
    """Sign a made-up user in and state a purpose, by its name on the page, with the mouse: ``(page, user, purpose, case)``."""

    def come_in(page: Any, user: str, purpose: str, case: str) -> None:
        page.goto("/sign-in")
        page.locator(f"form:has(input[value={user}]) button").click()
        page.get_by_role("link", name="Say why you look").click()
        page.locator(f"label:has-text('{purpose}')").first.click()
        page.get_by_label("Reason").fill("Walk of the tests")
        page.get_by_label("Case reference").fill(case)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("http://*/")

    return come_in
