"""Which records meet which: at a place, over a thing, in an organisation, in an event, or by an asserted tie."""

from collections.abc import Collection

import duckdb

from records.errors import BadInput, NotThere
from records.scope import Scope
from records.snapshot import rows_in_scope

# A place, thing or organisation with more records than this leads nobody to anybody: a school, a practice, a hostel.
RECORDS_OF_A_HUB = 120


def _meeting_points(scope: Scope) -> str:
    """SQL of (node_id, record_id) for every row of the scope that puts a record at something shared."""
    return f"""
        SELECT p.place_id AS node_id, a.record_id FROM {rows_in_scope("address_spell", scope)} a
        JOIN place_of p ON p.address IS NOT DISTINCT FROM a.address
            AND p.postcode IS NOT DISTINCT FROM a.postcode AND p.uprn IS NOT DISTINCT FROM a.uprn
        UNION SELECT t.kind || ':' || t.value, t.record_id FROM {rows_in_scope("thing_use", scope)} t
        UNION SELECT 'organisation:' || o.organisation_key, o.record_id FROM {rows_in_scope("organisation_tie", scope)} o
        UNION SELECT 'event:' || i.event_id, i.record_id FROM {rows_in_scope("involvement", scope)} i
        UNION SELECT p.place_id, i.record_id FROM {rows_in_scope("involvement", scope)} i
        JOIN {rows_in_scope("event", scope)} e USING (event_id)
        JOIN place_of p ON p.address IS NOT DISTINCT FROM e.place
            AND p.postcode IS NOT DISTINCT FROM e.postcode AND p.uprn IS NOT DISTINCT FROM e.uprn
        WHERE coalesce(e.place, e.postcode, e.uprn) IS NOT NULL AND e.kind NOT IN ('tenancy_start', 'tenancy_end')"""


def records_met(connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: Collection[str]) -> set[str]:
    """Records of the scope that share a meeting point that is no hub with one of ``record_ids``, or are tied to one."""
    rows = connection.execute(
        f"""WITH asked AS (SELECT unnest($1::VARCHAR[]) AS record_id),
            point AS ({_meeting_points(scope)}),
            shared AS (SELECT * FROM point WHERE node_id IN (SELECT node_id FROM point SEMI JOIN asked USING (record_id))),
            small AS (SELECT node_id FROM shared GROUP BY node_id HAVING count(*) <= {RECORDS_OF_A_HUB}),
            tie AS (SELECT record_id, other_record_id FROM {rows_in_scope("relationship", scope)})
            SELECT record_id FROM shared SEMI JOIN small USING (node_id)
            UNION SELECT other_record_id FROM tie SEMI JOIN asked USING (record_id)
            UNION SELECT t.record_id FROM tie t SEMI JOIN asked a ON a.record_id = t.other_record_id""",
        [sorted(record_ids)],
    ).fetchall()
    return {row[0] for row in rows}


def hubs_met(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: Collection[str]
) -> dict[str, int]:
    """The hubs at which ``record_ids`` are, with the records of the scope there, in place of their unknown people."""
    rows = connection.execute(
        f"""WITH asked AS (SELECT unnest($1::VARCHAR[]) AS record_id),
            point AS ({_meeting_points(scope)})
            SELECT node_id, count(*) FROM point
            WHERE node_id IN (SELECT node_id FROM point SEMI JOIN asked USING (record_id))
            GROUP BY node_id HAVING count(*) > {RECORDS_OF_A_HUB} ORDER BY node_id""",
        [sorted(record_ids)],
    ).fetchall()
    return dict(rows)


def records_at(connection: duckdb.DuckDBPyConnection, scope: Scope, node_id: str) -> set[str]:
    """The records of the scope at a place, a phone, a vehicle or an organisation, or with a part in a happening.

    A household's are those at its place. Raises NotThere where there are none, BadInput for a hub.
    """
    kind, _, rest = node_id.partition(":")
    # An incident is named after the first of its events, a household after its place and a number.
    point = {"incident": f"event:{rest}", "household": rest.rpartition(":")[0]}.get(kind, node_id)
    rows = connection.execute(
        f"SELECT record_id FROM ({_meeting_points(scope)}) WHERE node_id = $1 ORDER BY record_id LIMIT {RECORDS_OF_A_HUB + 1}",
        [point],
    ).fetchall()
    if not rows:
        raise NotThere("There is no such thing.")
    if len(rows) > RECORDS_OF_A_HUB:
        raise BadInput(
            f"More than {RECORDS_OF_A_HUB} records are at this {kind}, too many to draw it from; start from a person."
        )
    return {row[0] for row in rows}
