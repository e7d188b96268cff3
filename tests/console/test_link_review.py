"""The link reviewer's walk: queue, a pair side by side, a judgement; by keyboard alone, fit for everyone."""

from typing import Any

import pytest

from access import ComparisonLine
from api.console.waterfall import waterfall

pytestmark = pytest.mark.xdist_group("hub")


def tab_to(page: Any, wanted: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"The keyboard does not reach {wanted} on {page.url}")


def step(field: str, weight: float) -> ComparisonLine:
    return ComparisonLine(field, "a level", weight, None, None, field.capitalize(), "")


def test_the_bars_of_a_waterfall_meet_end_to_end_and_the_last_is_the_sum() -> None:
    steps = [
        step("start", -18.0),
        step("forename", 9.0),
        step("sex", 0.0),
        step("birth", 12.5),
        step("household", -1.5),
    ]
    picture = waterfall(steps, 2.0)
    assert picture is not None
    assert [bar.value for bar in picture.bars] == ["-18.0", "+9.0", "+12.5", "-1.5", "+2.0"]
    assert [bar.against for bar in picture.bars] == [True, False, False, True, False]
    for before, after in zip(picture.bars, picture.bars[1:-1], strict=False):
        assert before.end in (
            pytest.approx(after.x, abs=0.11),
            pytest.approx(after.x + after.width, abs=0.11),
        )
    total = picture.bars[-1]
    assert total.x == pytest.approx(picture.zero, abs=0.11)
    assert total.end == pytest.approx(picture.bars[-2].end, abs=0.11)
    assert all(bar.x >= 196 and bar.x + bar.width <= 630 for bar in picture.bars)
    assert waterfall([], 1.0) is None
    assert waterfall([step("sex", 0.0)], 0.0) is None


@pytest.mark.browser
@pytest.mark.slow
def test_the_reviewer_judges_a_pair_by_keyboard_alone(page: Any, axe_script: str) -> None:
    page.goto("/sign-in")
    tab_to(page, "form:has(input[value=rosa]) button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    tab_to(page, "main a[href='/review']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/purpose?next=/review")
    tab_to(page, "input[name=purpose]")
    page.keyboard.press("Space")
    tab_to(page, "#reason")
    page.keyboard.type("Weekly review")
    tab_to(page, "form[action='/purpose'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("http://*/review")
    queue = page.inner_text("main")
    assert "How the queue is ordered" in queue
    before = int(page.inner_text("[role=status] strong").replace(",", ""))
    assert before > 0
    found = faults(page, axe_script)
    tab_to(page, "tbody a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*")
    assert page.locator(".ml-waterfall svg text").count() > 6
    assert page.locator("table tbody tr").count() > 5
    records = page.locator("caption .ml-handle").all_inner_texts()
    found += faults(page, axe_script)
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.set_viewport_size({"width": 1200, "height": 900})
    tab_to(page, "form[action^='/review/'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-error-summary")
    found += faults(page, axe_script)
    tab_to(page, "input[name=decision]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.input_value("input[name=decision]:checked") == "cannot_say"
    tab_to(page, "#grounds")
    page.keyboard.type("Not enough to go by")
    tab_to(page, "form[action^='/review/'] .govuk-button--secondary")
    page.keyboard.press("Enter")
    page.wait_for_url("http://*/review")
    assert int(page.inner_text("[role=status] strong").replace(",", "")) == before - 1
    page.goto("/compare")
    page.get_by_role("button", name="Compare").click()
    assert page.get_by_role("link", name="Enter the one record").is_visible()
    for field, record in zip(("record_a", "record_b"), records, strict=True):
        page.fill(f"#{field}", record)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector("h2:text-matches('One person|Two people')")
    assert page.locator(".ml-waterfall svg text").count() > 6
    found += faults(page, axe_script)
    page.goto("/review/conflicts")
    assert "No judgements contradict one another." in page.inner_text("main")
    found += faults(page, axe_script)
    assert found == []


def faults(page: Any, axe_script: str) -> list[str]:
    """What axe-core finds on a page, as the other walks ask it."""
    page.evaluate(axe_script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]
