"""The work of a hub as statistics: its phone, what its workers hold, what the work costs and whom it was about."""

from collections.abc import Sequence
from typing import Final

from access.statistics.scope_tables import ScopeTables

# Upper ends in seconds with the words for what lies below; what is longer has the last words.
WAITS: Final = (
    (60, "up to 1 minute"),
    (180, "1 to 3 minutes"),
    (300, "3 to 5 minutes"),
    (None, "over 5 minutes"),
)
DURATIONS: Final = (
    (300, "up to 5 minutes"),
    (900, "5 to 15 minutes"),
    (1800, "15 to 30 minutes"),
    (None, "over 30 minutes"),
)
# Work that a worker holds, beside the contacts that pass through many hands.
HELD: Final = ("referral", "assessment", "strategy_discussion", "s47_enquiry", "plan")


def calls(event: str, column: str, name: str, bands: Sequence[tuple[int | None, str]]) -> str:
    """SQL of the calls of the period by the band in which ``column`` (seconds) lies; measured in minutes."""
    cases = " ".join(
        f"WHEN e.{column} <= {upper} THEN '{words}'" for upper, words in bands if upper is not None
    )
    return f"""
        SELECT e.event_id, coalesce(e.authority, 'not stated') AS district, e.{column} / 60.0 AS measured,
               CASE WHEN e.{column} IS NULL THEN 'not recorded' {cases} ELSE '{bands[-1][1]}' END AS {name}
        FROM {event} e WHERE e.kind = 'call' AND {_of_period("e")}"""


def caseload(tables: ScopeTables) -> str:
    """SQL of the work begun in the period, once for each worker whom it names."""
    held = ", ".join(f"'{kind}'" for kind in HELD)
    return f"""
        WITH held AS MATERIALIZED (
            SELECT e.event_id, e.kind, coalesce(e.authority, 'not stated') AS district FROM {tables.event} e
            WHERE e.kind IN ({held}) AND e.agency IN (SELECT unnest($front::VARCHAR[])) AND {_of_period("e")}
        )
        SELECT DISTINCT h.event_id, m.person_id AS worker, h.kind, h.district, NULL::DOUBLE AS measured
        FROM held h JOIN {tables.parts_in("held")} i USING (event_id)
        JOIN membership m ON m.scope = $scope AND m.record_id = i.record_id
        WHERE i.role = 'professional'"""


def costs(event: str) -> str:
    """SQL of the pieces of work of the period that have a unit cost; measured in pounds."""
    return f"""
        SELECT e.event_id, e.kind, coalesce(e.authority, 'not stated') AS district, u.cost AS measured, e.started_at
        FROM {event} e JOIN (SELECT unnest($costed::VARCHAR[]) AS kind, unnest($costs::DOUBLE[]) AS cost) u USING (kind)
        WHERE {_of_period("e")}"""


def families(tables: ScopeTables) -> str:
    """SQL of the households whose members costed work was about, each by its earliest event; measured in pounds.

    Whoever has no household counts alone. Work about several people of one household is counted once with it.
    """
    return f"""
        -- The work of the period is held apart: it is little, and so is what is joined to it. Days are compared as bounds that
        -- are never missing, since with OR the database would pair each piece of work with each spell of the hub.
        WITH work AS MATERIALIZED (
            SELECT w.event_id, w.measured AS cost, w.district, w.started_at FROM ({costs(tables.event)}) w
        ), part AS MATERIALIZED (
            SELECT DISTINCT w.event_id, w.cost, w.district, w.started_at, m.person_id
            FROM work w JOIN {tables.parts_in("work")} i USING (event_id)
            JOIN membership m ON m.scope = $scope AND m.record_id = i.record_id
            WHERE i.role = 'subject'
        )
        SELECT arg_min(event_id, (started_at, event_id)) AS event_id, sum(cost) AS measured, district FROM (
            SELECT DISTINCT p.event_id, p.started_at, p.cost, p.district, coalesce(h.household_id, p.person_id) AS family
            FROM part p LEFT JOIN (
                SELECT person_id, household_id, coalesce(valid_from, DATE '0001-01-01') AS first_day,
                       coalesce(valid_to, DATE '9999-12-31') AS last_day
                FROM household_spell WHERE scope = $scope) h
              ON h.person_id = p.person_id AND h.first_day <= p.started_at::DATE AND h.last_day >= p.started_at::DATE)
        GROUP BY family, district"""


def _of_period(event: str) -> str:
    return (
        f"{event}.started_at >= $from::DATE AND {event}.started_at < $to::DATE + 1 "
        f"AND ($district IS NULL OR coalesce({event}.authority, 'not stated') = $district)"
    )
