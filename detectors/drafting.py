"""From what a rule found to a finding that explains itself: the same for every detector.

A detector hands over drafts; here each gets its dated evidence with plain statements, the records that hold
its people together, what would clear it and which agencies were silent.
"""

import hashlib
import inspect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Protocol

from detectors.counter_evidence import Against, counter_evidence
from detectors.facts import Facts
from detectors.finding import Evidence, Finding, Subject
from detectors.intervals import count_interval
from detectors.person_evidence import WeakLink, holding_records, weakest_links
from detectors.sentences import happening_sentence, odds_in_words, record_sentence
from graph import day_as_told

Part = tuple[str, str, str]
_WEAKEST_LINK = " It rests most weakly on record "
"""(event_id, record_id, role) of a row of ``involvement``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a rule found about some people as of a day, before it is written out.

    ``anchor`` names the finding for good: the same anchor is the same finding, however it grows. ``own_records``
    maps a record whose own statement counts to what it states ("uses a phone that …"); ``aged`` are the people
    whose age the rule asked for. ``clears`` says in words what removal ends the finding. ``days`` are those that no event
    tells and the finding is about all the same (a move that only an address shows): its window holds them too.
    """

    anchor: tuple[str, ...]
    as_of: date
    subjects: Sequence[tuple[str, str]]
    parts: Iterable[Part]
    expires_on: date
    observed: float
    baseline: float
    excess: float
    measure: str
    clears: str
    own_records: Mapping[str, str] | None = None
    aged: Iterable[str] = ()
    counter_evidence: tuple[str, ...] = ()
    days: tuple[date, ...] = ()


class Detector(Protocol):
    """A rule with a name: its docstring is the rule in plain words, shown with every finding."""

    name: ClassVar[str]
    version: ClassVar[str]
    # Whether it is about groups, which grow: their findings are followed over time by the people they share.
    grows: ClassVar[bool]

    def find(self, facts: Facts) -> list[Finding]:
        """The findings at every date of ``facts.dates`` on which their evidence changed, from these facts alone."""


def rule_text(detector: Detector) -> str:
    """The rule in plain words: the docstring of the detector's class; ``TypeError`` where there is none."""
    text = inspect.cleandoc(type(detector).__doc__ or "")
    if not text:
        raise TypeError(f"detector {detector.name} does not say its rule in its docstring")
    return text


def finding_id(detector: str, anchor: Sequence[str]) -> str:
    """A short stable id from the detector and the anchor."""
    return hashlib.sha256("|".join((detector, *anchor)).encode()).hexdigest()[:20]


def write_out(facts: Facts, detector: Detector, drafts: Sequence[Draft]) -> list[Finding]:
    """The findings of these drafts, in the order (raised_on, excess falling, id)."""
    if not drafts:
        return []
    evidence = _Evidence(facts, drafts)
    findings = [evidence.finding(number, draft, detector) for number, draft in enumerate(drafts)]
    return sorted(findings, key=lambda found: (found.raised_on, -found.excess, found.finding_id))


class _Evidence:
    """What the rows say about all drafts, read in a few queries."""

    def __init__(self, facts: Facts, drafts: Sequence[Draft]) -> None:
        self._parts = [tuple(sorted(set(draft.parts))) for draft in drafts]
        self._own = self._own_records(facts, drafts)
        self._part_rows = _part_rows(facts, {part for parts in self._parts for part in parts})
        record_ids = {part[1] for part in self._part_rows} | {r for own in self._own for r in own}
        self._record_rows = _record_rows(facts, record_ids)
        holding = self._hold_together(facts)
        self._record_rows |= _record_rows(facts, {r for records in holding for r in records})
        for own, records in zip(self._own, holding, strict=True):
            for record_id in records:
                own.setdefault(record_id, "ties the other records of one person together")
        self._weakest = weakest_links(facts, [self._records_of(number) for number in range(len(drafts))])
        self._against = counter_evidence(
            facts, [(parts, draft.as_of) for parts, draft in zip(self._parts, drafts, strict=True)]
        )
        self._silent = _silent_agencies(facts, drafts, [self._window(n, d) for n, d in enumerate(drafts)])

    def finding(self, number: int, draft: Draft, detector: Detector) -> Finding:
        window_from, window_to = self._window(number, draft)
        return Finding(
            finding_id=finding_id(detector.name, draft.anchor),
            detector=detector.name,
            version=detector.version,
            rule=rule_text(detector),
            subjects=tuple(Subject(person, role) for person, role in sorted(set(draft.subjects))),
            window_from=window_from,
            window_to=window_to,
            raised_on=draft.as_of,
            expires_on=max(draft.expires_on, draft.as_of + timedelta(days=1)),
            observed=draft.observed,
            baseline=draft.baseline,
            interval=count_interval(draft.observed),
            excess=draft.excess,
            measure=draft.measure,
            evidence=tuple(self._statements(number, draft)),
            would_clear=_clearing(draft.clears, self._weakest[number]),
            counter_evidence=_together(draft.counter_evidence, self._against[number], detector.name),
            missing_feeds=self._silent[number],
            anchor=draft.anchor,
        )

    def _records_of(self, number: int) -> set[str]:
        return {part[1] for part in self._parts[number]} | set(self._own[number])

    def _own_records(self, facts: Facts, drafts: Sequence[Draft]) -> list[dict[str, str]]:
        born = _born_records(facts, {person for draft in drafts for person in draft.aged})
        stated = []
        for draft in drafts:
            own = dict(draft.own_records or {})
            for person in sorted(set(draft.aged)):
                if person in born:
                    own.setdefault(born[person], "states the date of birth")
            stated.append(own)
        return stated

    def _hold_together(self, facts: Facts) -> list[list[str]]:
        """Per draft, the further records without which some person's evidence would fall apart."""
        of_person: list[dict[str, set[str]]] = []
        for number in range(len(self._parts)):
            held: dict[str, set[str]] = defaultdict(set)
            for record_id in self._records_of(number):
                if record_id in self._record_rows:
                    held[self._record_rows[record_id][0]].add(record_id)
            of_person.append(held)
        return holding_records(facts, of_person)

    def _window(self, number: int, draft: Draft) -> tuple[date, date]:
        days = [self._part_rows[part][2] for part in self._parts[number] if part in self._part_rows]
        days += draft.days
        return (min(days), max(days)) if days else (draft.as_of, draft.as_of)

    def _statements(self, number: int, draft: Draft) -> Iterator[Evidence]:
        rows = []
        for part in self._parts[number]:
            agency, kind, happened_on, known_on, concern, precision, plan_kind = self._part_rows[part]
            told = day_as_told(happened_on, precision) if precision else None
            text = happening_sentence(agency, kind, plan_kind, concern, part[2], told)
            rows.append(Evidence(part[1], part[0], part[2], agency, happened_on, known_on, text, precision))
        for record_id, what in self._own[number].items():
            _, agency, first_on = self._record_rows.get(record_id, ("", "", draft.as_of))
            day = min(first_on or draft.as_of, draft.as_of)
            rows.append(Evidence(record_id, None, None, agency, day, day, record_sentence(agency, what)))
        rows.sort(key=lambda row: (row.happened_on, row.event_id or "", row.record_id, row.role or ""))
        yield from rows


def _together(own: tuple[str, ...], common: Sequence[Against], detector: str) -> tuple[str, ...]:
    """What the rule itself says against a finding, then what the rows say that concerns this rule, each once."""
    said = dict.fromkeys(own)
    said |= dict.fromkeys(
        one.sentence for one in common if one.detectors is None or detector in one.detectors
    )
    return tuple(said)


def without_weakest_link(would_clear: str) -> str:
    """What would clear a finding, without how surely its records are held together."""
    return would_clear.split(_WEAKEST_LINK, maxsplit=1)[0]


def _clearing(clears: str, weakest: WeakLink | None) -> str:
    if weakest is None:
        return clears
    return (
        f"{clears}{_WEAKEST_LINK}{weakest.record_id}, held to its person at {odds_in_words(weakest.weight)} "
        f"(weight {weakest.weight:.1f}): if that record is somebody else's, what it tells falls away."
    )


def _part_rows(facts: Facts, parts: Iterable[Part]) -> dict[Part, Any]:
    """Part to (agency, kind, happened_on, known_on, concern, precision, plan_kind)."""
    facts.load("asked_part", "event_id VARCHAR, record_id VARCHAR, role VARCHAR", sorted(parts))
    found = facts.rows(
        """SELECT DISTINCT p.event_id, p.record_id, p.role, p.agency, p.kind, p.happened_on, p.known_on, p.concern, p.precision,
                  p.plan_kind
           FROM fact_part p JOIN asked_part a USING (event_id, record_id, role)"""
    )
    return {(row[0], row[1], row[2]): row[3:] for row in found}


def _record_rows(facts: Facts, record_ids: Iterable[str]) -> dict[str, Any]:
    """Record to (person_id, agency, the first day it is known to have been in use)."""
    facts.load("asked_record", "record_id VARCHAR", [(record_id,) for record_id in sorted(set(record_ids))])
    found = facts.rows(
        """SELECT f.record_id, f.person_id, f.agency, k.known_on
           FROM fact_record f JOIN asked_record a USING (record_id) JOIN fact_first_known k USING (record_id)"""
    )
    return {row[0]: row[1:] for row in found}


def _born_records(facts: Facts, people: Iterable[str]) -> dict[str, str]:
    """Person to the record that states the date of birth held for them, the lowest id among several."""
    facts.load("asked_person", "person_id VARCHAR", [(person,) for person in sorted(set(people))])
    found = facts.rows(
        """SELECT f.person_id, min(f.record_id)
           FROM fact_record f JOIN asked_person a USING (person_id) JOIN fact_person p USING (person_id)
           WHERE coalesce(f.date_of_birth, make_date(f.birth_year, 7, 1)) = p.born GROUP BY f.person_id"""
    )
    return dict(found)


def _silent_agencies(
    facts: Facts, drafts: Sequence[Draft], windows: Sequence[tuple[date, date]]
) -> list[tuple[str, ...]]:
    """Per draft, the agencies of the scope that say nothing about its people in the window."""
    agencies = [row[0] for row in facts.rows("SELECT DISTINCT agency FROM fact_event ORDER BY agency")]
    facts.load(
        "asked_window",
        "draft INTEGER, person_id VARCHAR, window_from DATE, window_to DATE",
        [
            (number, person, *windows[number])
            for number, draft in enumerate(drafts)
            for person in sorted({person for person, _ in draft.subjects})
        ],
    )
    spoke: dict[int, set[str]] = defaultdict(set)
    for number, agency in facts.rows(
        """SELECT DISTINCT w.draft, p.agency FROM asked_window w JOIN fact_part p
           ON p.person_id = w.person_id AND p.happened_on BETWEEN w.window_from AND w.window_to"""
    ):
        spoke[number].add(agency)
    return [
        tuple(agency for agency in agencies if agency not in spoke[number]) for number in range(len(drafts))
    ]
