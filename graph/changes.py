"""What became different around a person between two days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from graph.ego import EgoOptions, ego
from graph.sentences import is_new_year, sentence_of
from graph.values import NetworkEdge, NetworkNode
from graph.view import GraphView
from records.errors import BadInput

# Nodes looked at; what lies beyond is said.
MOST_NODES = 2_000
NEW, MORE, ENDED = "new", "more", "ended"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became different, with the tie that it happened to.

    ``kind``: ``new`` (the tie was first known that day), ``more`` (further events were recorded of a tie known
    before; ``edge`` holds those alone), ``ended``. ``on``: the day, for ``more`` the first of them. ``precision``: ``month`` or
    ``year`` where no day of it is told, and ``on`` is the first that it may be.
    """

    kind: str
    on: date
    source: NetworkNode
    target: NetworkNode
    edge: NetworkEdge
    sentence: str
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in order of their days. ``undated``: ties of which nobody says since when; ``left_out``: nodes not looked at."""

    changes: tuple[Change, ...]
    undated: int
    left_out: int

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must be told about what the list does not show, in plain sentences."""
        said = []
        if self.undated:
            ties = "tie has" if self.undated == 1 else "ties have"
            said.append(f"{self.undated} {ties} no date, so that nobody can say when it came about.")
        if self.left_out:
            said.append(f"{self.left_out} more nodes were not looked at; ask for fewer hops.")
        return tuple(said)


def changes(
    view: GraphView, node_id: str, after: date, until: date, options: EgoOptions | None = None
) -> Changes:
    """What came, grew or ended within reach of a person after one day and up to another, oldest first.

    A tie is new on the first day on which a question as of that day shows it: when it had begun and an agency had
    recorded it. ``options``: hops, kinds and hub_cap as in ``ego``; its days, limit and page play no part.

    Raises BadInput when ``until`` is not after ``after``, NotThere as ``ego`` does.
    """
    if until <= after:
        raise BadInput(f"until: {until} is not after {after}; give the earlier day first.")
    asked = replace(options or EgoOptions(), as_of=until, since=None, limit=MOST_NODES, page=1)
    network = ego(view, node_id, asked)
    nodes = {node.node_id: node for node in network.nodes}
    recorded = _recorded(view.connection, network.edges)
    found: list[Change] = []
    undated = 0
    for edge in network.edges:
        first = max((day for day in (edge.known_on, edge.valid_from) if day is not None), default=None)
        ends = edge.valid_to is not None and edge.kind != "involved" and after < edge.valid_to <= until
        told: list[tuple[str, date, NetworkEdge]] = []
        if first is None:
            undated += 1
        elif first > after:
            told.append((NEW, first, edge))
        else:
            later = {one: recorded[one] for one in edge.event_ids if recorded.get(one, after) > after}
            if later:
                told.append((MORE, min(later.values()), replace(edge, event_ids=tuple(later))))
        if ends and edge.valid_to is not None:
            told.append((ENDED, edge.valid_to, edge))
        source, target = nodes[edge.source_id], nodes[edge.target_id]
        found += [
            Change(
                kind, on, source, target, one, sentence_of(source, target, [one]), _precision(kind, on, one)
            )
            for kind, on, one in told
        ]
    found.sort(key=_order)
    return Changes(tuple(found), undated, network.left_out)


def _precision(kind: str, on: date, edge: NetworkEdge) -> str | None:
    """How exactly the day of a change is told: as the tie's own beginning, unless somebody recorded it on a later day.

    An end of a spell on the first of January is told by its year (``sentences.end_as_told``).
    """
    if not edge.event_ids and on in (edge.valid_from, edge.valid_to):
        return "year" if is_new_year(on) else None
    return edge.precision if kind != ENDED and on == edge.valid_from else None


def _order(change: Change) -> tuple[object, ...]:
    edge = change.edge
    return change.on, change.kind, edge.source_id, edge.target_id, edge.kind, edge.role or ""


def _recorded(connection: duckdb.DuckDBPyConnection, edges: Sequence[NetworkEdge]) -> dict[str, date]:
    """The day each event was recorded, for edges that stand on several."""
    event_ids = sorted({event_id for edge in edges if len(edge.event_ids) > 1 for event_id in edge.event_ids})
    rows = connection.execute(
        """SELECT event_id, coalesce(known_on, CAST(started_at AS DATE)) FROM event
           WHERE event_id IN (SELECT unnest($1::VARCHAR[]))""",
        [event_ids],
    ).fetchall()
    return {event_id: day for event_id, day in rows if day is not None}
