"""Statistics of cases: SQL of what each counts, over the relations of ``access.statistics.front_door``."""

from typing import Final

from access.statistics.front_door import AGAIN_DAYS
from access.statistics.scope_tables import ScopeTables

TURNAROUND: Final = """
    SELECT event_id, rag_initial, district, source, minutes / 60.0 AS measured,
           CASE WHEN decided_at IS NULL THEN 'not decided'
                WHEN minutes IS NULL THEN 'decided before it came'
                WHEN t.target IS NULL THEN 'no target'
                WHEN minutes <= t.target THEN 'within target' ELSE 'late' END AS decided
    FROM case_row LEFT JOIN (SELECT unnest($rags::VARCHAR[]) AS rag, unnest($targets::BIGINT[]) AS target) t ON t.rag = rag_initial
    WHERE rag_initial IS NOT NULL"""


def cases(*columns: str, only: str = "true") -> str:
    """Each case once by these columns, its district and its source; ``only``: those of which this holds."""
    return f"""
        SELECT event_id, {", ".join(columns)}, district, source, NULL::DOUBLE AS measured FROM case_row WHERE {only}"""


def re_referrals(tables: ScopeTables) -> str:
    """Of each child in each referral of the period: whether there was one before, and where."""
    return f"""
        WITH child AS MATERIALIZED (
            SELECT DISTINCT f.event_id, f.started_at, f.ended_on, f.authority, f.source, m.person_id
            FROM front f JOIN {tables.parts_in("front")} i USING (event_id)
            JOIN membership m ON m.scope = $scope AND m.record_id = i.record_id
            WHERE f.kind = 'referral' AND i.role = 'subject'
        )
        SELECT n.event_id, coalesce(n.authority, 'not stated') AS district, n.source, NULL::DOUBLE AS measured,
               CASE WHEN bool_or(b.started_at < n.started_at AND (b.ended_on IS NULL OR b.ended_on >= n.started_at::DATE))
                         THEN 'while a case was open'
                    WHEN count(b.event_id) = 0 THEN 'first in 12 months'
                    WHEN arg_max(b.authority, b.started_at) IS DISTINCT FROM n.authority THEN 'again, other authority'
                    ELSE 'again, same authority' END AS again
        FROM (SELECT * FROM child
              WHERE started_at >= $from::DATE AND started_at < $to::DATE + 1
                AND ($district IS NULL OR coalesce(authority, 'not stated') = $district)
                AND ($source IS NULL OR source = $source)) n
        LEFT JOIN child b
          ON b.person_id = n.person_id AND b.event_id <> n.event_id AND b.started_at < n.started_at
             AND b.started_at >= n.started_at - INTERVAL {AGAIN_DAYS} DAY
        GROUP BY n.event_id, n.person_id, n.started_at, n.authority, n.source"""


def contribution(tables: ScopeTables) -> str:
    """Of each case and each partner that had joined by then: whether the partner knew something of its people."""
    return f"""
        SELECT c.event_id, p.agency, c.district, c.source, NULL::DOUBLE AS measured,
               CASE WHEN k.agency IS NULL THEN 'nothing known' ELSE 'contributed' END AS contributed
        FROM case_row c
        JOIN (SELECT e.agency, coalesce(any_value(j.joined), min(e.known_on), min(e.started_at::DATE)) AS joined
              FROM {tables.event} e LEFT JOIN (SELECT unnest($partners::VARCHAR[]) AS agency, unnest($joined::DATE[]) AS joined) j
                ON j.agency = e.agency
              GROUP BY e.agency) p ON p.joined <= c.received_at::DATE
        LEFT JOIN (
            -- Held apart, so that the days are compared of reports about the same people alone. The case's own report is
            -- left out by HAVING: as a condition, DuckDB would pair each case with each part of the scope by it.
            WITH person_of_case AS MATERIALIZED (
                SELECT DISTINCT c.event_id, c.received_at, c.decided_at, m.person_id
                FROM case_row c JOIN {tables.parts_in("case_row")} i USING (event_id)
                JOIN membership m ON m.scope = $scope AND m.record_id = i.record_id
                WHERE i.role IN ('subject', 'victim', 'parent_carer')
            ), record_of_case AS MATERIALIZED (
                SELECT w.event_id, w.received_at, w.decided_at, m.record_id
                FROM person_of_case w JOIN membership m ON m.scope = $scope AND m.person_id = w.person_id
            ), report AS MATERIALIZED (
                SELECT DISTINCT w.event_id, w.received_at, w.decided_at, i.event_id AS other_id
                FROM record_of_case w JOIN {tables.parts_of("record_of_case")} i USING (record_id)
            )
            SELECT w.event_id, e.agency FROM report w JOIN {tables.event} e ON e.event_id = w.other_id
            WHERE e.started_at >= w.received_at - INTERVAL {AGAIN_DAYS} DAY
              AND e.started_at <= coalesce(greatest(w.decided_at, w.received_at), w.received_at)
            GROUP BY w.event_id, e.agency HAVING bool_or(w.other_id <> w.event_id)
        ) k ON k.event_id = c.event_id AND k.agency = p.agency"""


def subjects(tables: ScopeTables, column: str, name: str) -> str:
    """Of each person a case is about: what the record named in it says in ``column``."""
    return f"""
        SELECT c.event_id, coalesce(r.{column}, 'not recorded') AS {name}, c.district, c.source, NULL::DOUBLE AS measured
        FROM case_row c JOIN {tables.parts_in("case_row")} i USING (event_id) JOIN {tables.record} r USING (record_id)
        WHERE i.role = 'subject'"""
