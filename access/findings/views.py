"""Findings as readers see them: those of a standing scope, as far as none of their evidence was taken away since."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb

from access.findings.evidence import FindingEvidence, rule_of
from access.findings.standing import FindingStandings, evidence_digest
from access.person.cards import Cards
from access.person.people import KnownPerson
from access.values import (
    CaseReason,
    DetectorRule,
    Disposition,
    FindingClearing,
    FindingFilters,
    FindingLine,
    FindingList,
    FindingPage,
    FindingSubject,
    PastPrecision,
    Suppression,
)
from access.workers import WorkerNames
from detectors import Finding, Settings, clearing_link, odds_in_words, without_weakest_link
from records.errors import BadInput, NotThere
from records.ledger import FindingTerms
from records.scope import Scope
from records.vocabulary import DETECTORS as DETECTOR_NAMES

LARGEST_PAGE = 200
NO_LINKS = "It stands on records that no link joins to others."
_NEXT_BUILD = "What may be shown here changed since the last build. No finding is shown until the next one."
_NO_FINDING = "There is no such finding, or not for you."


@dataclass(frozen=True, slots=True)
class _Around:
    """What a finding belongs to: its case, since when it is raised, and what else speaks for the case."""

    case_id: str | None
    first_raised_on: date | None
    also: tuple[CaseReason, ...]


@dataclass(frozen=True, slots=True)
class FoundIn:
    """Where a reader's findings are (see ``access.scope.scoping.findings_scope``), and the scope they were raised in."""

    where: str
    scope: Scope


class FindingViews:
    """Reads the findings of one scope. A scope formed on demand has none: detectors run on standing scopes.

    A reader may see more than the scope in which the findings were raised; people are then shown as that reader sees them.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        found_in: FoundIn,
        cards: Cards,
        standings: FindingStandings,
        workers: WorkerNames,
    ) -> None:
        self._connection = connection
        self.where = found_in.where
        self._scope = found_in.scope
        self._cards = cards
        self._standings = standings
        self._called = workers.of

    def listed(self, filters: FindingFilters) -> FindingList:
        """A page of the cases with a finding that matches, by rank of the first that does; ranks are a detector's own."""
        if filters.offset < 0 or not 0 <= filters.limit <= LARGEST_PAGE:
            raise BadInput(f"A page of findings starts at 0 or later and holds up to {LARGEST_PAGE}.")
        person = None if filters.person is None else self._cards.behind(filters.person)
        cases = self._cases()
        new = None if filters.raised_since is None else self._raised_since(filters.raised_since)
        matching: dict[str, str] = {}
        for key in self._in_order(filters.detector, person):
            if self._matches(key, filters.decision) and (new is None or key in new):
                matching.setdefault(cases.get(key, key), key)
        chosen = list(matching.values())[filters.offset : filters.offset + filters.limit]
        return FindingList(self._lines(self._rows(chosen)), len(matching), self.where)

    def about(self, person: KnownPerson) -> tuple[FindingLine, ...]:
        """Every finding of which ``person`` is a subject."""
        return self._lines(self._rows(self._in_order(None, person)))

    def page(self, finding_id: str) -> FindingPage:
        """One finding with its evidence; of one that was merged, the finding that goes on for it.

        Raises NotThere when the scope does not hold it.
        """
        known, _, body = row = self._row(finding_id)
        told: dict[str, Any] = json.loads(body)
        evidence = FindingEvidence(self._connection, self._cards, told)
        people = {item.person_id: item for item in self._subjects([told]).values()}
        people |= {holder.person_id: holder for holder in evidence.holders.values()}

        def said(text: str) -> str:
            return self._cards.pseudonymised(text, people.values()) or ""

        rule = rule_of(self._connection, told["detector"])
        return FindingPage(
            line=self._lines([row])[0],
            version=told["version"],
            interval=(told["interval"][0], told["interval"][1]),
            evidence=evidence.lines(self._standings.of(known).new_parts),
            would_clear=said(
                without_weakest_link(told["would_clear"])
                if self._cards.mask.whereabouts.concerns(evidence.holders)
                else told["would_clear"]
            ),
            counter_evidence=tuple(said(text) for text in told["counter_evidence"]),
            missing_feeds=tuple(told["missing_feeds"]),
            past_precision=self._standings.past_precision(told["detector"]),
            thresholds=rule.thresholds,
            configuration=rule.configuration,
            handling=evidence.handling(),
        )

    def clearing(self, finding_id: str, settings: Settings) -> FindingClearing:
        """The weakest link whose removal ends a finding. Raises NotThere when the scope does not hold it."""
        _, _, body = self._row(finding_id)
        finding = Finding.from_dict(json.loads(body))
        found = clearing_link(self._connection, self._scope, finding, settings)
        if found.record_id is None or found.weight is None:
            weakest = "its one link" if found.tried == 1 else f"its {found.tried} weakest links"
            words = f"None of {weakest} between records would end it alone." if found.tried else NO_LINKS
            return FindingClearing(None, None, found.tried, found.links, words)
        holder = self._cards.people.holding([found.record_id]).get(found.record_id)
        shown = self._cards.mask.usual if holder is None else self._cards.shown(holder)
        record = self._cards.record_reference(found.record_id, shown.identity)
        if self._cards.mask.whereabouts.concerns([found.record_id]):
            # How alike two addresses are is part of the weight: see LinkViews.
            words = f"It ends if record {record} is not that person's."
            return FindingClearing(record, None, found.tried, found.links, words)
        words = (
            f"It ends if record {record} is not that person's: it is held at "
            f"{odds_in_words(found.weight)} (weight {found.weight:.1f}), the weakest of {found.links} links whose removal does."
        )
        return FindingClearing(record, found.weight, found.tried, found.links, words)

    def track_records(self) -> dict[str, PastPrecision]:
        """How each detector fared at this hub."""
        return {name: self._standings.past_precision(name) for name in DETECTOR_NAMES}

    def rules(self) -> tuple[DetectorRule, ...]:
        """What each detector decides by, in the order of the vocabulary."""
        rules = ((name, rule_of(self._connection, name)) for name in DETECTOR_NAMES)
        return tuple(DetectorRule(name, rule.thresholds, rule.configuration) for name, rule in rules)

    def decided_on(self, finding_id: str, whole_case: bool) -> tuple[str, FindingTerms]:
        """The finding that an act is on, and what it is done on: its subjects' records and the evidence seen.

        With ``whole_case`` the other findings of its case that wait for a decision are decided along with it.
        Raises NotThere when the scope does not hold the finding.
        """
        known, _, body = self._row(finding_id)
        bodies = {known: json.loads(body)}
        if whole_case:
            for reason in self._around([known])[known].also:
                if reason.status in ("open", "reopened"):
                    bodies[reason.finding_id] = json.loads(self._row(reason.finding_id)[2])
        people = self._subjects(list(bodies.values())).values()
        seen = {
            key: frozenset(
                evidence_digest(item["event_id"], item["record_id"], item["role"])
                for item in told["evidence"]
                if item["event_id"]
            )
            for key, told in bodies.items()
        }
        return known, FindingTerms(
            frozenset(record_id for person in people for record_id in person.record_ids), seen
        )

    def _row(self, finding_id: str) -> tuple[str, int, str]:
        rows = self._rows([self._standings.now(finding_id)])
        if not rows:
            raise NotThere(_NEXT_BUILD if self.where == "next_build" else _NO_FINDING)
        return rows[0]

    def _raised_since(self, day: date) -> frozenset[str]:
        found = self._connection.execute(
            "SELECT finding_id FROM finding_identity WHERE scope = ? AND first_raised_on >= ?",
            [self._scope.name, day],
        )
        return frozenset(finding_id for (finding_id,) in found.fetchall())

    def _cases(self) -> dict[str, str]:
        found = self._connection.execute(
            "SELECT finding_id, case_id FROM finding_case WHERE scope = ?", [self._scope.name]
        )
        return dict(found.fetchall())

    def _around(self, finding_ids: Sequence[str]) -> dict[str, _Around]:
        """Of each finding: its case, the day it was first raised, the other findings of the case by detector and rank."""
        asked = [self._scope.name, list(finding_ids)]
        others: dict[str, list[CaseReason]] = {finding_id: [] for finding_id in finding_ids}
        for own, key, detector, rank in self._connection.execute(
            """SELECT own.finding_id, f.finding_id, f.detector, f.rank
               FROM finding_case own
               JOIN finding_case c ON c.scope = own.scope AND c.case_id = own.case_id
               JOIN finding f ON f.scope = c.scope AND f.finding_id = c.finding_id
               WHERE own.scope = $1 AND own.finding_id IN (SELECT unnest($2::VARCHAR[]))
                 AND c.finding_id <> own.finding_id
               ORDER BY f.detector, f.rank, f.finding_id""",
            asked,
        ).fetchall():
            others[own].append(CaseReason(key, detector, rank, self._standings.of(key).status))
        histories = self._connection.execute(
            """SELECT c.finding_id, c.case_id, i.first_raised_on
               FROM finding_case c LEFT JOIN finding_identity i USING (scope, finding_id)
               WHERE c.scope = $1 AND c.finding_id IN (SELECT unnest($2::VARCHAR[]))""",
            asked,
        ).fetchall()
        known = {finding_id: (case_id, first) for finding_id, case_id, first in histories}
        return {key: _Around(*known.get(key, (None, None)), tuple(also)) for key, also in others.items()}

    def _in_order(self, detector: str | None, person: KnownPerson | None) -> list[str]:
        """The ids of the findings that the scope holds, in the order shown."""
        if not self._scope.standing:
            return []
        rows = self._connection.execute(
            """SELECT finding_id FROM finding
               WHERE scope = $1 AND ($2 IS NULL OR detector = $2) AND ($3::VARCHAR[] IS NULL OR finding_id IN
                      (SELECT finding_id FROM finding_subject WHERE scope = $1 AND person_id IN (SELECT unnest($3::VARCHAR[]))))
               ORDER BY rank, detector, finding_id""",
            [self._scope.name, detector, None if person is None else self._ids_of(person)],
        ).fetchall()
        return [finding_id for (finding_id,) in rows]

    def _rows(self, finding_ids: Sequence[str]) -> list[tuple[str, int, str]]:
        """(finding id, rank within the detector, body) of findings, in their order; of those alone that the scope holds."""
        if not self._scope.standing or not finding_ids:
            return []
        rows = self._connection.execute(
            """SELECT finding_id, rank, body FROM finding
               WHERE scope = $1 AND finding_id IN (SELECT unnest($2::VARCHAR[]))""",
            [self._scope.name, list(finding_ids)],
        ).fetchall()
        found = {row[0]: row for row in rows}
        return [found[finding_id] for finding_id in finding_ids if finding_id in found]

    def _matches(self, finding_id: str, decision: str | None) -> bool:
        standing = self._standings.of(finding_id)
        if decision == "open":
            return standing.status in ("open", "reopened")
        if decision in ("reopened", "suppressed", "decided"):
            return standing.status == decision
        if standing.status == "suppressed":
            return False
        return decision is None or (
            standing.disposition is not None and standing.disposition.decision == decision
        )

    def _lines(self, rows: Sequence[tuple[str, int, str]]) -> tuple[FindingLine, ...]:
        if not rows:
            return ()
        bodies = [json.loads(body) for _, _, body in rows]
        people = self._subjects(bodies)
        around = self._around([finding_id for finding_id, _, _ in rows])
        return tuple(
            self._line((finding_id, rank, body), people, around[finding_id])
            for (finding_id, rank, _), body in zip(rows, bodies, strict=True)
        )

    def _line(
        self, row: tuple[str, int, dict[str, Any]], people: dict[str, KnownPerson], around: _Around
    ) -> FindingLine:
        finding_id, rank, body = row
        subjects = sorted(
            (people[one["person_id"]].anchor, one["role"], one["person_id"])
            for one in body["subjects"]
            if one["person_id"] in people
        )
        standing = self._standings.of(finding_id)
        decided, kept_out = standing.disposition, standing.suppression
        return FindingLine(
            finding_id=finding_id,
            detector=body["detector"],
            rule=body["rule"],
            rank=rank,
            raised_on=date.fromisoformat(body["raised_on"]),
            expires_on=date.fromisoformat(body["expires_on"]),
            window_from=date.fromisoformat(body["window_from"]),
            window_to=date.fromisoformat(body["window_to"]),
            observed=body["observed"],
            baseline=body["baseline"],
            excess=body["excess"],
            measure=body["measure"],
            subjects=tuple(
                FindingSubject(self._cards.card(people[person_id]), role) for _, role, person_id in subjects
            ),
            disposition=None
            if decided is None
            else Disposition(
                decided.decision, decided.reason, self._called(decided.by, decided.at), decided.at
            ),
            status=standing.status,
            news=standing.news,
            suppression=None
            if kept_out is None
            else Suppression(
                kept_out.until, kept_out.reason, self._called(kept_out.by, kept_out.at), kept_out.at
            ),
            first_raised_on=around.first_raised_on,
            case_id=around.case_id,
            stale_since=date.fromisoformat(stale) if (stale := body.get("stale_since")) else None,
            also=around.also,
        )

    def _subjects(self, bodies: Sequence[dict[str, Any]]) -> dict[str, KnownPerson]:
        people = self._cards.people
        wanted = {one["person_id"] for body in bodies for one in body["subjects"]}
        if people.stands:
            return people.with_ids(wanted)
        held = dict(
            self._connection.execute(
                """SELECT person_id, min(record_id) FROM membership
                   WHERE scope = $1 AND person_id IN (SELECT unnest($2::VARCHAR[])) GROUP BY person_id""",
                [self._scope.name, sorted(wanted)],
            ).fetchall()
        )
        holders = people.holding(sorted(held.values()))
        # The words of a finding name people by the ids of its scope.
        return {
            person_id: replace(holders[record_id], person_id=person_id)
            for person_id, record_id in sorted(held.items())
            if record_id in holders
        }

    def _ids_of(self, person: KnownPerson) -> list[str]:
        """By which ids the scope of the findings knows a person."""
        if self._cards.people.stands:
            return [person.person_id]
        rows = self._connection.execute(
            """SELECT DISTINCT person_id FROM membership
               WHERE scope = $1 AND record_id IN (SELECT unnest($2::VARCHAR[])) ORDER BY person_id""",
            [self._scope.name, list(person.record_ids)],
        ).fetchall()
        return [person_id for (person_id,) in rows]
