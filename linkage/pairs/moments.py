"""Evidence from events: a call, and the case that another system opens, or has open, for somebody of the same name.

A phone log and a case log may share no identifier at all: a name and a time is all that ties the caller to the client.
"""

from typing import Final

import duckdb

from linkage.pairs.phone_users import PHONE
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# A case is entered while the caller is on the line or within a few hours; clocks of two systems differ a little.
MINUTES_BEFORE: Final = 15
MINUTES_AFTER: Final = 240
# Of two records of different people, one in so many (2 ** bits) meets so by chance in a year of office hours; two people of
# one household who have the same name are no likelier to call and be entered within hours of each other than one is.
MOMENT_BITS: Final = 9.0
# Whoever rings a hub rings about a case, and often about one that is open already. Of a hub's records about 3 in 1,000 are
# in a case opened in any month, and of those a fifth is of the concern that the caller names (DfE, factors at assessment).
OPEN_CASE_DAYS: Final = 30
OPEN_CASE_BITS: Final = 6.0
_OPENED: Final = ("contact", "referral", "incident", "antisocial_behaviour", "school_concern", "assessment")
_CASES: Final = ("contact", "referral")
MOMENT, OPEN_CASE = "moment", "open_case"
# SQL that holds for the rows of ``tied_pair`` which rest on events.
RESTS_ON_EVENTS: Final = f"kind IN ('{MOMENT}', '{OPEN_CASE}', '{PHONE}')"


def _calls_and_cases(events: str, involvements: str, records: str) -> str:
    """SQL of (number_a, number_b, kind): somebody in a call, and somebody of the same name in a case opened about then."""
    opened, cases = (", ".join(f"'{kind}'" for kind in kinds) for kinds in (_OPENED, _CASES))
    return f"""
        WITH part AS (
            SELECT r.record_number, r.forename_sound, r.surname_sound, e.kind, e.feed, e.concern, e.started_at
            FROM {involvements} i JOIN {events} e ON e.event_id = i.event_id JOIN {records} r ON r.record_id = i.record_id
            WHERE i.role <> 'professional' AND e.date_precision = 'time' AND (e.kind = 'call' OR e.kind IN ({opened}))
              AND r.forename_sound IS NOT NULL AND r.surname_sound IS NOT NULL),
        near AS (
            SELECT c.record_number AS one, o.record_number AS other,
                o.started_at >= c.started_at - INTERVAL {MINUTES_BEFORE} MINUTE
                    AND o.started_at <= c.started_at + INTERVAL {MINUTES_AFTER} MINUTE AS at_once,
                o.kind IN ({cases}) AND o.concern = c.concern AND o.started_at < c.started_at
                    AND o.started_at >= c.started_at - INTERVAL {OPEN_CASE_DAYS} DAY AS is_open
            FROM part c JOIN part o ON o.forename_sound = c.forename_sound AND o.surname_sound = c.surname_sound
            WHERE c.kind = 'call' AND o.kind <> 'call' AND c.feed <> o.feed AND c.record_number <> o.record_number
              AND o.started_at BETWEEN c.started_at - INTERVAL {OPEN_CASE_DAYS} DAY
                                   AND c.started_at + INTERVAL {MINUTES_AFTER} MINUTE)
        SELECT least(one, other) AS number_a, greatest(one, other) AS number_b,
            CASE WHEN bool_or(at_once) THEN '{MOMENT}' ELSE '{OPEN_CASE}' END AS kind
        FROM near WHERE at_once OR is_open GROUP BY ALL"""


def make_moment_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary ``moment_pair`` (number_a < number_b, kind): records that one moment, or an open case, ties in some scope."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE moment_pair AS {_calls_and_cases('event', 'involvement', 'comparison_record')}"
    )


def moment_ties_query(scope: Scope) -> str:
    """SQL of the pairs (number_a, number_b, kind) of temporary ``asked_tie`` that events of ``scope`` tie."""
    asked = (
        f"(SELECT c.* FROM comparison_record c WHERE c.record_number IN (SELECT number_a FROM asked_tie WHERE {RESTS_ON_EVENTS}"
        f" UNION SELECT number_b FROM asked_tie WHERE {RESTS_ON_EVENTS}))"
    )
    found = _calls_and_cases(rows_in_scope("event", scope), rows_in_scope("involvement", scope), asked)
    return f"SELECT number_a, number_b, kind FROM ({found}) SEMI JOIN asked_tie USING (number_a, number_b)"
