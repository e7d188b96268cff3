"""Finding again what was found, from its evidence alone (invariant 6)."""

from datetime import date

import duckdb

from detectors.facts import EvidenceRows, Facts, Settings
from detectors.finding import Finding
from detectors.registry import DETECTORS
from records.errors import NotThere
from records.scope import Scope


def evidence_rows(finding: Finding) -> EvidenceRows:
    """The rows that a finding names, as a replay takes them."""
    return EvidenceRows(
        parts=frozenset(
            (row.event_id, row.record_id, row.role) for row in finding.evidence if row.event_id and row.role
        ),
        own_records=frozenset(row.record_id for row in finding.evidence if row.event_id is None),
    )


def replay(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    finding: Finding,
    settings: Settings,
    only: EvidenceRows | None = None,
) -> Finding | None:
    """The finding as its detector raises it from its evidence rows alone, as of the day it was raised.

    ``only`` replays on other rows instead (the evidence less what somebody doubts). None when the rule no
    longer holds: nothing with all of the finding's people comes out. What depends on other rows (which agencies
    were silent) may differ.
    """
    detector = next((known for known in DETECTORS if known.name == finding.detector), None)
    if detector is None:
        raise NotThere(f"no detector is named {finding.detector}")
    rows = evidence_rows(finding) if only is None else only
    days: list[date] = [finding.raised_on]
    with Facts(connection, scope, days, settings, rows) as facts:
        again = detector.find(facts)
    return next((found for found in again if set(found.subjects) >= set(finding.subjects)), None)
