"""Missing from view: children who left everywhere and appeared nowhere."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import ClassVar, NamedTuple

from detectors.drafting import Draft, Part, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.kinship import families, relating_records

# Words of an outcome that say where the child went or why it is lawful: home education is nobody's loss of sight.
_LAWFUL = "home educ|home school|educated at home|\\behe\\b|college|sixth form|completed|end of statutory|died|deceased|death"
# Words that name where the child goes on: for those who left together one such word tells of all.
_NEXT_PLACE = (
    "another|elsewhere|transfer|(new|other|different|next|independent|private) (school|academy|practice|surgery|gp\\b)"
    "|(school|academy|practice|surgery|destination|placement) (named|known|confirmed|found)|named school"
    "|enrolled|admitted to|joined|registered (at|with)|on roll at"
)
# What takes such words back: "new school not known", "destination unconfirmed".
_NOT_KNOWN = "not (yet )?(known|named|confirmed|traced|found|registered|enrolled)|unknown|unconfirmed|untraced|no (new|other|next|known|named|forwarding)|awaiting"
DESTINATION_KNOWN = f"({_NEXT_PLACE}|{_LAWFUL})"
NEXT_PLACE_NAMED = f"({_NEXT_PLACE})"
NOT_KNOWN = f"({_NOT_KNOWN})"
MEASURE = "services left (school roll, GP, tenancy) by children not seen since"


class MissingFromView:
    """Children left school or surgery for no known place, and no service has seen them since.

    A school roll ended without a destination, or a GP list and the family's tenancy ended with a concern in the year
    before; and for 90 days after the last of them no agency records the children anywhere, nor anybody they lived
    with at a new place: no registration, no other roll or list, no new address, no attendance, no event. A missed
    appointment is not a sight of a child. One of those who left together whose next school or surgery is named speaks
    for all. A family that moved and registered at its new place is not raised, and any sight of a child
    clears it. Concerns of the year before, about the children or those they lived with, put them first.
    """

    name: ClassVar[str] = "missing_from_view"
    version: ClassVar[str] = "3"
    grows: ClassVar[bool] = True

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at the first date after the quiet time, for children not seen by then."""
        _make_leavings(facts)
        _make_sights(facts)
        _make_unseen(facts)
        unseen: dict[date, list[_Row]] = defaultdict(list)
        for as_of, *row in facts.rows("SELECT * FROM unseen_row ORDER BY ALL"):
            unseen[as_of].append(_Row(*row))
        related = relating_records(facts, {row.child_id for rows in unseen.values() for row in rows})
        homes: dict[tuple[str, date], list[tuple[str, str, str]]] = defaultdict(list)
        for child, left_on, person, record_id, role in facts.rows("SELECT * FROM left_with ORDER BY ALL"):
            homes[child, left_on].append((person, record_id, role))
        drafts = [
            _draft(facts, as_of, [row for row in rows if row.child_id in family], homes, related)
            for as_of, rows in unseen.items()
            for family in families({row.child_id for row in rows}, set(related))
        ]
        return write_out(facts, self, drafts)


class _Row(NamedTuple):
    """One child unseen, with one row that says what they left or what the concern was."""

    child_id: str
    left_on: date
    services: int
    person_id: str
    event_id: str
    record_id: str
    role: str
    is_concern: bool


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
                   p.happened_on, p.known_on
            FROM fact_part p JOIN fact_person f ON f.person_id = p.person_id
            WHERE p.kind IN ('off_roll', 'gp_deregistration', 'tenancy_end') AND p.role IN ('subject', 'associate')
              AND NOT coalesce(regexp_matches(lower(p.outcome), '{DESTINATION_KNOWN}')
                               AND NOT regexp_matches(lower(p.outcome), '{NOT_KNOWN}'), false)),
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
    facts.make(
        "last_leaving",
        f"""
        SELECT l.child_id, l.born, l.happened_on AS left_on, min(o.happened_on) AS first_left_on,
               max(o.known_on) AS known_on, count(DISTINCT o.kind) AS services,
               bool_or(o.kind = 'off_roll') AS left_school
        FROM (SELECT DISTINCT child_id, born, happened_on FROM leaving) l
        JOIN leaving o ON o.child_id = l.child_id
         AND o.happened_on BETWEEN l.happened_on - INTERVAL {limits.leaving_days} DAY AND l.happened_on
        GROUP BY l.child_id, l.born, l.happened_on
        HAVING count(DISTINCT o.kind) >= {limits.least_leavings} AND bool_or(o.kind <> 'tenancy_end')""",
    )


def _make_sights(facts: Facts) -> None:
    """``sight``: what shows that a child is somewhere; ``arrival``: what shows a new home, school or surgery.

    ``days_before``: an arrival may come so long before the leaving. A roll or a list is joined on the day of the leaving or
    after, and goes on (``until``) beyond it: else it may be the very one that is left.
    """
    facts.make(
        "sight",
        """
        SELECT person_id, happened_on, known_on FROM fact_part
        WHERE kind NOT IN ('off_roll', 'gp_deregistration', 'tenancy_end', 'missed_appointment', 'missing_episode',
                           'arrears', 'plan', 'strategy_discussion')
          AND (kind <> 'attendance' OR coalesce(sessions_absent < sessions_possible, true))""",
    )
    facts.make(
        "arrival",
        """
        WITH stated AS (
            SELECT person_id, place_id, valid_from FROM fact_home
            UNION SELECT person_id, place_id, valid_from FROM fact_address WHERE valid_from IS NOT NULL),
        first_home AS (
            SELECT person_id, arg_min(place_id, valid_from) AS place_id FROM stated WHERE place_id IS NOT NULL GROUP BY person_id)
        SELECT person_id, happened_on, known_on, 31 AS days_before, NULL::DATE AS until FROM fact_part
        WHERE kind IN ('gp_registration', 'tenancy_start')
           OR kind IN ('off_roll', 'gp_deregistration') AND regexp_matches(lower(outcome), $named)
              AND NOT regexp_matches(lower(outcome), $not_known)
        UNION ALL
        SELECT s.person_id, s.valid_from, s.valid_from, CASE WHEN coalesce(s.place_id = h.place_id, false) THEN 0 ELSE 31 END, NULL
        FROM stated s LEFT JOIN first_home h ON h.person_id = s.person_id
        UNION ALL
        SELECT f.person_id, t.valid_from, t.valid_from, 1, t.valid_to
        FROM scoped_organisation_tie t JOIN fact_record f ON f.record_id = t.record_id
        WHERE t.kind IN ('school', 'gp_practice') AND t.valid_from <= coalesce(t.valid_to, DATE '9999-12-31')""",
        named=NEXT_PLACE_NAMED,
        not_known=NOT_KNOWN,
    )


def _make_unseen(facts: Facts) -> None:
    """``unseen``: who is out of view at which date; ``unseen_row``: with a row for each leaving and each concern."""
    limits = facts.thresholds.missing_from_view
    # The few who left come first: every child of every home with everybody who ever lived there is a great many pairs.
    facts.make(
        "left_with",
        """
        WITH home AS MATERIALIZED (
            SELECT DISTINCT u.child_id, u.left_on, c.place_id
            FROM (SELECT DISTINCT child_id, left_on FROM last_leaving) u
            JOIN child_home c ON c.child_id = u.child_id
             AND u.left_on BETWEEN c.valid_from AND c.valid_to + INTERVAL 120 DAY)
        SELECT u.child_id, u.left_on, h.person_id, min(h.record_id) AS record_id,
               'associate' AS role
        FROM home u JOIN fact_home h ON h.place_id = u.place_id AND NOT h.is_communal
         AND u.left_on BETWEEN h.valid_from AND h.valid_to + INTERVAL 120 DAY
        GROUP BY u.child_id, u.left_on, h.person_id""",
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
          AND NOT EXISTS (SELECT 1 FROM arrival s WHERE s.person_id = l.child_id
                          AND s.happened_on > l.first_left_on - to_days(s.days_before) AND s.known_on <= a.day
                          AND coalesce(s.until > l.left_on, true))
          AND NOT EXISTS (SELECT 1 FROM left_with w JOIN arrival s ON s.person_id = w.person_id
                          WHERE w.child_id = l.child_id AND w.left_on = l.left_on
                          AND s.happened_on > l.first_left_on - to_days(s.days_before) AND s.known_on <= a.day
                          AND coalesce(s.until > l.left_on, true))
          AND NOT EXISTS (SELECT 1 FROM last_leaving o WHERE o.child_id = l.child_id AND o.left_on > l.left_on
                          AND o.known_on <= a.day)""",
    )
    facts.make(
        "unseen_concern",
        f"""
        SELECT u.child_id, u.left_on, p.person_id, p.event_id, p.record_id, p.role
        FROM unseen u
        JOIN (SELECT DISTINCT child_id, left_on, child_id AS person_id FROM unseen
              UNION SELECT child_id, left_on, person_id FROM left_with) w ON w.child_id = u.child_id AND w.left_on = u.left_on
        JOIN fact_part p ON p.person_id = w.person_id AND p.known_on <= u.as_of
         AND coalesce(p.ended_on, p.happened_on) > u.left_on - INTERVAL {limits.concern_days} DAY
         AND p.happened_on <= u.left_on
        WHERE p.role IN ('subject', 'victim', 'parent_carer')
          AND (p.concern IS NOT NULL OR p.kind IN ('plan', 's47_enquiry', 'strategy_discussion', 'referral', 'assessment'))
          AND p.kind NOT IN ('off_roll', 'gp_deregistration', 'tenancy_end')""",
    )
    facts.make(
        "unseen_row",
        f"""
        WITH told AS (
            SELECT u.child_id, u.left_on, r.person_id, r.event_id, r.record_id, r.role, false AS is_concern
            FROM unseen u JOIN leaving r ON r.child_id = u.child_id AND r.known_on <= u.as_of
             AND r.happened_on BETWEEN u.left_on - INTERVAL {limits.leaving_days} DAY AND u.left_on
            UNION
            SELECT *, true FROM unseen_concern)
        SELECT u.as_of, u.child_id, u.left_on, u.services,
               t.person_id, t.event_id, t.record_id, t.role, t.is_concern
        FROM unseen u
        JOIN told t ON t.child_id = u.child_id AND t.left_on = u.left_on
        WHERE (u.left_school AND NOT $needs_concern) OR (u.left_school OR u.services >= 2) AND EXISTS (
            SELECT 1 FROM unseen_concern c WHERE c.child_id = u.child_id AND c.left_on = u.left_on)""",
        needs_concern=limits.needs_concern,
    )


def _draft(
    facts: Facts,
    as_of: date,
    rows: Sequence[_Row],
    homes: dict[tuple[str, date], list[tuple[str, str, str]]],
    related: Mapping[tuple[str, str], Sequence[str]],
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
    for pair in combinations(children, 2):
        for record_id in related.get(pair, ()):
            own_records.setdefault(record_id, "says that the children are one family")
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
        excess=round(services + len({row.event_id for row in rows if row.is_concern}) / 10, 4),
        measure=MEASURE,
        clears="It clears when any agency has seen the children since, or one of the leavings was not theirs.",
    )
