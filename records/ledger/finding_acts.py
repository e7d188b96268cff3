"""What people did to findings, as the ledger's state holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class FindingDisposition:
    """What a human decided of a finding; the latest stands.

    ``seen_evidence``: digests of the rows of evidence that the finding stood on then; others are new evidence, and open
    it again. Empty: not noted. ``before``: the decision that this one took the place of, and that stands again when it
    is taken back.
    """

    finding_id: str
    decision: str
    reason: str
    by: str
    at: datetime
    seen_evidence: frozenset[str] = frozenset()
    before: "FindingDisposition | None" = None


@dataclass(frozen=True, slots=True)
class FindingSuppression:
    """A finding kept out of the list of findings: up to and with the day ``until``, or, without one, until new evidence."""

    finding_id: str
    until: date | None
    reason: str
    by: str
    at: datetime
    seen_evidence: frozenset[str] = frozenset()


def seen_by_finding(details: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The findings an act is on, each with the evidence seen: the one named, and those decided along with it."""
    seen = {str(known): frozenset(rows) for known, rows in details.get("seen_evidence", {}).items()}
    return {details["finding_id"]: frozenset(), **seen}
