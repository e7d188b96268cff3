"""Every page in every role: axe finds nothing, it fits 320 pixels (400% of 1280), works with scripts off, and is not heavy."""

import gzip
import re
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("hub")]
# The address of a finding, of a person in it, of a way from them to somebody, of a pair of records.
FINDING, PERSON, WAY, PAIR = "@finding", "@person", "@way", "@pair"
TABS = ["", "/households", "/chronology", "/network", "/links"]
ROLES: dict[str, tuple[str, list[str]]] = {
    "amina": (
        "emerging_harm",
        [
            "/",
            "/purpose",
            "/search",
            "/findings",
            FINDING,
            *(PERSON + end for end in TABS),
            WAY,
            "/compare",
            "/settings",
            "/statistics",
            "/statistics/turnaround",
            "/statistics/cases/rows?cell=&cell=&cell=",
            "/why",
            "/people/nobody",
        ],
    ),
    "rosa": ("data_quality", ["/", "/review", PAIR, "/review/conflicts", "/compare"]),
    "daniel": (
        "safeguarding_s47",
        [
            "/",
            "/search",
            "/findings?decision=any",
            FINDING,
            *(PERSON + end for end in [*TABS, "/sharing"]),
            "/sharing",
            "/contributions",
            "/review",
            "/meetings",
            "/statistics",
            "/exchange",
            "/settings?detector=gang_network",
            "/statistics/contribution",
            "/outcomes",
            "/audit",
        ],
    ),
    "priya": ("safeguarding_s47", ["/", "/search", "/sharing", "/contributions", "/why", "/findings"]),
    "eleri": ("cross_border", ["/", "/search", "/exchange", "/why"]),
    "gwen": ("marac", ["/", "/search", "/meetings", "/why"]),
    "ines": ("audit", ["/", "/privacy", "/audit"]),
    "sol": ("data_quality", ["/", "/seals"]),
    "anwen": ("data_quality", ["/", "/mappings", "/why"]),
    "tom": ("audit", ["/", "/audit", "/audit/workers", "/audit/record", "/audit/verification", "/search"]),
}
IN_EVERY_RUN = ("rosa",)
HEAVIEST = 300_000


def signed_in(page: Any, user: str, purpose: str) -> None:
    page.goto("/sign-in")
    page.locator(f"form:has(input[value={user}]) button").click()
    page.wait_for_load_state()
    page.goto("/purpose")
    page.check(f"input[value={purpose}]")
    page.fill("#reason", "A look at every page")
    page.fill("#case_reference", "CASE-9")
    page.get_by_role("button", name="Continue").click()


def faults(page: Any, axe_script: str) -> list[str]:
    page.evaluate(axe_script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


def addresses(page: Any, paths: list[str]) -> list[str]:
    """The paths with what is between @ and the next slash looked up on the pages before it."""
    known: dict[str, str] = {}
    for path in paths:
        if path == FINDING:
            page.goto("/findings")
            known[FINDING] = page.locator(".ml-finding a[data-row]").first.get_attribute("href")
            page.goto(known[FINDING])
            known[PERSON] = page.locator("main a[href^='/people/']").first.get_attribute("href")
        elif path == PAIR:
            page.goto("/review")
            known[PAIR] = page.locator("a[data-row]").first.get_attribute("href")
        elif path == WAY:
            page.goto(known[PERSON] + "/network")
            other = page.locator("#to option").first.get_attribute("value")
            known[WAY] = f"{known[PERSON]}/paths?to={other}"
    return [re.sub(r"^@[a-z]+", lambda found: known[found[0]], path) for path in paths]


@pytest.mark.parametrize(
    "user", [pytest.param(one, marks=() if one in IN_EVERY_RUN else pytest.mark.faults) for one in ROLES]
)
def test_every_page_of_a_role_is_fit_for_everyone(page: Any, axe_script: str, user: str) -> None:
    purpose, paths = ROLES[user]
    signed_in(page, user, purpose)
    found: list[str] = []
    for address in addresses(page, paths):
        page.set_viewport_size({"width": 1200, "height": 900})
        answer = page.goto(address)
        assert answer.status in (200, 403, 404), address
        assert len(gzip.compress(answer.body())) < HEAVIEST, address
        found += faults(page, axe_script)
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{address} is {wide} pixels wide"] if wide > 320 else []
    assert found == []


@pytest.mark.faults
@pytest.mark.parametrize("user", ["amina", "daniel", "priya", "rosa", "ines", "sol", "tom"])
def test_every_page_says_its_words_with_scripts_off(chromium: Any, page: Any, hub: Any, user: str) -> None:
    purpose, paths = ROLES[user]
    signed_in(page, user, purpose)
    places = addresses(page, paths)
    plain = chromium.new_context(base_url=hub.address, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    without = plain.new_page()
    for address in places:
        page.goto(address)
        without.goto(address)
        assert without.inner_text("h1") == page.inner_text("h1")
        assert without.locator("main table tbody tr").count() == page.locator("main table tbody tr").count()
        assert without.locator("main form").count() == page.locator("main form").count()
    plain.close()


def test_before_signing_in_too(page: Any, axe_script: str) -> None:
    page.goto("/sign-in")
    assert faults(page, axe_script) == []
