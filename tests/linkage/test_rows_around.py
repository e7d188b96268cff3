"""People on demand are read from the few rows around them; what they are must not depend on how those are found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from linkage import (
    Rulings,
    explain_link,
    index_for_lookup,
    people_of,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from linkage.lookup.index import lookup_sources
from linkage.rows_around import rows_around
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
CALIBRATION = shipped_calibration()
CHILD = {"given": "Idris", "family": "Okonkwo", "born": "2014-03-08", "sex": "male"}
HOME = {"postcode": "ZZ1 2AB", "address": "14 Larch Way"}
ELSEWHERE = {"postcode": "ZZ7 9XX", "address": "3 Quarry Mount"}
MOTHER = {"given": "Ngozi", "family": "Okonkwo", "born": "1985-11-02", "sex": "female"}
CALLER = {"given": "Katarzyna", "family": "Wisniewska"}


class Same:
    record_id_a = "care:mother"
    record_id_b = "line:1"
    decision = "same"


def put_part(snapshot: Snapshot, record_id: str, feed: str, kind: str, label: int) -> None:
    snapshot.execute(
        "INSERT INTO event BY NAME SELECT 'event of ' || $1 AS event_id, $2 AS feed, $3 AS kind,"
        " TIMESTAMP '2026-03-03 10:02' AS started_at, 'time' AS date_precision, $4 AS label_id",
        [record_id, feed, kind, label],
    )
    snapshot.execute(
        "INSERT INTO involvement VALUES ('event of ' || $1, $1, 'reporter', $2)", [record_id, label]
    )


@pytest.fixture
def region(snapshot: Snapshot, put_record: Put) -> Iterator[Snapshot]:
    """A family that a school and social care tell of, twins in one house, and a caller with a case."""
    put_record(snapshot, "school:pupil", **CHILD, **HOME)
    put_record(snapshot, "school:twin", **(CHILD | {"given": "Amara"}), **HOME)
    put_record(snapshot, "gp:twin", **(CHILD | {"given": "Amara"}), **HOME, feed="gp", duplicate_free=True)
    put_record(snapshot, "gp:copy", **(CHILD | {"given": "Amara"}), **HOME, feed="gp", duplicate_free=True)
    put_record(snapshot, "school:contact", given="Ngozi", family="Okonkwo")
    put_record(snapshot, "care:child", **CHILD, **ELSEWHERE)
    put_record(snapshot, "care:mother", **MOTHER, **ELSEWHERE, label=1)
    put_record(snapshot, "line:1", **CALLER, feed="phone log")
    put_record(snapshot, "desk:1", **CALLER, feed="case log")
    put_part(snapshot, "line:1", "phone log", "call", 0)
    put_part(snapshot, "desk:1", "case log", "contact", 1)
    for parent, child in (("school:contact", "school:pupil"), ("care:mother", "care:child")):
        snapshot.execute("INSERT INTO relationship VALUES (?, ?, 'parent', NULL, NULL, 0)", [parent, child])
    link(snapshot)
    return snapshot


def link(snapshot: Snapshot) -> None:
    standardise(snapshot, CALIBRATION)
    score_pairs(snapshot, CALIBRATION)


def found(snapshot: Snapshot, scopes: list[Scope]) -> list[Any]:
    asked = [
        record_id for (record_id,) in snapshot.execute("SELECT record_id FROM record ORDER BY 1").fetchall()
    ]
    one_by_one = [people_of(snapshot, scope, [one], CALIBRATION) for scope in scopes for one in asked]
    judged = [people_of(snapshot, scope, asked, CALIBRATION, Rulings((Same(),))) for scope in scopes]
    return one_by_one + judged


def test_people_are_the_same_with_the_tables_for_lookups_and_without(
    region: Snapshot, hub: Scope, ordinary: Scope
) -> None:
    on_demand = [
        replace(hub, standing=False),
        replace(ordinary, standing=False),
        replace(ordinary, standing=False, removed_record_ids=frozenset({"care:child"})),
        replace(
            ordinary,
            standing=False,
            added_record_ids=frozenset({"care:mother"}),
            granted_label_ids=frozenset({1}),
            added_event_ids=frozenset({"event of desk:1"}),
        ),
    ]
    expected = found(region, on_demand)
    everybody = {one: person for people in expected[:9] for one, person in people.items()}
    assert everybody["school:contact"].record_ids == ("care:mother", "school:contact")
    assert everybody["line:1"].record_ids == ("desk:1", "line:1")
    assert everybody["gp:twin"] != everybody["gp:copy"]
    index_for_lookup(region)
    assert found(region, on_demand) == expected
    for scope in (hub, replace(ordinary, name="hub")):
        resolve_people(region, scope, CALIBRATION)
        held = region.execute("SELECT record_id, weight FROM membership WHERE scope = 'hub'").fetchall()
        people = people_of(region, replace(scope, standing=False), [one for one, _ in held], CALIBRATION)
        assert {
            (one, dict(zip(p.record_ids, p.weights, strict=True))[one]) for one, p in people.items()
        } == set(held)


def test_what_ties_two_is_told_alike(region: Snapshot, hub: Scope) -> None:
    pairs = [("school:contact", "care:mother"), ("line:1", "desk:1")]
    told = [explain_link(region, hub, *pair, CALIBRATION) for pair in pairs]
    assert all(line.field for link in told for line in link.lines)
    assert [any(line.field == "tie" for line in link.lines) for link in told] == [True, True]
    index_for_lookup(region)
    assert [explain_link(region, hub, *pair, CALIBRATION) for pair in pairs] == told


def test_the_stored_tables_are_in_sight_again_afterwards(region: Snapshot, hub: Scope) -> None:
    index_for_lookup(region)
    region.execute(
        "CREATE TEMP TABLE resolving AS SELECT record_number, record_id FROM comparison_record LIMIT 1"
    )
    whole = "SELECT count(*) FROM comparison_record"
    with rows_around(region):
        assert region.execute(whole).fetchall()[0][0] < 9
    with pytest.raises(duckdb.CatalogException), rows_around(region):
        region.execute("SELECT * FROM no_table")
    assert region.execute(whole).fetchall() == [(9,)]
    region.execute("DROP TABLE temp.resolving")
    people_of(region, hub, ["line:1"], CALIBRATION)
    left = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'temp'"
    assert region.execute(left).fetchall() == []


def test_records_compared_anew_are_not_looked_up_in_the_old_tables(
    region: Snapshot, hub: Scope, put_record: Put
) -> None:
    index_for_lookup(region)
    assert lookup_sources(region)["lookup_record"] == "lookup_record"
    put_record(region, "aaa:first", **CHILD, **HOME)
    link(region)
    on_demand = replace(hub, standing=False)
    person = people_of(region, on_demand, ["school:pupil"], CALIBRATION)["school:pupil"]
    assert person.record_ids == ("aaa:first", "care:child", "school:pupil")
