"""The shipped partner mappings and the FEBRL example, on the files that come with them."""

import importlib.util
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from records.intake import check_mapping, take_in
from records.mapping import load_mappings
from records.snapshot import ROW_TABLES, create_table

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "read", "quarantined", "records", "events", "involvements"),
    [("tutorial", 9, 1, 6, 3, 5), ("probation", 3, 1, 3, 4, 5), ("ambulance", 3, 0, 5, 3, 5)],
)
def test_partner_mappings_say_what_their_comments_promise(
    name: str, read: int, quarantined: int, records: int, events: int, involvements: int
) -> None:
    checked = check_mapping(
        ROOT / "records" / "mappings" / f"{name}.toml", feeds=ROOT / "examples" / name, sample=2
    )
    (count,) = checked.report.feeds().values()
    assert (count.read, count.quarantined) == (read, quarantined)
    totals = checked.totals
    assert (totals["record"], totals["event"], totals["involvement"]) == (records, events, involvements)
    assert all(len(rows) <= 2 for rows in checked.rows.values())


def test_febrl_comes_in_whole_by_mapping_alone(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "examples" / "febrl" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.prepare(tmp_path)
    feeds = tmp_path / "febrl4" / "with_number" / "feeds"
    with duckdb.connect() as connection:
        for table in ROW_TABLES:
            connection.execute(create_table(table))
        report = take_in(connection, feeds, load_mappings(feeds), hub="h")
        ids = {row[0] for row in connection.execute("SELECT record_id FROM record").fetchall()}
    assert {name: (feed.read, feed.accepted) for name, feed in report.feeds().items()} == {
        "febrl4_a": (5000, 5000),
        "febrl4_b": (5000, 5000),
    }
    truth = pq.read_table(feeds.parent / "truth" / "records.parquet")
    assert set(truth.column("record_id").to_pylist()) == ids


def test_statements_about_another_feeds_records_are_told_of_when_a_mapping_is_looked_at_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "log.csv").write_text("NO,WHO\n1,P7\n")
    (tmp_path / "log.toml").write_text(
        'feed = "log"\nagency = "school"\nlabel = { marking = "=shareable", category = "=ordinary" }\n'
        'files.log = { path = "log.csv" }\n[[event]]\nfrom = "log"\nid = "NO"\nkind = "=school_concern"\n'
        '[[event.involvement]]\nrecord = "WHO"\nrole = "=subject"\n'
    )
    (note,) = check_mapping(tmp_path / "log.toml").report.notes
    assert note.startswith("1 statements are about records or events that these files do not hold.")
