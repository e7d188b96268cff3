"""The statistics, one after the other: which rows each counts, by what, and what it measures of them.

A question is SQL of a relation ``fact`` with ``event_id``, a column a dimension, and ``measured`` (NULL where it measures
nothing). It may use ``front`` (contacts and referrals of the front door, with ``source``), ``case_row`` (each case once: a
contact, or a referral that came without one) and, where it says so, ``membership``.
"""

from dataclasses import dataclass
from typing import Final

from access.hub_figures import HubFigures
from access.statistics.work import DURATIONS, WAITS, calls, caseload, costs, families
from access.statistics.working_time import minutes_at
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# A re-referral is one within 12 months of a previous one (DfE, children in need census).
AGAIN_DAYS: Final = 365
NO_FURTHER_ACTION: Final = "^(no further action|nfa)\\b"


@dataclass(frozen=True, slots=True)
class Question:
    """One statistic. ``needs_people``: it joins records to people; ``measure``: the unit of what is measured.

    ``names_people``: the dimension whose values are people, which answers call as the reader may know them.
    """

    key: str
    dimensions: tuple[str, ...]
    fact: str
    measure: str | None = None
    needs_people: bool = False
    needs_households: bool = False
    names_people: str | None = None


def front(scope: Scope, figures: HubFigures) -> str:
    """SQL of the common relations, from WITH on: ``front``, ``linked`` and ``case_row`` between $from and $to."""
    event = rows_in_scope("event", scope)
    received, decided = minutes_at("r.received_at", figures), minutes_at("r.decided_at", figures)
    return f"""
        WITH front AS MATERIALIZED (
            SELECT e.event_id, e.kind, e.agency, e.authority, e.started_at, e.ended_on, e.concern, e.outcome, e.referrer,
                   e.rag_initial, e.rag_final, e.decided_at, e.related_event_id,
                   coalesce(n.kind, CASE WHEN e.referrer IS NULL THEN 'not stated' ELSE 'not resolved' END) AS source
            FROM {event} e LEFT JOIN agency_name n ON n.scope = $scope AND n.text = e.referrer
            WHERE e.kind IN ('contact', 'referral') AND e.agency IN (SELECT unnest($front::VARCHAR[]))
              AND e.started_at >= $from::DATE - {AGAIN_DAYS}
        ), linked AS (
            SELECT c.event_id, min(r.event_id) AS referral_id FROM front c JOIN front r ON r.related_event_id = c.event_id
            WHERE c.kind = 'contact' AND r.kind = 'referral' GROUP BY c.event_id
        ), received AS (
            SELECT f.*, f.started_at AS received_at,
                   CASE WHEN f.kind = 'referral' THEN 'referral without a contact'
                        WHEN l.referral_id IS NOT NULL THEN 'contact that became a referral' ELSE 'contact only' END AS step
            FROM front f LEFT JOIN linked l USING (event_id)
            WHERE f.started_at >= $from::DATE AND f.started_at < $to::DATE + 1
              AND (f.kind = 'contact' OR f.related_event_id IS NULL
                   OR f.related_event_id NOT IN (SELECT event_id FROM front WHERE kind = 'contact'))
              AND ($district IS NULL OR coalesce(f.authority, 'not stated') = $district)
              AND ($source IS NULL OR f.source = $source)
        ), case_row AS (
            SELECT r.*, coalesce(r.authority, 'not stated') AS district,
                   CASE WHEN r.decided_at >= r.received_at THEN {decided} - {received} END AS minutes
            FROM received r LEFT JOIN working_day c_received_at ON c_received_at.day = r.received_at::DATE
                 LEFT JOIN working_day c_decided_at ON c_decided_at.day = r.decided_at::DATE
        )"""


def questions(scope: Scope) -> dict[str, Question]:
    """Every statistic over a scope."""
    involvement, event, record = (
        rows_in_scope("involvement", scope),
        rows_in_scope("event", scope),
        rows_in_scope("record", scope),
    )
    of_case = ("district", "source")
    asked = (
        Question(
            "cases",
            ("step", "source", "district"),
            "SELECT event_id, step, source, district, NULL::DOUBLE AS measured FROM case_row",
        ),
        Question(
            "areas",
            ("district", "step", "source"),
            "SELECT event_id, district, step, source, NULL::DOUBLE AS measured FROM case_row",
        ),
        Question(
            "outcomes",
            ("outcome", "step", *of_case),
            """SELECT event_id, coalesce(lower(outcome), 'not stated') AS outcome, step, district, source, NULL::DOUBLE AS measured
               FROM case_row""",
        ),
        Question(
            "needs",
            ("concern", *of_case),
            """SELECT event_id, coalesce(concern, 'not stated') AS concern, district, source, NULL::DOUBLE AS measured
               FROM case_row""",
        ),
        Question("turnaround", ("rag_initial", "decided", *of_case), _TURNAROUND, "working hours"),
        Question(
            "rag_change",
            ("rag_initial", "rag_final", *of_case),
            """SELECT event_id, rag_initial, coalesce(rag_final, 'not stated') AS rag_final, district, source,
                      NULL::DOUBLE AS measured
               FROM case_row WHERE rag_initial IS NOT NULL""",
        ),
        Question("re_referrals", ("again", *of_case), _re_referrals(involvement), None, needs_people=True),
        Question(
            "contribution",
            ("agency", "contributed", *of_case),
            _contribution(involvement, event),
            None,
            needs_people=True,
        ),
        Question(
            "languages", ("language", *of_case), _subjects(involvement, record, "first_language", "language")
        ),
        Question(
            "disabilities",
            ("disability", *of_case),
            _subjects(involvement, record, "disability", "disability"),
        ),
        Question(
            "calls", ("wait", "district"), calls(event, "wait_seconds", "wait", WAITS), "minutes waited"
        ),
        Question(
            "call_durations",
            ("duration", "district"),
            calls(event, "duration_seconds", "duration", DURATIONS),
            "minutes on the phone",
        ),
        Question(
            "caseload",
            ("worker", "kind", "district"),
            caseload(event, involvement),
            needs_people=True,
            names_people="worker",
        ),
        Question("costs", ("kind", "district"), costs(event), "pounds"),
        Question(
            "costed_families",
            ("district",),
            families(event, involvement),
            "pounds",
            needs_people=True,
            needs_households=True,
        ),
    )
    return {one.key: one for one in asked}


_TURNAROUND: Final = """
    SELECT event_id, rag_initial, district, source, minutes / 60.0 AS measured,
           CASE WHEN decided_at IS NULL THEN 'not decided'
                WHEN minutes IS NULL THEN 'decided before it came'
                WHEN t.target IS NULL THEN 'no target'
                WHEN minutes <= t.target THEN 'within target' ELSE 'late' END AS decided
    FROM case_row LEFT JOIN (SELECT unnest($rags::VARCHAR[]) AS rag, unnest($targets::BIGINT[]) AS target) t ON t.rag = rag_initial
    WHERE rag_initial IS NOT NULL"""


def _re_referrals(involvement: str) -> str:
    """Of each child in each referral of the period: whether there was one before, and where."""
    return f"""
        SELECT n.event_id, coalesce(n.authority, 'not stated') AS district, n.source, NULL::DOUBLE AS measured,
               CASE WHEN bool_or(b.started_at < n.started_at AND (b.ended_on IS NULL OR b.ended_on >= n.started_at::DATE))
                         THEN 'while a case was open'
                    WHEN count(b.event_id) = 0 THEN 'first in 12 months'
                    WHEN arg_max(b.authority, b.started_at) IS DISTINCT FROM n.authority THEN 'again, other authority'
                    ELSE 'again, same authority' END AS again
        FROM (SELECT DISTINCT f.event_id, f.started_at, f.authority, f.source, m.person_id
              FROM front f JOIN {involvement} i USING (event_id)
              JOIN membership m ON m.scope = $scope AND m.record_id = i.record_id
              WHERE f.kind = 'referral' AND i.role = 'subject' AND f.started_at >= $from::DATE AND f.started_at < $to::DATE + 1
                AND ($district IS NULL OR coalesce(f.authority, 'not stated') = $district)
                AND ($source IS NULL OR f.source = $source)) n
        LEFT JOIN (SELECT DISTINCT f.event_id, f.started_at, f.ended_on, f.authority, m.person_id
              FROM front f JOIN {involvement} i USING (event_id)
              JOIN membership m ON m.scope = $scope AND m.record_id = i.record_id
              WHERE f.kind = 'referral' AND i.role = 'subject') b
          ON b.person_id = n.person_id AND b.event_id <> n.event_id AND b.started_at < n.started_at
             AND b.started_at >= n.started_at - INTERVAL {AGAIN_DAYS} DAY
        GROUP BY n.event_id, n.person_id, n.started_at, n.authority, n.source"""


def _contribution(involvement: str, event: str) -> str:
    """Of each case and each partner that had joined by then: whether the partner knew something of its people."""
    return f"""
        SELECT c.event_id, p.agency, c.district, c.source, NULL::DOUBLE AS measured,
               CASE WHEN k.agency IS NULL THEN 'nothing known' ELSE 'contributed' END AS contributed
        FROM case_row c
        JOIN (SELECT e.agency, coalesce(any_value(j.joined), min(e.known_on), min(e.started_at::DATE)) AS joined
              FROM {event} e LEFT JOIN (SELECT unnest($partners::VARCHAR[]) AS agency, unnest($joined::DATE[]) AS joined) j
                ON j.agency = e.agency
              GROUP BY e.agency) p ON p.joined <= c.received_at::DATE
        LEFT JOIN (
            -- Held apart, so that the days are compared of reports about the same people alone. The case's own report is
            -- left out by HAVING: as a condition, DuckDB would pair each case with each part of the scope by it.
            WITH person_of_case AS MATERIALIZED (
                SELECT DISTINCT c.event_id, c.received_at, c.decided_at, m.person_id
                FROM case_row c JOIN {involvement} i USING (event_id)
                JOIN membership m ON m.scope = $scope AND m.record_id = i.record_id
                WHERE i.role IN ('subject', 'victim', 'parent_carer')
            ), report AS MATERIALIZED (
                SELECT DISTINCT w.event_id, w.received_at, w.decided_at, i.event_id AS other_id
                FROM person_of_case w JOIN membership m ON m.scope = $scope AND m.person_id = w.person_id
                JOIN {involvement} i ON i.record_id = m.record_id
            )
            SELECT w.event_id, e.agency FROM report w JOIN {event} e ON e.event_id = w.other_id
            WHERE e.started_at >= w.received_at - INTERVAL {AGAIN_DAYS} DAY
              AND e.started_at <= coalesce(greatest(w.decided_at, w.received_at), w.received_at)
            GROUP BY w.event_id, e.agency HAVING bool_or(w.other_id <> w.event_id)
        ) k ON k.event_id = c.event_id AND k.agency = p.agency"""


def _subjects(involvement: str, record: str, column: str, name: str) -> str:
    """Of each person a case is about: what the record named in it says in ``column``."""
    return f"""
        SELECT c.event_id, coalesce(r.{column}, 'not recorded') AS {name}, c.district, c.source, NULL::DOUBLE AS measured
        FROM case_row c JOIN {involvement} i USING (event_id) JOIN {record} r USING (record_id) WHERE i.role = 'subject'"""


QUESTIONS: Final = (
    "cases",
    "areas",
    "outcomes",
    "needs",
    "turnaround",
    "rag_change",
    "re_referrals",
    "contribution",
    "languages",
    "disabilities",
    "calls",
    "call_durations",
    "caseload",
    "costs",
    "costed_families",
)
