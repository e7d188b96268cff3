"""The proof that files, shipped mappings and truth agree."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from records.intake import take_in
from records.mapping import load_mappings
from records.snapshot import ROW_TABLES, create_table
from synthetic import RegionReport

Made = tuple[Path, RegionReport]


@pytest.fixture(scope="module")
def taken(region: Made) -> Iterator[duckdb.DuckDBPyConnection]:
    feeds = region[0] / "feeds"
    with duckdb.connect() as connection:
        for table in ROW_TABLES:
            connection.execute(create_table(table))
        take_in(connection, feeds, load_mappings(feeds), hub="home")
        yield connection


@pytest.mark.parametrize(
    ("table", "truth", "key"), [("record", "records", "record_id"), ("event", "incidents", "event_id")]
)
def test_what_was_taken_in_is_what_is_true(
    taken: duckdb.DuckDBPyConnection, region: Made, table: str, truth: str, key: str
) -> None:
    true = f"SELECT {key} FROM '{region[0]}/truth/{truth}.parquet'"
    assert taken.execute(f"(SELECT {key} FROM {table} EXCEPT {true})").fetchall() == []
    assert taken.execute(f"({true} EXCEPT SELECT {key} FROM {table})").fetchall() == []


def test_as_many_rows_are_quarantined_as_were_spoilt(taken: duckdb.DuckDBPyConnection, region: Made) -> None:
    counted = taken.execute("SELECT source_file, rows_read, rows_quarantined FROM file_count").fetchall()
    for path, read, quarantined in counted:
        assert (path, read) == (path, region[1].rows[path])
        assert (path, quarantined) == (path, region[1].spoilt[path])
    assert sum(row[2] for row in counted) > 20


def test_every_kind_of_event_and_role_that_the_agencies_have_arrives(
    taken: duckdb.DuckDBPyConnection,
) -> None:
    kinds = {row[0] for row in taken.execute("SELECT DISTINCT kind FROM event").fetchall()}
    assert kinds == {
        "contact", "referral", "assessment", "strategy_discussion", "s47_enquiry", "plan", "incident", "missing_episode", "ed_attendance", "admission",
        "clinic_attendance", "missed_appointment", "midwifery_booking", "attendance", "exclusion", "off_roll", "school_concern", "tenancy_start", "tenancy_end",
        "antisocial_behaviour", "arrears", "homelessness", "marac_referral", "gp_registration", "gp_deregistration", "call", "custody", "order",
    }  # fmt: skip
    roles = {row[0] for row in taken.execute("SELECT DISTINCT role FROM involvement").fetchall()}
    assert roles == {
        "subject",
        "victim",
        "suspect",
        "offender",
        "witness",
        "parent_carer",
        "associate",
        "professional",
        "reporter",
    }


def test_labels_follow_the_system_and_the_row(taken: duckdb.DuckDBPyConnection) -> None:
    labels = set(taken.execute("SELECT DISTINCT agency, marking, category FROM label").fetchall())
    assert {
        ("health", "ask_originator", "health"), ("health", "restricted", "sexual_health"), ("health", "ask_originator", "mental_health"),
        ("police", "restricted", "police_intelligence"), ("social_care", "restricted", "adoption"), ("education", "shareable", "ordinary"),
    } <= labels  # fmt: skip
    wrong = taken.execute(
        "SELECT count(*) FROM event JOIN label USING (label_id) WHERE (system = 'sexual_health') <> (category = 'sexual_health')"
    ).fetchall()
    assert wrong == [(0,)]


def test_all_involvements_reach_a_record_and_an_event(taken: duckdb.DuckDBPyConnection) -> None:
    loose = "SELECT count(*) FROM involvement WHERE record_id NOT IN (SELECT record_id FROM record) OR event_id NOT IN (SELECT event_id FROM event)"
    assert taken.execute(loose).fetchall() == [(0,)]
    asided = (
        "SELECT field, original FROM set_aside WHERE field IN ('record', 'event', 'role', 'kind', 'concern')"
    )
    assert taken.execute(asided).fetchall() == []


def test_bad_values_are_set_aside_and_their_rows_kept(taken: duckdb.DuckDBPyConnection) -> None:
    fields = {row[0] for row in taken.execute("SELECT DISTINCT field FROM set_aside").fetchall()}
    assert {"date_of_birth", "given_name"} <= fields
