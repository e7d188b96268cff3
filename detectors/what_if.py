"""What would come and go if a threshold were changed: both runs on the same rows, before anything is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb

from detectors.facts import Settings
from detectors.finding import Finding
from detectors.registry import DETECTORS
from detectors.running import DetectorError, run_all
from detectors.thresholds import Thresholds
from records.errors import BadInput
from records.scope import Scope


@dataclass(frozen=True, slots=True)
class DetectorChange:
    """What a change does to one detector: how many findings stay, and which come and go, the gravest first."""

    detector: str
    stayed: int
    came: tuple[Finding, ...]
    went: tuple[Finding, ...]


def changed_thresholds(thresholds: Thresholds, changes: Mapping[str, Mapping[str, Any]]) -> Thresholds:
    """``thresholds`` with ``changes`` (detector to setting to value) over them. Raises BadInput naming the setting."""
    profile = thresholds.model_dump()
    for group, settings in changes.items():
        if group not in profile or not isinstance(settings, Mapping):
            raise BadInput(
                f"thresholds, {group}: no such group of settings; there are {', '.join(sorted(profile))}."
            )
        profile[group] |= settings
    return Thresholds.from_profile(profile)


def what_if(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    as_of: date,
    settings: Settings,
    changed: Thresholds,
) -> list[DetectorChange]:
    """What ``changed`` in place of the thresholds of ``settings`` does to each detector whose settings differ.

    Detectors whose settings are the same are not run and not listed. A finding stays when its anchor does, one about
    a group also when it shares half of the smaller one's people. Raises DetectorError where a detector broke.
    """
    asked = [
        detector
        for detector in DETECTORS
        if getattr(changed, detector.name) != getattr(settings.thresholds, detector.name)
    ]
    if not asked:
        return []
    before = _found(connection, scope, as_of, settings, asked)
    after = _found(connection, scope, as_of, replace(settings, thresholds=changed), asked)
    changes = []
    for detector in asked:
        old, new = before[detector.name], after[detector.name]
        came = [finding for finding in new if not _is_among(finding, old, detector.grows)]
        went = [finding for finding in old if not _is_among(finding, new, detector.grows)]
        changes.append(DetectorChange(detector.name, len(new) - len(came), tuple(came), tuple(went)))
    return changes


def _found(
    connection: duckdb.DuckDBPyConnection, scope: Scope, as_of: date, settings: Settings, asked: Sequence[Any]
) -> dict[str, list[Finding]]:
    report = run_all(connection, scope, [as_of], settings, asked)
    if report.failed:
        raise DetectorError(report)
    found: dict[str, list[Finding]] = {detector.name: [] for detector in asked}
    for finding in sorted(report.findings, key=lambda one: (-one.excess, one.finding_id)):
        found[finding.detector].append(finding)
    return found


def _is_among(finding: Finding, others: Sequence[Finding], about_group: bool) -> bool:
    if any(finding.anchor == other.anchor for other in others):
        return True
    if not about_group:
        return False
    people = {subject.person_id for subject in finding.subjects}
    for other in others:
        crowd = {subject.person_id for subject in other.subjects}
        shared = len(people & crowd)
        if shared > 1 and 2 * shared >= min(len(people), len(crowd)):
            return True
    return False
