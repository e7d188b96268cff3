"""The linkage report: asked for with purpose and reason, one file that reads by itself, honest about what is estimated."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linkage import (
    BlockingReport,
    describe_people,
    measure_linkage,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from mashlink.build_report import crowded_notes
from mashlink.report_page import linkage_page
from mashlink.report_truth import Measured
from mashlink.report_words import share
from records.ledger import Ledger
from records.scope import Scope
from records.snapshot import TABLES, Store, create_table

WHY = ("--purpose", "data_quality", "--reason", "yearly check of the linkage")
HUB = Scope("hub", frozenset({0}), standing=True)


def entries(store: Path) -> list[Any]:
    opened = Store(store)
    with Ledger.open(opened.ledger_path, opened.keys_path) as ledger:
        return ledger.entries()


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A snapshot of thirty people with two records each."""
    with duckdb.connect() as opened:
        for name in TABLES:
            opened.execute(create_table(name))
        opened.execute("INSERT INTO label VALUES (0, 'home', 'police', 'shareable', 'ordinary')")
        opened.execute(
            "INSERT INTO build (snapshot_id, build_number, as_of, hub, engine, version, calibration_digest) VALUES ('000007', 7, '2026-01-31', 'home', 'duckdb', '0.1.0', 'abc')"
        )
        opened.execute(
            """
            INSERT INTO record BY NAME
            SELECT agency || ':' || number AS record_id, agency, agency || '<feed>' AS feed, 0 AS label_id,
                ['Oluwaseun', 'Guinevere', 'Thorfinn', 'Persephone', 'Quentin'][number % 5 + 1] AS given_name,
                'Hartmann' || chr((97 + number)::INTEGER) AS family_name,
                DATE '1970-02-03' + (number * 401)::INTEGER AS date_of_birth, 'female' AS sex
            FROM range(26) numbered(number), (VALUES ('health'), ('police'), ('housing')) agencies(agency)"""
        )
        calibration = shipped_calibration()
        standardise(opened, calibration)
        score_pairs(opened, calibration)
        resolve_people(opened, HUB, calibration)
        describe_people(opened, HUB)
        yield opened


class Page(HTMLParser):
    """What a page asks for, how its tables are described, and its ids and targets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wanted: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.pointed_at: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, given in attrs:
            value = given or ""
            if name in ("href", "src") and value.startswith("#"):
                self.pointed_at.append(value[1:])
            elif name in ("href", "src", "action", "data", "srcset"):
                self.wanted.append(value)
            elif name == "id":
                self.ids.append(value)
            elif name == "aria-labelledby":
                self.pointed_at.append(value)


def test_the_page_asks_for_nothing_and_every_pointer_in_it_leads_somewhere(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    text = linkage_page(measure_linkage(connection, HUB, shipped_calibration()), "Northmere <MASH>")
    page = Page(text)
    assert page.wanted == ["data:,"]
    assert "script" not in page.tags
    assert not re.search(r"url\((?!#)|@import|https?://", text)
    assert set(page.pointed_at) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "Northmere &lt;MASH&gt;" in text
    assert "<feed>" not in text
    assert "health&lt;feed&gt;" in text.lower()


def test_without_truth_every_figure_is_called_estimated(connection: duckdb.DuckDBPyConnection) -> None:
    text = linkage_page(measure_linkage(connection, HUB, shipped_calibration()), "hub")
    assert "All figures here are estimated" in text
    assert "Measured" not in text
    assert text.count("95% interval") == 2


def test_what_was_measured_outside_its_interval_is_marked(connection: duckdb.DuckDBPyConnection) -> None:
    quality = measure_linkage(connection, HUB, shipped_calibration())
    close = {(group.dimension, group.value): (1.0, 1.0) for group in quality.estimates}
    text = linkage_page(quality, "hub", Measured(close, 0, 0))
    assert "Every measured figure lies within the interval" in text
    assert 'class="tag"' not in text
    far = linkage_page(quality, "hub", Measured(close | {("everyone", "everyone"): (0.5, 1.0)}, 3, 0))
    assert far.count('class="tag"') == 1
    assert "measured figures lie outside" in far
    assert "3 pairs of twins merged" in far


def test_the_groups_that_lose_most_are_named_as_measured_where_the_truth_is_known(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = measure_linkage(connection, HUB, shipped_calibration())
    # As if every group had pairs enough to be estimated.
    all_told = found.estimates[0].recall
    quality = replace(found, estimates=tuple(replace(group, recall=all_told) for group in found.estimates))
    known = {(group.dimension, group.value): (1.0, 1.0) for group in quality.estimates}
    text = linkage_page(quality, "hub", Measured(known, 0, 0))
    assert "or agency loses more than one point of recall" in text
    text = linkage_page(quality, "hub", Measured(known | {("agency", "police"): (1.0, 0.9)}, 0, 0))
    assert (
        "Groups that lose more than one point of recall against the best of their kind: agency police (90.00%)"
        in text
    )


def test_nothing_is_called_perfect_where_nothing_could_be_measured(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    quality = measure_linkage(connection, HUB, shipped_calibration())
    text = linkage_page(quality, "hub", Measured({}, 0, 0))
    assert "nothing is measured against it" in text
    assert "Every measured figure" not in text


def test_names_stay_out_of_the_page_and_record_ids_are_what_the_ledger_hears_of(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE kept AS SELECT * FROM membership")
    connection.execute("UPDATE membership SET person_id = 'one' WHERE record_id LIKE '%:1%'")
    quality = measure_linkage(connection, HUB, shipped_calibration())
    connection.execute("DELETE FROM membership")
    connection.execute("INSERT INTO membership SELECT * FROM kept")
    text = linkage_page(quality, "hub")
    assert quality.record_ids
    assert all(record_id in text for record_id in quality.record_ids)
    assert "Hartmann" not in text
    assert "Oluwaseun" not in text


def test_a_snapshot_of_nothing_has_a_page_too() -> None:
    with duckdb.connect() as empty:
        for name in TABLES:
            empty.execute(create_table(name))
        empty.execute(
            "INSERT INTO build (snapshot_id, build_number, as_of, hub, engine, version, calibration_digest) VALUES ('1', 1, '2026-01-31', 'home', 'duckdb', '0.1.0', 'abc')"
        )
        calibration = shipped_calibration()
        standardise(empty, calibration)
        score_pairs(empty, calibration)
        text = linkage_page(measure_linkage(empty, HUB, calibration), "hub")
    assert "Too few pairs of records are joined" in text


@pytest.mark.parametrize(
    ("part", "shown"), [(0.0, "0"), (1.0, "100"), (0.999999, "99.99"), (0.00000001, "0.01"), (0.5, "50.00")]
)
def test_a_share_is_never_rounded_up_to_all_or_down_to_none(part: float, shown: str) -> None:
    assert share(part) == shown


@pytest.mark.xdist_group("walk")
@pytest.mark.parametrize("why", [(), ("--purpose", "audit", "--reason", "a purpose that shows no rows")])
def test_a_report_for_no_purpose_that_shows_rows_is_refused_and_leaves_a_denial(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path, why: tuple[str, ...]
) -> None:
    before = len(entries(walked.store))
    ran = mashlink("report", "linkage", "--store", walked.store, "--out", tmp_path / "report.html", *why)
    assert ran.status == 2
    assert not (tmp_path / "report.html").exists()
    left = entries(walked.store)[before:]
    assert [(one.entry.act, one.entry.outcome) for one in left] == [("export", "denied")]


@pytest.mark.xdist_group("walk")
def test_a_report_measures_beside_the_estimates_and_leaves_one_entry_that_names_its_records(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    before = len(entries(walked.store))
    out = tmp_path / "report.html"
    ran = mashlink(
        "report", "linkage", "--store", walked.store, "--truth", walked.region / "truth", "--out", out, *WHY
    )
    assert ran.status == 0, ran.complaints
    text = out.read_text(encoding="utf-8")
    evaluated = mashlink(
        "evaluate", "--store", walked.store, "--truth", walked.region / "truth", "--json"
    ).json
    pairwise = evaluated["linkage"]["pairwise"]
    assert f"precision {share(pairwise['precision'])}%, recall {share(pairwise['recall'])}%" in text
    (left,) = entries(walked.store)[before:]
    assert (left.entry.act, left.entry.outcome, left.entry.purpose) == ("export", "answered", "data_quality")
    named = {record_id for record_id in left.entry.subjects if record_id in text}
    assert named == set(left.entry.subjects) != set()
    connection = Store(walked.store).open_current()
    known = {row[0] for row in connection.execute("SELECT record_id FROM record").fetchall()}
    connection.close()
    assert {found for found in re.findall(r"\b[a-z_]+:[A-Z0-9-]+\b", text) if found in known} == named


@pytest.mark.xdist_group("walk")
@pytest.mark.parametrize(
    ("changed", "said"),
    [({"--out": "report.txt"}, "the file the ending .html"), ({"--truth": "."}, "no records.parquet here")],
)
def test_what_cannot_be_drawn_is_refused_with_what_to_do(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    options = {"--store": str(walked.store), "--out": "report.html"} | changed
    options["--out"] = str(tmp_path / options["--out"])
    ran = mashlink("report", "linkage", *WHY, *(part for option in options.items() for part in option))
    assert ran.status == 2
    assert said in " ".join(ran.complaints.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.browser
def test_the_page_is_accessible_and_fits_a_narrow_screen(
    connection: duckdb.DuckDBPyConnection, chromium: Any, axe_script: str, tmp_path: Path
) -> None:
    quality = measure_linkage(connection, HUB, shipped_calibration())
    perfect = {(group.dimension, group.value): (0.5, 0.5) for group in quality.estimates}
    file = tmp_path / "report.html"
    file.write_text(linkage_page(quality, "hub", Measured(perfect, 0, 0)), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate(axe_script)
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    page.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def test_a_build_notes_in_one_line_that_values_were_too_common() -> None:
    assert crowded_notes(BlockingReport(7, {}, {})) == []
    (line,) = crowded_notes(
        BlockingReport(7, {"phone": 2, "the same dwelling": 1}, {"phone": 9000, "the same dwelling": 300})
    )
    assert line.startswith("Too many records share one value")
    assert "3 such values, most of all by “phone” (9,000 records)" in line
