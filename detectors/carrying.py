"""Finding ids that outlive a build: the finding of the last build goes on in the one that is about the same.

A finding is known by its detector and its anchor. The anchor's people are followed through the records of the
evidence, so that a merge or a split of person ids leaves the id where the evidence went. A finding about a group
is followed by the people it shares besides, so that members may come and go.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import duckdb

from detectors.drafting import finding_id
from detectors.finding import Finding
from detectors.registry import DETECTORS
from detectors.traces import Row, StandingFinding, people_of, read_standing, write_standing
from records.scope import Scope

# Rules about families: their anchor is one of the children, and a brother who joins may take its place.
_FAMILIES: Final = ("cross_boundary_family", "missing_from_view")
_BY_PEOPLE: Final = frozenset({*_FAMILIES, *(detector.name for detector in DETECTORS if detector.grows)})


@dataclass(frozen=True, slots=True)
class Carrying:
    """The build that carries: its number and as-of date, the last snapshot, and how long a finding stands unrenewed."""

    build_number: int
    as_of: date
    previous_path: Path | None
    review_period: timedelta


def carry_findings(
    connection: duckdb.DuckDBPyConnection, scope: Scope, findings: Sequence[Finding], carrying: Carrying
) -> list[Finding]:
    """The findings under the ids of the last build, those without new evidence for a review period left out.

    ``findings`` are of one as-of date. Writes ``finding_identity`` and ``finding_trace`` of the scope; reads them in
    the last snapshot, and ``membership``. So it is a function of the scope's rows and its former findings alone.
    """
    standing = read_standing(connection, scope, carrying.previous_path)
    rows = _rows(connection, scope, findings)
    heirs, merged = _heirs(findings, rows, standing)
    named = _named(findings, heirs, standing)
    kept: list[Finding] = []
    lines: list[StandingFinding] = []
    for index, finding in enumerate(named):
        before = standing[heirs[index]] if index in heirs else None
        line = _line(finding, rows[index], before, carrying)
        lines.append(line)
        if line.state == "raised":
            kept.append(replace(finding, expires_on=line.expires_on))
    taken = {line.finding_id for line in lines}
    for former in standing.values():
        if former.finding_id not in taken:
            lines.append(_ended(former, merged.get(former.finding_id)))
    write_standing(connection, scope, lines)
    return kept


def _rows(
    connection: duckdb.DuckDBPyConnection, scope: Scope, findings: Sequence[Finding]
) -> list[frozenset[Row]]:
    held = people_of(
        connection, scope, sorted({row.record_id for found in findings for row in found.evidence})
    )
    return [
        frozenset(
            Row(held.get(row.record_id, ""), row.record_id, row.event_id, row.role) for row in found.evidence
        )
        for found in findings
    ]


class _Formers:
    """The former findings that may go on, found by what they are about."""

    def __init__(self, standing: Mapping[str, StandingFinding]) -> None:
        self._by_anchor: dict[tuple[str, ...], list[StandingFinding]] = defaultdict(list)
        self._by_person: dict[tuple[str, str], list[StandingFinding]] = defaultdict(list)
        for _, former in sorted(standing.items()):
            if former.state == "merged":
                continue
            self._by_anchor[former.detector, *former.now_anchor].append(former)
            if former.detector in _BY_PEOPLE:
                for person in former.now_people:
                    self._by_person[former.detector, person].append(former)

    def of(self, finding: Finding, rows: frozenset[Row]) -> list[StandingFinding]:
        """Those that ``finding`` is about too."""
        found = {one.finding_id: one for one in self._by_anchor[finding.detector, *finding.anchor]}
        if finding.detector in _BY_PEOPLE:
            people = {row.person_id for row in rows if row.event_id}
            for person in people:
                for former in self._by_person[finding.detector, person]:
                    shared, fewer = len(people & former.now_people), min(len(people), len(former.now_people))
                    if former.anchor_words == _words(finding) and shared > 1 and 2 * shared >= fewer:
                        found[former.finding_id] = former
        return [found[known] for known in sorted(found)]


def _heirs(
    findings: Sequence[Finding], rows: Sequence[frozenset[Row]], standing: Mapping[str, StandingFinding]
) -> tuple[dict[int, str], dict[str, str]]:
    """Which former finding each finding (by its number) goes on for, and which formers merged into one that goes on."""
    formers = _Formers(standing)
    pairs = []
    for index, finding in enumerate(findings):
        keys = {row.key for row in rows[index]}
        for former in formers.of(finding, rows[index]):
            shared = len(keys & {row.key for row in former.rows})
            same = former.now_anchor == finding.anchor
            pairs.append(((-shared, not same, former.since_build, former.finding_id, index), index))
    heirs: dict[int, str] = {}
    taken: set[str] = set()
    merged: dict[str, int] = {}
    for (*_, known, _), index in sorted(pairs):
        if index in heirs:
            merged.setdefault(known, index)
        elif known not in taken:
            heirs[index] = known
            taken.add(known)
    return heirs, {known: heirs[index] for known, index in merged.items() if known not in taken}


def _words(finding: Finding) -> tuple[str, ...]:
    """What of an anchor is no person: a side, an authority."""
    people = {subject.person_id for subject in finding.subjects}
    return tuple(part for part in finding.anchor if part not in people)


def _named(
    findings: Sequence[Finding], heirs: Mapping[int, str], standing: Mapping[str, StandingFinding]
) -> list[Finding]:
    """The findings under the ids they take over; a new one takes an id that none ever had."""
    used = set(standing)
    named: dict[int, Finding] = {
        index: replace(findings[index], finding_id=known) for index, known in heirs.items()
    }
    for index, finding in sorted(enumerate(findings), key=lambda each: (each[1].detector, each[1].anchor)):
        if index in named:
            continue
        fresh, attempt = finding.finding_id, 0
        while fresh in used:
            attempt += 1
            fresh = finding_id(finding.detector, (*finding.anchor, f"#{attempt}"))
        used.add(fresh)
        named[index] = replace(finding, finding_id=fresh)
    return [named[index] for index in range(len(findings))]


def _line(
    finding: Finding, rows: frozenset[Row], before: StandingFinding | None, carrying: Carrying
) -> StandingFinding:
    keys = {row.key for row in rows if row.event_id}
    is_renewed = before is None or not keys <= {row.key for row in before.rows}
    renewed_on = carrying.as_of if before is None or is_renewed else before.renewed_on
    expires_on = min(finding.expires_on, renewed_on + carrying.review_period)
    return StandingFinding(
        finding_id=finding.finding_id,
        detector=finding.detector,
        anchor=finding.anchor,
        state="raised" if expires_on > carrying.as_of else "lapsed",
        successor_id=None,
        since_build=carrying.build_number if before is None else before.since_build,
        last_build=carrying.build_number,
        first_raised_on=finding.raised_on if before is None else before.first_raised_on,
        renewed_on=renewed_on,
        expires_on=expires_on,
        rows=rows,
    )


def _ended(former: StandingFinding, successor_id: str | None) -> StandingFinding:
    """A former finding that no finding of this build goes on for: merged into another one, or cleared."""
    if former.state == "merged":
        return former
    if successor_id is None:
        return replace(former, state="cleared")
    return replace(former, state="merged", successor_id=successor_id)
