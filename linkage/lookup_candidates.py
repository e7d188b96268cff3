"""Which records of a scope share a key with a description, each as the scope's rows alone describe it."""

from collections.abc import Collection, Mapping, Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.blocking import RULES
from linkage.calibration import LinkageCalibration
from linkage.columns import column
from linkage.lookup_index import LOOKUP_RULES, keys_expression, lookup_sources, packed
from linkage.lookup_weights import NearRecord
from linkage.standardise import standardise_within
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# A key may bring this many times the records that blocking compares of one.
_CAPS_OF_A_KEY = 20
# DuckDB reads single rows through an index up to about this many, and the whole table from there on.
_READ_ONE_BY_ONE = 2000


def near_records(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration, keys: Sequence[int]
) -> list[NearRecord]:
    """The records of ``scope`` that share one of ``keys``, by number; a key that too many of them share is passed over.

    Only what the scope holds counts, or a hidden row would take a visible record away, or tell whose it is.
    """
    if not keys:
        return []
    tables = lookup_sources(connection)
    key, number = _holders(connection, tables, keys)
    seen = _visible(connection, tables, scope, np.unique(number))
    anew = _described_anew(connection, tables, scope, calibration, seen)
    whole = np.array(sorted(seen.keys() - anew.keys()), dtype=np.int64)
    held = np.isin(number, whole)
    asked = frozenset(keys)
    pairs = [(one, again) for again, (_, holds) in anew.items() for one in sorted(holds & asked)]
    changed = np.array(pairs, dtype=[("key", np.uint64), ("number", np.int64)])
    key = np.concatenate([key[held], changed["key"]])
    number = np.concatenate([number[held], changed["number"]])
    _, place, sharing = np.unique(key, return_inverse=True, return_counts=True)
    near = np.unique(number[sharing[place] <= _CAPS_OF_A_KEY * calibration.block_cap])
    texts = {one: text for one, (text, _) in anew.items()}
    texts |= _packed_rows(connection, tables, [one for one in near.tolist() if one not in texts])
    return [NearRecord(seen[one], one, texts[one]) for one in near.tolist()]


def _holders(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], keys: Sequence[int]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Key and record number of whoever holds one of ``keys``, each pair once."""
    # Literals, so that DuckDB reads only the parts of the sorted tables that can hold them.
    listed = ", ".join(str(int(key)) for key in keys)
    found = connection.execute(
        f"SELECT DISTINCT key, record_number FROM blocking_key WHERE key IN ({listed}) UNION ALL"
        f" SELECT key, record_number FROM {tables['lookup_key']} WHERE key IN ({listed})"
    ).fetchnumpy()
    return column(found, "key", np.uint64), column(found, "record_number", np.int64)


def _numbered(tables: Mapping[str, str], numbers: Sequence[int]) -> str:
    """SQL of the rows of ``lookup_record`` with these numbers."""
    listed = ", ".join(str(int(number)) for number in numbers)
    if len(numbers) > _READ_ONE_BY_ONE:
        return f"{tables['lookup_record']} SEMI JOIN (SELECT unnest([{listed}]) AS record_number) USING (record_number)"
    return f"{tables['lookup_record']} WHERE record_number IN ({listed or 'NULL'})"


def _visible(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], scope: Scope, numbers: NDArray[np.int64]
) -> dict[int, str]:
    """The records of the scope among those of these numbers: number to id."""
    if not len(numbers):
        return {}
    # The rule of scope asks a table of the name ``record``: here the few in question, which have id and label too.
    rows = connection.execute(
        f"WITH record AS MATERIALIZED (SELECT record_number, record_id, label_id FROM {_numbered(tables, numbers.tolist())})"
        f" SELECT record_number, record_id FROM {rows_in_scope('record', scope)} ORDER BY record_number"
    ).fetchall()
    return dict(rows)


def _packed_rows(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], numbers: Sequence[int]
) -> dict[int, str]:
    if not numbers:
        return {}
    return dict(
        connection.execute(f"SELECT record_number, packed FROM {_numbered(tables, numbers)}").fetchall()
    )


def _described_anew(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    scope: Scope,
    calibration: LinkageCalibration,
    seen: Mapping[int, str],
) -> dict[int, tuple[str, frozenset[int]]]:
    """Records some of whose rows may be outside the scope, as the others tell of them: number to packed row and keys.

    Otherwise a search for a protected address would tell whose it is.
    """
    partly = _partly_hidden(connection, tables, scope, seen)
    if not partly:
        return {}
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE partly_hidden AS SELECT unnest(?::INTEGER[]) AS record_number,"
        " unnest(?::VARCHAR[]) AS record_id",
        [partly, [seen[number] for number in partly]],
    )
    standardise_within(connection, scope, calibration, "partly_hidden", "described_anew")
    rows = connection.execute(
        f"SELECT h.record_number, {packed('d')}, {keys_expression((*RULES, *LOOKUP_RULES))}"
        " FROM described_anew d JOIN partly_hidden h USING (record_id)"
    ).fetchall()
    for name in ("partly_hidden", "described_anew"):
        connection.execute(f"DROP TABLE temp.{name}")
    return {number: (text, frozenset(key for key in keys if key is not None)) for number, text, keys in rows}


def _partly_hidden(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    scope: Scope,
    seen: Mapping[int, str],
) -> list[int]:
    """Numbers of the records that may have a row outside the scope: one of another label, or told of a removed event."""
    labels = {label_id for (label_id,) in connection.execute("SELECT label_id FROM label").fetchall()}
    if not seen or (labels <= scope.label_ids and not scope.removed_event_ids):
        return []
    listed = ", ".join(str(number) for number in sorted(seen))
    allowed = ", ".join(str(int(label)) for label in sorted(scope.label_ids)) or "NULL"
    hidden = connection.execute(
        f"SELECT record_number FROM {tables['lookup_label']} WHERE record_number IN ({listed})"
        f" AND coalesce(label_id NOT IN ({allowed}), true)"
        f" UNION SELECT record_number FROM {tables['lookup_record']} WHERE record_number IN ({listed})"
        f" AND coalesce(label_id NOT IN ({allowed}), true)"
    ).fetchall()
    found = {number for (number,) in hidden}
    if scope.removed_event_ids:
        found |= _told_of(connection, scope.removed_event_ids, seen)
    return sorted(found)


def _told_of(
    connection: duckdb.DuckDBPyConnection, event_ids: Collection[str], seen: Mapping[int, str]
) -> set[int]:
    rows = connection.execute(
        "SELECT DISTINCT record_id FROM thing_use WHERE event_id IN (SELECT unnest(?::VARCHAR[]))",
        [sorted(event_ids)],
    ).fetchall()
    told = {record_id for (record_id,) in rows}
    return {number for number, record_id in seen.items() if record_id in told}
