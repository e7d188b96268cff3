"""Missing from view: children who left everywhere and appeared nowhere."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar, NamedTuple

from detectors.drafting import Draft, Part, write_out
from detectors.facts import Facts
from detectors.finding import Finding

MEASURE = "services left (school roll, GP, tenancy) by children not seen since"


class MissingFromView:
    """Children about whom there was a concern left school, surgery or home, and no service has seen them since.

    At least two of school roll, GP list and tenancy ended within four months, there had been a concern within
    the year before, and for 60 days after the last of them no agency records them anywhere: no registration, no
    new address, no attendance, no event. A missed appointment is not a sight of the child. A family that moved
    and registered at its new place is not raised; any sight of a child clears it.
    """

    name: ClassVar[str] = "missing_from_view"
    version: ClassVar[str] = "1"
    grows: ClassVar[bool] = True

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at the first date after the quiet time, for children not seen by then."""
        _make_leavings(facts)
        _make_unseen(facts)
        cases: dict[tuple[str, date], list[_Row]] = defaultdict(list)
        for place, as_of, *row in facts.rows("SELECT * FROM unseen_row ORDER BY ALL"):
            cases[place, as_of].append(_Row(*row))
        homes: dict[tuple[str, date], list[tuple[str, str, str]]] = defaultdict(list)
        for child, left_on, person, record_id, role in facts.rows("SELECT * FROM left_with ORDER BY ALL"):
            homes[child, left_on].append((person, record_id, role))
        return write_out(
            facts, self, [_draft(facts, as_of, rows, homes) for (_, as_of), rows in cases.items()]
        )


class _Row(NamedTuple):
    """One child unseen, with one row that says what they left or what the concern was."""

    child_id: str
    left_on: date
    services: int
    person_id: str
    event_id: str
    record_id: str
    role: str


def _make_leavings(facts: Facts) -> None:
    """``leaving``: what children left: their own acts, and the end of a tenancy of somebody they lived with."""
    limits = facts.thresholds.missing_from_view
    facts.make(
        "child_home",
        f"""
        SELECT DISTINCT h.person_id AS child_id, f.born, h.place_id, h.valid_from, h.valid_to, h.record_id
        FROM fact_home h JOIN fact_person f ON f.person_id = h.person_id
        WHERE f.born + INTERVAL {limits.child_age} YEAR > DATE '{facts.dates[0].isoformat()}' - INTERVAL {limits.live_days} DAY""",
    )
    facts.make(
        "leaving",
        f"""
        WITH own AS (
            SELECT p.person_id AS child_id, f.born, p.kind, p.person_id, p.event_id, p.record_id, p.role,
                   coalesce(p.ended_on, p.happened_on) AS happened_on, p.known_on
            FROM fact_part p JOIN fact_person f ON f.person_id = p.person_id
            WHERE p.kind IN ('off_roll', 'gp_deregistration', 'tenancy_end') AND p.role IN ('subject', 'associate')),
        shared AS (
            SELECT c.child_id, c.born, p.kind, p.person_id, p.event_id, p.record_id, p.role, p.happened_on, p.known_on
            FROM fact_part p
            JOIN fact_home h ON h.person_id = p.person_id
             AND p.happened_on BETWEEN h.valid_from - INTERVAL 31 DAY AND h.valid_to + INTERVAL 31 DAY
            JOIN child_home c ON c.place_id = h.place_id AND c.child_id <> p.person_id
             AND p.happened_on BETWEEN c.valid_from - INTERVAL 31 DAY AND c.valid_to + INTERVAL 31 DAY
            WHERE p.kind = 'tenancy_end')
        SELECT DISTINCT * FROM (FROM own UNION ALL FROM shared)
        WHERE happened_on < born + INTERVAL {limits.child_age} YEAR""",
    )


def _make_unseen(facts: Facts) -> None:
    """``unseen_row``: (place or child, as_of, child, left_on, services, then a row): who is out of view at which date."""
    limits = facts.thresholds.missing_from_view
    facts.make(
        "last_leaving",
        f"""
        SELECT l.child_id, l.born, l.happened_on AS left_on, max(o.known_on) AS known_on, count(DISTINCT o.kind) AS services
        FROM (SELECT DISTINCT child_id, born, happened_on FROM leaving) l
        JOIN leaving o ON o.child_id = l.child_id
         AND o.happened_on BETWEEN l.happened_on - INTERVAL {limits.leaving_days} DAY AND l.happened_on
        GROUP BY ALL HAVING count(DISTINCT o.kind) >= {limits.least_leavings}""",
    )
    facts.make(
        "sight",
        """
        SELECT person_id, happened_on, known_on FROM fact_part
        WHERE kind NOT IN ('off_roll', 'gp_deregistration', 'tenancy_end', 'missed_appointment', 'missing_episode',
                           'arrears', 'plan', 'strategy_discussion')
          AND (kind <> 'attendance' OR coalesce(sessions_absent < sessions_possible, true))
        UNION ALL
        SELECT person_id, valid_from, valid_from FROM fact_address WHERE valid_from IS NOT NULL""",
    )
    facts.make(
        "unseen",
        f"""
        SELECT l.*, a.day AS as_of
        FROM (SELECT *, greatest(left_on + INTERVAL {limits.quiet_days} DAY, known_on)::DATE AS due FROM last_leaving) l
        ASOF JOIN as_of a ON l.due <= a.day
        WHERE l.left_on > a.day - INTERVAL {limits.live_days} DAY
          AND NOT EXISTS (SELECT 1 FROM sight s WHERE s.person_id = l.child_id
                          AND s.happened_on > l.left_on AND s.known_on <= a.day)
          AND NOT EXISTS (SELECT 1 FROM last_leaving o WHERE o.child_id = l.child_id AND o.left_on > l.left_on
                          AND o.known_on <= a.day)""",
    )
    facts.make(
        "unseen_concern",
        f"""
        SELECT u.child_id, u.left_on, p.person_id, p.event_id, p.record_id, p.role
        FROM unseen u JOIN fact_part p ON p.person_id = u.child_id AND p.known_on <= u.as_of
         AND coalesce(p.ended_on, p.happened_on) > u.left_on - INTERVAL {limits.concern_days} DAY
         AND p.happened_on <= u.left_on
        WHERE p.role IN ('subject', 'victim')
          AND (p.concern IS NOT NULL OR p.kind IN ('plan', 's47_enquiry', 'strategy_discussion', 'referral', 'assessment'))
          AND p.kind NOT IN ('off_roll', 'gp_deregistration', 'tenancy_end')""",
    )
    facts.make(
        "left_with",
        """
        SELECT u.child_id, u.left_on, h.person_id, min(h.record_id) AS record_id,
               CASE WHEN bool_or(k.kind IN ('parent', 'carer')) THEN 'parent_carer' ELSE 'associate' END AS role
        FROM (SELECT DISTINCT child_id, left_on FROM unseen) u
        JOIN child_home c ON c.child_id = u.child_id
         AND u.left_on BETWEEN c.valid_from AND c.valid_to + INTERVAL 120 DAY
        JOIN fact_home h ON h.place_id = c.place_id AND NOT h.is_communal
         AND u.left_on BETWEEN h.valid_from AND h.valid_to + INTERVAL 120 DAY
        LEFT JOIN fact_kin k ON k.person_id = h.person_id AND k.other_person_id = u.child_id
        GROUP BY u.child_id, u.left_on, h.person_id""",
    )
    facts.make(
        "unseen_row",
        f"""
        WITH place AS (
            SELECT u.child_id, u.left_on, max(c.place_id) AS place_id FROM unseen u JOIN child_home c
              ON c.child_id = u.child_id AND u.left_on BETWEEN c.valid_from AND c.valid_to + INTERVAL 120 DAY
            GROUP BY ALL)
        SELECT coalesce(p.place_id, u.child_id) AS place_id, u.as_of, u.child_id, u.left_on, u.services,
               r.person_id, r.event_id, r.record_id, r.role
        FROM unseen u LEFT JOIN place p ON p.child_id = u.child_id AND p.left_on = u.left_on
        JOIN (SELECT child_id, person_id, event_id, record_id, role, happened_on, known_on FROM leaving) r
          ON r.child_id = u.child_id AND r.known_on <= u.as_of
         AND r.happened_on BETWEEN u.left_on - INTERVAL {limits.leaving_days} DAY AND u.left_on
        WHERE EXISTS (SELECT 1 FROM unseen_concern c WHERE c.child_id = u.child_id AND c.left_on = u.left_on)
        UNION
        SELECT coalesce(p.place_id, u.child_id), u.as_of, u.child_id, u.left_on, u.services,
               c.person_id, c.event_id, c.record_id, c.role
        FROM unseen u LEFT JOIN place p ON p.child_id = u.child_id AND p.left_on = u.left_on
        JOIN unseen_concern c ON c.child_id = u.child_id AND c.left_on = u.left_on""",
    )


def _draft(
    facts: Facts,
    as_of: date,
    rows: Sequence[_Row],
    homes: dict[tuple[str, date], list[tuple[str, str, str]]],
) -> Draft:
    limits = facts.thresholds.missing_from_view
    parts: set[Part] = {(row.event_id, row.record_id, row.role) for row in rows}
    own_records: dict[str, str] = {}
    subjects = {(row.person_id, row.role) for row in rows}
    named = {person for person, _ in subjects}
    children = sorted({row.child_id for row in rows})
    for child, left_on in sorted({(row.child_id, row.left_on) for row in rows}):
        for person, record_id, role in homes.get((child, left_on), []):
            own_records.setdefault(record_id, "states who lived with the children")
            if person not in named:
                subjects.add((person, role))
    left_on = max(row.left_on for row in rows)
    services = max(row.services for row in rows)
    return Draft(
        anchor=(min(children),),
        as_of=as_of,
        subjects=sorted(subjects),
        parts=parts,
        own_records=own_records,
        aged=children,
        expires_on=min(as_of + facts.thresholds.review_period(), left_on + timedelta(days=limits.live_days)),
        observed=float(services),
        baseline=0.0,
        interval=(float(services), float(services)),
        excess=round(services + len({row.event_id for row in rows}) / 100, 4),
        measure=MEASURE,
        clears="It clears when any agency has seen the children since, or one of the leavings was not theirs.",
    )
