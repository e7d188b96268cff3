"""The walks of a whole job: from one child to a ring, ten pairs, a contributor's view, the audit of it all.

By keyboard alone in every run; the same by mouse with the longer tests.
"""

import re
from typing import Any

import duckdb
import httpx
import pytest

from records.snapshot import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("hub")]
PAIRS = 10


def ring(hub: Any) -> list[tuple[str, str, str]]:
    """(name, date of birth, role) of a planted ring, a child first, as the records of it have them."""
    truth = hub.store.parent / "region" / "truth"
    snapshot = Store(hub.store).current_path()
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        return connection.execute(
            f"""WITH planted AS (
                SELECT pattern_key FROM read_parquet('{truth}/patterns.parquet')
                WHERE pattern = 'exploitation_network' AND kind = 'planted' ORDER BY pattern_key LIMIT 1)
            SELECT any_value(concat_ws(' ', r.given_name, r.family_name)), any_value(r.date_of_birth)::VARCHAR, p.role
            FROM read_parquet('{truth}/patterns.parquet') p JOIN planted USING (pattern_key)
            JOIN read_parquet('{truth}/records.parquet') t USING (person_key)
            JOIN record r ON r.record_id = t.record_id
            WHERE r.given_name IS NOT NULL AND r.date_of_birth IS NOT NULL
            GROUP BY p.person_key, p.role ORDER BY 2 DESC"""
        ).fetchall()


def met_in(shown: str, hub: Any, people: list[tuple[str, str, str]]) -> int:
    """How many of these people stand on a page that the analyst sees."""
    met = 0
    for name, day, _ in people:
        stated = {"purpose": "emerging_harm", "reason": "Test", "date_of_birth": day}
        sought = {**stated, "given_name": name.split()[0], "family_name": name.split()[-1]}
        answer = httpx.post(
            f"{hub.address}/v1/lookup",
            json=sought,
            headers={"Authorization": "Bearer demo-amina"},
            timeout=60,
        ).json()
        met += any(one["person"]["handle"] in shown for one in answer["candidates"])
    return met


def test_the_analyst_finds_the_ring_from_one_child_and_keeps_the_picture(
    page: Any, hub: Any, keyboard: Any
) -> None:
    hands = keyboard(page)
    people = ring(hub)
    assert len(people) > 2
    name, born, _ = people[0]
    hands.come_in("amina", "emerging_harm", "CASE-RING")
    hands.tab_to("a[href='/search']")
    hands.press("Enter")
    page.wait_for_url("**/search")
    hands.press("/")
    hands.type(f"{name} {born}")
    hands.press("Enter")
    page.wait_for_selector("#result")
    hands.press("j", "Enter")
    page.wait_for_url("**/people/*")
    hands.press("4")
    page.wait_for_url("**/network")
    page.wait_for_selector("#network[data-drawn=yes]")
    assert met_in(page.content(), hub, people[1:]) * 2 >= len(people) - 1
    hands.press("s")
    hands.type("The ring around one child")
    hands.press("Enter")
    page.wait_for_selector(".govuk-notification-banner--success")
    assert "The ring around one child" in page.inner_text("main")


def test_the_reviewer_judges_ten_pairs_by_single_keys(page: Any, keyboard: Any) -> None:
    hands = keyboard(page)
    hands.come_in("rosa", "data_quality", "CASE-PAIRS")
    page.goto("/review")
    before = int(page.inner_text("[role=status] strong").replace(",", ""))
    hands.press("j", "Enter")
    page.wait_for_url("**/review/*")
    for _ in range(PAIRS):
        here = page.url
        hands.press("c", "r")
        hands.type("Not enough to go by")
        hands.press("Escape", "d")
        page.wait_for_url(lambda url, was=here: url != was and "/review/" in url)
        page.wait_for_load_state()
        assert "Judged: cannot say." in page.inner_text(".govuk-notification-banner")
    page.goto("/review")
    assert int(page.inner_text("[role=status] strong").replace(",", "")) == before - PAIRS


def test_the_contributor_sees_their_own_agencys_records_alone(page: Any, hub: Any, keyboard: Any) -> None:
    hands = keyboard(page)
    snapshot = Store(hub.store).current_path()
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        [(name, born)] = connection.execute(
            """SELECT concat_ws(' ', given_name, family_name), date_of_birth::VARCHAR FROM record
               JOIN label USING (label_id) WHERE label.agency = 'police' AND date_of_birth IS NOT NULL
               AND given_name IS NOT NULL AND category = 'ordinary' ORDER BY record_id LIMIT 1"""
        ).fetchall()
    hands.come_in("priya", "safeguarding_s47", "CASE-OWN")
    page.goto("/search")
    hands.press("/")
    hands.type(f"{name} {born}")
    hands.press("Enter")
    page.wait_for_selector("#result")
    hands.press("j", "Enter")
    page.wait_for_url("**/people/*")
    assert re.search(r"Known to\s+police\b(?!,)", page.inner_text(".ml-person-head"))
    assert set(page.locator("main table tbody td:last-child").all_inner_texts()) <= {"Police"}
    assert page.locator(".ml-tabs a", has_text="Why linked").count() == 0


def test_the_auditor_finds_all_of_it_afterwards(page: Any, keyboard: Any) -> None:
    hands = keyboard(page)
    hands.come_in("tom", "audit", "CASE-AUDIT")
    hands.tab_to("a[href='/audit']")
    hands.press("Enter")
    page.wait_for_url("**/audit")
    told = page.inner_text("table")
    for _ in range(10):
        following = page.locator("a", has_text="Earlier entries")
        if following.count() == 0:
            break
        here = page.url
        following.focus()
        hands.press("Enter")
        page.wait_for_url(lambda url, was=here: url != was)
        told += page.inner_text("table")
    for case, did in (
        ("CASE-RING", "Kept a picture of a network for a case."),
        ("CASE-RING", "Looked for a person by description."),
        ("CASE-PAIRS", "Judged whether two records are one person."),
        ("CASE-OWN", "Opened a person's page."),
    ):
        assert case in told
        assert did in told


@pytest.mark.faults
def test_the_analyst_finds_the_ring_by_mouse(page: Any, hub: Any, come_in_by_mouse: Any) -> None:
    people = ring(hub)
    name, born, _ = people[0]
    come_in_by_mouse(page, "amina", "Emerging harm", "CASE-MOUSE")
    page.get_by_role("link", name="Search").first.click()
    page.get_by_role("searchbox").fill(f"{name} {born}")
    page.get_by_role("button", name="Search").click()
    page.locator("section[aria-labelledby=result] a[data-row]").first.click()
    page.get_by_role("link", name="Network", exact=True).click()
    page.wait_for_selector("#network[data-drawn=yes]")
    assert met_in(page.content(), hub, people[1:]) * 2 >= len(people) - 1
    page.get_by_label("What it shows").fill("The ring, by mouse")
    page.get_by_role("button", name="Keep the picture").click()
    page.wait_for_selector(".govuk-notification-banner--success")
    assert "The ring, by mouse" in page.inner_text("main")


@pytest.mark.faults
def test_the_reviewer_judges_ten_pairs_by_mouse(page: Any, come_in_by_mouse: Any) -> None:
    come_in_by_mouse(page, "rosa", "Data quality", "CASE-MOUSE")
    page.get_by_role("link", name="Link review").first.click()
    page.locator("a[data-row]").first.click()
    for _ in range(PAIRS):
        here = page.url
        page.get_by_label("Cannot say").check()
        page.get_by_label("Your reason").fill("Not enough to go by")
        page.get_by_role("button", name="Record, and on to the next pair").click()
        page.wait_for_url(lambda url, was=here: url != was and "/review/" in url)
        assert "Judged: cannot say." in page.inner_text(".govuk-notification-banner")


@pytest.mark.faults
def test_the_contributor_is_shown_no_other_agencys_findings_by_mouse(
    page: Any, come_in_by_mouse: Any
) -> None:
    come_in_by_mouse(page, "priya", "Safeguarding, section 47", "CASE-MOUSE")
    offered = page.locator("nav[aria-label=Sections] a").all_inner_texts()
    assert "Findings" not in offered
    assert "Audit" not in offered
    page.get_by_role("link", name="Our reports").first.click()
    assert "What police handed in" in page.inner_text("main")


@pytest.mark.faults
def test_the_auditor_finds_it_by_mouse(page: Any, come_in_by_mouse: Any) -> None:
    come_in_by_mouse(page, "tom", "Audit", "CASE-AUDIT-MOUSE")
    page.get_by_role("link", name="Audit", exact=True).first.click()
    told = page.inner_text("table")
    while "CASE-MOUSE" not in told and page.get_by_role("link", name="Earlier entries").count():
        page.get_by_role("link", name="Earlier entries").click()
        page.wait_for_load_state()
        told += page.inner_text("table")
    assert "CASE-MOUSE" in told
    assert "Judged whether two records are one person." in told
