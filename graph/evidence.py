"""What of an edge's evidence was known on a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import duckdb

from graph.values import NetworkEdge


def trimmed_to(
    connection: duckdb.DuckDBPyConnection, edges: Sequence[NetworkEdge], as_of: date | None
) -> list[NetworkEdge]:
    """``edges`` without the events recorded after ``as_of``; an edge of which no event remains is left out."""
    # An edge of one event bears that event's own day, and was held to it already.
    event_ids = sorted({event_id for edge in edges if len(edge.event_ids) > 1 for event_id in edge.event_ids})
    if as_of is None or not event_ids:
        return list(edges)
    later = {
        row[0]
        for row in connection.execute(
            """SELECT event_id FROM event WHERE event_id IN (SELECT unnest($1::VARCHAR[]))
               AND coalesce(known_on, CAST(started_at AS DATE)) > $2""",
            [event_ids, as_of],
        ).fetchall()
    }
    if not later:
        return list(edges)
    kept = []
    for edge in edges:
        known = tuple(event_id for event_id in edge.event_ids if event_id not in later)
        if known or not edge.event_ids:
            kept.append(edge if len(known) == len(edge.event_ids) else replace(edge, event_ids=known))
    return kept
