"""The analyst's, the decision-maker's and the auditor's first walks through the console, in a real browser."""

import re
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("hub")]


def sign_in(page: Any, name: str, purpose: str, case: str = "MASH-2026-0417") -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=f"as {name}").click()
    page.goto("/purpose")
    page.check(f"input[value={purpose}]")
    page.fill("#reason", "Weekly review of repeat notifications")
    page.fill("#case_reference", case)
    page.get_by_role("button", name="Continue").click()


def tab_to(page: Any, wanted: str) -> None:
    """Press Tab until the focus is on the element that ``wanted`` selects, seen by a reader without a mouse."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"The keyboard does not reach {wanted} on {page.url}")


@pytest.mark.faults
def test_the_analyst_walks_from_sign_in_to_a_network_by_keyboard_alone(page: Any) -> None:
    page.goto("/sign-in")
    tab_to(page, "form:has(input[value=amina]) button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    tab_to(page, "main a[href='/findings']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/purpose?next=/findings")
    tab_to(page, "input[name=purpose]")
    page.keyboard.press("Space")
    while page.input_value("input[name=purpose]:checked") != "emerging_harm":
        page.keyboard.press("ArrowDown")
    tab_to(page, "#reason")
    page.keyboard.type("Weekly review")
    tab_to(page, "form[action='/purpose'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("http://*/findings")
    assert "Emerging harm" in page.inner_text(".ml-identity")
    tab_to(page, ".ml-finding a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/*")
    assert page.locator(".ml-timeline__item").count() > 0
    tab_to(page, ".govuk-grid-column-one-third a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    tab_to(page, ".ml-tabs a[href$='/network']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/network")
    page.wait_for_selector("#network[data-drawn=yes]")
    assert page.locator("table tbody tr").count() > 0


def test_the_picture_is_drawn_and_its_buttons_work(page: Any) -> None:
    sign_in(page, "Amina", "emerging_harm")
    page.goto("/findings")
    page.locator(".ml-finding a").first.click()
    page.locator(".govuk-grid-column-one-third a").first.click()
    page.goto(page.url + "/network")
    page.wait_for_selector("#network[data-drawn=yes]")
    painted = """() => [...document.querySelectorAll('#network canvas')].some(canvas => {
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels.some(value => value > 0);
    })"""
    page.wait_for_function(painted)
    for button in ("Zoom in", "Zoom out", "Whole picture"):
        page.get_by_role("button", name=button).click()
    page.select_option("#bodies", "yes")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**bodies=yes**")
    page.get_by_role("link", name="From", exact=False).first.click()
    page.wait_for_url("**sort=name**")
    assert "bodies=yes" in page.url
    assert page.inner_text("th[aria-sort]").startswith("From")
    page.wait_for_selector("#network[data-drawn=yes]")
    page.keyboard.press("n")
    assert page.locator("#network-panel").is_visible()
    page.keyboard.press("x")
    assert page.locator("#network-panel").is_hidden()


def test_choosing_a_pattern_shows_its_findings_at_once(page: Any) -> None:
    sign_in(page, "Daniel", "safeguarding_s47")
    page.goto("/findings")
    detector = page.locator(".ml-finding a").first.inner_text().split(":")[0]
    page.evaluate("() => { window.same_page = true; }")
    page.select_option("#decision", "any")
    page.wait_for_url("**/findings?*decision=any")
    page.select_option("#detector", label=detector)
    page.wait_for_url("**/findings?*detector=*_*")
    page.wait_for_function(
        "name => [...document.querySelectorAll('.ml-finding a')].every(a => a.innerText.startsWith(name))",
        arg=detector,
    )
    assert page.evaluate("() => window.same_page")
    assert page.locator(".ml-finding a").count() > 0


def test_with_scripts_off_the_table_says_what_the_picture_says(chromium: Any, hub: Any) -> None:
    context = chromium.new_context(base_url=hub.address, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "Amina", "emerging_harm")
    page.goto("/findings")
    page.locator(".ml-finding a").first.click()
    page.locator(".govuk-grid-column-one-third a").first.click()
    page.goto(page.url + "/network")
    assert not page.locator("#network").is_visible()
    assert page.get_by_text("The picture needs scripts").is_visible()
    assert page.locator("table tbody tr").count() > 0
    context.close()


def test_the_decision_maker_searches_and_decides_and_the_auditor_finds_it(page: Any) -> None:
    sign_in(page, "Daniel", "safeguarding_s47", "CASE-77")
    page.goto("/findings")
    page.locator(".ml-finding a").first.click()
    finding = page.url
    name = page.locator(".govuk-grid-column-one-third a").first.inner_text()
    born = re.search(r"[Bb]orn (\d+) (\w+) (\d{4})", page.inner_text(".govuk-grid-column-one-third"))
    assert born

    page.get_by_role("button", name="Record the decision").click()
    assert page.locator(".govuk-error-summary").is_visible()
    page.check("input[value=watch]")
    page.fill("#grounds", "Known to the team; plan in place")
    page.get_by_role("button", name="Record the decision").click()
    page.wait_for_url(finding)
    assert "Known to the team; plan in place" in page.inner_text(".govuk-inset-text")

    page.goto("/search")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_role("link", name="Enter at least one thing").is_visible()
    page.fill("#anything", f"{born[1]} {born[2]} {born[3]}, {name}")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_role("link", name=name).first.is_visible()
    assert page.url.endswith("/search")

    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "Tom", "audit", "")
    page.goto("/audit")
    told = page.inner_text("table")
    assert "Decided on a finding." in told
    assert "Looked for a person by description." in told
    assert "CASE-77" in told
    assert name not in told
    page.goto("/audit/verification")
    assert page.get_by_role("heading", name="The ledger is whole").is_visible()


def test_an_identity_is_revealed_for_a_case_alone(page: Any) -> None:
    sign_in(page, "Amina", "emerging_harm", "")
    page.goto("/findings")
    page.locator(".ml-finding a").last.click()
    page.locator(".govuk-grid-column-one-third a").first.click()
    person = page.url
    pseudonym = page.inner_text("h1")
    assert page.get_by_role("button", name="Reveal").count() == 0
    sign_out = page.get_by_role("button", name="Sign out")
    sign_out.click()
    sign_in(page, "Amina", "emerging_harm", "CASE-12")
    page.goto(person)
    assert page.inner_text("h1") == pseudonym
    page.get_by_role("button", name="Reveal who this is").click()
    page.wait_for_url("**/people/*")
    assert page.inner_text("h1") != pseudonym


def faults(page: Any, axe_script: str) -> list[str]:
    page.evaluate(axe_script)
    found = page.evaluate(
        """() => axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'],
        })"""
    )
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


def test_axe_finds_nothing_before_signing_in(page: Any, axe_script: str) -> None:
    page.goto("/sign-in")
    assert faults(page, axe_script) == []


def test_no_page_is_heavy(hub: Any) -> None:
    with httpx.Client(base_url=hub.address) as client:
        sent = [
            client.get(f"/static/vendored/{name}")
            for name in ("govuk-frontend.css", "govuk-frontend.js", "cytoscape.js", "htmx.js")
        ]
    assert all(answer.headers["content-encoding"] == "gzip" for answer in sent)
    assert (
        sum(int(answer.headers.get("content-length", 0)) or answer.num_bytes_downloaded for answer in sent)
        < 300_000
    )
