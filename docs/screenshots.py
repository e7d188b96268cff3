"""The pictures of the documentation, taken of a running demonstration: ``python docs/screenshots.py [ADDRESS]``.

Needs Chromium and what ``make test`` installs. Every person in the pictures is made up.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Sign in as the decision-maker, open the first finding and the first person in it, take the pictures."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport={"width": 1180, "height": 900})
        page.goto(address)
        page.get_by_role("button", name="Daniel").click()
        state_purpose(page)
        page.goto(f"{address}/findings?detector=gang_network")
        page.locator("main a[href^='/findings/']").first.click()
        picture(page, "finding")
        page.locator("main a[href*='/persons/'], main a[href*='/people/']").first.click()
        page.get_by_role("link", name="Network").first.click()
        page.wait_for_timeout(1500)
        page.locator(".ml-network").first.scroll_into_view_if_needed()
        picture(page, "network")
        browser.close()


def state_purpose(page: Page) -> None:
    """Say why, once for the case."""
    page.get_by_role("link", name="State one").click()
    page.get_by_label("Safeguarding, section 47").check()
    page.get_by_label("Reason").fill("Strategy discussion this afternoon")
    page.get_by_role("button", name="Continue").click()


def picture(page: Page, name: str) -> None:
    """What a person sees first, without scrolling."""
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
