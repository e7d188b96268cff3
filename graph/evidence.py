"""What of an edge's evidence was known on a day."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.values import NetworkEdge


def trimmed_to(
    connection: duckdb.DuckDBPyConnection, edges: Sequence[NetworkEdge], as_of: date | None
) -> list[NetworkEdge]:
    """``edges`` without the events recorded after ``as_of``; an edge of which no event remains is left out."""
    # An edge of one event bears that event's own day, and was held to it already.
    event_ids = sorted({event_id for edge in edges if len(edge.event_ids) > 1 for event_id in edge.event_ids})
    if as_of is None or not event_ids:
        return list(edges)
    later = _recorded_after(connection, event_ids, as_of)
    if not later:
        return list(edges)
    kept = []
    for edge in edges:
        if len(edge.event_ids) < 2:
            kept.append(edge)
            continue
        known = tuple(event_id for event_id in edge.event_ids if event_id not in later)
        if known:
            kept.append(edge if len(known) == len(edge.event_ids) else replace(edge, event_ids=known))
    return kept


def table_trimmed_to(
    connection: duckdb.DuckDBPyConnection, edges: Any, as_of: date | None
) -> tuple[Any, NDArray[np.int64]]:
    """As ``trimmed_to``, for edges in an Arrow table with a column ``event_ids``; and the numbers of the rows kept."""
    every = np.arange(edges.num_rows)
    ids = edges.column("event_ids").combine_chunks()
    several = np.flatnonzero(pc.list_value_length(ids).to_numpy(zero_copy_only=False) > 1)
    if as_of is None or not len(several):
        return edges, every
    told = ids.take(pa.array(several)).to_pylist()
    later = _recorded_after(connection, {event_id for one in told for event_id in one}, as_of)
    if not later:
        return edges, every
    known = ids.to_pylist()
    for row, events in zip(several.tolist(), told, strict=True):
        known[row] = [event_id for event_id in events if event_id not in later]
    place = edges.schema.get_field_index("event_ids")
    trimmed = edges.set_column(place, "event_ids", pa.array(known, pa.list_(pa.string())))
    gone = {row for row in several.tolist() if not known[row]}
    kept = np.array([row for row in every.tolist() if row not in gone], dtype=np.int64)
    return trimmed.take(pa.array(kept)), kept


def _recorded_after(
    connection: duckdb.DuckDBPyConnection, event_ids: Collection[str], as_of: date
) -> set[str]:
    rows = connection.execute(
        """SELECT event_id FROM event WHERE event_id IN (SELECT unnest($1::VARCHAR[]))
           AND coalesce(known_on, CAST(started_at AS DATE)) > $2""",
        [sorted(event_ids), as_of],
    ).fetchall()
    return {row[0] for row in rows}
