"""What a standing scope held when its people were last formed, and which of them a build forms anew."""

import hashlib
import json

import duckdb

from records.scope import Scope


def holds_as_before(connection: duckdb.DuckDBPyConnection, scope: Scope) -> bool:
    """Whether ``scope`` is the same rule as when ``membership`` was filled for it; new rows under it do not matter."""
    if not _has_table(connection, "resolved_scope"):
        return False
    found = connection.execute("SELECT rule FROM resolved_scope WHERE scope = ?", [scope.name]).fetchall()
    return found == [(_rule(connection, scope),)]


def note_scope(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Keep the rule of ``scope`` for the next build."""
    connection.execute("CREATE TABLE IF NOT EXISTS resolved_scope (scope VARCHAR, rule VARCHAR)")
    connection.execute("DELETE FROM resolved_scope WHERE scope = ?", [scope.name])
    connection.execute("INSERT INTO resolved_scope VALUES (?, ?)", [scope.name, _rule(connection, scope)])


def redone_records(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The table of the records whose people a build forms anew; None where that is all of them."""
    return "temp.redone_record" if _has_table(connection, "redone_record") else None


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND database_name IN (current_database(), 'temp')",
            [name],
        ).fetchall()
    )


def _rule(connection: duckdb.DuckDBPyConnection, scope: Scope) -> str:
    """A digest of the rule, with labels by their content: their ids are those of one snapshot."""
    labels = connection.execute("SELECT label_id, hub, agency, marking, category FROM label").fetchall()
    held = sorted(
        [list(label[1:]), label[0] in scope.label_ids, label[0] in scope.granted_label_ids]
        for label in labels
    )
    records = (
        scope.added_record_ids,
        scope.removed_record_ids,
        scope.added_event_ids,
        scope.removed_event_ids,
    )
    plain = json.dumps([held, [sorted(ids) for ids in records]])
    return hashlib.sha256(plain.encode()).hexdigest()
