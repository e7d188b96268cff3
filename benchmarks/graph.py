"""Questions of a graph of 1,200,000 edges, beside networkx and igraph on the same graph in one run.

``python -m benchmarks.graph --edges 1200000 --runs 5``. Every engine is asked the same in every round. Our answers come
as values with dates, agencies and evidence, as of a day, with hubs capped; the peers' are bare node sets or node lists,
and the induced subgraph of networkx is what an analyst would hold. Told are medians over the rounds.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import networkx
import numpy as np

from benchmarks.figures import Figure, Peer, tell
from benchmarks.made_up_graph import MadeUpGraph, made_up_graph, view_of
from benchmarks.part import options
from graph import EgoOptions, GraphView, PathOptions, ego, egos, shared_neighbours, strongest_paths

AS_OF: Final = date(2026, 1, 1)
QUESTIONS: Final = 200
# Slow peers are asked fewer, in the first round alone; only their median and late one are told, never a sum.
OF_SLOW_ONES: Final = 25
Question = Callable[[], object]
# By question and engine: of each round, the milliseconds of every single answer.
Taken = dict[tuple[str, str], list[list[float]]]


def questions(graph: MadeUpGraph, view: GraphView, seed: int) -> dict[tuple[str, str], list[Question]]:
    """What each engine is asked, by question and engine."""
    draw = np.random.default_rng(seed)
    people = graph.people
    asked, others = ([people[place] for place in draw.integers(0, len(people), QUESTIONS)] for _ in range(2))
    ends = list(zip(asked, others, strict=True))
    return _of_egos(graph, view, asked) | {
        ("path", "mashlink"): [_strongest(view, pair, PathOptions(most=1, as_of=AS_OF)) for pair in ends],
        ("path", "networkx, bidirectional Dijkstra"): [
            _dijkstra(graph, pair) for pair in ends[:OF_SLOW_ONES]
        ],
        ("path", "igraph, Dijkstra"): [_dijkstra_by_igraph(graph, pair) for pair in ends[:OF_SLOW_ONES]],
        ("paths_apart", "mashlink"): [_strongest(view, pair, PathOptions()) for pair in ends],
        ("shared", "mashlink"): [_shared(view, pair) for pair in ends],
        ("shared", "networkx, ids alone"): [_common(graph, pair) for pair in ends],
    }


def _of_egos(
    graph: MadeUpGraph, view: GraphView, asked: Sequence[str]
) -> dict[tuple[str, str], list[Question]]:
    as_of = EgoOptions(hops=2, as_of=AS_OF)
    plain, compact, number = graph.networkx, graph.igraph, graph.numbers

    def ours(person: str) -> Question:
        return lambda: ego(view, person, as_of)

    def ids_by_networkx(person: str) -> Question:
        return lambda: networkx.single_source_shortest_path_length(plain, person, 2)

    def ids_by_igraph(person: str) -> Question:
        return lambda: compact.neighborhood(number[person], 2)

    def subgraph_by_igraph(person: str) -> Question:
        return lambda: compact.induced_subgraph(compact.neighborhood(number[person], 2))

    def subgraph_by_networkx(person: str) -> Question:
        return lambda: networkx.ego_graph(plain, person, 2)

    return {
        ("egos_batched", "mashlink"): [lambda: egos(view, asked, as_of)],
        ("egos_batched", "mashlink, one after the other"): [
            lambda: [ego(view, person, as_of) for person in asked]
        ],
        ("egos_batched", "igraph, subgraphs"): [lambda: [ask() for ask in map(subgraph_by_igraph, asked)]],
        ("egos_batched", "igraph, ids alone"): [
            lambda: compact.neighborhood([number[one] for one in asked], 2)
        ],
        ("egos_batched", "networkx, ids alone"): [lambda: [ask() for ask in map(ids_by_networkx, asked)]],
        ("ego", "mashlink"): [ours(person) for person in asked],
        ("ego", "networkx, subgraph"): [subgraph_by_networkx(person) for person in asked[:OF_SLOW_ONES]],
        ("ego", "igraph, subgraph"): [subgraph_by_igraph(person) for person in asked[:OF_SLOW_ONES]],
        ("ego", "networkx, ids alone"): [ids_by_networkx(person) for person in asked],
        ("ego", "igraph, ids alone"): [ids_by_igraph(person) for person in asked],
    }


def _strongest(view: GraphView, pair: tuple[str, str], paths: PathOptions) -> Question:
    return lambda: strongest_paths(view, *pair, paths)


def _dijkstra(graph: MadeUpGraph, pair: tuple[str, str]) -> Question:
    def ask() -> object:
        try:
            return networkx.bidirectional_dijkstra(graph.networkx, *pair, weight="cost")
        except networkx.NetworkXNoPath:
            return None

    return ask


def _dijkstra_by_igraph(graph: MadeUpGraph, pair: tuple[str, str]) -> Question:
    one, other = (graph.numbers[end] for end in pair)
    return lambda: graph.igraph.get_shortest_paths(one, other, weights="cost")


def _shared(view: GraphView, pair: tuple[str, str]) -> Question:
    return lambda: shared_neighbours(view, *pair, AS_OF)


def _common(graph: MadeUpGraph, pair: tuple[str, str]) -> Question:
    return lambda: list(networkx.common_neighbors(graph.networkx, *pair))


def rounds(asked: Mapping[tuple[str, str], Sequence[Question]], runs: int) -> Taken:
    """Ask everybody everything ``runs`` times over, slow peers once."""
    taken: Taken = {key: [] for key in asked}
    for number in range(runs):
        for key, each in asked.items():
            if number and len(each) == OF_SLOW_ONES:
                continue
            spent = []
            for ask in each:
                started = time.perf_counter()
                ask()
                spent.append(1000 * (time.perf_counter() - started))
            taken[key].append(spent)
    return taken


def figures(taken: Taken, edges: int) -> list[Figure]:
    """The rows: the late one of each question, and all egos together."""
    told = []
    for bar in ("ego", "path", "paths_apart", "shared"):
        engines = {engine: _late(times) for (question, engine), times in taken.items() if question == bar}
        ours = engines.pop("mashlink")
        peers = tuple(Peer(engine, late) for engine, late in engines.items())
        told.append(Figure(bar, ours, edges, "edges", runs=_runs(taken), peers=peers))
    together = {
        engine: statistics.median(map(sum, times))
        for (question, engine), times in taken.items()
        if question == "egos_batched"
    }
    ours = together.pop("mashlink")
    peers = tuple(Peer(engine, spent) for engine, spent in together.items())
    told.append(Figure("egos_batched", ours, edges, "edges", "one walk", _runs(taken), peers))
    return told


def _late(times: Sequence[Sequence[float]]) -> float:
    return statistics.median(float(np.percentile(spent, 95)) for spent in times)


def _runs(taken: Taken) -> int:
    return len(taken["ego", "mashlink"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the graph, ask, and print the rows."""
    parser = options(__doc__)
    parser.add_argument("--edges", type=int, default=1_200_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    graph = made_up_graph(asked.edges, asked.seed)
    taken = rounds(questions(graph, view_of(graph), asked.seed + 1), asked.runs)
    medians = {
        f"{question}: {engine}": {
            "asked": len(times[0]),
            "p50_ms": round(statistics.median(map(statistics.median, times)), 3),
            "p95_ms": round(_late(times), 3),
        }
        for (question, engine), times in taken.items()
    }
    edges = len(graph.ties)
    tell(figures(taken, edges), asked.out, medians, f"{len(graph.numbers):,} nodes, {edges:,} edges")


if __name__ == "__main__":
    main()
