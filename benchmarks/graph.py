"""Questions of the graph on 300,000 nodes and 1,200,000 edges, beside networkx and igraph on the same graph, in one run.

``python -m benchmarks.graph``. The graph is made up: people meet at flats, in incidents and over phones, and a few
places are hubs (one of 50,000 people). Every engine answers the same questions; mashlink's answers come as values with
dates, agencies and evidence, as of a day, with hubs capped, and the peers' as bare node sets.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date

import duckdb
import igraph
import networkx
import numpy as np

from graph import (
    Adjacency,
    EgoOptions,
    GraphView,
    PathOptions,
    ego,
    leiden_groups,
    shared_neighbours,
    strongest_paths,
)
from records.scope import HUB, Scope
from records.snapshot.schema import create_table

PEOPLE, THINGS, TIES = 180_000, 120_000, 1_200_000
HUBS = (50_000, 8_000, 3_000, 1_000, 500)
AS_OF = date(2026, 1, 1)


def made_up_graph(
    connection: duckdb.DuckDBPyConnection, seed: int, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Fill ``edge`` and ``node``; returns the people and the things of the ties."""
    draw = np.random.default_rng(seed)
    people, things, ties = int(PEOPLE * scale), int(THINGS * scale), int(TIES * scale)
    hubs = [int(size * scale) for size in HUBS]
    at_hubs = sum(hubs)
    person = np.concatenate(
        [draw.integers(0, people, ties - at_hubs), *(draw.choice(people, size, False) for size in hubs)]
    )
    small = draw.integers(len(hubs), things, ties - at_hubs)
    thing = np.concatenate([small, *(np.full(size, number) for number, size in enumerate(hubs))])
    ties_table = {"person": person, "thing": thing, "day": draw.integers(0, 2000, ties)}
    for table in ("edge", "node", "event"):
        connection.execute(create_table(table))
    connection.register(
        "made_up", {name: np.ascontiguousarray(values) for name, values in ties_table.items()}
    )
    connection.execute(
        """CREATE TEMP TABLE tie AS
           SELECT DISTINCT ON (person, thing) 'p' || substr(md5(person::VARCHAR), 1, 16) AS a,
                  ['place:', 'incident:', 'phone:'][1 + thing % 3] || substr(md5(thing::VARCHAR), 1, 12) AS b,
                  ['lived_at', 'involved', 'uses'][1 + thing % 3] AS kind,
                  DATE '2020-08-01' + day::INTEGER AS day, person::VARCHAR AS record FROM made_up
           ORDER BY person, thing, day"""
    )
    connection.execute(
        """CREATE TEMP TABLE degree AS SELECT n, count(*) AS degree FROM (SELECT a AS n FROM tie UNION ALL SELECT b FROM tie)
           GROUP BY n"""
    )
    connection.execute(
        """INSERT INTO edge BY NAME
           SELECT 'hub' AS scope, * FROM (
               SELECT a AS source_id, b AS target_id, kind, NULL AS role, day AS valid_from, NULL::DATE AS valid_to,
                      day AS known_on, ['police'] AS agencies, 0.6 / log2(1 + degree) AS strength,
                      ['police:' || record] AS record_ids, ['police:e' || record] AS event_ids
               FROM tie JOIN degree ON n = b
               UNION ALL BY NAME
               SELECT b AS source_id, a AS target_id, kind, NULL AS role, day AS valid_from, NULL::DATE AS valid_to,
                      day AS known_on, ['police'] AS agencies, 0.6 / log2(1 + degree) AS strength,
                      ['police:' || record] AS record_ids, ['police:e' || record] AS event_ids
               FROM tie JOIN degree ON n = b) ORDER BY source_id, target_id"""
    )
    connection.execute(
        """INSERT INTO node BY NAME SELECT 'hub' AS scope, n AS node_id, n AS name, degree,
               CASE WHEN contains(n, ':') THEN split_part(n, ':', 1) ELSE 'person' END AS kind
           FROM degree ORDER BY n"""
    )
    return person, thing


def timed(questions: Sequence[Callable[[], object]]) -> tuple[float, float, float]:
    """Median and 95th percentile in milliseconds, and the total in seconds."""
    spent = []
    for ask in questions:
        started = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent), float(np.percentile(spent, 95)), sum(spent) / 1000


def show(what: str, engine: str, figures: tuple[float, float, float]) -> None:
    print(
        f"{what:<44}{engine:<12}p50 {figures[0]:8.2f} ms   p95 {figures[1]:8.2f} ms   all {figures[2]:7.3f} s",
        flush=True,
    )


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=1.0, help="1.0: 300,000 nodes and 1,200,000 edges")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--questions", type=int, default=200)
    chosen = arguments.parse_args(argv)
    connection = duckdb.connect()
    made_up_graph(connection, chosen.seed, chosen.scale)
    scope = Scope(HUB, frozenset({0}), standing=True)
    started = time.perf_counter()
    adjacency = Adjacency.load(connection, scope)
    print(
        f"{len(adjacency):,} nodes, {len(adjacency.target) // 2:,} edges; loaded in {time.perf_counter() - started:.1f} s"
    )
    view = GraphView(connection, scope, adjacency=adjacency)
    pairs = connection.execute("SELECT a, b FROM tie").fetchall()
    plain = networkx.Graph(pairs)
    number = {name: place for place, name in enumerate(sorted(plain))}
    compact = igraph.Graph(len(number), [(number[a], number[b]) for a, b in pairs])
    draw = np.random.default_rng(chosen.seed + 1)
    people = sorted({a for a, _ in pairs})
    asked = [people[place] for place in draw.integers(0, len(people), chosen.questions)]
    others = [people[place] for place in draw.integers(0, len(people), chosen.questions)]
    ends = list(zip(asked, others, strict=True))

    options = EgoOptions(hops=2, as_of=AS_OF)
    show(
        "two-hop ego, as of a day, with evidence",
        "mashlink",
        timed([lambda p=p: ego(view, p, options) for p in asked]),
    )
    show(
        "two-hop ego, node ids alone",
        "networkx",
        timed([lambda p=p: networkx.single_source_shortest_path_length(plain, p, 2) for p in asked]),
    )
    show(
        "two-hop ego, node ids alone",
        "igraph",
        timed([lambda p=p: compact.neighborhood(number[p], 2) for p in asked]),
    )
    show(
        "two-hop ego, induced subgraph",
        "networkx",
        timed([lambda p=p: networkx.ego_graph(plain, p, 2) for p in asked[:50]]),
    )
    paths = PathOptions(most=1, as_of=AS_OF)
    show(
        "strongest path, hubs discounted, with sentences",
        "mashlink",
        timed([lambda e=e: strongest_paths(view, *e, paths) for e in ends]),
    )
    show(
        "three strongest ways apart",
        "mashlink",
        timed([lambda e=e: strongest_paths(view, *e, PathOptions()) for e in ends]),
    )
    show(
        "shortest path (unweighted)",
        "networkx",
        timed([lambda e=e: networkx.has_path(plain, *e) and networkx.shortest_path(plain, *e) for e in ends]),
    )
    show(
        "shortest path (unweighted)",
        "igraph",
        timed([lambda e=e: compact.get_shortest_paths(number[e[0]], number[e[1]]) for e in ends[:50]]),
    )
    show(
        "shared neighbours, with dates and evidence",
        "mashlink",
        timed([lambda e=e: shared_neighbours(view, *e, AS_OF) for e in ends]),
    )
    show(
        "shared neighbours, node ids alone",
        "networkx",
        timed([lambda e=e: list(networkx.common_neighbors(plain, *e)) for e in ends]),
    )
    ties = [(a, b, 1.0) for a, b in pairs]
    show("Leiden, constant Potts model", "mashlink", timed([lambda: leiden_groups(ties, 0.1, 1)]))


if __name__ == "__main__":
    main()
