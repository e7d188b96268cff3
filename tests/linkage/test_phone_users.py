"""A caller of whom a family name and a phone is known is the one grown-up of that name who uses the phone."""

from collections.abc import Callable

import duckdb
import pytest
from linked_people import people

from linkage import (
    explain_link,
    index_for_lookup,
    people_of,
    shipped_calibration,
)
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
NUMBER = "+441632960123"
HOME = {"address": "12 Copland Drive", "postcode": "ZQ1 1AA"}
MOTHER = {"given": "Willow", "family": "Grafham", "born": "1988-05-06", "phone": NUMBER, **HOME}
CALLED = "2026-03-03 10:02"


def call(connection: Snapshot, put: Put, family: str = "Grafham") -> None:
    put(connection, "line:1", family=family, phone=NUMBER, feed="phone log")
    connection.execute(
        "INSERT INTO event BY NAME SELECT 'call' AS event_id, 'phone log' AS feed, 'call' AS kind, $1::TIMESTAMP AS started_at,"
        " 'time' AS date_precision, 0 AS label_id",
        [CALLED],
    )
    connection.execute(
        "INSERT INTO involvement BY NAME SELECT 'call' AS event_id, 'line:1' AS record_id, 'reporter' AS role, 0 AS label_id"
    )


def test_the_one_grown_up_of_the_name_is_the_caller(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "gp:1", **MOTHER)
    put_record(snapshot, "gp:2", given="Ivy", family="Grafham", born="2018-01-02", phone=NUMBER, **HOME)
    call(snapshot, put_record)
    person = people(snapshot, hub)
    assert person["line:1"] == person["gp:1"] != person["gp:2"]
    asked = (snapshot, Scope("other", hub.label_ids), ["line:1"], shipped_calibration())
    on_demand = people_of(*asked)
    assert on_demand["line:1"].record_ids == ("gp:1", "line:1")
    index_for_lookup(snapshot)
    assert people_of(*asked) == on_demand
    link = explain_link(snapshot, hub, "line:1", "gp:1", shipped_calibration())
    (tie,) = (line for line in link.lines if line.field == "tie")
    assert "grown up" in tie.level
    assert sum(line.weight for line in link.lines) == pytest.approx(link.weight)


@pytest.mark.parametrize(
    ("family", "born", "is_one"),
    [
        # Another grown-up of that name, of another name, and nobody else.
        ("Grafham", "1986-01-02", False),
        ("Norstead", "1986-01-02", True),
    ],
)
def test_a_second_grown_up_of_the_name_leaves_it_open(
    snapshot: Snapshot, hub: Scope, put_record: Put, family: str, born: str, is_one: bool
) -> None:
    put_record(snapshot, "gp:1", **MOTHER)
    put_record(snapshot, "gp:2", given="Oscar", family=family, born=born, phone=NUMBER, **HOME)
    call(snapshot, put_record)
    person = people(snapshot, hub)
    assert (person["line:1"] == person["gp:1"]) is is_one


@pytest.mark.parametrize(("family", "is_one"), [("Lopes Monteiro", True), ("Costa Monteiro", False)])
def test_a_caller_who_gives_both_family_names_and_no_other(
    snapshot: Snapshot, hub: Scope, put_record: Put, family: str, is_one: bool
) -> None:
    put_record(snapshot, "gp:1", **{**MOTHER, "given": "Natalia", "family": "Lopes Monteiro"})
    call(snapshot, put_record, family=family)
    snapshot.execute(
        "UPDATE record SET full_name = family_name, family_name = NULL WHERE record_id = 'line:1'"
    )
    person = people(snapshot, hub)
    assert (person["line:1"] == person["gp:1"]) is is_one


def test_a_caller_of_another_name_is_somebody_else(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "gp:1", **MOTHER)
    call(snapshot, put_record, family="Norstead")
    person = people(snapshot, hub)
    assert person["line:1"] != person["gp:1"]


def test_a_record_outside_the_scope_neither_ties_nor_leaves_open(
    snapshot: Snapshot, hub: Scope, ordinary: Scope, put_record: Put
) -> None:
    put_record(snapshot, "gp:1", **MOTHER)
    put_record(snapshot, "clinic:1", **{**MOTHER, "given": "Oscar", "born": "1986-01-02"}, label=1)
    call(snapshot, put_record)
    assert people(snapshot, hub)["line:1"] != people(snapshot, hub)["gp:1"]
    person = people(snapshot, ordinary)
    assert person["line:1"] == person["gp:1"]
