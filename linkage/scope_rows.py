"""The rows of a scope as temporary views, so that one piece of SQL serves standing and on-demand scopes.

Inside ``scope_rows`` the connection has, in its temporary schema:

* ``scope_member`` (record_id, person_id): the records in question, each with its person;
* ``scope_record``, ``scope_address``, ``scope_thing_use``, ``scope_organisation_tie``: the rows of these
  records in the scope, with ``person_id`` (``scope_address`` with its ``place_id`` too);
* ``scope_relationship``: rows both of whose records are members, with ``person_id``, ``other_person_id``;
* ``scope_event`` and ``scope_involvement``: members' parts in events of the scope, and those events.

For a standing scope the members are all its records; on demand they are those that the caller names, so that
a result is complete only where every record that matters to it was named.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb

from records.scope import Scope

_VIEWS = (
    "scope_involvement",
    "scope_event",
    "scope_relationship",
    "scope_organisation_tie",
    "scope_thing_use",
    "scope_address",
    "scope_record",
)
_TABLES = ("scope_added_event", "scope_removed_event", "scope_added_record", "scope_member")


def label_condition(scope: Scope, label_column: str = "label_id") -> str:
    """SQL that holds for a row whose label the scope allows."""
    if not scope.label_ids:
        return "FALSE"
    return f"{label_column} IN ({', '.join(str(int(label_id)) for label_id in sorted(scope.label_ids))})"


@contextmanager
def scope_rows(
    connection: duckdb.DuckDBPyConnection, scope: Scope, members: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Open the views of ``scope`` on ``connection`` and take them away afterwards.

    ``members`` maps record id to person id for a scope on demand; without it the membership that the build
    stored for ``scope.name`` is read. Records named in ``members`` must be in the scope.
    """
    drop_views(connection)
    _create_members(connection, scope, members)
    for name, ids in (
        ("scope_added_record", scope.added_record_ids),
        ("scope_added_event", scope.added_event_ids),
        ("scope_removed_event", scope.removed_event_ids),
    ):
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS id", [sorted(ids)])
    for sql in _view_definitions(scope):
        connection.execute(sql)
    try:
        yield
    finally:
        drop_views(connection)


def drop_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what ``scope_rows`` made, whether or not it is there."""
    for name in _VIEWS:
        connection.execute(f"DROP VIEW IF EXISTS temp.{name}")
    for name in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _create_members(
    connection: duckdb.DuckDBPyConnection, scope: Scope, members: Mapping[str, str] | None
) -> None:
    if members is None:
        connection.execute(
            "CREATE TEMP TABLE scope_member AS SELECT record_id, person_id FROM membership WHERE scope = $1",
            [scope.name],
        )
        return
    record_ids = sorted(members)
    connection.execute(
        "CREATE TEMP TABLE scope_member AS SELECT unnest($1::VARCHAR[]) AS record_id, unnest($2::VARCHAR[]) AS person_id",
        [record_ids, [members[record_id] for record_id in record_ids]],
    )


def _view_definitions(scope: Scope) -> Iterator[str]:
    allowed = label_condition(scope, "t.label_id")
    # A record that a grant added brings its own rows with it, whatever their labels.
    by_record = (
        f"({allowed} OR t.record_id IN (SELECT id FROM scope_added_record))"
        if scope.added_record_ids
        else allowed
    )
    yield """CREATE TEMP VIEW scope_record AS
             SELECT t.*, m.person_id FROM record t JOIN scope_member m USING (record_id)"""
    yield f"""CREATE TEMP VIEW scope_address AS
              SELECT t.*, m.person_id, p.place_id
              FROM address_spell t JOIN scope_member m USING (record_id)
              JOIN place_of p ON p.address IS NOT DISTINCT FROM t.address
                  AND p.postcode IS NOT DISTINCT FROM t.postcode AND p.uprn IS NOT DISTINCT FROM t.uprn
              WHERE {by_record}"""
    for name in ("thing_use", "organisation_tie"):
        yield f"""CREATE TEMP VIEW scope_{name} AS
                  SELECT t.*, m.person_id FROM {name} t JOIN scope_member m USING (record_id) WHERE {by_record}"""
    by_relationship = by_record
    if scope.added_record_ids:
        by_relationship = f"({by_record} OR t.other_record_id IN (SELECT id FROM scope_added_record))"
    yield f"""CREATE TEMP VIEW scope_relationship AS
              SELECT t.*, m.person_id, o.person_id AS other_person_id
              FROM relationship t JOIN scope_member m USING (record_id)
              JOIN scope_member o ON o.record_id = t.other_record_id WHERE {by_relationship}"""
    event_allowed, involvement_allowed = allowed, by_record
    if scope.added_event_ids:
        event_allowed = f"({allowed} OR t.event_id IN (SELECT id FROM scope_added_event))"
        involvement_allowed = f"({by_record} OR t.event_id IN (SELECT id FROM scope_added_event))"
    if scope.removed_event_ids:
        event_allowed += " AND t.event_id NOT IN (SELECT id FROM scope_removed_event)"
    yield f"""CREATE TEMP VIEW scope_event AS
              SELECT t.* FROM event t WHERE {event_allowed}"""
    yield f"""CREATE TEMP VIEW scope_involvement AS
              SELECT t.*, m.person_id FROM involvement t JOIN scope_member m USING (record_id)
              WHERE {involvement_allowed} AND t.event_id IN (SELECT event_id FROM scope_event)"""
