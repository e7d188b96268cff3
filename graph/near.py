"""The part of a standing scope's graph that is near some people or things, read from its tables.

To read the whole graph of a million records takes ten seconds and 300 MB; what is within two steps of a person is a few
hundred rows. So the first to ask after a build, and a command that asks once, do not wait for what they do not need.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from graph.adjacency import Adjacency
from graph.edge_columns import numbered_edges, read_edges, read_nodes, stored_edges
from records.scope import Scope
from records.snapshot.about import among

# Further away is so much that to read the whole is sooner done.
MOST_HOPS_NEAR: Final = 2
# Ids of people are random: each is found for itself in the sorted table, which more of them would go through many times.
_ONE_BY_ONE: Final = 150


def near(
    connection: duckdb.DuckDBPyConnection, scope: Scope, node_ids: Collection[str], hops: int, hub_cap: int
) -> Adjacency:
    """The graph within ``hops`` of some people or things, as far as a question with this ``hub_cap`` follows it.

    Every node that such a question reaches is in it, with the edges of all people among them; its answers are those of
    the whole graph. Who or what is not there is left out.
    """
    reading = _Reading(connection, scope)
    met = reading.meet(node_ids)
    ahead = reading.follow(met.keys())
    for hop in range(1, hops + 1):
        met = reading.meet(ahead)
        # A question tells ties from the person: those of the outermost people to each other are told too.
        followed = {
            node_id
            for node_id, (kind, degree) in met.items()
            if kind == "person" or (hop < hops and degree <= hub_cap)
        }
        ahead = reading.follow(followed)
    return reading.graph()


class _Reading:
    """Nodes and edges read so far, each once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
        self._connection = connection
        self._of_scope = among("scope", [scope.name])
        self._asked: set[str] = set()
        self._nodes: list[Any] = []
        self._edges: list[Any] = []

    def meet(self, node_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Kind and degree of those of the nodes that are there and were not met before."""
        new = set(node_ids) - self._asked
        self._asked |= new
        source = f"SELECT * FROM node WHERE {self._of_scope} AND {among('node_id', new)}"
        found = read_nodes(self._connection, source, [])
        self._nodes.append(found)
        columns = (found.column(name).to_pylist() for name in ("node_id", "kind", "degree"))
        return {node_id: (kind, degree) for node_id, kind, degree in zip(*columns, strict=True)}

    def follow(self, node_ids: Collection[str]) -> set[str]:
        """Read the edges that leave these nodes; the ids of those they lead to."""
        people = sorted(node_id for node_id in node_ids if ":" not in node_id)
        one_by_one = people if len(people) <= _ONE_BY_ONE else []
        together = among("source_id", set(node_ids).difference(one_by_one))
        found: set[str] = set()
        for condition in (together, *(among("source_id", [person_id]) for person_id in one_by_one)):
            found |= self._read(stored_edges(f"{self._of_scope} AND {condition}"))
        return found

    def _read(self, edges: str) -> set[str]:
        ordered = f"SELECT * FROM ({edges}) ORDER BY source_id, target_id, kind, role"
        table = read_edges(self._connection, ordered, []).read_all()
        self._edges.append(table)
        return set(table.column("target_id").unique().to_pylist())

    def graph(self) -> Adjacency:
        """What was read, without the edges that lead out of it."""
        nodes = pa.concat_tables(self._nodes).sort_by("node_id")
        edges = pa.concat_tables(self._edges)
        inside = edges.filter(pc.is_in(edges.column("target_id"), nodes.column("node_id").combine_chunks()))
        blocks = inside.combine_chunks().to_batches()
        return Adjacency(nodes, numbered_edges(blocks, edges.schema, nodes))
