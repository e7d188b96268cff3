"""The states that a page can be in besides full: each is designed, seen in a screenshot, and says what to do next."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.xdist_group("hub")]
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 5


def come_in(
    page: Any, user: str, purpose: str, case: str = "CASE-S", reason: str = "States of a page"
) -> None:
    page.goto("/sign-in")
    page.locator(f"form:has(input[value={user}]) button").click()
    page.wait_for_load_state()
    page.goto("/purpose")
    page.check(f"input[value={purpose}]")
    page.fill("#reason", reason)
    page.fill("#case_reference", case)
    page.get_by_role("button", name="Continue").click()


def seen(page: Any, folder: Path, name: str, *words: str) -> None:
    """The words stand where a reader sees them, and the picture of the page is not blank."""
    for word in words:
        assert page.get_by_text(word).first.is_visible(), (name, word)
    picture = page.screenshot(path=folder / f"{name}.png")
    assert len(picture) > 5_000
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_empty(page: Any, tmp_path: Path) -> None:
    come_in(page, "daniel", "safeguarding_s47")
    page.goto("/findings?decision=suppressed")
    seen(
        page, tmp_path, "empty-list", "No findings of this kind.", "Choose another pattern or decision above."
    )
    page.goto("/search")
    page.fill("#anything", "Zebedee Quuxington-Nobody 1/2/1931")
    page.get_by_role("button", name="Search").click()
    seen(page, tmp_path, "empty-search", "Nobody you may see fits what you entered.", "Try another spelling")


def test_partial(page: Any, tmp_path: Path) -> None:
    come_in(page, "amina", "emerging_harm")
    page.goto("/findings")
    page.locator(".ml-finding a[data-row]").first.click()
    page.locator("main a[href^='/people/']").first.click()
    seen(
        page,
        tmp_path,
        "partial-person",
        "No name, number or address of this person is yours to see",
        "Why can I not see more?",
    )


def test_slow(page: Any, tmp_path: Path) -> None:
    come_in(page, "daniel", "safeguarding_s47")
    page.goto("/findings")
    page.route("**/findings?*", lambda route: (page.wait_for_timeout(2500), route.continue_()))
    page.select_option("#decision", "any")
    page.wait_for_selector(".ml-slow--shown")
    seen(page, tmp_path, "slow", "Still working on it")
    page.wait_for_selector(".ml-slow--shown", state="hidden")


def test_forbidden_and_not_there(page: Any, tmp_path: Path) -> None:
    come_in(page, "eleri", "cross_border")
    page.goto("/findings")
    seen(page, tmp_path, "forbidden", "Not allowed", "Why can I not see this?")
    page.context.clear_cookies()
    come_in(page, "daniel", "safeguarding_s47")
    page.goto("/people/nobody")
    seen(page, tmp_path, "not-there", "Not found")


def test_expired(page: Any, tmp_path: Path, hub: Any) -> None:
    page.context.add_cookies([{"name": "mashlink", "value": "long-gone", "url": hub.address}])
    page.goto("/findings")
    seen(page, tmp_path, "expired", "You were signed out.", "you go on where you were")


def test_conflicting(page: Any, tmp_path: Path) -> None:
    come_in(page, "daniel", "safeguarding_s47")
    for number in range(12):
        page.goto("/findings")
        page.locator(".ml-finding a[data-row]").nth(number).click()
        people = page.locator(".govuk-grid-column-one-third a[href^='/people/']")
        for address in [one.get_attribute("href") for one in people.all()]:
            page.goto(address)
            if page.get_by_text("Where agencies differ").count():
                seen(page, tmp_path, "conflicting", "Where agencies differ")
                assert page.locator("mark.ml-differs").count() > 1
                return
    pytest.fail("No person of the findings has facts that contradict one another.")


def test_very_long(page: Any, tmp_path: Path) -> None:
    come_in(page, "daniel", "safeguarding_s47", LONG[:300], LONG * 8)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/search")
    seen(page, tmp_path, "very-long", "Find a person")
    page.goto("/purpose")
    seen(page, tmp_path, "very-long-purpose", "Why are you looking?")
