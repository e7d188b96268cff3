"""Findings as readers see them: those of a standing scope, as far as none of their evidence was taken away since."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from access.cards import Cards
from access.people import KnownPerson
from access.values import (
    Disposition,
    EvidenceLine,
    FindingFilters,
    FindingLine,
    FindingList,
    FindingPage,
    FindingSubject,
)
from records.errors import BadInput, NotThere
from records.ledger import FindingDisposition
from records.scope import Scope

LARGEST_PAGE = 200
_NO_FINDING = "There is no such finding, or not for you."


class FindingViews:
    """Reads the findings of one scope. A scope formed on demand has none: detectors run on standing scopes."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        scope: Scope,
        cards: Cards,
        dispositions: dict[str, FindingDisposition],
    ) -> None:
        self._connection = connection
        self._scope = scope
        self._cards = cards
        self._dispositions = dispositions

    def listed(self, filters: FindingFilters) -> FindingList:
        """A page of the findings that match, by detector and rank."""
        if filters.offset < 0 or not 1 <= filters.limit <= LARGEST_PAGE:
            raise BadInput(f"A page of findings starts at 0 or later and holds 1 to {LARGEST_PAGE}.")
        person = None if filters.person is None else self._cards.behind(filters.person)
        matching = [
            row
            for row in self._rows(filters.detector, person)
            if self._has_decision(row[0], filters.decision)
        ]
        chosen = matching[filters.offset : filters.offset + filters.limit]
        return FindingList(self._lines(chosen), len(matching))

    def about(self, person: KnownPerson) -> tuple[FindingLine, ...]:
        """Every finding of which ``person`` is a subject."""
        return self._lines(self._rows(None, person))

    def page(self, finding_id: str) -> FindingPage:
        """One finding with its evidence. Raises NotThere when the scope does not hold it."""
        row = next((row for row in self._rows(None, None, finding_id)), None)
        if row is None:
            raise NotThere(_NO_FINDING)
        body: dict[str, Any] = json.loads(row[2])
        evidence = self._evidence(body)
        people = {item.person_id: item for item in self._subjects([body]).values()}
        people |= {holder.person_id: holder for holder in self._holders(body).values()}

        def said(text: str) -> str:
            return self._cards.pseudonymised(text, people.values()) or ""

        return FindingPage(
            line=self._lines([row])[0],
            version=body["version"],
            interval=(body["interval"][0], body["interval"][1]),
            evidence=evidence,
            would_clear=said(body["would_clear"]),
            counter_evidence=tuple(said(text) for text in body["counter_evidence"]),
            missing_feeds=tuple(body["missing_feeds"]),
        )

    def subject_records(self, finding_id: str) -> tuple[str, ...]:
        """The records of everyone a finding is about. Raises NotThere when the scope does not hold it."""
        rows = self._rows(None, None, finding_id)
        if not rows:
            raise NotThere(_NO_FINDING)
        people = self._subjects([json.loads(rows[0][2])]).values()
        return tuple(sorted(record_id for person in people for record_id in person.record_ids))

    def _rows(
        self, detector: str | None, person: KnownPerson | None, finding_id: str | None = None
    ) -> list[tuple[str, int, str]]:
        """(finding id, rank within the detector, body) of the findings that the scope holds, in the order shown."""
        if not self._scope.standing:
            return []
        return self._connection.execute(
            """SELECT finding_id, rank, body FROM finding
               WHERE scope = $1 AND ($2 IS NULL OR detector = $2) AND ($3 IS NULL OR finding_id = $3)
                 AND ($4 IS NULL OR finding_id IN
                      (SELECT finding_id FROM finding_subject WHERE scope = $1 AND person_id = $4))
               ORDER BY detector, rank, finding_id""",
            [self._scope.name, detector, finding_id, None if person is None else person.person_id],
        ).fetchall()

    def _has_decision(self, finding_id: str, decision: str | None) -> bool:
        standing = self._dispositions.get(finding_id)
        return decision is None or decision == ("open" if standing is None else standing.decision)

    def _lines(self, rows: Sequence[tuple[str, int, str]]) -> tuple[FindingLine, ...]:
        bodies = [json.loads(body) for _, _, body in rows]
        people = self._subjects(bodies)
        return tuple(
            self._line(finding_id, rank, body, people)
            for (finding_id, rank, _), body in zip(rows, bodies, strict=True)
        )

    def _line(
        self, finding_id: str, rank: int, body: dict[str, Any], people: dict[str, KnownPerson]
    ) -> FindingLine:
        subjects = sorted(
            (people[one["person_id"]].anchor, one["role"], one["person_id"])
            for one in body["subjects"]
            if one["person_id"] in people
        )
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
            disposition=self._disposition(finding_id),
        )

    def _disposition(self, finding_id: str) -> Disposition | None:
        one = self._dispositions.get(finding_id)
        return None if one is None else Disposition(one.decision, one.reason, one.by, one.at)

    def _subjects(self, bodies: Sequence[dict[str, Any]]) -> dict[str, KnownPerson]:
        return self._cards.people.with_ids({one["person_id"] for body in bodies for one in body["subjects"]})

    def _holders(self, body: dict[str, Any]) -> dict[str, KnownPerson]:
        return self._cards.people.holding({item["record_id"] for item in body["evidence"]})

    def _evidence(self, body: dict[str, Any]) -> tuple[EvidenceLine, ...]:
        holders = self._holders(body)
        kinds = self._event_words([item["event_id"] for item in body["evidence"] if item["event_id"]])
        lines = []
        for item in body["evidence"]:
            holder = holders.get(item["record_id"])
            shown = self._cards.mask.usual if holder is None else self._cards.shown(holder)
            lines.append(
                EvidenceLine(
                    agency=item["agency"],
                    record=self._cards.record_reference(item["record_id"], shown.identity),
                    role=item["role"],
                    happened_on=date.fromisoformat(item["happened_on"]),
                    known_on=date.fromisoformat(item["known_on"]),
                    statement=item["statement"] if shown.narrative else kinds.get(item["event_id"]),
                    person=None if holder is None else self._cards.handles.of_record(holder.anchor),
                )
            )
        return tuple(lines)

    def _event_words(self, event_ids: list[str]) -> dict[str, str]:
        """What can be said of events without free text: kind, concern, severity."""
        rows = self._connection.execute(
            "SELECT event_id, kind, concern, severity FROM event WHERE event_id IN (SELECT unnest($1::VARCHAR[]))",
            [event_ids],
        ).fetchall()
        return {
            event_id: ", ".join(
                [kind.replace("_", " ")]
                + ([concern.replace("_", " ")] if concern else [])
                + ([f"severity {severity}"] if severity else [])
            )
            for event_id, kind, concern, severity in rows
        }
