"""Close groups in a large graph, beside igraph's own call, and beside networkx at a size that it can do.

``python -m benchmarks.groups --edges 1200000 --edges-in-reach 120000 --runs 5``. Ours takes ties as rows of names
and gives groups of names, or as arrays of numbers; igraph is handed its graph ready made. networkx knows no constant Potts model: its Louvain method, which is by
modularity, is run once and at a tenth of the size (at 1,200,000 edges it took 148 seconds).
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence

import igraph
import networkx
import numpy as np

from benchmarks.figures import Figure, Peer, tell
from benchmarks.made_up_graph import made_up_graph
from benchmarks.part import options
from graph import leiden_groups, leiden_membership

RESOLUTION = 0.1
ROUNDS = 2
Ties = Sequence[tuple[str, str, float]]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_igraph(graph: igraph.Graph) -> object:
    """The same method on a graph that igraph holds already."""
    igraph.set_random_number_generator(random.Random(1))
    return graph.community_leiden(objective_function="CPM", resolution=RESOLUTION, n_iterations=ROUNDS)


def large(edges: int, runs: int) -> list[Figure]:
    """Medians at full size, with ties as rows of names and as arrays of numbers; all take turns."""
    graph = made_up_graph(edges)
    ties = [(one, other, 1.0) for one, other, _ in graph.ties]
    ends = np.array([(graph.numbers[one], graph.numbers[other]) for one, other, _ in ties], dtype=np.int64)
    weights, compact = np.ones(len(ties)), graph.igraph
    by_names, by_numbers, theirs = [], [], []
    for _ in range(runs):
        by_names.append(seconds(lambda: leiden_groups(ties, RESOLUTION, 1)))
        by_numbers.append(seconds(lambda: leiden_membership(ends, weights, RESOLUTION, 1)))
        theirs.append(seconds(lambda: by_igraph(compact)))
    peers = (Peer("igraph, graph ready made", statistics.median(theirs)),)
    return [
        Figure("groups", statistics.median(spent), len(ties), "edges", where, runs, peers)
        for where, spent in (("ties as rows", by_names), ("ties as arrays", by_numbers))
    ]


def in_reach(edges: int, runs: int) -> Figure:
    """Medians of ours, and networkx once."""
    graph = made_up_graph(edges)
    ties = [(one, other, 1.0) for one, other, _ in graph.ties]
    ours = statistics.median(seconds(lambda: leiden_groups(ties, RESOLUTION, 1)) for _ in range(runs))
    plain = graph.networkx
    louvain = seconds(lambda: networkx.community.louvain_communities(plain, weight=None, seed=1))
    peers = (Peer("networkx, Louvain, once", louvain),)
    return Figure("groups_in_reach", ours, len(ties), "edges", runs=runs, peers=peers)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = options(__doc__)
    parser.add_argument("--edges", type=int, default=1_200_000)
    parser.add_argument("--edges-in-reach", type=int, default=120_000)
    asked = parser.parse_args(arguments)
    told = [*large(asked.edges, asked.runs), in_reach(asked.edges_in_reach, asked.runs)]
    tell(told, asked.out, title="Close groups")


if __name__ == "__main__":
    main()
