"""Which records of a scope share a key with a description, each as the scope's rows alone describe it."""

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.columns import column
from linkage.lookup.hidden_parts import described_anew
from linkage.lookup.weights import Keys, NearRecord
from linkage.model.calibration import LinkageCalibration
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# A key may bring this many times the records that blocking compares of one.
_CAPS_OF_A_KEY = 20
# DuckDB reads single rows through an index up to about this many, and the whole table from there on.
READ_ONE_BY_ONE = 2000


def near_records(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    scope: Scope,
    calibration: LinkageCalibration,
    keys: Keys,
) -> list[NearRecord]:
    """The records of ``scope`` that share one of ``keys``, by number; a key that too many of them share is passed over.

    ``tables`` are the sources of ``lookup_index``. Only what the scope holds counts, or a hidden row would take a
    visible record away, or tell whose it is.
    """
    asked = keys.blocking | keys.lookup
    if not asked:
        return []
    key, number = _holders(connection, tables, keys)
    are_many = len(np.unique(number)) > READ_ONE_BY_ONE
    seen = _visible(connection, tables, scope, np.unique(number), "''" if are_many else "packed")
    anew = described_anew(connection, tables, scope, calibration, seen)
    whole = np.array(sorted(seen.keys() - anew.keys()), dtype=np.int64)
    held = np.isin(number, whole)
    pairs = [(one, again) for again, (_, holds) in anew.items() for one in sorted(holds & asked)]
    changed = np.array(pairs, dtype=[("key", np.uint64), ("number", np.int64)])
    key = np.concatenate([key[held], changed["key"]])
    number = np.concatenate([number[held], changed["number"]])
    _, place, sharing = np.unique(key, return_inverse=True, return_counts=True)
    near = np.unique(number[sharing[place] <= _CAPS_OF_A_KEY * calibration.block_cap])
    texts = {one: row.packed for one, row in seen.items()} | {one: text for one, (text, _) in anew.items()}
    if are_many:
        texts |= _packed_rows(connection, tables, [one for one in near.tolist() if one not in anew])
    return [NearRecord(seen[one].record_id, one, texts[one]) for one in near.tolist()]


def _holders(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], keys: Keys
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Key and record number of whoever holds one of ``keys``, each pair once."""
    # A query a key, because only an equation lets DuckDB skip the parts of a sorted table that cannot hold it.
    found = connection.execute(
        " UNION ALL ".join(
            f"SELECT key, record_number FROM {table} WHERE key = {int(key)}::UBIGINT"
            for table, sought in (("blocking_key", keys.blocking), (tables["lookup_key"], keys.lookup))
            for key in sorted(sought)
        )
    ).fetchnumpy()
    pairs = np.stack([column(found, "key", np.uint64), column(found, "record_number", np.uint64)])
    key, number = np.unique(pairs, axis=1)
    return key, number.astype(np.int64)


def rows_numbered(source: str, numbers: Sequence[int]) -> str:
    """SQL, to stand after FROM, of the rows of ``source`` with these record numbers."""
    listed = ", ".join(str(int(number)) for number in numbers)
    if len(numbers) > READ_ONE_BY_ONE:
        return f"{source} SEMI JOIN (SELECT unnest([{listed}]) AS record_number) USING (record_number)"
    return f"{source} WHERE record_number IN ({listed or 'NULL'})"


def _visible(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    scope: Scope,
    numbers: NDArray[np.int64],
    text: str,
) -> dict[int, NearRecord]:
    """The records of the scope among those of these numbers, by number, with the SQL ``text`` for what is compared."""
    if not len(numbers):
        return {}
    # The rule of scope asks a table of the name ``record``: here the few in question, which have id and label too.
    rows = connection.execute(
        f"WITH record AS MATERIALIZED (SELECT record_number, record_id, label_id, {text} AS packed"
        f" FROM {rows_numbered(tables['lookup_record'], numbers.tolist())})"
        f" SELECT record_id, record_number, packed FROM {rows_in_scope('record', scope)}"
    ).fetchall()
    return {number: NearRecord(record_id, number, text) for record_id, number, text in rows}


def _packed_rows(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], numbers: Sequence[int]
) -> dict[int, str]:
    """What is compared of the records of these numbers."""
    return dict(
        connection.execute(
            f"SELECT record_number, packed FROM {rows_numbered(tables['lookup_record'], numbers)}"
        ).fetchall()
    )
