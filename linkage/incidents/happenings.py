"""Which events tell one happening; every agency's version stays an event of its own."""

from collections.abc import Mapping

import duckdb

from linkage.agencies.resolve import resolve_agency_names
from linkage.incidents.grouping import Telling, TellingPair, group_tellings, held_by
from linkage.incidents.pairs import make_telling_pairs
from linkage.scope_rows import scope_rows
from records.scope import Scope


def resolve_incidents(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Fill ``incident`` for a standing scope: every event of the scope with the happening that it tells.

    Who told whom weighs in it; so ``agency_name``, what each referrer stands for, is filled along with it.
    """
    resolve_agency_names(connection, scope)
    with scope_rows(connection, scope):
        told, pairs = _incident_of_each(connection)
        held = held_by(told, pairs)
        connection.execute("DELETE FROM incident WHERE scope = $1", [scope.name])
        connection.execute(
            """CREATE OR REPLACE TEMP TABLE told_together (
                   event_id VARCHAR, incident_id VARCHAR, via_event_id VARCHAR, score INTEGER, why VARCHAR)"""
        )
        if told:
            connection.execute(
                """INSERT INTO told_together SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]),
                                                    unnest($4::INTEGER[]), unnest($5::VARCHAR[])""",
                [
                    list(told),
                    list(told.values()),
                    [held[event_id][0] for event_id in told],
                    [held[event_id][1].score for event_id in told],
                    [held[event_id][1].why for event_id in told],
                ],
            )
        connection.execute(
            """INSERT INTO incident BY NAME
               SELECT $1 AS scope, e.event_id, coalesce(t.incident_id, 'incident:' || e.event_id) AS incident_id,
                      t.via_event_id, t.score, t.why
               FROM scope_event e LEFT JOIN told_together t USING (event_id) ORDER BY e.event_id""",
            [scope.name],
        )
        connection.execute("DROP TABLE temp.told_together")


def incidents_of(
    connection: duckdb.DuckDBPyConnection, scope: Scope, members: Mapping[str, str]
) -> dict[str, str]:
    """Event id to incident id for the events of ``members`` (record id to person id), in a scope on demand.

    The same as ``resolve_incidents`` gives wherever every record involved in those events, and in the events
    within days of them of the same people, is among ``members``.
    """
    with scope_rows(connection, scope, members):
        told, _ = _incident_of_each(connection, of_members=True)
        events = connection.execute(
            "SELECT DISTINCT event_id FROM scope_involvement ORDER BY event_id"
        ).fetchall()
    return {event_id: told.get(event_id, f"incident:{event_id}") for (event_id,) in events}


def _incident_of_each(
    connection: duckdb.DuckDBPyConnection, of_members: bool = False
) -> tuple[dict[str, str], list[TellingPair]]:
    """Incident ids of the events that are told with others (an event alone is left out), and the pairs, best first."""
    make_telling_pairs(connection, of_members)
    pairs = [
        TellingPair(*row)
        for row in connection.execute(
            """SELECT score, days_apart, event_id_a, event_id_b, why, coalesce(is_told, FALSE) FROM telling_pair
               ORDER BY score DESC, days_apart, event_id_a, event_id_b, why, is_told"""
        ).fetchall()
    ]
    tellings = {
        row[0]: Telling(*row)
        for row in connection.execute(
            """SELECT event_id, agency, kind, started_at, date_precision IN ('time', 'day') AS is_dated, told_by,
                   concern
               FROM telling
               WHERE event_id IN (SELECT event_id_a FROM telling_pair UNION SELECT event_id_b FROM telling_pair)
               ORDER BY event_id"""
        ).fetchall()
    }
    for table in ("telling", "telling_part", "telling_pair"):
        connection.execute(f"DROP TABLE temp.{table}")
    return group_tellings(tellings, pairs), pairs
