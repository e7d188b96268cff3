"""The edges of a scope held in memory, so that a question walks arrays and not tables.

About 60 bytes an edge: the graph of a million records is some 300 MB. Built once for a snapshot and scope and
shared by its readers; it holds nothing that the tables do not.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.edge_columns import UNKNOWN_DAY, numbered_edges, read_edges, read_nodes, stored_edges
from graph.edge_sources import INVERSE_KINDS
from graph.values import NetworkEdge, NetworkNode
from records.scope import Scope

Positions = NDArray[np.int64]
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Window:
    """Which edges a question may use.

    ``as_of``: only what an agency had recorded and what had begun by that day. ``since``: only what was still so
    on that day or later. ``kinds``: edge kinds, None for all.
    """

    as_of: date | None = None
    since: date | None = None
    kinds: frozenset[str] | None = None

    @classmethod
    def over(cls, kinds: frozenset[str] | None, as_of: date | None = None, since: date | None = None) -> Self:
        """A window in which a relationship asked for in one form ("child") is met in the other ("parent") too."""
        if kinds is not None:
            kinds |= {INVERSE_KINDS[kind] for kind in kinds if kind in INVERSE_KINDS}
            kinds |= {kind for kind, inverse in INVERSE_KINDS.items() if inverse in kinds}
        return cls(as_of, since, kinds)


class Adjacency:
    """Edges sorted by source, as columns; nodes are numbered in the order of their ids."""

    def __init__(self, nodes: Any, edges: Any) -> None:
        """``nodes`` and ``edges`` are Arrow tables as ``read_nodes`` and ``numbered_edges`` give them."""
        self._ids = nodes.column("node_id").combine_chunks()
        self._names = nodes.column("name").combine_chunks()
        self.node_kinds, self._node_kind = _coded(nodes.column("kind"))
        self.degree = nodes.column("degree").to_numpy().astype(np.int64)
        source = _numbers(edges.column("source_number"))
        order = (
            np.arange(len(source))
            if bool(np.all(source[1:] >= source[:-1]))
            else np.argsort(source, kind="stable")
        )
        self._first = np.searchsorted(source[order], np.arange(len(self._ids) + 1))
        self._order = order
        self.target = _numbers(edges.column("target_number"))[order]
        self.edge_kinds, edge_kind = _coded(edges.column("kind"))
        self._edge_kind = edge_kind[order]
        self.strength = edges.column("strength").to_numpy()[order]
        self._valid_from = _numbers(edges.column("valid_from"))[order]
        self._valid_to = _numbers(edges.column("valid_to"))[order]
        self._known_on = _numbers(edges.column("known_on"))[order]
        self._rows = edges.select(["kind", "role", "agencies", "record_ids", "event_ids", "precision"])

    @classmethod
    def load(cls, connection: duckdb.DuckDBPyConnection, scope: Scope) -> Self:
        """The whole graph of a standing scope, from ``edge`` and ``node``."""
        nodes = read_nodes(connection, "SELECT * FROM node WHERE scope = $1", [scope.name])
        edges = read_edges(connection, stored_edges("scope = $1"), [scope.name])
        return cls(nodes, numbered_edges(edges, edges.schema, nodes))

    @classmethod
    def load_drawn(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """The graph that ``draw_edges`` has just left on ``connection``."""
        nodes = read_nodes(connection, "SELECT * FROM drawn_node", [])
        drawn = "SELECT * FROM drawn_edge ORDER BY source_id, target_id, kind, role"
        edges = read_edges(connection, drawn, [])
        return cls(nodes, numbered_edges(edges, edges.schema, nodes))

    def __len__(self) -> int:
        return len(self._ids)

    def number_of(self, node_id: str) -> int | None:
        """The number of a node, None when it is not there."""
        low, high = 0, len(self._ids)
        while low < high:
            middle = (low + high) // 2
            if self._ids[middle].as_py() < node_id:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self._ids) and self._ids[low].as_py() == node_id else None

    def kind_of(self, number: int) -> str:
        """The kind of a node."""
        return self.node_kinds[int(self._node_kind[number])]

    def nodes(self, numbers: Sequence[int], hops: Sequence[int] | None = None) -> list[NetworkNode]:
        """Nodes as values, in the order asked."""
        ids = self._ids.take(pa.array(numbers, pa.int64())).to_pylist()
        names = self._names.take(pa.array(numbers, pa.int64())).to_pylist()
        return [
            NetworkNode(node_id, self.kind_of(number), name, int(self.degree[number]), hop)
            for number, node_id, name, hop in zip(
                numbers, ids, names, hops or [0] * len(numbers), strict=True
            )
        ]

    def edges_from(self, number: int, window: Window) -> Positions:
        """Positions of the edges that leave a node and that ``window`` lets through."""
        positions = np.arange(self._first[number], self._first[number + 1])
        return positions[self._passes(positions, window)]

    def edges_from_all(self, numbers: Positions, window: Window) -> tuple[Positions, Positions]:
        """(row, position) of every edge that leaves any of ``numbers``: which of them it leaves, and where it stands."""
        starts, counts = self._first[numbers], self._first[numbers + 1] - self._first[numbers]
        rows = np.repeat(np.arange(len(numbers)), counts)
        before = np.cumsum(counts) - counts
        positions = np.arange(len(rows)) - before[rows] + starts[rows]
        passes = self._passes(positions, window)
        return rows[passes], positions[passes]

    def is_kind(self, numbers: Positions, kind: str) -> NDArray[np.bool_]:
        """Which of the nodes are of a kind."""
        wanted = [code for code, known in enumerate(self.node_kinds) if known == kind]
        return np.isin(self._node_kind[numbers], wanted)

    def is_edge_kind(self, positions: Positions, kinds: Collection[str]) -> NDArray[np.bool_]:
        """Which of the edges are of any of these kinds."""
        wanted = [code for code, known in enumerate(self.edge_kinds) if known in kinds]
        return np.isin(self._edge_kind[positions], wanted)

    def node_table(self, numbers: Positions) -> Any:
        """Nodes as an Arrow table (node_id, kind, name, degree), in the order asked."""
        at = pa.array(numbers)
        kinds = pa.DictionaryArray.from_arrays(pa.array(self._node_kind[numbers]), pa.array(self.node_kinds))
        return pa.table(
            {
                "node_id": self._ids.take(at),
                "kind": kinds,
                "name": self._names.take(at),
                "degree": pa.array(self.degree[numbers]),
            }
        )

    def edge_table(self, sources: Positions, positions: Positions) -> Any:
        """Edges as an Arrow table with the fields of ``NetworkEdge``, in the order asked; ``sources`` as in ``edges``."""
        rows = self._rows.take(pa.array(self._order[positions])).combine_chunks()
        agencies = rows.column("agencies").combine_chunks()
        days = {
            name: pa.array(days[positions].astype("datetime64[D]"), mask=days[positions] == UNKNOWN_DAY)
            for name, days in (
                ("valid_from", self._valid_from),
                ("valid_to", self._valid_to),
                ("known_on", self._known_on),
            )
        }
        return pa.table(
            {
                "source_id": self._ids.take(pa.array(sources)),
                "target_id": self._ids.take(pa.array(self.target[positions])),
                "kind": rows.column("kind"),
                "role": rows.column("role"),
                **days,
                "agencies": pc.split_pattern(agencies.dictionary, ",").take(agencies.indices),
                "strength": pa.array(np.round(self.strength[positions].astype(np.float64), 6)),
                "record_ids": rows.column("record_ids"),
                "event_ids": rows.column("event_ids"),
                "precision": rows.column("precision"),
            }
        )

    def _passes(self, positions: Positions, window: Window) -> NDArray[np.bool_]:
        passes = np.ones(len(positions), dtype=np.bool_)
        if window.as_of is not None:
            day = window.as_of.toordinal() - _EPOCH
            # An unknown day is the smallest number, so it passes as "long since".
            passes &= (self._known_on[positions] <= day) & (self._valid_from[positions] <= day)
        if window.since is not None:
            day = window.since.toordinal() - _EPOCH
            ends = self._valid_to[positions]
            passes &= (ends == UNKNOWN_DAY) | (ends >= day)
        if window.kinds is not None:
            wanted = [code for code, kind in enumerate(self.edge_kinds) if kind in window.kinds]
            passes &= np.isin(self._edge_kind[positions], wanted)
        return passes

    def kind_of_edge(self, position: int) -> str:
        """The kind of the edge at a position."""
        return self.edge_kinds[int(self._edge_kind[position])]

    def edges(self, sources: Sequence[int], positions: Sequence[int]) -> list[NetworkEdge]:
        """Edges as values, in the order asked; ``sources`` are the nodes that they leave."""
        at = np.asarray(positions, dtype=np.int64)
        rows = self._rows.take(pa.array(self._order[at])).to_pydict()
        source_ids = self._ids.take(pa.array(sources, pa.int64())).to_pylist()
        target_ids = self._ids.take(pa.array(self.target[at])).to_pylist()
        return [
            NetworkEdge(
                source_ids[n],
                target_ids[n],
                rows["kind"][n],
                rows["role"][n],
                _day(self._valid_from[position]),
                _day(self._valid_to[position]),
                _day(self._known_on[position]),
                tuple(rows["agencies"][n].split(",")),
                round(float(self.strength[position]), 6),
                tuple(rows["record_ids"][n]),
                tuple(rows["event_ids"][n]),
                rows["precision"][n],
            )
            for n, position in enumerate(at)
        ]


def _numbers(column: Any) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = column.combine_chunks().to_numpy(zero_copy_only=False)
    return numbers


def _coded(column: Any) -> tuple[list[str], NDArray[np.int8]]:
    encoded = column.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int8)


def _day(number: Any) -> date | None:
    return None if number == UNKNOWN_DAY else date.fromordinal(int(number) + _EPOCH)


def node_numbers(adjacency: Adjacency, node_ids: Iterable[str]) -> list[int]:
    """Numbers of those of ``node_ids`` that are there."""
    numbers = (adjacency.number_of(node_id) for node_id in node_ids)
    return [number for number in numbers if number is not None]
