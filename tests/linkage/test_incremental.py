"""An incremental build gives what a build from scratch gives: link for link, key for key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linkage import (
    NO_RULINGS,
    Extent,
    Rulings,
    carry_identity,
    describe_people,
    find_extent,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
ROW_TABLES = (
    "label", "record", "name", "identifier", "address_spell", "thing_use", "relationship", "event", "involvement",
)  # fmt: skip
# Frequencies would only make each build slower here.
CALIBRATION = replace(shipped_calibration(), frequencies={})
LABELS = [
    (0, "home", "police", "shareable", "ordinary"),
    (1, "home", "health", "restricted", "sexual_health"),
]


@dataclass(frozen=True)
class Judgement:
    record_id_a: str
    record_id_b: str
    decision: str


@dataclass(frozen=True)
class Seal:
    protected_record_ids: frozenset[str]
    other_record_ids: frozenset[str]


@dataclass(frozen=True)
class World:
    """What the feeds say at one build: facts by record id, relationships, and the rulings in force."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    relationships: frozenset[tuple[str, str, str]] = frozenset()
    calls: frozenset[tuple[str, str]] = frozenset()
    rulings: Rulings = NO_RULINGS
    labels: Sequence[tuple[Any, ...]] = tuple(LABELS)


def put_event(connection: Snapshot, record_id: str, kind: str) -> None:
    """A call, or a case opened an hour later, that somebody has a part in."""
    event_id = f"{record_id}#{kind}"
    connection.execute(
        "INSERT INTO event BY NAME SELECT ? AS event_id, ? AS feed, ? AS kind, 'time' AS date_precision, 0 AS label_id,"
        " TIMESTAMP '2025-03-04 10:00:00' + INTERVAL (CASE WHEN ? = 'call' THEN 0 ELSE 1 END) HOUR AS started_at",
        [event_id, kind, kind, kind],
    )
    connection.execute(
        "INSERT INTO involvement BY NAME SELECT ? AS event_id, ? AS record_id, 'subject' AS role, 0 AS label_id",
        [event_id, record_id],
    )


def tell(connection: Snapshot, put_record: Put, world: World) -> None:
    """Put the rows of ``world`` in place of what the row tables held."""
    for table in ROW_TABLES:
        connection.execute(f"DELETE FROM {table}")
    connection.executemany("INSERT INTO label VALUES (?, ?, ?, ?, ?)", list(world.labels))
    for record_id, facts in world.records.items():
        put_record(connection, record_id, **facts)
        if alias := facts.get("alias"):
            connection.execute(
                "INSERT INTO name BY NAME SELECT ? AS record_id, 'alias' AS kind, ? AS given_name, ? AS label_id",
                [record_id, alias, facts.get("label", 0)],
            )
    for record_id, kind in sorted(world.calls):
        put_event(connection, record_id, kind)
    for one, other, kind in sorted(world.relationships):
        connection.execute(
            "INSERT INTO relationship BY NAME SELECT ? AS record_id, ? AS other_record_id, ? AS kind, 0 AS label_id",
            [one, other, kind],
        )


def scopes_of(world: World) -> list[Scope]:
    """The standing scopes; the records that seals protect are outside both."""
    protected = frozenset().union(*(seal.protected_record_ids for seal in world.rulings.seals))
    return [
        Scope("hub", frozenset({0, 1}), removed_record_ids=protected, standing=True),
        Scope("hub_ordinary", frozenset({0}), removed_record_ids=protected, standing=True),
    ]


def build(connection: Snapshot, world: World, block_cap: int, previous: Path | None, number: int) -> Extent:
    calibration = replace(CALIBRATION, block_cap=block_cap)
    extent = find_extent(connection, calibration, world.rulings)
    standardise(connection, calibration, extent)
    score_pairs(connection, calibration, world.rulings.seals, extent)
    for scope in scopes_of(world):
        resolve_people(connection, scope, calibration, world.rulings, extent)
        carry_identity(connection, scope, previous, number, world.rulings)
        describe_people(connection, scope)
    return extent


def keep_identity(connection: Snapshot, path: Path) -> Path:
    """A file that holds the identity table of ``connection``, as a published snapshot would."""
    connection.execute(f"ATTACH '{path}' AS kept")
    connection.execute("CREATE TABLE kept.identity AS SELECT * FROM identity")
    connection.execute("DETACH kept")
    return path


def told(connection: Snapshot) -> dict[str, list[tuple[Any, ...]]]:
    """All that a build made, without the numbers that are the build's own."""
    numberless = "SELECT * EXCLUDE (record_number) FROM comparison_record"
    queries = {
        "links": "SELECT record_id_a, record_id_b, weight, rule, comparisons FROM link",
        "records": numberless,
        "keys": "SELECT k.* REPLACE (c.record_id AS record_number) FROM blocking_key k JOIN comparison_record c USING (record_number)",
        "over-full keys": "SELECT * FROM crowded_key",
        "components": "SELECT list_sort(list(c.record_id)) FROM link_component l JOIN comparison_record c USING (record_number)"
        " GROUP BY component",
        "ties of links": "SELECT l.record_id_a, l.record_id_b, l.component IS NOT DISTINCT FROM k.component FROM link l"
        " LEFT JOIN link_component k ON k.record_number = l.number_a",
        "ties": "SELECT least(a.record_id, b.record_id) AS low, greatest(a.record_id, b.record_id) AS high, kind FROM tied_pair"
        " JOIN comparison_record a ON a.record_number = number_a JOIN comparison_record b ON b.record_number = number_b",
        "circles": "SELECT list_sort(list(c.record_id)) FROM circle l JOIN comparison_record c USING (record_number) GROUP BY circle",
        "digests": "SELECT * FROM record_digest",
        "memberships": "SELECT * FROM membership",
        "identity": "SELECT * FROM identity",
        "people": "SELECT * FROM person",
    }
    return {
        name: connection.execute(f"FROM ({query}) ORDER BY ALL").fetchall() for name, query in queries.items()
    }


def check_equal(
    new_snapshot: Callable[[], Snapshot],
    put_record: Put,
    worlds: Sequence[World],
    block_cap: int,
    note: Callable[[Snapshot], None] = lambda _carried: None,
) -> list[Extent]:
    """Build ``worlds`` one after the other, and each from scratch beside it."""
    extents, previous = [], None
    with new_snapshot() as carried, TemporaryDirectory() as folder:
        for number, world in enumerate(worlds, 1):
            tell(carried, put_record, world)
            extents.append(build(carried, world, block_cap, previous, number))
            with new_snapshot() as fresh:
                tell(fresh, put_record, world)
                assert build(fresh, world, block_cap, previous, number).is_full
                assert told(carried) == told(fresh)
            note(carried)
            previous = keep_identity(carried, Path(folder, f"{number}.duckdb"))
    return extents


FACTS = st.fixed_dictionaries(
    {
        "given": st.sampled_from(["Amina", "Aminah", "Chidi", None]),
        "family": st.sampled_from(["Okonkwo", "Novak"]),
        "born": st.sampled_from(["2011-05-17", "2011-05-18", "1985-01-01", None]),
        "label": st.sampled_from([0, 0, 1]),
    },
    optional={
        "sex": st.sampled_from(["female", "male"]),
        "alias": st.sampled_from(["Mina", "Obi"]),
        "postcode": st.sampled_from(["ZZ1 2AB", "ZZ9 9ZZ"]),
        "address": st.sampled_from(["14 Larch Way", "2 Elm Row"]),
        "phone": st.sampled_from(["+447700900001", "+447700900002"]),
        "nhs": st.sampled_from(["9990000018", "9990000026"]),
        "duplicate_free": st.booleans(),
    },
)
IDS = [f"{agency}:{number}" for agency in ("health", "police") for number in range(8)]
PAIRS = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] < pair[1])
RULED = st.builds(
    lambda judged, sealed: Rulings(
        tuple(Judgement(*pair, decision) for pair, decision in judged.items()),
        tuple(Seal(frozenset({one}), frozenset({other})) for one, other in sealed),
    ),
    st.dictionaries(PAIRS, st.sampled_from(["same", "not_same"]), max_size=2),
    st.lists(PAIRS, max_size=1),
)
EDITS = st.tuples(
    st.dictionaries(st.sampled_from(IDS), st.none() | FACTS, max_size=4),
    st.frozensets(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from(["parent", "child", "sibling"])), max_size=2),
    st.none() | RULED,
    st.frozensets(st.tuples(st.sampled_from(IDS), st.sampled_from(["call", "contact"])), max_size=2),
)  # fmt: skip


def edited(
    world: World, edit: tuple[dict[str, Any], frozenset[Any], Rulings | None, frozenset[Any]]
) -> World:
    facts, relationships, rulings, calls = edit
    records = world.records | facts
    return replace(
        world,
        records={record_id: told for record_id, told in sorted(records.items()) if told is not None},
        relationships=world.relationships ^ relationships,
        rulings=world.rulings if rulings is None else rulings,
        calls=world.calls ^ calls,
    )


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],  # shrinking runs for minutes, the failing world says enough
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.dictionaries(st.sampled_from(IDS), FACTS, min_size=4, max_size=14),
    edits=st.lists(EDITS, min_size=1, max_size=3),
    block_cap=st.sampled_from([1, 2, 3, 5, 120]),
)
def test_builds_in_a_row_equal_builds_from_scratch(
    new_snapshot: Callable[[], Snapshot],
    put_record: Put,
    first: dict[str, Any],
    edits: list[Any],
    block_cap: int,
) -> None:
    worlds = [World(dict(sorted(first.items())))]
    for edit in edits:
        worlds.append(edited(worlds[-1], edit))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("linkage.increment.extent.MOST_TOUCHED", 99.0)
        extents = check_equal(new_snapshot, put_record, worlds, block_cap)
    assert not [extent.why_full for extent in extents[1:] if extent.is_full]


CHILD = {"given": "Idris", "family": "Okonkwo", "born": "2014-03-08", "sex": "male"}
MOTHER = {"given": "Ngozi", "family": "Okonkwo", "born": "1985-11-02", "sex": "female"}
HOME = {"postcode": "ZZ1 2AB", "address": "14 Larch Way"}
ELSEWHERE = {"postcode": "ZZ7 9XX", "address": "3 Quarry Mount"}
FAMILY = World(
    {
        "school:pupil": {**CHILD, **HOME},
        "school:contact": {"given": "Ngozi", "family": "Okonkwo"},
        "care:child": {**CHILD, "given": "Emeka", "born": "2009-09-30", **ELSEWHERE},
        "care:mother": {**MOTHER, **ELSEWHERE},
        "health:mother": {**MOTHER, "born": "1961-05-20", "postcode": "ZZ4 4ZZ", "address": "9 Mill Lane"},
    },
    frozenset({("school:contact", "school:pupil", "parent"), ("care:mother", "care:child", "parent")}),
)


def with_records(world: World, **changed: dict[str, Any]) -> World:
    """``world`` where records, named by agency and what they are, say something else."""
    return replace(
        world, records=world.records | {name.replace("_", ":"): facts for name, facts in changed.items()}
    )


def test_family_ties_come_and_go_with_what_happens_to_others(
    new_snapshot: Callable[[], Snapshot], put_record: Put
) -> None:
    """Of the worlds, none but the first touches the contact or the mother whom a tie joins or leaves."""
    one_child = with_records(FAMILY, care_child={**CHILD, **ELSEWHERE})
    moved = with_records(FAMILY, school_pupil={**CHILD, "postcode": "ZZ4 4ZZ", "address": "9 Mill Lane"})
    hostel = with_records(
        moved,
        **{
            f"hostel_{bed}": {"given": "Guest", "postcode": "ZZ4 4ZZ", "address": "9 Mill Lane"}
            for bed in range(60)
        },
    )
    worlds = [FAMILY, one_child, FAMILY, moved, hostel, moved]
    ties: list[set[str]] = []

    def note_ties(carried: Snapshot) -> None:
        ties.append({low for low, high, _ in told(carried)["ties"] if high == "school:contact"})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("linkage.increment.extent.MOST_TOUCHED", 99.0)
        extents = check_equal(new_snapshot, put_record, worlds, 120, note_ties)
    assert [extent.is_full for extent in extents] == [True] + [False] * 5
    care, health = {"care:mother"}, {"health:mother"}
    assert ties == [set(), care, set(), health, set(), health]


NUMBER = {"nhs": "9990000018"}
TWO = {"health:1": {"given": "Amina", **NUMBER}, "police:1": {"family": "Novak", **NUMBER}}


def linked(connection: Snapshot) -> set[tuple[str, str]]:
    return set(connection.execute("SELECT record_id_a, record_id_b FROM link").fetchall())


def test_a_cap_closes_and_opens_a_key_to_pairs_that_did_not_change(
    new_snapshot: Callable[[], Snapshot], put_record: Put
) -> None:
    alone, crowded = World(TWO), World(TWO | {"police:2": {"family": "Okonkwo", **NUMBER}})
    found = []
    with new_snapshot() as connection, pytest.MonkeyPatch.context() as patched:
        patched.setattr("linkage.increment.extent.MOST_TOUCHED", 99.0)
        for number, world in enumerate((alone, crowded, alone), 1):
            tell(connection, put_record, world)
            build(connection, world, 2, None, number)
            found.append(linked(connection))
        check_equal(new_snapshot, put_record, [alone, crowded, alone], 2)
    assert found == [{("health:1", "police:1")}, set(), {("health:1", "police:1")}]


def test_rows_under_another_label_close_no_key(new_snapshot: Callable[[], Snapshot], put_record: Put) -> None:
    hidden = {f"health:{number}": {"label": 1, **NUMBER} for number in range(2, 9)}
    with new_snapshot() as connection:
        world = World(TWO | hidden)
        tell(connection, put_record, world)
        build(connection, world, 2, None, 1)
        assert ("health:1", "police:1") in linked(connection)
        assert len(linked(connection)) == 1
        crowded = connection.execute("SELECT records FROM crowded_key").fetchall()
    assert crowded == [(9,)]


def test_a_row_that_says_the_same_touches_nobody(
    new_snapshot: Callable[[], Snapshot], put_record: Put
) -> None:
    world = World(dict(TWO), frozenset({("health:1", "police:1", "sibling")}))
    with new_snapshot() as connection:
        tell(connection, put_record, world)
        build(connection, world, 120, None, 1)
        tell(connection, put_record, replace(world, records=dict(reversed(world.records.items()))))
        connection.execute("UPDATE record SET extracted_on = DATE '2026-02-28', source_line = 7")
        again = find_extent(connection, replace(CALIBRATION, block_cap=120))
        assert (again.is_full, again.touched) == (False, 0)
        other = find_extent(connection, replace(CALIBRATION, block_cap=119))
        assert other.is_full
