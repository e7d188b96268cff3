"""Which records are one person in a scope: for the whole scope at a build, or around some records on demand."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from linkage.columns import column
from linkage.increment.extent import EVERYTHING, Extent
from linkage.increment.scope import holds_as_before, note_scope, redone_records
from linkage.listed_records import keep_within, list_moved, listed_around
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.kinship import kinship_of
from linkage.pairs.scoring import BARRING_LIST, TWO_GIVEN_NAMES
from linkage.people.resolution import Clustered, Evidence, Links, resolve, ruled_pairs, ties_among
from linkage.people.rulings import NO_RULINGS, Rulings
from records.scope import Scope


@dataclass(frozen=True, slots=True)
class ResolvedPerson:
    """A person in a scope: ``record_ids`` ascending, ``anchor_record_id`` the first of them.

    ``weights``: for each record the bits of the strongest link that holds it (None when alone).
    """

    person_id: str
    anchor_record_id: str
    record_ids: tuple[str, ...]
    weights: tuple[float | None, ...]


def derived_person_id(anchor_record_id: str) -> str:
    """The id of a person who has none from an earlier build: a digest of the first record, the same in SQL (md5)."""
    return "p" + hashlib.md5(anchor_record_id.encode(), usedforsecurity=False).hexdigest()[:16]


def resolve_people(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
    extent: Extent = EVERYTHING,
) -> int:
    """Fill ``membership`` for ``scope`` from its records and the links between them; gives the number of people.

    Person ids are derived ones until ``carry_identity`` takes over those of the previous build. Where ``extent`` asks for
    the touched records only, and the scope holds what it held, temporary ``redone_record`` (record_id) lists those whose
    person may be another one; the others keep the membership, and the ids, of the last build.
    """
    connection.execute("DROP TABLE IF EXISTS temp.redone_record")
    if not extent.is_full and holds_as_before(connection, scope):
        list_moved(connection, rulings)
    else:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE resolving AS SELECT record_number, record_id FROM comparison_record"
        )
        connection.execute("DELETE FROM membership WHERE scope = ?", [scope.name])
    keep_within(connection, scope)
    clustered = _resolve_listed(connection, scope, calibration, rulings)
    connection.register("arriving", _members(connection, clustered))
    redone = redone_records(connection)
    if redone:
        connection.execute(
            f"DELETE FROM membership WHERE scope = ? AND record_id IN (SELECT record_id FROM {redone})",
            [scope.name],
        )
    connection.execute(
        f"""
        INSERT INTO membership
        SELECT ?, record_id, 'p' || left(md5(first_record_id), 16), weight, via_record_id FROM arriving
        {f"WHERE record_id IN (SELECT record_id FROM {redone})" if redone else ""}""",
        [scope.name],
    )
    connection.unregister("arriving")
    connection.execute("DROP TABLE temp.resolving")
    note_scope(connection, scope)
    people = connection.execute(
        "SELECT count(DISTINCT person_id) FROM membership WHERE scope = ?", [scope.name]
    )
    return int(people.fetchall()[0][0])


def _members(connection: duckdb.DuckDBPyConnection, clustered: Clustered) -> pa.Table:
    """The records of temporary ``resolving``, person by person, each with the first of its person, its weight and by whom."""
    ids = connection.execute("SELECT record_id FROM resolving ORDER BY record_id").to_arrow_table()[0]
    place = np.zeros(int(clustered.numbers.max(initial=-1)) + 1, dtype=np.int64)
    place[clustered.numbers] = np.arange(len(ids))
    first = place[clustered.person]
    order = np.argsort(first, kind="stable")
    alone = clustered.via[order] < 0
    via = pa.array(np.where(alone, 0, place[clustered.via[order]] if len(place) else 0), mask=alone)
    return pa.table(
        {
            "record_id": ids.take(order),
            "first_record_id": ids.take(first[order]),
            "weight": pa.array(clustered.weight[order], pa.float64(), from_pandas=True),
            "via_record_id": ids.take(via),
        }
    )


def people_of(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    record_ids: Collection[str],
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
) -> dict[str, ResolvedPerson]:
    """The people in ``scope`` who hold the records asked for, by record id; records outside the scope are left out.

    The same clusters as ``resolve_people`` gives for the whole scope. In a standing scope a person has the id
    that the build gave to most of its records, elsewhere a derived one.
    """
    with listed_around(connection, scope, sorted(record_ids), rulings):
        clustered = _resolve_listed(connection, scope, calibration, rulings)
    rows = connection.execute("SELECT record_id FROM resolving ORDER BY record_id").fetchall()
    connection.execute("DROP TABLE temp.resolving")
    names = [str(record_id) for (record_id,) in rows]
    members: dict[int, list[int]] = {}
    for place, person in enumerate(clustered.person.tolist()):
        members.setdefault(person, []).append(place)
    wanted = frozenset(record_ids)
    found: dict[str, ResolvedPerson] = {}
    for places in members.values():
        held = tuple(names[place] for place in places)
        if wanted.isdisjoint(held):
            continue
        bits = [float(clustered.weight[place]) for place in places]
        weights = tuple(None if np.isnan(weight) else weight for weight in bits)
        person_id = _standing_id(connection, scope, held) or derived_person_id(held[0])
        person = ResolvedPerson(person_id, held[0], held, weights)
        found.update({record_id: person for record_id in held if record_id in wanted})
    return dict(sorted(found.items()))


def ties_around(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    record_ids: Collection[str],
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
) -> dict[tuple[str, str], str]:
    """What ties records around those asked for besides what they say themselves: pair of record ids to kind of tie.

    Kinds are the keys of ``ties.TIES``; the lower id comes first.
    """
    with listed_around(connection, scope, sorted(record_ids), rulings):
        ties = ties_among(connection, _evidence_listed(connection, scope, rulings), calibration)
    names = dict(connection.execute("SELECT record_number, record_id FROM resolving").fetchall())
    connection.execute("DROP TABLE temp.resolving")
    ends = zip(ties.number_a.tolist(), ties.number_b.tolist(), ties.kinds, strict=True)
    return {(min(names[a], names[b]), max(names[a], names[b])): kind for a, b, kind in ends}


def _standing_id(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: tuple[str, ...]
) -> str | None:
    if not scope.standing:
        return None
    rows = connection.execute(
        "SELECT person_id FROM membership WHERE scope = ? AND list_contains(?, record_id)"
        " GROUP BY person_id ORDER BY count(*) DESC, person_id LIMIT 1",
        [scope.name, list(record_ids)],
    ).fetchall()
    return str(rows[0][0]) if rows else None


def _resolve_listed(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration, rulings: Rulings
) -> Clustered:
    """Cluster the records of temporary ``resolving``."""
    return resolve(connection, _evidence_listed(connection, scope, rulings), calibration)


def _evidence_listed(connection: duckdb.DuckDBPyConnection, scope: Scope, rulings: Rulings) -> Evidence:
    """All that decides on the records of temporary ``resolving``; positions follow the order of record ids, whatever the numbers."""
    listed = connection.execute("SELECT record_number FROM resolving ORDER BY record_id").fetchnumpy()
    numbers = column(listed, "record_number", np.int64)
    # The range keeps a request for one person from reading every link: they are stored by component.
    found = connection.execute(
        f"""
        SELECT number_a, number_b, weight, NOT coalesce(rule IN ({BARRING_LIST}), false) AS may_join,
            coalesce(rule = '{TWO_GIVEN_NAMES}', false) AS doubtful
        FROM link WHERE component IN (SELECT component FROM link_component SEMI JOIN resolving USING (record_number))
            AND number_a IN (SELECT record_number FROM resolving) AND number_b IN (SELECT record_number FROM resolving)
        ORDER BY number_a, number_b"""
    ).fetchnumpy()
    links = Links(
        column(found, "number_a", np.int64),
        column(found, "number_b", np.int64),
        column(found, "weight", np.float64),
        column(found, "may_join", np.bool_),
        column(found, "doubtful", np.bool_),
    )
    named = connection.execute(
        "SELECT record_id, record_number FROM resolving WHERE record_id IN (SELECT unnest(?::VARCHAR[]))",
        [sorted(rulings.record_ids())],
    ).fetchall()
    ruled = ruled_pairs(rulings, dict(named))
    return Evidence(numbers, links, ruled, kinship_of(connection, scope), scope)
