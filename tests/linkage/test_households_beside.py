"""Households that a process beside the build works out: the same as are worked out in it."""

from pathlib import Path

import duckdb
import pytest

from linkage import HouseholdsBeside, resolve_households, resolve_places
from records.scope import HUB, Scope
from records.snapshot.schema import TABLES, create_table

SCOPE = Scope(HUB, frozenset({0}), standing=True)
ADDRESSES = (
    ("care:amira", "1 Mill Lane", "2015-01-01", "2022-03-01"),
    ("housing:amira", "9 Quay Street", "2022-03-01", None),
    ("care:ben", "1 Mill Lane", "2015-01-01", "2022-03-01"),
    ("housing:ben", "9 Quay Street", "2022-03-01", None),
    ("gp:dee", "1 Mill Lane", None, None),
)


def a_family_that_moved() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(create_table(table))
    for record_id, address, start, end in ADDRESSES:
        agency, person = record_id.split(":")
        connection.execute(
            "INSERT INTO record (record_id, agency, family_name, date_of_birth, label_id) VALUES (?, ?, 'O''Hara', '1990-01-01', 0)",
            [record_id, agency],
        )
        connection.execute(
            "INSERT INTO membership (scope, record_id, person_id) VALUES ('hub', ?, ?)", [record_id, person]
        )
        connection.execute(
            """INSERT INTO address_spell (record_id, kind, address, postcode, valid_from, valid_to, label_id)
               VALUES (?, 'home', ?, 'ZQ1 1AA', ?, ?, 0)""",
            [record_id, address, start, end],
        )
    resolve_places(connection)
    return connection


def stored(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    return [
        row
        for table in ("household_spell", "household_event")
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
    ]


@pytest.mark.parametrize("earlier", [None, (), (("household:old", "amira", "place:ZQ11AA:1:M"),)])
def test_a_process_beside_finds_the_same_households(
    earlier: tuple[tuple[str, str, str], ...] | None, tmp_path: Path
) -> None:
    previous = None
    if earlier is not None:
        previous = tmp_path / "earlier.duckdb"
        with duckdb.connect(str(previous)) as connection:
            connection.execute(create_table("household_spell"))
            for spell in earlier:
                connection.execute(
                    "INSERT INTO household_spell (scope, household_id, person_id, place_id) VALUES ('hub', ?, ?, ?)",
                    list(spell),
                )
    here, beside = a_family_that_moved(), a_family_that_moved()
    resolve_households(here, SCOPE, previous)
    with HouseholdsBeside(processes=1, least_records=0) as households:
        households.begin(beside, SCOPE, previous)
        # What changes after the beginning is no part of it: so it is seen that the process answered.
        beside.execute("DELETE FROM address_spell")
        households.store(beside, SCOPE, previous)
    assert stored(here) == stored(beside) != []


@pytest.mark.parametrize("ends_as", ["exit 1", "echo 100% done", "true"])
def test_households_whose_process_gave_no_answer_are_worked_out_here(
    ends_as: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\n{ends_as}\n")
    program.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(program))
    here, beside = a_family_that_moved(), a_family_that_moved()
    resolve_households(here, SCOPE)
    with HouseholdsBeside(processes=1, least_records=0) as households:
        households.begin(beside, SCOPE, None)
        households.store(beside, SCOPE, None)
    assert stored(here) == stored(beside) != []
    assert "worked out here" in caplog.text


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list processes")
def test_leaving_early_ends_the_process() -> None:
    connection = a_family_that_moved()
    with HouseholdsBeside(processes=1, least_records=0) as households:
        households.begin(connection, SCOPE, None)
        began = children()
    assert began - children()
    assert stored(connection) == []


def children() -> set[str]:
    return {
        child for listed in Path("/proc/self/task").glob("*/children") for child in listed.read_text().split()
    }


def test_few_records_or_one_processor_start_no_process() -> None:
    connection = a_family_that_moved()
    for options in ({"processes": 0, "least_records": 0}, {"processes": 1}):
        with HouseholdsBeside(**options) as households:
            households.begin(connection, SCOPE, None)
            connection.execute("DELETE FROM address_spell")
            households.store(connection, SCOPE, None)
        assert stored(connection) == []
