"""Evidence from one moment: a call, and the case that another system opens for somebody of the same name soon after.

A phone log and a case log may share no identifier at all: a name and a time is all that ties the caller to the client.
"""

from typing import Final

import duckdb

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# A case is entered while the caller is on the line or within a few hours; clocks of two systems differ a little.
MINUTES_BEFORE: Final = 15
MINUTES_AFTER: Final = 240
# Of two records of different people, one in so many (2 ** bits) meets so by chance in a year of office hours; two people of
# one household who have the same name are no likelier to call and be entered within hours of each other than one is.
MOMENT_BITS: Final = 9.0
_OPENED: Final = ("contact", "referral", "incident", "antisocial_behaviour", "school_concern", "assessment")


def _calls_and_cases(events: str, involvements: str, records: str) -> str:
    """SQL of (number_a, number_b): somebody in a call, and somebody of the same name in a case opened about then."""
    opened = ", ".join(f"'{kind}'" for kind in _OPENED)
    return f"""
        WITH part AS (
            SELECT r.record_number, r.forename_sound, r.surname_sound, e.kind, e.feed, e.started_at
            FROM {involvements} i JOIN {events} e ON e.event_id = i.event_id JOIN {records} r ON r.record_id = i.record_id
            WHERE i.role <> 'professional' AND e.date_precision = 'time' AND (e.kind = 'call' OR e.kind IN ({opened}))
              AND r.forename_sound IS NOT NULL AND r.surname_sound IS NOT NULL)
        SELECT DISTINCT least(c.record_number, o.record_number) AS number_a, greatest(c.record_number, o.record_number) AS number_b
        FROM part c JOIN part o ON o.forename_sound = c.forename_sound AND o.surname_sound = c.surname_sound
        WHERE c.kind = 'call' AND o.kind <> 'call' AND c.feed <> o.feed AND c.record_number <> o.record_number
          AND o.started_at >= c.started_at - INTERVAL {MINUTES_BEFORE} MINUTE
          AND o.started_at <= c.started_at + INTERVAL {MINUTES_AFTER} MINUTE"""


def make_moment_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary ``moment_pair`` (number_a < number_b): records that one moment ties in some scope."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE moment_pair AS {_calls_and_cases('event', 'involvement', 'comparison_record')}"
    )


def moment_ties_query(scope: Scope) -> str:
    """SQL of the pairs (number_a, number_b) of temporary ``asked_tie`` that one moment ties in ``scope``."""
    asked = (
        "(SELECT c.* FROM comparison_record c WHERE c.record_number IN (SELECT number_a FROM asked_tie WHERE kind = 'moment'"
        " UNION SELECT number_b FROM asked_tie WHERE kind = 'moment'))"
    )
    found = _calls_and_cases(rows_in_scope("event", scope), rows_in_scope("involvement", scope), asked)
    return f"SELECT number_a, number_b FROM ({found}) SEMI JOIN asked_tie USING (number_a, number_b)"
