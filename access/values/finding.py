"""Findings and dispositions, as shown."""

from dataclasses import dataclass
from datetime import date, datetime

from access.values.person import PersonCard


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a human decided of a finding, and why."""

    decision: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingSubject:
    """A person whom a finding is about, in the role that the evidence gives them."""

    person: PersonCard
    role: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a list. ``rank`` counts within its detector and the reader's scope, from 1."""

    finding_id: str
    detector: str
    rule: str
    rank: int
    raised_on: date
    expires_on: date
    window_from: date
    window_to: date
    observed: float
    baseline: float
    excess: float
    measure: str
    subjects: tuple[FindingSubject, ...]
    disposition: Disposition | None


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One dated fact behind a finding. ``statement`` is None where the reader sees no narrative."""

    agency: str
    record: str | None
    role: str | None
    happened_on: date
    known_on: date
    statement: str | None
    person: str | None


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A finding with its evidence, its baseline and what would clear it."""

    line: FindingLine
    version: str
    interval: tuple[float, float]
    evidence: tuple[EvidenceLine, ...]
    would_clear: str
    counter_evidence: tuple[str, ...]
    missing_feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingList:
    """Findings by detector and rank. ``total`` counts those that match, before paging."""

    findings: tuple[FindingLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FindingFilters:
    """Which findings: by detector, by disposition decision (``open`` = none yet), by person; then a page of them."""

    detector: str | None = None
    decision: str | None = None
    person: str | None = None
    offset: int = 0
    limit: int = 50
