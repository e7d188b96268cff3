"""A graph to ask questions of: people who meet at flats, in incidents and over phones; a few places are hubs.

At full size 180,000 people, 120,000 things and 1,200,000 ties; the largest hub touches 50,000 people.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import duckdb
import igraph
import networkx
import numpy as np

from graph import GraphView, StandingGraph
from records.database import open_database
from records.scope import HUB, Scope
from records.snapshot import create_table

PEOPLE, THINGS, TIES = 180_000, 120_000, 1_200_000
HUBS: Final = (50_000, 8_000, 3_000, 1_000, 500)
_TIES: Final = """
    CREATE TEMP TABLE tie AS
    SELECT DISTINCT ON (person, thing) 'p' || substr(md5(person::VARCHAR), 1, 16) AS a,
        ['place:', 'incident:', 'phone:'][1 + thing % 3] || substr(md5(thing::VARCHAR), 1, 12) AS b,
        ['lived_at', 'involved', 'uses'][1 + thing % 3] AS kind,
        DATE '2020-08-01' + day::INTEGER AS day, person::VARCHAR AS record
    FROM made_up ORDER BY person, thing, day"""
_DEGREES: Final = """
    CREATE TEMP TABLE degree AS
    SELECT n, count(*) AS degree FROM (SELECT a AS n FROM tie UNION ALL SELECT b FROM tie) GROUP BY n"""
# A tie stands in the table from both ends.
_EDGES: Final = """
    INSERT INTO edge BY NAME
    WITH told AS (
        SELECT a, b, kind, day AS valid_from, day AS known_on, ['police'] AS agencies,
            0.6 / log2(1 + degree) AS strength, ['police:' || record] AS record_ids,
            ['police:e' || record] AS event_ids
        FROM tie JOIN degree ON n = b)
    SELECT 'hub' AS scope, * FROM (
        SELECT a AS source_id, b AS target_id, * EXCLUDE (a, b) FROM told
        UNION ALL BY NAME SELECT b AS source_id, a AS target_id, * EXCLUDE (a, b) FROM told)
    ORDER BY source_id, target_id"""
_NODES: Final = """
    INSERT INTO node BY NAME
    SELECT 'hub' AS scope, n AS node_id, n AS name, degree,
        CASE WHEN contains(n, ':') THEN split_part(n, ':', 1) ELSE 'person' END AS kind
    FROM degree ORDER BY n"""


@dataclass(frozen=True)
class MadeUpGraph:
    """The graph as each engine has it: tables ``edge`` and ``node``, and the same ties for networkx and igraph."""

    connection: duckdb.DuckDBPyConnection
    ties: list[tuple[str, str, float]]

    @cached_property
    def people(self) -> list[str]:
        """Everybody with a tie, in order."""
        return sorted({person for person, _, _ in self.ties})

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The vertex of each node in ``igraph``."""
        names = {end for one, other, _ in self.ties for end in (one, other)}
        return {name: place for place, name in enumerate(sorted(names))}

    @cached_property
    def networkx(self) -> "networkx.Graph[str]":
        """For networkx: ``cost`` is minus the logarithm of a tie's strength, as our paths have it."""
        graph: networkx.Graph[str] = networkx.Graph()
        graph.add_weighted_edges_from(
            ((one, other, -float(np.log(strength))) for one, other, strength in self.ties), weight="cost"
        )
        return graph

    @cached_property
    def igraph(self) -> igraph.Graph:
        """For igraph."""
        pairs = [(self.numbers[one], self.numbers[other]) for one, other, _ in self.ties]
        graph = igraph.Graph(len(self.numbers), pairs)
        graph.es["cost"] = [-float(np.log(strength)) for _, _, strength in self.ties]
        return graph


def made_up_graph(edges: int, seed: int = 1) -> MadeUpGraph:
    """A graph of about so many edges, in proportion to the full one."""
    draw = np.random.default_rng(seed)
    scale = edges / TIES
    people, things, ties = int(PEOPLE * scale), int(THINGS * scale), int(TIES * scale)
    hubs = [max(1, int(size * scale)) for size in HUBS]
    at_small = ties - sum(hubs)
    person = np.concatenate(
        [draw.integers(0, people, at_small), *(draw.choice(people, size, False) for size in hubs)]
    )
    small = draw.integers(len(hubs), things, at_small)
    thing = np.concatenate([small, *(np.full(size, number) for number, size in enumerate(hubs))])
    connection = open_database()
    for table in ("edge", "node", "event"):
        connection.execute(create_table(table))
    connection.register(
        "made_up", {"person": person, "thing": thing, "day": draw.integers(0, 2000, len(person))}
    )
    for statement in (_TIES, _DEGREES, _EDGES, _NODES):
        connection.execute(statement)
    connection.unregister("made_up")
    rows = connection.execute(
        "SELECT a, b, 0.6 / log2(1 + degree) FROM tie JOIN degree ON n = b ORDER BY a, b"
    ).fetchall()
    return MadeUpGraph(connection, rows)


def scope_of_all() -> Scope:
    """Every row, as the standing scope."""
    return Scope(HUB, frozenset({0}), standing=True)


def view_of(graph: MadeUpGraph) -> GraphView:
    """The view that questions are asked of, with the scope's edges loaded."""
    scope = scope_of_all()
    standing = StandingGraph(graph.connection.cursor, scope)
    standing.whole()
    return GraphView(graph.connection, scope, standing=standing)
