"""Records of which a reader sees only a part, as that part alone describes them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import duckdb

from linkage.lookup.index import LOOKUP_RULES, PARTS, keys_expression, packed
from linkage.lookup.weights import NearRecord
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.blocking import RULES
from linkage.values.standardise import standardise_within
from records.scope import Scope
from records.snapshot.about import among, rows_about
from records.snapshot.scoped import INTELLIGENCE


def described_anew(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    scope: Scope,
    calibration: LinkageCalibration,
    seen: Mapping[int, NearRecord],
) -> dict[int, tuple[str, frozenset[int]]]:
    """Those of the records ``seen`` with rows outside the scope, as the others tell of them: number to packed row and keys.

    Otherwise a search for a protected address would tell whose it is. ``tables`` are the sources of ``lookup_index``.
    """
    mixed, others = _partly_hidden(connection, tables, scope, seen)
    partly = sorted(mixed | others)
    if not partly:
        return {}
    sources = {name: name if others else tables[part] for name, part in PARTS.items()}
    # How rare a name is counts on the side of the description alone.
    without_rarity = replace(calibration, frequencies={})
    with _only(connection, sources, [seen[number].record_id for number in partly]):
        standardise_within(connection, scope, without_rarity, "partly_hidden", "described_anew")
        rows = connection.execute(
            f"SELECT d.record_id, {packed('d')}, {keys_expression((*RULES, *LOOKUP_RULES))} FROM described_anew d"
        ).fetchall()
        connection.execute("DROP TABLE temp.described_anew")
    described = {record_id: (text, frozenset(keys) - {None}) for record_id, text, keys in rows}
    return {number: described[seen[number].record_id] for number in partly}


@contextmanager
def _only(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, str], record_ids: Sequence[str]
) -> Iterator[None]:
    """Let the row tables hold nothing but what ``sources`` say of these records, listed in temporary ``partly_hidden``.

    A temporary table hides the stored one of its name, so the many queries to come read a few rows each.
    """
    connection.execute(
        "CREATE TEMP TABLE partly_hidden AS SELECT unnest(?::VARCHAR[]) AS record_id", [record_ids]
    )
    made = ["partly_hidden"]
    try:
        # Ids are spelled out: an index is used for constants alone.
        for name, source in sources.items():
            connection.execute(
                f"CREATE TEMP TABLE {name} AS SELECT * FROM {source} WHERE {among('record_id', record_ids)}"
            )
            made.append(name)
        events = connection.execute(
            "SELECT DISTINCT event_id FROM thing_use WHERE event_id IS NOT NULL"
        ).fetchall()
        connection.execute(
            f"CREATE TEMP TABLE event AS SELECT * FROM event WHERE {among('event_id', [one for (one,) in events])}"
        )
        made.append("event")
        yield
    finally:
        for name in made:
            connection.execute(f"DROP TABLE temp.{name}")


def _partly_hidden(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    scope: Scope,
    seen: Mapping[int, NearRecord],
) -> tuple[set[int], set[int]]:
    """Numbers of the records that may have a row outside the scope: those of many labels, and others.

    The others are in the scope by a grant, which may not reach their rows, or are told of an event taken out of it, or
    of police intelligence that somebody gave: whose phone they left is not told.
    """
    labels = dict(connection.execute("SELECT label_id, category FROM label").fetchall())
    guarded = {one for one, category in labels.items() if category == INTELLIGENCE} - scope.source_label_ids
    whole = labels.keys() <= scope.label_ids and not scope.removed_event_ids
    if not seen or (whole and not guarded):
        return set(), set()
    listed = ", ".join(str(number) for number in sorted(seen))
    untold = _left_as_a_source(connection, tables, scope, (seen, listed), guarded) if guarded else set()
    if whole:
        return set(), untold
    allowed = ", ".join(str(int(label)) for label in sorted(scope.label_ids)) or "NULL"
    asked = f"WHERE record_number IN ({listed}) AND coalesce(label_id NOT IN ({allowed}), true)"
    mixed, others = (
        {
            number
            for (number,) in connection.execute(
                f"SELECT record_number FROM {tables[name]} {asked}"
            ).fetchall()
        }
        for name in ("lookup_label", "lookup_record")
    )
    others |= untold
    if scope.removed_event_ids:
        told = connection.execute(
            "SELECT DISTINCT record_id FROM thing_use WHERE event_id IN (SELECT unnest(?::VARCHAR[]))",
            [sorted(scope.removed_event_ids)],
        ).fetchall()
        ids = {record_id for (record_id,) in told}
        others |= {number for number, row in seen.items() if row.record_id in ids}
    return mixed, others


def _left_as_a_source(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    scope: Scope,
    seen: tuple[Mapping[int, NearRecord], str],
    guarded: set[int],
) -> set[int]:
    """Numbers of the records of which a phone or vehicle stands in police intelligence that the scope does not tell is theirs."""
    rows, listed = seen
    labels = ", ".join(str(int(label)) for label in sorted(guarded))
    asked = f"WHERE record_number IN ({listed}) AND label_id IN ({labels})"
    near = {
        rows[number].record_id: number
        for name in ("lookup_label", "lookup_record")
        for (number,) in connection.execute(f"SELECT record_number FROM {tables[name]} {asked}").fetchall()
    }
    if not near:
        return set()
    told = rows_about(connection, "thing_use", scope, "record_id", near)
    found = connection.execute(
        f"""SELECT record_id, event_id FROM thing_use WHERE {among("record_id", near)}
            EXCEPT SELECT record_id, event_id FROM {told}"""
    ).fetchall()
    return {near[record_id] for record_id, event_id in found if event_id is not None}
