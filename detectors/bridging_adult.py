"""Bridging adult: one adult in the lives of several unrelated families whose children come to harm."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar, NamedTuple

from detectors.drafting import Draft, Part, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.kinship import families as families_of
from detectors.kinship import related_pairs

MEASURE = "unrelated families with a child in harm that the adult is tied to; a bridge begins at two"


class BridgingAdult:
    """One adult is tied to two or more otherwise unrelated families in each of which a child comes to harm.

    A tie is a part in the same happening as the child (suspect, offender or associate) or having lived with the
    child, within 2 years. Harm is an incident, referral, enquiry or plan with the child as victim or subject, of the
    kind that comes into a home (neglect, abuse, domestic abuse and the like); what gangs and exploiters do to
    children has rules of its own. Children who are kin or live together are one family; the adult's own kin do not count, nor do
    people on the records for their work, and somebody tied to very many families is taken to be one of these.
    """

    name: ClassVar[str] = "bridging_adult"
    version: ClassVar[str] = "2"
    grows: ClassVar[bool] = False

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which a tie of the adult or a harm of a child was new."""
        limits = facts.thresholds.bridging_adult
        _make_bridges(facts)
        found = facts.rows(
            f"""
            WITH news AS (SELECT DISTINCT b.adult_id, a.day AS as_of FROM bridge b ASOF JOIN as_of a ON b.known_on <= a.day)
            SELECT n.adult_id AS adult, n.as_of, b.*
            FROM news n JOIN bridge b ON b.adult_id = n.adult_id AND b.known_on <= n.as_of
             AND b.harmed_on > n.as_of - INTERVAL {limits.window_days} DAY
             AND b.tied_on > n.as_of - INTERVAL {limits.window_days} DAY
            QUALIFY count(DISTINCT b.child_id) OVER (PARTITION BY n.adult_id, n.as_of) >= 2
            ORDER BY ALL"""
        )
        cases: dict[tuple[str, date], list[_Bridge]] = defaultdict(list)
        for adult, as_of, *row in found:
            cases[adult, as_of].append(_Bridge(*row))
        people = {row.child_id for rows in cases.values() for row in rows} | {adult for adult, _ in cases}
        related = related_pairs(facts, people)
        drafts = [_draft(facts, as_of, rows, related) for (_, as_of), rows in cases.items()]
        return write_out(facts, self, [draft for draft in drafts if draft])


class _Bridge(NamedTuple):
    """One tie of an adult to a child, with one harm of that child."""

    adult_id: str
    child_id: str
    tied_on: date
    known_on: date
    harmed_on: date
    harm_event_id: str
    harm_record_id: str
    harm_role: str
    child_event_id: str | None
    child_record_id: str
    child_role: str | None
    adult_event_id: str | None
    adult_record_id: str
    adult_role: str | None


def _make_bridges(facts: Facts) -> None:
    """``bridge``: adults and the children in harm they are tied to, kin by record left out."""
    limits = facts.thresholds.bridging_adult
    facts.make(
        "child_harm",
        f"""
        SELECT p.* FROM fact_part p JOIN fact_person f ON f.person_id = p.person_id
        WHERE p.role IN ('victim', 'subject') AND p.concern IN (SELECT unnest($concerns))
          AND p.kind IN ('incident', 'referral', 'contact', 's47_enquiry', 'plan', 'strategy_discussion', 'ed_attendance')
          AND p.happened_on BETWEEN f.born AND f.born + INTERVAL {limits.child_age} YEAR""",
        concerns=list(limits.concerns),
    )
    facts.make(
        "bridge",
        f"""
        WITH tied AS (
            SELECT a.person_id AS adult_id, c.person_id AS child_id, a.happened_on AS tied_on,
                   greatest(a.known_on, c.known_on) AS known_on, c.event_id AS child_event_id,
                   c.record_id AS child_record_id, c.role AS child_role,
                   a.event_id AS adult_event_id, a.record_id AS adult_record_id, a.role AS adult_role
            FROM fact_part a JOIN fact_part c ON c.happening_id = a.happening_id AND c.person_id <> a.person_id
            WHERE a.role IN ('suspect', 'offender', 'associate') AND c.person_id IN (SELECT person_id FROM child_harm)
            UNION ALL
            SELECT a.person_id, c.person_id, least(a.valid_to, c.valid_to), greatest(a.valid_from, c.valid_from),
                   NULL, c.record_id, NULL, NULL, a.record_id, NULL
            FROM fact_home c JOIN fact_home a ON a.place_id = c.place_id AND a.person_id <> c.person_id
             AND a.valid_from <= c.valid_to AND c.valid_from <= a.valid_to AND NOT a.is_communal
            WHERE c.person_id IN (SELECT person_id FROM child_harm)),
        grown AS (
            SELECT t.* FROM tied t JOIN fact_person f ON f.person_id = t.adult_id
            WHERE (f.born IS NULL OR f.born + INTERVAL {limits.child_age} YEAR <= t.known_on)
              AND NOT EXISTS (
                SELECT 1 FROM fact_kin k WHERE k.person_id = t.adult_id AND k.other_person_id = t.child_id
                 AND k.kind IN ('parent', 'child', 'sibling', 'kin', 'carer')))
        SELECT DISTINCT g.adult_id, g.child_id, g.tied_on, greatest(g.known_on, h.known_on) AS known_on,
               h.happened_on AS harmed_on, h.event_id, h.record_id, h.role,
               g.child_event_id, g.child_record_id, g.child_role, g.adult_event_id, g.adult_record_id, g.adult_role
        FROM grown g JOIN child_harm h ON h.person_id = g.child_id
        WHERE g.adult_id IN (SELECT adult_id FROM grown GROUP BY adult_id HAVING count(DISTINCT child_id) >= 2)""",
    )


def _draft(facts: Facts, as_of: date, rows: Sequence[_Bridge], related: set[tuple[str, str]]) -> Draft | None:
    limits = facts.thresholds.bridging_adult
    involved = {row.child_id for row in rows if row.adult_event_id}
    if not involved:
        return None
    families = families_of({row.child_id for row in rows}, related)
    if not limits.least_households <= len(families) <= limits.most_households:
        return None
    adult = rows[0].adult_id
    parts: set[Part] = set()
    subjects: set[tuple[str, str]] = set()
    own_records: dict[str, str] = {}
    for row in rows:
        parts.add((row.harm_event_id, row.harm_record_id, row.harm_role))
        subjects.add((row.child_id, row.harm_role))
        if row.child_event_id and row.child_role and row.adult_event_id and row.adult_role:
            parts |= {
                (row.child_event_id, row.child_record_id, row.child_role),
                (row.adult_event_id, row.adult_record_id, row.adult_role),
            }
            subjects |= {(row.child_id, row.child_role), (adult, row.adult_role)}
        else:
            own_records.setdefault(row.child_record_id, "states where the child lived")
            own_records.setdefault(row.adult_record_id, "states that the adult lived with a child")
    newest = sorted(
        (max(r.harmed_on for r in rows if r.child_id in family) for family in families), reverse=True
    )
    return Draft(
        anchor=(adult,),
        as_of=as_of,
        subjects=sorted(subjects),
        parts=parts,
        own_records=own_records,
        aged=sorted({row.child_id for row in rows}),
        expires_on=min(
            as_of + facts.thresholds.review_period(),
            newest[limits.least_households - 1] + timedelta(days=limits.window_days),
        ),
        observed=float(len(families)),
        baseline=float(limits.least_households - 1),
        excess=round(len(families) - 1 + min(len(parts), 99) / 100, 4),
        measure=MEASURE,
        clears=f"It clears when the ties to {len(families) - limits.least_households + 1} of the {len(families)} families fall away.",
    )
