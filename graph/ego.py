"""Who and what is around a person or a thing, as of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.adjacency import Adjacency, Window
from graph.evidence import trimmed_to
from graph.network import Network
from graph.values import is_told_from_here
from graph.view import GraphView
from records.errors import BadInput

MOST_HOPS = 4


@dataclass(frozen=True, slots=True)
class EgoOptions:
    """How far to look and how much to show.

    ``hops``: 1 reaches places, things, incidents and relatives, 2 the people met there. ``kinds``: edge kinds, None
    for all. ``as_of``: what was known that day. ``since``: what was still so on that day or later. ``limit``: nodes
    a page, the centre included; ``page`` from 1. ``hub_cap``: things with more people are shown, not followed.
    """

    hops: int = 2
    kinds: frozenset[str] | None = None
    as_of: date | None = None
    since: date | None = None
    limit: int = 150
    page: int = 1
    hub_cap: int = 50

    def __post_init__(self) -> None:
        if not 1 <= self.hops <= MOST_HOPS:
            raise BadInput(f"hops: {self.hops} is not between 1 and {MOST_HOPS}.")
        if self.limit < 2 or self.page < 1:
            raise BadInput("limit: at least 2 nodes a page, and pages count from 1.")


def ego(view: GraphView, node_id: str, options: EgoOptions | None = None) -> Network:
    """The network around a person, or a place, a thing, an organisation, an incident, a household by its id.

    Nearest first, then by the strength of the way there, then by id. A page after the first shows its own nodes
    with the centre and the nodes between, so that it hangs together.

    Raises NotThere when nobody and nothing of the scope has this id.
    """
    options = options or EgoOptions()
    graph = view.around([node_id], options.hops, options.hub_cap)
    centre = graph.number_of(node_id)
    assert centre is not None  # noqa: S101 - around() has raised otherwise
    window = Window.over(options.kinds, options.as_of, options.since)
    reached, hubs = reach(graph, centre, window, options)
    ranked = sorted(reached, key=lambda number: (reached[number].hop, -reached[number].strength, number))
    first = (options.page - 1) * (options.limit - 1)
    page = ranked[1:][first : first + options.limit - 1]
    shown = {centre, *page}
    for number in page:
        _add_way_back(number, reached, shown)
    ordered = [number for number in ranked if number in shown]
    pairs = _edges_between(graph, ordered, window)
    edges = trimmed_to(
        view.connection,
        graph.edges([source for source, _ in pairs], [position for _, position in pairs]),
        options.as_of,
    )
    nodes = graph.nodes(ordered, [reached[number].hop for number in ordered])
    shown_hubs = sorted(hub for hub in hubs if hub in shown)
    return Network(
        centre=node_id,
        as_of=options.as_of,
        nodes=tuple(nodes),
        edges=tuple(edges),
        left_out=max(0, len(ranked) - 1 - first - len(page)),
        not_expanded=tuple((node.node_id, node.degree) for node in graph.nodes(shown_hubs)),
    )


@dataclass(slots=True)
class Reached:
    """How a node was come to: steps from the centre, strength of the way, and the node before it."""

    hop: int
    strength: float
    via: int


def reach(
    graph: Adjacency, centre: int, window: Window, options: EgoOptions
) -> tuple[dict[int, Reached], set[int]]:
    """Every node within the hops, by the strongest of the shortest ways; and the hubs that were not followed."""
    reached = {centre: Reached(0, 1.0, centre)}
    hubs: set[int] = set()
    frontier = [centre]
    for hop in range(1, options.hops + 1):
        found: dict[int, Reached] = {}
        for number in frontier:
            if number != centre and graph.degree[number] > options.hub_cap:
                hubs.add(number)
                continue
            so_far = reached[number].strength
            positions = graph.edges_from(number, window)
            targets, strengths = graph.target[positions].tolist(), graph.strength[positions].tolist()
            for target, strength in zip(targets, strengths, strict=True):
                if target in reached:
                    continue
                known = found.get(target)
                if known is None or (so_far * strength, -number) > (known.strength, -known.via):
                    found[target] = Reached(hop, so_far * strength, number)
        reached |= found
        frontier = sorted(found)
    return reached, hubs


def _add_way_back(number: int, reached: dict[int, Reached], shown: set[int]) -> None:
    while number not in shown or reached[number].hop > 0:
        shown.add(number)
        number = reached[number].via


def _edges_between(graph: Adjacency, numbers: Sequence[int], window: Window) -> list[tuple[int, int]]:
    """(source, position) of every edge between the nodes, each tie once."""
    shown = np.zeros(len(graph), dtype=np.bool_)
    shown[list(numbers)] = True
    pairs: list[tuple[int, int]] = []
    for number in numbers:
        # Ties to things are told from the person, so that no hub's edges are walked.
        if graph.kind_of(number) != "person":
            continue
        positions = graph.edges_from(number, window)
        positions = positions[shown[graph.target[positions]]]
        for position in positions.tolist():
            target = int(graph.target[position])
            if is_told_from_here(
                str(number).zfill(12),
                "person",
                str(target).zfill(12),
                graph.kind_of(target),
                graph.kind_of_edge(position),
            ):
                pairs.append((number, position))
    return pairs
