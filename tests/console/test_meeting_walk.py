"""A coordinator without a manual: a meeting planned, ten cases listed of which rules found three, the pack issued and read."""

import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import duckdb
import pytest

from api import ApiSettings, create_app
from mashlink.build import BuildRequest, build
from mashlink.settings import Settings
from mashlink.wiring import open_desk, open_ledger
from records.snapshot import Store
from synthetic import RegionOptions, make_region

# A build of 16,000 people, a browser and an office program: on a busy machine they take their time.
pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(1800)]
CASES = 10
# Enough people for ten cases to wait at one time.
PEOPLE = 16_000
# What no reader of a paper should meet: a code, an id with its agency's key, a day as machines write it.
MACHINE_WORDS = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\b(?:police|health|housing|education|social_care):\S|\b\d{4}-\d\d-\d\d\b|\bNone\b"
)


@pytest.fixture(scope="module")
def large_hub(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]
) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("meeting")
    make_region(RegionOptions(people=PEOPLE, seed=41), folder / "region")
    build(BuildRequest(feeds=folder / "region" / "feeds", store=folder / "store"), Settings())
    with open_desk(folder / "store", Settings()) as desk:
        yield (
            serve(lambda address: create_app(ApiSettings(demo=True, public_base_url=address), desk)),
            folder / "store",
        )


class Mouse:
    """A page used by clicks, which are counted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.clicks = 0

    def click(self, place: Any) -> None:
        place.click()
        self.clicks += 1
        self.page.wait_for_load_state()


def test_ten_cases_are_listed_and_their_pack_is_issued_in_a_few_clicks(
    chromium: Any, large_hub: tuple[str, Path], tmp_path: Path
) -> None:
    address, store = large_hub
    context = chromium.new_context(base_url=address, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto("/sign-in")
    page.locator("form:has(input[value=gwen]) button").click()
    page.goto("/purpose")
    page.check("input[value=marac]")
    page.fill("#reason", "Preparing the meeting")
    page.fill("#case_reference", "MARAC-5")
    page.get_by_role("button", name="Continue").click()
    mouse = Mouse(page)
    mouse.click(page.get_by_role("link", name="Meetings").first)
    held_on = page.evaluate("new Date(Date.now() + 12096e5).toISOString().slice(0, 10)")
    for field, text in (
        ("reference", "Larkhaven 5"),
        ("held_on", held_on),
        ("area", "Larkhaven"),
        ("chair", "DI Rowan Hale"),
    ):
        page.fill(f"#{field}", text)
    mouse.click(page.locator("main form button"))
    mouse.click(page.get_by_role("link", name="Who may come on the list"))
    ticked = {"referral": 0, "rule": 0}
    waiting = page.locator("main .ml-candidate")
    by_rule = [
        number for number in range(waiting.count()) if "Found by rule" in waiting.nth(number).inner_text()
    ]
    referred = [number for number in range(waiting.count()) if number not in by_rule]
    for number in [*referred[: CASES - 3], *by_rule][: CASES + 4]:
        mouse.click(waiting.nth(number).locator("label.govuk-checkboxes__label"))
        ticked["rule" if number in by_rule else "referral"] += 1
    assert ticked["rule"] >= 3
    mouse.click(page.get_by_role("button", name="Put those ticked on the list"))
    assert "put on the list." in page.inner_text(".govuk-notification-banner")
    assert page.locator("table", has_text="Victim").locator("tbody tr").count() >= CASES
    page.fill("#recipient", "DI Rowan Hale, police")
    with page.expect_download() as leaving:
        page.get_by_role("button", name="Issue a numbered copy").click()
    paper = tmp_path / "pack.docx"
    leaving.value.save_as(paper)
    # Beside a tick a case: to the meetings, plan, candidates, list, issue.
    assert mouse.clicks + 1 == 5 + sum(ticked.values())
    page.reload()
    assert "Copy" in page.inner_text("main")
    context.close()
    with open_ledger(Store(store), Settings()) as ledger:
        issued = [entry for entry in ledger.entries() if entry.entry.act == "issue_pack"][-1].entry
    assert issued.details["digest"] == hashlib.sha256(paper.read_bytes()).hexdigest()
    check_paper(paper, store, tmp_path)


def check_paper(paper: Path, store: Path, folder: Path) -> None:
    """Every line of it leads to a report of the snapshot, and the words are those of people."""
    written = docx.Document(io.BytesIO(paper.read_bytes()))
    with duckdb.connect(str(Store(store).current_path()), read_only=True) as connection:
        events = {event_id for (event_id,) in connection.execute("SELECT event_id FROM event").fetchall()}
        agencies = [
            agency for (agency,) in connection.execute("SELECT DISTINCT agency FROM event").fetchall()
        ]
    keys = {agency.replace("_", " ").capitalize(): agency for agency in agencies}
    lines = 0
    for table in written.tables:
        if table.rows[0].cells[-1].text != "Source":
            continue
        for row in table.rows[1:]:
            cells = [cell.text for cell in row.cells]
            if len(set(cells)) == 1:
                assert cells[0].startswith("No agency reported anything for ")
                continue
            lines += 1
            agency = keys[cells[1].partition(":")[0]]
            assert f"{agency}:{cells[-1].splitlines()[0]}" in events
    assert lines > CASES
    words = "\n".join(
        [paragraph.text for paragraph in written.paragraphs]
        + [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    )
    assert MACHINE_WORDS.findall(words) == []
    program = shutil.which("soffice")
    if program is None:
        return
    subprocess.run(
        [program, f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf", "--outdir", folder, paper],
        check=True, capture_output=True, timeout=timedelta(minutes=5).total_seconds(),
    )  # fmt: skip
    assert (folder / paper.with_suffix(".pdf").name).read_bytes().startswith(b"%PDF")
