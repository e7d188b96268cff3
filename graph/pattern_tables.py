"""The tables a pattern is sought in, and the SQL of one tie of it; only constants of ours stand in it, values are bound.

``pattern_edge``, ``pattern_node`` and ``pattern_person`` are temporary views of a standing scope's tables, or
temporary tables of what is around some people.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa

from graph.adjacency import Adjacency, Window
from graph.pattern import Tie, Who
from graph.view import GraphView

_EDGE: Final = (
    "source_id", "target_id", "kind", "role", "valid_from", "valid_to", "known_on", "strength",
)  # fmt: skip
_NODE: Final = ("node_id", "kind", "degree")
_PERSON: Final = ("person_id", "date_of_birth", "birth_year", "sex")
_DATES: Final = ("valid_from", "valid_to", "known_on", "date_of_birth")


@contextmanager
def pattern_tables(view: GraphView, graph: Adjacency | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of ``graph``, or without it of the whole standing scope, for as long as the block lasts."""
    connection = view.connection
    if graph is None:
        name = view.scope.name.replace("'", "''")
        for table, source, columns in (
            ("pattern_edge", "edge", _EDGE),
            ("pattern_node", "node", _NODE),
            ("pattern_person", "person", _PERSON),
        ):
            connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT {', '.join(columns)} FROM {source} WHERE scope = '{name}'"
            )
    else:
        _set_out(view, graph)
    try:
        yield connection
    finally:
        kind = "VIEW" if graph is None else "TABLE"
        for table in ("pattern_edge", "pattern_node", "pattern_person"):
            connection.execute(f"DROP {kind} IF EXISTS temp.{table}")


def _set_out(view: GraphView, graph: Adjacency) -> None:
    nodes = graph.nodes(range(len(graph)))
    people = [number for number, node in enumerate(nodes) if node.kind == "person"]
    everything = Window()
    pairs = [
        (number, position) for number in people for position in graph.edges_from(number, everything).tolist()
    ]
    edges = graph.edges([number for number, _ in pairs], [position for _, position in pairs])
    described = view.described([nodes[number].node_id for number in people])
    for table, columns, rows in (
        ("pattern_edge", _EDGE, [asdict(edge) for edge in edges]),
        ("pattern_node", _NODE, [asdict(node) for node in nodes]),
        ("pattern_person", _PERSON, [dict(zip(_PERSON, row, strict=True)) for row in described]),
    ):
        view.connection.register("pattern_rows", _arrow(columns, rows))
        view.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM pattern_rows")
        view.connection.unregister("pattern_rows")


def _arrow(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> Any:
    types = {"strength": pa.float64(), "degree": pa.int64(), "birth_year": pa.int64()}
    types |= dict.fromkeys(_DATES, pa.date32())
    return pa.table(
        {name: pa.array([row[name] for row in rows], types.get(name, pa.string())) for name in columns}
    )


class Binding:
    """Values on their way into a statement, each under a name of its own."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def __call__(self, value: object) -> str:
        """The mark that stands for ``value``."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def people_like(who: Who, on: date, bind: Binding) -> str:
    """SQL of the person ids that ``who`` describes on a day; a year of birth alone counts from its middle."""
    tests = ["true"]
    if who.age_from is not None:
        tests.append(f"{_age(on, bind)} >= {bind(who.age_from)}")
    if who.age_to is not None:
        tests.append(f"{_age(on, bind)} BETWEEN 0 AND {bind(who.age_to)}")
    if who.sex is not None:
        tests.append(f"sex = {bind(who.sex)}")
    return f"SELECT person_id FROM pattern_person WHERE {' AND '.join(tests)}"


def _age(on: date, bind: Binding) -> str:
    born, day = "coalesce(date_of_birth, make_date(birth_year, 7, 1))", f"{bind(on)}::DATE"
    # Years begun, less one where the birthday of the last is still to come.
    return (
        f"(date_diff('year', {born}, {day}) - (strftime({born}, '%m%d') > strftime({day}, '%m%d'))::INTEGER)"
    )


def ends_at(tie: Tie, people: str, roles: Sequence[str], as_of: date | None, bind: Binding) -> str:
    """SQL of (person_id, thing, valid_from, valid_to, strength): ties of some people to things of ``tie``."""
    tests = [*_days(tie, as_of, bind), f"n.kind IN (SELECT unnest({bind(list(tie.over))}::VARCHAR[]))"]
    tests.append(f"n.degree <= {bind(tie.most_people)}")
    if tie.kinds:
        tests.append(f"e.kind IN (SELECT unnest({bind(list(tie.kinds))}::VARCHAR[]))")
    if roles:
        tests.append(f"e.role IN (SELECT unnest({bind(list(roles))}::VARCHAR[]))")
    return f"""SELECT e.source_id AS person_id, e.target_id AS thing, e.valid_from, e.valid_to, e.strength
               FROM pattern_edge e JOIN pattern_node n ON n.node_id = e.target_id
               SEMI JOIN ({people}) p ON p.person_id = e.source_id WHERE {" AND ".join(tests)}"""


def direct_ties(tie: Tie, people: str, others: str, as_of: date | None, bind: Binding) -> str:
    """SQL of (person_id, thing, other_id, strength), thing NULL: asserted ties from some people to others."""
    # The words are read from the person looked for: "parent" finds people who are a parent of the others.
    return f"""SELECT e.source_id AS person_id, NULL::VARCHAR AS thing, e.target_id AS other_id, e.strength
               FROM pattern_edge e SEMI JOIN ({people}) p ON p.person_id = e.source_id
               SEMI JOIN ({others}) o ON o.person_id = e.target_id
               WHERE e.kind IN (SELECT unnest({bind(list(tie.directly))}::VARCHAR[]))
                 AND {" AND ".join(["true", *_days(tie, as_of, bind)])}"""


def _days(tie: Tie, as_of: date | None, bind: Binding) -> list[str]:
    tests = []
    if as_of is not None:
        day = f"{bind(as_of)}::DATE"
        tests += [f"coalesce(e.{name} <= {day}, true)" for name in ("known_on", "valid_from")]
    if tie.since is not None:
        tests.append(f"coalesce(e.valid_to >= {bind(tie.since)}::DATE, true)")
    return tests
