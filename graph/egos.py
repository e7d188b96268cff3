"""What is around many people or things at once: all walked together, a step of all of them being one pass over arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.adjacency import Adjacency, Positions, Window
from graph.edge_sources import INVERSE_KINDS, REVERSED_KINDS
from graph.ego import EgoOptions
from graph.evidence import table_trimmed_to
from graph.network import Network
from graph.values import NetworkEdge, NetworkNode
from graph.view import GraphView
from records.errors import BadInput

# So many are walked in one go; a thousand flats are looked at in two.
MOST_CENTRES: Final = 500
_Strengths = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Egos:
    """The surroundings of each centre, as two Arrow tables that notebooks and files take as they are.

    ``nodes``: centre, node_id, kind, name, degree, hop; nearest first within a centre, then by the strength of the way.
    ``edges``: centre and the fields of ``NetworkEdge``, each tie once a centre. ``left_out``: by centre, nodes within
    reach that its rows do not show; ``not_expanded``: by centre, hubs shown and not followed, with their people.
    """

    centres: tuple[str, ...]
    as_of: date | None
    nodes: Any
    edges: Any
    left_out: tuple[int, ...]
    not_expanded: tuple[tuple[tuple[str, int], ...], ...]

    def network(self, centre: str) -> Network:
        """The surroundings of one centre, as ``ego`` gives them. Raises BadInput for what was not asked."""
        if centre not in self.centres:
            raise BadInput(f"{centre} is none of the centres that were asked.")
        place = self.centres.index(centre)
        return Network(
            centre,
            self.as_of,
            tuple(_nodes(self.nodes.filter(pc.equal(self.nodes["centre"], centre)))),
            tuple(_edges(self.edges.filter(pc.equal(self.edges["centre"], centre)))),
            self.left_out[place],
            self.not_expanded[place],
        )

    def together(self) -> Network:
        """All surroundings as one network: each node once, at its least distance from any centre, and each tie once.

        ``centre`` is None where there are several; ``left_out`` counts for each centre anew what its own rows leave out.
        """
        hops: dict[str, NetworkNode] = {}
        for node in _nodes(self.nodes):
            known = hops.get(node.node_id)
            hops[node.node_id] = node if known is None else replace(known, hop=min(known.hop, node.hop))
        edges = {(e.source_id, e.target_id, e.kind, e.role): e for e in _edges(self.edges)}
        order = {node_id: place for place, node_id in enumerate(hops)}
        nodes = sorted(hops.values(), key=lambda node: (node.hop, order[node.node_id]))
        hubs = dict.fromkeys(hub for of_one in self.not_expanded for hub in of_one)
        only = self.centres[0] if len(self.centres) == 1 else None
        return Network(
            only, self.as_of, tuple(nodes), tuple(edges.values()), sum(self.left_out), tuple(sorted(hubs))
        )


def egos(view: GraphView, node_ids: Sequence[str], options: EgoOptions | None = None) -> Egos:
    """The surroundings of many people or things, each as ``ego`` finds them, in one walk over all.

    ``options`` as for ``ego``, of which each shows the first page. Raises NotThere when one of them is nobody and nothing
    of the scope, BadInput for none, more than ``MOST_CENTRES``, or a later page.
    """
    options = options or EgoOptions()
    centres = tuple(dict.fromkeys(node_ids))
    if not 1 <= len(centres) <= MOST_CENTRES:
        raise BadInput(f"Name 1 to {MOST_CENTRES} people or things to look around.")
    if options.page != 1:
        raise BadInput(
            "page: the surroundings of several show their first page; ask for one of them to turn over."
        )
    graph = view.around(centres, options.hops, options.hub_cap)
    window = Window.over(options.kinds, options.as_of, options.since)
    walk = _Walk(graph, np.array([graph.number_of(centre) for centre in centres], dtype=np.int64))
    for hop in range(1, options.hops + 1):
        walk.step(hop, window, options.hub_cap)
    shown = walk.ranked(options.limit)
    of_centre, number = walk.centre[shown], walk.number[shown]
    nodes = graph.node_table(number).append_column("hop", pa.array(walk.hop[shown], pa.int32()))
    sources, positions, belongs = _between(graph, of_centre, number, window)
    edges = graph.edge_table(sources, positions)
    edges, kept = table_trimmed_to(view.connection, edges, options.as_of)
    names = pa.array(centres, pa.string())
    reached = np.bincount(walk.centre, minlength=len(centres))
    told = np.bincount(of_centre, minlength=len(centres))
    return Egos(
        centres,
        options.as_of,
        nodes.add_column(0, "centre", names.take(pa.array(of_centre))),
        edges.add_column(0, "centre", names.take(pa.array(belongs[kept]))),
        tuple((reached - told).tolist()),
        _hubs(graph, walk, shown, len(centres)),
    )


class _Walk:
    """Where all centres have come to: parallel arrays, a row a centre and node, in the order in which they were reached."""

    def __init__(self, graph: Adjacency, centres: Positions) -> None:
        self._graph = graph
        self.centre = np.arange(len(centres), dtype=np.int64)
        self.number = centres
        self.hop = np.zeros(len(centres), dtype=np.int64)
        self.strength: _Strengths = np.ones(len(centres))
        self.is_hub = np.zeros(len(centres), dtype=np.bool_)
        self._known = np.sort(self._keys(self.centre, self.number))

    def _keys(self, centre: Positions, number: Positions) -> Positions:
        return centre * len(self._graph) + number

    def step(self, hop: int, window: Window, hub_cap: int) -> None:
        """Go one edge further from what the last step reached, by the strongest way, past hubs that are no centre."""
        ahead = np.flatnonzero(self.hop == hop - 1)
        hubs = ahead[(self._graph.degree[self.number[ahead]] > hub_cap) & (self.hop[ahead] > 0)]
        self.is_hub[hubs] = True
        ahead = ahead[~self.is_hub[ahead]]
        row, positions = self._graph.edges_from_all(self.number[ahead], window)
        source = ahead[row]
        target = self._graph.target[positions]
        strength = self.strength[source] * self._graph.strength[positions]
        keys = self._keys(self.centre[source], target)
        new = ~_among(keys, self._known)
        source, target, strength, keys = source[new], target[new], strength[new], keys[new]
        order = np.lexsort((self.number[source], -strength, keys))
        first = order[np.r_[True, np.diff(keys[order]) != 0][: len(order)]]
        self.centre = np.r_[self.centre, self.centre[source[first]]]
        self.number = np.r_[self.number, target[first]]
        self.strength = np.r_[self.strength, strength[first]]
        self.hop = np.r_[self.hop, np.full(len(first), hop)]
        self.is_hub = np.r_[self.is_hub, np.zeros(len(first), dtype=np.bool_)]
        self._known = np.sort(np.r_[self._known, keys[first]])

    def ranked(self, limit: int) -> Positions:
        """Rows of the first ``limit`` nodes of each centre: nearest first, then by strength, then by number."""
        order = np.lexsort((self.number, -self.strength, self.hop, self.centre))
        starts = np.searchsorted(self.centre[order], np.arange(int(self.centre.max()) + 1))
        place = np.arange(len(order)) - starts[self.centre[order]]
        ranked: Positions = order[place < limit]
        return ranked


def _among(keys: Positions, known: Positions) -> NDArray[np.bool_]:
    """Which of ``keys`` stand in ``known``, which is sorted."""
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(known[place] == keys)


def _between(
    graph: Adjacency, of_centre: Positions, number: Positions, window: Window
) -> tuple[Positions, Positions, Positions]:
    """(source, position, centre) of every edge between nodes of one centre, each tie once, told as ``ego`` tells it."""
    people = np.flatnonzero(graph.is_kind(number, "person"))
    row, positions = graph.edges_from_all(number[people], window)
    source, belongs = number[people][row], of_centre[people][row]
    target = graph.target[positions]
    shown = np.sort(of_centre * len(graph) + number)
    told = _among(belongs * len(graph) + target, shown)
    to_person = graph.is_kind(target, "person")
    from_here = ~to_person | graph.is_edge_kind(positions, INVERSE_KINDS.keys()) | (source < target)
    told &= from_here & ~(to_person & graph.is_edge_kind(positions, REVERSED_KINDS))
    return source[told], positions[told], belongs[told]


def _hubs(
    graph: Adjacency, walk: _Walk, shown: Positions, count: int
) -> tuple[tuple[tuple[str, int], ...], ...]:
    found: list[list[tuple[str, int]]] = [[] for _ in range(count)]
    rows = shown[walk.is_hub[shown]]
    rows = rows[np.argsort(walk.number[rows], kind="stable")]
    for centre, node in zip(walk.centre[rows].tolist(), graph.nodes(walk.number[rows].tolist()), strict=True):
        found[centre].append((node.node_id, node.degree))
    return tuple(tuple(of_one) for of_one in found)


def _nodes(table: Any) -> list[NetworkNode]:
    columns = table.select(["node_id", "kind", "name", "degree", "hop"]).to_pydict().values()
    return [NetworkNode(*row) for row in zip(*columns, strict=True)]


def _edges(table: Any) -> list[NetworkEdge]:
    columns = table.drop_columns(["centre"]).to_pydict()
    for name in ("agencies", "record_ids", "event_ids"):
        columns[name] = [tuple(ids) for ids in columns[name]]
    return [NetworkEdge(*row) for row in zip(*columns.values(), strict=True)]
