"""Edges and nodes of tables as columns of numbers and codes, as ``Adjacency`` holds them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

UNKNOWN_DAY: Final = np.iinfo(np.int32).min
_ROWS_AT_ONCE: Final = 200_000
_ENDS_AT_ONCE: Final = 2_000_000


def read_nodes(connection: duckdb.DuckDBPyConnection, source: str, values: Sequence[str]) -> Any:
    """The nodes that ``source`` selects, in the order of their ids: node_id, kind, name, degree."""
    return connection.execute(
        f"SELECT node_id, kind, name, degree FROM ({source}) ORDER BY node_id", values
    ).to_arrow_table()


def stored_edges(condition: str) -> str:
    """SQL of the stored edges that ``condition`` holds for."""
    # A snapshot built by an earlier version says nothing of precision.
    return f"""SELECT * FROM (SELECT NULL::VARCHAR AS precision LIMIT 0)
               UNION ALL BY NAME SELECT * FROM edge WHERE {condition}"""


def read_edges(connection: duckdb.DuckDBPyConnection, source: str, values: Sequence[str]) -> Any:
    """The edges that ``source`` selects, in its order, with days as numbers; read a block at a time."""
    day = "coalesce({0} - DATE '1970-01-01', " + str(UNKNOWN_DAY) + ")::INTEGER AS {0}"
    return connection.execute(
        f"""SELECT source_id, target_id, kind, role, {day.format("valid_from")}, {day.format("valid_to")},
                   {day.format("known_on")}, array_to_string(agencies, ',') AS agencies, strength::FLOAT AS strength,
                   record_ids, event_ids, precision FROM ({source})""",
        values,
    ).to_arrow_reader(_ROWS_AT_ONCE)


def numbered_edges(blocks: Iterable[Any], schema: Any, nodes: Any) -> Any:
    """Edges in blocks of ``read_edges`` as one table, texts and ids coded, with the rows of ``nodes`` at either end.

    The ends are the columns ``source_number`` and ``target_number``; both must be among the nodes.
    """
    ends, coded = _EndNumbers(nodes.column("node_id").combine_chunks()), []
    for block in blocks:
        ends.add(block)
        coded.append(_coded_block(block))
    if not coded:
        coded = [_coded_block(pa.RecordBatch.from_pylist([], schema=schema))]
    table = pa.Table.from_batches(coded).unify_dictionaries().combine_chunks()
    for name, numbers in ends.all().items():
        table = table.append_column(name, numbers)
    return table


class _EndNumbers:
    """The numbers of the nodes at the ends of edges, found for many blocks at once: each search lays out all ids anew."""

    def __init__(self, node_ids: Any) -> None:
        self._node_ids = node_ids
        self._waiting: list[Any] = []
        self._found: dict[str, list[Any]] = {"source": [], "target": []}

    def add(self, block: Any) -> None:
        self._waiting.append(block.select(["source_id", "target_id"]))
        if sum(len(one) for one in self._waiting) >= _ENDS_AT_ONCE:
            self._search()

    def all(self) -> dict[str, Any]:
        """The columns ``source_number`` and ``target_number`` of all blocks, in their order."""
        self._search()
        return {f"{end}_number": pa.chunked_array(chunks, pa.int32()) for end, chunks in self._found.items()}

    def _search(self) -> None:
        if not self._waiting:
            return
        waiting = pa.Table.from_batches(self._waiting)
        self._waiting = []
        for end, found in self._found.items():
            found.extend(pc.index_in(waiting.column(f"{end}_id"), self._node_ids).chunks)


def _coded_block(block: Any) -> Any:
    columns: dict[str, Any] = {}
    for name in ("kind", "role", "agencies", "precision"):
        columns[name] = block.column(name).dictionary_encode()
    for name in ("valid_from", "valid_to", "known_on", "strength"):
        columns[name] = block.column(name)
    for name in ("record_ids", "event_ids"):
        ids = block.column(name)
        columns[name] = pa.ListArray.from_arrays(ids.offsets, ids.values.dictionary_encode())
    return pa.RecordBatch.from_pydict(columns)
