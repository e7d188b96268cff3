"""Gang or organised group: few people who are suspected together again and again."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from math import log2
from typing import ClassVar

from detectors.drafting import Draft, Part, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.groups import connected, dense_groups
from detectors.kinship import related_pairs
from detectors.sentences import falling_away
from detectors.thresholds import GangNetwork as Limits

MEASURE = "happenings in which at least two of the group are suspected together"
LEAST_HAPPENINGS_EACH = 2


class GangNetwork:
    """A small group of people are suspected together, again and again, of crimes with violence, weapons or drug supply among them.

    Two people are tied by each happening of the last 12 months in which both are recorded as suspect, offender
    or associate, harm within a home left out; a happening with many people ties them less. A group is where such ties
    are dense: at least 3 people and 4 happenings, two of them with violence, weapons, drug supply or exploitation
    (or of a kind that nobody tells, and then it is said), each person in two of them, half of the people suspects, and not one family or household. Nobody is drawn into a
    group by being a victim; somebody who is both is shown in each role apart. Nobody is named as leader:
    published cases seldom have one.
    """

    name: ClassVar[str] = "gang_network"
    version: ClassVar[str] = "3"
    grows: ClassVar[bool] = True

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which a new happening tied people of the group."""
        limits = facts.thresholds.gang_network
        happenings = _happenings(facts, limits)
        families = related_pairs(facts, {person for happening in happenings for person in happening.tellings})
        drafts: list[Draft] = []
        before = date.min
        for as_of in facts.dates:
            live = [
                h
                for h in happenings
                if h.known_on <= as_of and h.happened_on > as_of - timedelta(days=limits.window_days)
            ]
            neighbours: dict[str, set[str]] = defaultdict(set)
            for happening in live:
                for one, other in combinations(sorted(happening.tellings), 2):
                    neighbours[one].add(other)
                    neighbours[other].add(one)
            fresh = {person for h in live if h.known_on > before for person in h.tellings}
            before = as_of
            for component in connected(neighbours, fresh):
                inside = set(component)
                own = [h for h in live if not inside.isdisjoint(h.tellings)]
                for group in dense_groups(_ties(own), limits.resolution, limits.seed):
                    draft = _draft(facts, as_of, group, own, families)
                    if draft and any(person in fresh for person, _ in draft.subjects):
                        drafts.append(draft)
        return write_out(facts, self, drafts)


@dataclass(frozen=True, slots=True)
class _Happening:
    """Who was suspected together, each with the (known_on, row) of every telling; known when the last of them was."""

    happening_id: str
    happened_on: date
    known_on: date
    is_of_concern: bool
    tells_concern: bool
    tellings: Mapping[str, Sequence[tuple[date, Part]]]


def _happenings(facts: Facts, limits: Limits) -> list[_Happening]:
    rows = facts.rows(
        """
        SELECT happening_id, min(happened_on), coalesce(bool_or(concern IN (SELECT unnest($grave))), false), count(concern) > 0,
               list((person_id, known_on, event_id, record_id, role) ORDER BY known_on, person_id, event_id, record_id, role)
        FROM fact_part
        WHERE role IN ('suspect', 'offender', 'associate') AND (concern IS NULL OR concern NOT IN (SELECT unnest($private)))
          AND kind IN ('incident', 'custody', 'antisocial_behaviour', 'call', 'contact', 'referral')
        GROUP BY happening_id HAVING count(DISTINCT person_id) BETWEEN 2 AND $most ORDER BY happening_id""",
        private=list(limits.private_concerns),
        grave=list(limits.concerns),
        most=limits.most_together,
    )
    found = []
    for happening_id, happened_on, is_of_concern, tells_concern, told in rows:
        tellings: dict[str, list[tuple[date, Part]]] = defaultdict(list)
        for person, known_on, event_id, record_id, role in told:
            tellings[person].append((known_on, (event_id, record_id, role)))
        known_on = max(first[0][0] for first in tellings.values())
        found.append(_Happening(happening_id, happened_on, known_on, is_of_concern, tells_concern, tellings))
    return found


def _ties(happenings: Sequence[_Happening]) -> list[tuple[str, str, float]]:
    weights: Counter[tuple[str, str]] = Counter()
    for happening in happenings:
        share = 1 / log2(len(happening.tellings))
        for pair in combinations(sorted(happening.tellings), 2):
            weights[pair] += share  # type: ignore[assignment]  # Counter adds floats as well as counts
    return [(one, other, weight) for (one, other), weight in weights.items()]


def _draft(
    facts: Facts,
    as_of: date,
    group: Sequence[str],
    happenings: Sequence[_Happening],
    families: set[tuple[str, str]],
) -> Draft | None:
    limits = facts.thresholds.gang_network
    members, own = _core(set(group), happenings)
    if len(members) < limits.least_members or len(own) < limits.least_incidents:
        return None
    grave = sum(happening.is_of_concern for happening in own)
    # What nobody tells may be as grave: a feed without concerns must not hide a group.
    untold = sum(not happening.tells_concern for happening in own)
    if grave + untold < limits.least_of_concern:
        return None
    if all((one, other) in families for one, other in combinations(sorted(members), 2)):
        return None
    rows = {
        (person, part)
        for happening in own
        for person in members & set(happening.tellings)
        for known_on, part in happening.tellings[person]
        if known_on <= as_of
    }
    suspected = {person for person, (_, _, role) in rows if role != "associate"}
    if 2 * len(suspected) < len(members):
        return None
    pairs = sum(len(members & set(h.tellings)) - 1 for h in own)
    newest = sorted((happening.happened_on for happening in own), reverse=True)
    first = min(own, key=lambda h: (h.happened_on, min(set(h.tellings) & members)))
    return Draft(
        anchor=tuple(sorted(members & set(first.tellings))[:2]),
        as_of=as_of,
        subjects=sorted({(person, part[2]) for person, part in rows}),
        parts=[part for _, part in rows],
        expires_on=min(
            as_of + facts.thresholds.review_period(),
            newest[limits.least_incidents - 1] + timedelta(days=limits.window_days),
        ),
        observed=len(own),
        baseline=float(limits.least_incidents - 1),
        excess=round(pairs / len(members), 4),
        measure=MEASURE,
        counter_evidence=(f"Of {untold} of its {len(own)} happenings no agency tells what they were about.",)
        if grave < limits.least_of_concern
        else (),
        clears=f"It clears when {falling_away(len(own) - limits.least_incidents + 1, len(own), 'happenings')}.",
    )


def _core(members: set[str], happenings: Sequence[_Happening]) -> tuple[set[str], list[_Happening]]:
    """Those of ``members`` who stay when everybody with too few happenings in the group is left out, and these."""
    while True:
        own = [h for h in happenings if len(members & set(h.tellings)) >= 2]
        taken = Counter(person for h in own for person in members & set(h.tellings))
        kept = {person for person in members if taken[person] >= LEAST_HAPPENINGS_EACH}
        if kept == members:
            return members, own
        members = kept
