"""What a reader may not see changes nothing of what a lookup answers, nor does how or beside whom it is asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from linkage import (
    Description,
    LookupResult,
    Rulings,
    index_for_lookup,
    lookup,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from linkage.lookup import candidates
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
CALIBRATION = shipped_calibration()
AMINA = {
    "given": "Amina",
    "family": "Okonkwo",
    "born": "2011-05-17",
    "sex": "female",
    "postcode": "ZZ1 2AB",
    "address": "14 Larch Way",
}
BY_NAME = Description("Amina", "Okonkwo", date_of_birth=date(2011, 5, 17))
BY_PHONE = Description(phone="+447700900001")
ASKED = (
    BY_NAME,
    BY_PHONE,
    Description("Amina", "Okonkwo", postcode="ZZ7 7ZZ", address="3 Refuge Road"),
    Description(identifiers=(("nhs_number", "9990000018"),)),
    Description("Joy", "Bello", date_of_birth=date(2011, 5, 17)),
)


class Seal:
    protected_record_ids = frozenset({"adoption:1", "adoption:2"})
    other_record_ids = frozenset({"police:1"})


SEALED = Rulings(seals=(Seal(),))


def link(snapshot: Snapshot, *scopes: Scope) -> None:
    standardise(snapshot, CALIBRATION)
    score_pairs(snapshot, CALIBRATION)
    for scope in scopes:
        resolve_people(snapshot, scope, CALIBRATION)
    index_for_lookup(snapshot)


def answers(snapshot: Snapshot, scope: Scope, rulings: Rulings | None = None) -> list[LookupResult]:
    return [lookup(snapshot, scope, one, CALIBRATION, rulings or Rulings()) for one in ASKED]


@pytest.mark.parametrize("standing", [True, False])
def test_the_protected_side_of_a_seal_is_as_not_there(
    new_snapshot: Callable[[], Snapshot], put_record: Put, hub: Scope, standing: bool
) -> None:
    scope = replace(hub, standing=standing)
    with new_snapshot() as sealed, new_snapshot() as never:
        for snapshot in (sealed, never):
            put_record(snapshot, "police:1", **AMINA, phone="+447700900001")
            put_record(snapshot, "police:2", **(AMINA | {"given": "Joy", "family": "Bello"}))
        # As like the other side as can be: unsealed she would be the same person, or a rival of hers.
        put_record(sealed, "adoption:1", **AMINA, phone="+447700900001", nhs="9990000018")
        put_record(
            sealed, "adoption:2", **(AMINA | {"sex": "male", "born": "2011-05-18"}), phone="+447700900001"
        )
        link(never, scope)
        link(sealed, replace(scope, removed_record_ids=Seal.protected_record_ids))
        expected = answers(never, scope)
        assert [one.status for one in expected][:2] == ["Match", "LowConfidenceMatch"]
        assert answers(sealed, scope, SEALED) == expected
        # Sealed since the build: the stored people hold the protected side still.
        link(sealed, scope)
        assert answers(sealed, scope, SEALED) == expected


def test_hidden_rows_of_any_kind_change_no_answer(
    new_snapshot: Callable[[], Snapshot], put_record: Put, hub: Scope, ordinary: Scope
) -> None:
    with new_snapshot() as seen, new_snapshot() as hidden:
        for snapshot in (seen, hidden):
            put_record(snapshot, "police:1", **AMINA)
            snapshot.execute("INSERT INTO event BY NAME SELECT 'police:e' AS event_id, 0 AS label_id")
        for table, row in (
            ("address_spell", {"kind": "home", "address": "3 Refuge Road", "postcode": "ZZ7 7ZZ"}),
            ("identifier", {"kind": "nhs_number", "value": "9990000018"}),
            ("thing_use", {"kind": "phone", "value": "+447700900001"}),
            ("name", {"kind": "alias", "given_name": "Joy", "family_name": "Bello"}),
        ):
            names, marks = ", ".join(("record_id", "label_id", *row)), ", ".join("?" for _ in row)
            hidden.execute(
                f"INSERT INTO {table} ({names}) VALUES ('police:1', 1, {marks})", list(row.values())
            )
        put_record(hidden, "health:1", **AMINA, label=1)
        for snapshot in (seen, hidden):
            link(snapshot, hub, ordinary)
        assert answers(hidden, ordinary) == answers(seen, ordinary)
        assert answers(hidden, hub) != answers(seen, hub)


@pytest.mark.parametrize("event_label", [0, 1])
def test_a_phone_told_of_by_a_hidden_event_finds_nobody(
    snapshot: Snapshot, put_record: Put, ordinary: Scope, event_label: int
) -> None:
    put_record(snapshot, "police:1", **AMINA)
    snapshot.execute("INSERT INTO event BY NAME SELECT 'police:e' AS event_id, ? AS label_id", [event_label])
    snapshot.execute(
        "INSERT INTO thing_use BY NAME SELECT 'police:1' AS record_id, 'phone' AS kind, '+447700900001' AS value,"
        " 'police:e' AS event_id, 0 AS label_id"
    )
    link(snapshot)
    scope = replace(ordinary, standing=False)
    found = lookup(snapshot, scope, BY_PHONE, CALIBRATION)
    assert [one.best_record_id for one in found.candidates] == ([] if event_label else ["police:1"])
    without = replace(scope, removed_event_ids=frozenset({"police:e"}))
    assert lookup(snapshot, without, BY_PHONE, CALIBRATION) == LookupResult("NoMatch", ())


def test_a_grant_brings_a_record_and_the_rows_that_it_reaches(
    snapshot: Snapshot, put_record: Put, ordinary: Scope
) -> None:
    put_record(snapshot, "health:1", **AMINA, label=1, phone="+447700900001")
    link(snapshot)
    bare = replace(ordinary, standing=False, added_record_ids=frozenset({"health:1"}))
    assert [lookup(snapshot, bare, one, CALIBRATION).status for one in (BY_NAME, BY_PHONE)] == ["Match", "NoMatch"]  # fmt: skip
    reached = replace(bare, granted_label_ids=frozenset({1}))
    assert lookup(snapshot, reached, BY_PHONE, CALIBRATION).status == "LowConfidenceMatch"


@pytest.mark.parametrize("of_another_model", [True, False])
def test_a_snapshot_without_the_tables_of_a_lookup_answers_alike(
    snapshot: Snapshot, put_record: Put, hub: Scope, ordinary: Scope, of_another_model: bool
) -> None:
    put_record(snapshot, "police:1", **AMINA, phone="+447700900001")
    put_record(snapshot, "education:1", **(AMINA | {"given": "Blessing"}))
    snapshot.execute("INSERT INTO identifier VALUES ('police:1', 'nhs_number', '9990000018', 1)")
    link(snapshot, hub, ordinary)
    kept = [answers(snapshot, scope) for scope in (hub, ordinary)]
    if of_another_model:
        snapshot.execute("UPDATE lookup_layout SET packed = list_reverse(packed)")
        snapshot.execute("UPDATE lookup_record SET packed = '{}'")
    else:
        made = snapshot.execute(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'lookup_')"
        ).fetchall()
        for (name,) in made:
            snapshot.execute(f"DROP TABLE {name}")
    assert [answers(snapshot, scope) for scope in (hub, ordinary)] == kept


def test_many_records_are_read_as_few_are(
    snapshot: Snapshot, put_record: Put, hub: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        put_record(snapshot, f"police:{number}", **(AMINA | {"given": f"Amina {'abcdefghijkl'[number]}"}))
    link(snapshot, hub)
    few = answers(snapshot, hub)
    monkeypatch.setattr(candidates, "READ_ONE_BY_ONE", 1)
    assert answers(snapshot, hub) == few


def test_lookups_at_once_answer_alike_and_leave_nothing_behind(
    snapshot: Snapshot, put_record: Put, hub: Scope, ordinary: Scope
) -> None:
    put_record(snapshot, "police:1", **AMINA)
    put_record(snapshot, "health:1", **AMINA, label=1)
    snapshot.execute("INSERT INTO identifier VALUES ('police:1', 'nhs_number', '9990000018', 1)")
    link(snapshot, hub, ordinary)

    def ask(turn: int) -> tuple[int, list[LookupResult], list[tuple[str]]]:
        with snapshot.cursor() as connection:
            found = answers(connection, (hub, ordinary)[turn % 2])
            left = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
            return turn % 2, found, left

    alone = [answers(snapshot, scope) for scope in (hub, ordinary)]
    with ThreadPoolExecutor(4) as pool:
        for turn, found, left in pool.map(ask, range(6)):
            assert found == alone[turn]
            assert left == []
