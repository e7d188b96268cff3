"""Which link between records a finding hangs on: the weakest one whose removal ends it, tried and not guessed."""

from dataclasses import dataclass

import duckdb

from detectors.facts import EvidenceRows, Facts, Settings
from detectors.finding import Finding
from detectors.registry import DETECTORS
from detectors.replaying import evidence_rows
from records.errors import NotThere
from records.scope import Scope


@dataclass(frozen=True, slots=True)
class Clearing:
    """What was found out: the record whose link to its person, if wrong, ends the finding; None when none of those tried.

    ``weight``: bits of that link. ``tried``: how many of the ``links`` that hold its records were tried, the weakest first.
    """

    record_id: str | None
    weight: float | None
    tried: int
    links: int


def clearing_link(
    connection: duckdb.DuckDBPyConnection, scope: Scope, finding: Finding, settings: Settings, most: int = 6
) -> Clearing:
    """Replay a finding without each of its most weakly held records in turn, until the rule no longer holds.

    A record left out takes along what it tells: its parts in events and its own statements. At most ``most`` links are
    tried; each is a run of the detector on the finding's own rows. Raises NotThere for a detector that there is not.
    """
    rows = evidence_rows(finding)
    held = _held(connection, scope, finding)
    for number, (weight, record_id) in enumerate(held[:most], start=1):
        without = EvidenceRows(
            frozenset(part for part in rows.parts if part[1] != record_id), rows.own_records - {record_id}
        )
        if not _holds(connection, scope, finding, settings, without):
            return Clearing(record_id, weight, number, len(held))
    return Clearing(None, None, min(most, len(held)), len(held))


def _held(connection: duckdb.DuckDBPyConnection, scope: Scope, finding: Finding) -> list[tuple[float, str]]:
    """The records of the evidence that a link holds to their person, the weakest first."""
    found = connection.execute(
        """SELECT weight, record_id FROM membership
           WHERE scope = ? AND weight IS NOT NULL AND record_id IN (SELECT unnest(?::VARCHAR[]))
           ORDER BY weight, record_id""",
        [scope.name, sorted({row.record_id for row in finding.evidence})],
    ).fetchall()
    return [(weight, record_id) for weight, record_id in found]


def _holds(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    finding: Finding,
    settings: Settings,
    rows: EvidenceRows,
) -> bool:
    """Whether the rule still finds this, though perhaps smaller: the same anchor, or half of a group."""
    detector = next((known for known in DETECTORS if known.name == finding.detector), None)
    if detector is None:
        raise NotThere(f"no detector is named {finding.detector}")
    people = {subject.person_id for subject in finding.subjects}
    with Facts(connection, scope, [finding.raised_on], settings, rows) as facts:
        for found in detector.find(facts):
            shared = {subject.person_id for subject in found.subjects} & people
            if found.anchor == finding.anchor or (detector.grows and 2 * len(shared) >= len(people)):
                return True
    return False
