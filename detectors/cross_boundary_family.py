"""Cross-boundary family: children who moved to another authority with a concern behind them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar, NamedTuple

from detectors.drafting import Draft, Part, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.moves import make_moves

MEASURE = "concerns open or recent in the authority that the family left; one is enough"


class CrossBoundaryFamily:
    """Children moved from one authority to another while a concern about the family was open or recent behind them.

    A concern is a child in need, child protection or looked-after plan in force at the move or within 6 months
    before it, or an enquiry under section 47, a strategy discussion, an assessment or a referral in those 6
    months, in the authority they left and about a child who moved or somebody who lived with them. A family that
    moved with nothing behind it is not raised, however often it registers. It is raised for 6 months.
    """

    name: ClassVar[str] = "cross_boundary_family"
    version: ClassVar[str] = "1"
    grows: ClassVar[bool] = True

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which a move, or a concern behind it, was new."""
        limits = facts.thresholds.cross_boundary_family
        make_moves(facts, limits.child_age)
        _make_concerns(facts)
        found = facts.rows(
            f"""
            WITH news AS (SELECT DISTINCT c.family, a.day AS as_of
                          FROM move_concern c ASOF JOIN as_of a ON greatest(c.known_on, c.moved_known_on) <= a.day)
            SELECT n.family, n.as_of, c.*
            FROM news n JOIN move_concern c ON c.family = n.family
             AND greatest(c.known_on, c.moved_known_on) <= n.as_of AND c.moved_on > n.as_of - INTERVAL {limits.live_days} DAY
            ORDER BY ALL"""
        )
        cases: dict[tuple[str, date], list[_Row]] = defaultdict(list)
        for family, as_of, *row in found:
            cases[family, as_of].append(_Row(*row))
        homes = _households(facts)
        return write_out(
            facts, self, [_draft(facts, as_of, rows, homes) for (_, as_of), rows in cases.items()]
        )


class _Row(NamedTuple):
    """One child's move with one concern behind it."""

    family: str
    child_id: str
    from_authority: str
    to_authority: str
    moved_on: date
    moved_known_on: date
    from_record_id: str
    from_event_id: str | None
    from_role: str | None
    to_record_id: str
    to_event_id: str | None
    to_role: str | None
    concerned_id: str
    event_id: str
    record_id: str
    role: str
    known_on: date


def _make_concerns(facts: Facts) -> None:
    """``move_concern``: the moves of children with each concern left behind; ``move_with``: who lived with them."""
    limits = facts.thresholds.cross_boundary_family
    facts.make(
        "move_with",
        """
        SELECT DISTINCT m.child_id, m.moved_on, h.person_id, h.record_id
        FROM (SELECT person_id AS child_id, moved_on, place_id FROM child_move
              UNION SELECT person_id, moved_on, from_place_id FROM child_move) m
        JOIN fact_home h ON h.place_id = m.place_id AND NOT h.is_communal
         AND h.valid_from <= m.moved_on + INTERVAL 31 DAY AND h.valid_to >= m.moved_on - INTERVAL 31 DAY""",
    )
    facts.make(
        "move_concern",
        f"""
        WITH about AS (
            SELECT person_id AS child_id, moved_on, person_id FROM child_move
            UNION SELECT child_id, moved_on, person_id FROM move_with)
        SELECT coalesce(m.place_id, m.person_id) || '|' || m.from_authority || '|' || m.to_authority AS family,
               m.person_id, m.from_authority, m.to_authority, m.moved_on, m.known_on AS moved_known_on,
               m.from_record_id, m.from_event_id, m.from_role, m.to_record_id, m.to_event_id, m.to_role,
               p.person_id AS concerned_id, p.event_id, p.record_id, p.role, p.known_on
        FROM child_move m
        JOIN about w ON w.child_id = m.person_id AND w.moved_on = m.moved_on
        JOIN fact_part p ON p.person_id = w.person_id AND p.role IN ('subject', 'victim', 'parent_carer')
         AND p.authority = m.from_authority AND p.kind IN (SELECT unnest($kinds))
         AND (p.kind <> 'plan' OR p.plan_kind IN (SELECT unnest($plan_kinds)))
         AND p.happened_on <= m.moved_on
         AND CASE WHEN p.kind = 'plan' THEN coalesce(p.ended_on, DATE '9999-12-31') ELSE p.happened_on END
             >= m.moved_on - INTERVAL {limits.concern_days} DAY""",
        kinds=list(limits.kinds),
        plan_kinds=list(limits.plan_kinds),
    )


def _households(facts: Facts) -> dict[tuple[str, date], list[tuple[str, str]]]:
    """(child, day of the move) to (person, record that says so) of those who lived with the child about then."""
    homes: dict[tuple[str, date], list[tuple[str, str]]] = defaultdict(list)
    for child, moved_on, person, record_id in facts.rows(
        "SELECT child_id, moved_on, person_id, min(record_id) FROM move_with GROUP BY ALL ORDER BY ALL"
    ):
        homes[child, moved_on].append((person, record_id))
    return homes


def _draft(
    facts: Facts, as_of: date, rows: Sequence[_Row], homes: dict[tuple[str, date], list[tuple[str, str]]]
) -> Draft:
    limits = facts.thresholds.cross_boundary_family
    parts: set[Part] = set()
    own_records: dict[str, str] = {}
    roles: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        parts.add((row.event_id, row.record_id, row.role))
        roles[row.concerned_id].add(row.role)
        roles[row.child_id] |= set()
        for record_id, event_id, role in (
            (row.from_record_id, row.from_event_id, row.from_role),
            (row.to_record_id, row.to_event_id, row.to_role),
        ):
            if event_id and role:
                parts.add((event_id, record_id, role))
                roles[row.child_id].add(role)
            else:
                own_records.setdefault(record_id, "states an address of the family before or after the move")
        for person, record_id in homes.get((row.child_id, row.moved_on), []):
            roles[person] |= set()
            own_records.setdefault(record_id, "states who lived with the children")
    moved_on = max(row.moved_on for row in rows)
    concerns = {row.event_id for row in rows}
    first = min(rows, key=lambda row: (row.moved_on, row.child_id))
    return Draft(
        anchor=(first.child_id, first.from_authority, first.to_authority),
        as_of=as_of,
        subjects=[(person, role) for person, held in sorted(roles.items()) for role in held or {"associate"}],
        parts=parts,
        own_records=own_records,
        aged=sorted({row.child_id for row in rows}),
        expires_on=min(as_of + facts.thresholds.review_period(), moved_on + timedelta(days=limits.live_days)),
        observed=float(len(concerns)),
        baseline=0.0,
        excess=float(len(concerns)),
        measure=MEASURE,
        days=tuple(sorted({row.moved_on for row in rows})),
        clears="It clears when the move proves not to be one, or each concern behind it was about somebody else or closed long before.",
    )
