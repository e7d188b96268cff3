"""Pairs of events that may tell one happening, with a score that each can be read out of."""

from collections.abc import Iterable

import duckdb

from linkage.incidents_words import (
    OPPOSED_ROLES,
    ROLES_THAT_TIE_NOTHING,
    TELLING,
    concern_pairs,
    kind_pairs,
)

# An agency that was told writes the day it was told, or the next working day: a Friday night is a Monday's contact.
DAYS_TO_RETELL = 3
# Two entries of one agency and kind are two happenings unless their clocks agree to within this.
MINUTES_OF_ONE_ENTRY = 60
# A person's events are compared with this many that follow them, so that 5,000 in one week stay bounded.
EVENTS_AHEAD = 25
SCORE_OF_ONE_HAPPENING = 5


def make_telling_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``telling``, ``telling_part`` and ``telling_pair`` from the views of the scope.

    ``telling_pair`` (event_id_a, event_id_b, score, days_apart): pairs that share a person in roles that do not
    oppose, of kinds and concerns that may tell one happening, days apart at most; or that one names the other.
    """
    for step in (_tellings(), _parts(), _shared(), _scored(), _named(), "DROP TABLE temp.telling_shared"):
        connection.execute(step)


def _values(pairs: list[tuple[str, str]]) -> str:
    return ", ".join(f"('{one}', '{other}')" for one, other in pairs)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


def _tellings() -> str:
    """Events of a telling kind; a clinic visit tells of something only when it names a concern.

    A referral that names an event of its own agency as its origin is the next step of that case, not a report.
    """
    return f"""CREATE OR REPLACE TEMP TABLE telling AS
        SELECT e.event_id, e.agency, e.kind, nullif(e.concern, 'other') AS concern, e.started_at,
               coalesce(e.date_precision, 'day') AS date_precision, lower(coalesce(e.referrer, '')) AS referrer,
               e.reference, e.related_event_id, p.place_id
        FROM scope_event e
        LEFT JOIN place_of p ON p.address IS NOT DISTINCT FROM e.place AND p.postcode IS NOT DISTINCT FROM e.postcode
             AND p.uprn IS NOT DISTINCT FROM e.uprn
        WHERE e.kind IN ({_listed(TELLING)}) AND e.started_at IS NOT NULL
          AND (e.kind <> 'clinic_attendance' OR e.concern IS NOT NULL)
          AND (e.kind <> 'referral' OR coalesce(split_part(e.related_event_id, ':', 1), '') <> e.agency)"""


def _parts() -> str:
    """Who was in each, in which roles, numbered along each person's time."""
    return f"""CREATE OR REPLACE TEMP TABLE telling_part AS
        SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY started_at, event_id) AS turn FROM (
            SELECT i.person_id, i.event_id, t.started_at, list_sort(list_distinct(list(i.role))) AS roles
            FROM scope_involvement i JOIN telling t USING (event_id) JOIN scope_record r USING (record_id)
            WHERE i.role NOT IN ({_listed(ROLES_THAT_TIE_NOTHING)}) AND NOT coalesce(r.is_professional, FALSE)
              AND t.date_precision IN ('time', 'day')
            GROUP BY i.person_id, i.event_id, t.started_at)"""


def _shared() -> str:
    """Pairs of events days apart that share people, with how many of each side's people are shared."""
    opposed = " OR ".join(
        f"(list_contains(a.roles, '{one}') AND list_contains(b.roles, '{other}')"
        f" AND NOT list_has_any(a.roles, b.roles))"
        for pair in OPPOSED_ROLES
        for one, other in (pair, pair[::-1])
    )
    return f"""CREATE OR REPLACE TEMP TABLE telling_shared AS
        SELECT a.event_id AS event_id_a, b.event_id AS event_id_b, count(*) AS people,
               bool_or({opposed}) AS is_opposed
        FROM telling_part a JOIN telling_part b
          ON a.person_id = b.person_id AND b.turn > a.turn AND b.turn <= a.turn + {EVENTS_AHEAD}
         AND CAST(b.started_at AS DATE) - CAST(a.started_at AS DATE) <= {DAYS_TO_RETELL}
        GROUP BY ALL"""


def _scored() -> str:
    """Two points a shared person up to two; nearness, concern, place and a referrer that names the other agency."""
    return f"""CREATE OR REPLACE TEMP TABLE telling_pair AS
        WITH may_be_kind(kind_a, kind_b) AS (VALUES {_values(kind_pairs())}),
        may_be_concern(concern_a, concern_b) AS (VALUES {_values(concern_pairs())}),
        compared AS (
            SELECT s.event_id_a, s.event_id_b, s.people,
                   CAST(b.started_at AS DATE) - CAST(a.started_at AS DATE) AS days_apart,
                   CASE WHEN a.concern IS NULL OR b.concern IS NULL THEN 1 WHEN a.concern = b.concern THEN 2
                        WHEN c.concern_a IS NOT NULL THEN 1 ELSE -3 END AS concern_score,
                   CASE WHEN a.place_id = b.place_id THEN 1 ELSE 0 END AS place_score,
                   CASE WHEN (b.referrer <> '' AND contains(b.referrer, replace(a.agency, '_', ' ')))
                          OR (a.referrer <> '' AND contains(a.referrer, replace(b.agency, '_', ' '))) THEN 2
                        ELSE 0 END AS referrer_score,
                   a.agency = b.agency AND a.kind = b.kind AS is_same_source,
                   a.date_precision = 'time' AND b.date_precision = 'time'
                       AND abs(epoch(b.started_at) - epoch(a.started_at)) <= 60 * {MINUTES_OF_ONE_ENTRY} AS is_same_time
            FROM telling_shared s
            JOIN telling a ON a.event_id = s.event_id_a JOIN telling b ON b.event_id = s.event_id_b
            JOIN may_be_kind k ON k.kind_a = a.kind AND k.kind_b = b.kind
            LEFT JOIN may_be_concern c ON c.concern_a = a.concern AND c.concern_b = b.concern
            WHERE NOT s.is_opposed)
        SELECT event_id_a, event_id_b, days_apart,
               2 * least(people, 2) + 3 - days_apart + concern_score + place_score + referrer_score AS score
        FROM compared
        WHERE (NOT is_same_source OR is_same_time)
          AND 2 * least(people, 2) + 3 - days_apart + concern_score + place_score + referrer_score
              >= {SCORE_OF_ONE_HAPPENING}"""


def _named() -> str:
    """Pairs of which one names the other, or that carry one reference across agencies: above any other evidence."""
    return """INSERT INTO telling_pair BY NAME
        WITH named AS (
            SELECT a.event_id AS one, b.event_id AS other, a.started_at AS start_one, b.started_at AS start_other
            FROM telling a JOIN telling b ON b.event_id = a.related_event_id AND a.agency <> b.agency
            UNION SELECT a.event_id, b.event_id, a.started_at, b.started_at
            FROM telling a JOIN telling b ON b.reference = a.reference AND a.agency < b.agency)
        SELECT least(one, other) AS event_id_a, greatest(one, other) AS event_id_b, 100 AS score,
               min(abs(CAST(start_one AS DATE) - CAST(start_other AS DATE))) AS days_apart
        FROM named WHERE one <> other AND abs(CAST(start_one AS DATE) - CAST(start_other AS DATE)) <= 30
        GROUP BY ALL"""
