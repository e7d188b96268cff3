"""The pictures of the documentation, taken of a running demonstration: ``python docs/screenshots.py [ADDRESS [NEIGHBOUR]]``.

``mashlink demo --hubs 2`` serves both hubs. Needs Chromium and what ``make test`` installs. Every person in the pictures is
made up.
"""

import re
import shutil
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--lang=en-GB",
]
SIZE = {"width": 1180, "height": 900}
IN_THE_README = ("finding", "network")
BOTH_HUBS = ("http://127.0.0.1:8000", "http://localhost:8001")


def main() -> None:
    """Walk the demonstration as the people of the guide do, and take a picture at each stop."""
    # Known to browsers by other names, so that neither's cookies are the other's.
    address, neighbour = [*sys.argv[1:], *BOTH_HUBS[len(sys.argv) - 1 :]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        described = the_decision_maker(come_in(browser, address, "daniel", "safeguarding_s47"))
        the_reviewer(come_in(browser, address, "rosa", "data_quality"))
        the_coordinator(come_in(browser, address, "gwen", "marac"))
        the_officer(come_in(browser, address, "eleri", "cross_border"), described)
        away = somebody_at(come_in(browser, neighbour, "daniel", "safeguarding_s47"))
        officer = come_in(browser, address, "eleri", "cross_border")
        the_question(officer, away)
        the_decision(come_in(browser, neighbour, "daniel", "safeguarding_s47"))
        the_answer(officer)
        browser.close()


def the_decision_maker(page: Page) -> str:
    """Home, search, a person and their network, a finding, sharing, thresholds, the profile; returns whom the officer looks up."""
    page.goto("/")
    picture(page, "home")
    page.goto("/findings?detector=gang_network")
    page.locator(".ml-finding a[data-row]").first.click()
    page.wait_for_load_state()
    picture(page, "finding")
    person = page.locator("main a[href^='/people/']").first
    name, address = person.inner_text(), person.get_attribute("href") or ""
    page.goto("/search")
    page.fill("#anything", name)
    page.get_by_role("button", name="Search").click()
    page.wait_for_selector("#result")
    picture(page, "search")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    picture(page, "person")
    born = re.search(r"Born (\d+ \w+ \d{4})", page.inner_text(".ml-person-head"))
    page.goto(address + "/chronology")
    picture(page, "chronology")
    page.goto(address + "/sharing")
    page.locator("#release summary").click()
    picture(page, "sharing")
    page.goto(address + "/network")
    page.wait_for_selector("#network[data-drawn=yes]")
    page.wait_for_timeout(1500)
    page.locator(".ml-network").scroll_into_view_if_needed()
    picture(page, "network")
    page.goto("/settings?detector=gang_network")
    picture(page, "thresholds")
    page.goto("/profile")
    picture(page, "profile")
    return f"{name} {born[1] if born else ''}"


def the_reviewer(page: Page) -> None:
    """The first pair of the queue."""
    page.goto("/review")
    page.locator("a[data-row]").first.click()
    page.wait_for_load_state()
    picture(page, "review")


def the_coordinator(page: Page) -> None:
    """A meeting that is planned, and who may come on its list."""
    page.goto("/meetings")
    if page.get_by_role("link", name="MARAC-2026-12").count():
        page.get_by_role("link", name="MARAC-2026-12").first.click()
    else:
        page.fill("#reference", "MARAC-2026-12")
        page.fill("#held_on", "2026-12-11")
        page.fill("#area", "Larkhaven")
        page.get_by_role("button", name="Plan the meeting").click()
    page.wait_for_load_state()
    page.goto(page.url + "/candidates")
    picture(page, "candidates")


def the_officer(page: Page, described: str) -> None:
    """A lookup: hit or no hit, and whom to call."""
    page.goto("/search")
    page.fill("#anything", described)
    page.get_by_role("button", name="Search").click()
    page.wait_for_selector("#result")
    picture(page, "lookup")


def somebody_at(page: Page) -> tuple[str, str, str]:
    """First name, family name and date of birth (D M YYYY) of somebody whom the other hub knows well."""
    page.goto("/findings?detector=repeat_notifications")
    page.locator(".ml-finding a[data-row]").first.click()
    page.wait_for_load_state()
    page.locator("main a[href^='/people/']").first.click()
    page.wait_for_load_state()
    names = page.inner_text("h1").split()
    born = re.search(r"Born (\d+ \w+ \d{4})", page.inner_text(".ml-person-head"))
    day = datetime.strptime(born[1] if born else "", "%d %B %Y")  # noqa: DTZ007 - a birthday has no zone
    return names[0], names[-1], f"{day.day} {day.month} {day.year}"


def the_question(page: Page, person: tuple[str, str, str]) -> None:
    """Ask the other hub about one person, then for detail."""
    page.goto("/exchange/ask")
    page.get_by_label("Which hub").select_option(index=1)
    page.get_by_label("On which legal basis").select_option(index=1)
    page.get_by_label("First name").fill(person[0])
    page.get_by_label("Family name").fill(person[1])
    for label, number in zip(("Day", "Month", "Year"), person[2].split(), strict=True):
        page.get_by_label(label, exact=True).fill(number)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_selector("#result")
    page.get_by_label("What you need to know, and what for").fill(
        "Concerns of the last two years, for a strategy discussion this afternoon"
    )
    picture(page, "exchange-hit")
    page.get_by_role("button", name="Request detail").click()
    page.wait_for_load_state()


def the_decision(page: Page) -> None:
    """At the other hub: read the request, and grant one event of it."""
    page.goto("/exchange")
    page.get_by_role("link", name="Decide").first.click()
    page.wait_for_load_state()
    page.locator("label[for=event-1]").click()
    page.get_by_label("Grant part of it").check()
    page.locator("#grounds").fill("Relevant to the enquiry")
    page.locator("#conditions").fill("For the strategy discussion, not to be passed on")
    last = datetime.now(UTC) + timedelta(days=30)
    for name, number in (("day", last.day), ("month", last.month), ("year", last.year)):
        page.locator(f"#ends_on-{name}").fill(str(number))
    page.locator("#main-content").evaluate("part => part.scrollIntoView()")
    picture(page, "exchange-decision")
    page.get_by_role("button", name="Record the decision").click()
    page.wait_for_load_state()


def the_answer(page: Page) -> None:
    """What the other hub granted, with its conditions."""
    page.goto("/exchange")
    page.get_by_role("button", name="Fetch what was decided").first.click()
    page.wait_for_load_state()
    picture(page, "exchange-granted")


def come_in(browser: Browser, address: str, user: str, purpose: str) -> Page:
    """Sign a made-up user in and say why, once for the case."""
    page = browser.new_page(viewport=SIZE, base_url=address, locale="en-GB")
    page.goto("/sign-in")
    page.locator(f"form:has(input[value={user}]) button").click()
    page.wait_for_load_state()
    page.goto("/purpose")
    page.check(f"input[value={purpose}]")
    page.get_by_label("Reason").fill("Strategy discussion this afternoon")
    page.get_by_label("Case reference").fill("MASH-2026-0417")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state()
    return page


def picture(page: Page, name: str) -> None:
    """What a person sees first, without scrolling, in the few colours that a page has."""
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(colors=64, dither=Image.Dither.NONE)
    for folder in (HERE / "guide" / "images", *((HERE / "images",) if name in IN_THE_README else ())):
        shot.save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
