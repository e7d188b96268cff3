"""The edge and node tables of a standing scope."""

import duckdb

from graph.drawing import draw_edges, forget_drawing
from linkage import scope_rows
from records.scope import Scope


def build_edges(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Fill ``edge`` and ``node`` for a standing scope from its rows, people, households and incidents."""
    with scope_rows(connection, scope):
        for view, source in (
            ("edge_incident", "SELECT event_id, incident_id FROM incident"),
            ("edge_household", "SELECT * FROM household_spell"),
            ("edge_person", "SELECT person_id, full_name AS name FROM person"),
        ):
            connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {view} AS {source} WHERE scope = {_literal(scope.name)}"
            )
        connection.execute("CREATE OR REPLACE TEMP TABLE edge_hub (node_id VARCHAR, degree BIGINT)")
        draw_edges(connection)
        connection.execute("DELETE FROM edge WHERE scope = $1", [scope.name])
        connection.execute("DELETE FROM node WHERE scope = $1", [scope.name])
        connection.execute(
            """INSERT INTO edge BY NAME SELECT $1 AS scope, * FROM drawn_edge
               ORDER BY source_id, target_id, kind, role""",
            [scope.name],
        )
        connection.execute(
            "INSERT INTO node BY NAME SELECT $1 AS scope, * FROM drawn_node ORDER BY node_id", [scope.name]
        )
        forget_drawing(connection)
        for view in ("edge_incident", "edge_household", "edge_person"):
            connection.execute(f"DROP VIEW temp.{view}")
        connection.execute("DROP TABLE temp.edge_hub")


def _literal(text: str) -> str:
    # A view cannot bind a value; quoting makes any name of a scope harmless.
    return "'" + text.replace("'", "''") + "'"
