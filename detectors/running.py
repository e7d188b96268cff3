"""Running the detectors as of one date or many, and keeping what they found."""

import json
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from detectors.cases import cases_of
from detectors.drafting import Detector
from detectors.facts import Facts, Settings
from detectors.finding import Finding
from detectors.registry import DETECTORS
from records.errors import MashlinkError
from records.scope import Scope


class DetectorError(MashlinkError):
    """At least one detector raised; the others finished, and ``report`` holds what they found."""

    title = "A detector failed"

    def __init__(self, report: "RunReport") -> None:
        named = "; ".join(f"{name}: {reason}" for name, reason in sorted(report.failed.items()))
        super().__init__(f"{named}. The other detectors finished; take their findings from the report.")
        self.report = report


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run found, how long each detector took, and which failed with what."""

    findings: tuple[Finding, ...]
    seconds: Mapping[str, float]
    failed: Mapping[str, str]


def run_all(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    as_of_dates: Sequence[date],
    settings: Settings,
    detectors: Sequence[Detector] = DETECTORS,
) -> RunReport:
    """Run ``detectors`` on a standing scope at every date; one that raises does not stop the others.

    A finding appears once for each date on which its evidence changed. ``seconds`` has one more entry, ``facts``.
    """
    findings: list[Finding] = []
    seconds: dict[str, float] = {}
    failed: dict[str, str] = {}
    started = time.perf_counter()
    with Facts(connection, scope, as_of_dates, settings) as facts:
        seconds["facts"] = time.perf_counter() - started
        for detector in detectors:
            started = time.perf_counter()
            try:
                findings += follow_growth(detector.find(facts)) if detector.grows else detector.find(facts)
            except Exception as error:  # one broken rule must not silence the others
                failed[detector.name] = _without_values(error)
            seconds[detector.name] = time.perf_counter() - started
    return RunReport(tuple(findings), seconds, failed)


def _without_values(error: Exception) -> str:
    """The error's kind and the line that raised it: its words may repeat a name, and this goes into reports and mails."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if Path(one.filename).parent == Path(__file__).parent] or frames
    return f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}"


def run(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    as_of_dates: Sequence[date],
    settings: Settings,
) -> list[Finding]:
    """All findings of all detectors at these dates, in the order (detector, raised_on, excess falling, id).

    Raises ``DetectorError`` (with the report of the others) where one broke; ``run_all`` reports it instead.
    """
    report = run_all(connection, scope, as_of_dates, settings)
    if report.failed:
        raise DetectorError(report)
    return list(report.findings)


def follow_growth(findings: Sequence[Finding]) -> list[Finding]:
    """Findings about groups, in order of time, with one id while a group goes on.

    A group that shares at least half of the smaller one's people with a finding that stands already is that
    finding, grown or shrunk, though its earliest evidence may have left the window.
    """
    standing: dict[str, Finding] = {}
    followed: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.raised_on, -f.excess, f.finding_id)):
        known = finding.finding_id if finding.finding_id in standing else _grown_from(finding, standing)
        named = finding if known is None else replace(finding, finding_id=known)
        standing[named.finding_id] = named
        followed.append(named)
    return followed


def _grown_from(finding: Finding, standing: Mapping[str, Finding]) -> str | None:
    people = {subject.person_id for subject in finding.subjects}
    best: tuple[int, str] | None = None
    for known, earlier in standing.items():
        if earlier.expires_on < finding.raised_on:
            continue
        others = {subject.person_id for subject in earlier.subjects}
        shared = len(people & others)
        if 2 * shared >= min(len(people), len(others)) and shared > 1:
            best = max(best or (0, ""), (shared, known))
    return best[1] if best else None


def store_findings(connection: duckdb.DuckDBPyConnection, scope: Scope, findings: Sequence[Finding]) -> None:
    """Write findings of one as-of date into ``finding``, ``finding_subject``, ``finding_evidence`` and ``finding_case``.

    ``rank`` counts from 1 inside a detector, by falling excess and then by id. Former rows of the scope go.
    """
    ranks: dict[str, int] = {}
    rows, subjects, evidence = [], [], []
    for finding in sorted(findings, key=lambda f: (f.detector, -f.excess, f.finding_id)):
        ranks[finding.detector] = rank = ranks.get(finding.detector, 0) + 1
        body = json.dumps(finding.as_dict(), ensure_ascii=False, sort_keys=True)
        named = (scope.name, finding.finding_id, finding.detector, finding.version, rank)
        dated = (finding.raised_on, finding.expires_on, finding.window_from, finding.window_to)
        rows.append((*named, *dated, finding.excess, body))
        subjects += [(scope.name, finding.finding_id, s.person_id, s.role) for s in finding.subjects]
        evidence += [
            (scope.name, finding.finding_id, e.event_id, e.record_id, e.role) for e in finding.evidence
        ]
    cases = [(scope.name, case_id, known) for known, case_id in sorted(cases_of(findings).items())]
    for table, filled in (
        ("finding", rows),
        ("finding_subject", subjects),
        ("finding_evidence", evidence),
        ("finding_case", cases),
    ):
        connection.execute(f"DELETE FROM {table} WHERE scope = ?", [scope.name])
        if filled:
            columns = [list(column) for column in zip(*filled, strict=True)]
            unnested = ", ".join("unnest(?)" for _ in columns)
            connection.execute(f"INSERT INTO {table} SELECT {unnested}", columns)
