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
class Suppression:
    """Why a finding is kept out of the list: up to and with ``until``, or without a day until new evidence."""

    until: date | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseReason:
    """Another finding of the same case: about the same people, on the same evidence, by another rule."""

    finding_id: str
    detector: str
    rank: int
    status: str


@dataclass(frozen=True, slots=True)
class PastPrecision:
    """How often this hub confirmed what a detector raised, of those that people judged as confirmed or not.

    ``interval``: Wilson's, 95 of 100, shares of one; None where nobody has judged any yet.
    """

    confirmed: int
    judged: int
    interval: tuple[float, float] | None
    words: str


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """A number that the rule decided by, with where it comes from; ``shipped`` where the hub set another value."""

    name: str
    value: str
    shipped: str
    source: str


@dataclass(frozen=True, slots=True)
class DetectorRule:
    """What a detector of the snapshot decides by; ``configuration`` is the version of the hub's, or ``shipped``."""

    detector: str
    thresholds: tuple[ThresholdLine, ...]
    configuration: str


@dataclass(frozen=True, slots=True)
class HandlingLine:
    """How many rows of the evidence an agency handed in under one marking and category."""

    agency: str
    marking: str
    category: str
    rows: int


@dataclass(frozen=True, slots=True)
class FindingSubject:
    """A person whom a finding is about, in the role that the evidence gives them."""

    person: PersonCard
    role: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a list. ``rank`` counts within its detector and the reader's scope, from 1.

    ``status``: open (nobody decided), decided, reopened (decided, and new evidence came since) or suppressed. ``news``
    says what is new since the decision. ``also``: the other findings of its case, one alert for all of them.
    ``stale_since``: the last day its detector worked, where it has failed since and the finding is kept from then.
    """

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
    status: str = "open"
    news: str | None = None
    suppression: Suppression | None = None
    first_raised_on: date | None = None
    case_id: str | None = None
    stale_since: date | None = None
    also: tuple[CaseReason, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One dated fact behind a finding. ``statement`` is None where the reader sees no narrative.

    ``is_new``: it was not there when the finding was last decided on. ``precision``: ``month`` or ``year`` where no day is told.
    """

    agency: str
    record: str | None
    role: str | None
    happened_on: date
    known_on: date
    statement: str | None
    person: str | None
    is_new: bool = False
    precision: str | None = None


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
    past_precision: PastPrecision | None = None
    thresholds: tuple[ThresholdLine, ...] = ()
    configuration: str = "shipped"
    handling: tuple[HandlingLine, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingList:
    """Cases by rank of their first finding that matches: the first of each detector before the second of any.

    ``total`` counts these cases, before paging. ``where`` they are: ``stand`` here; with the ``next_build``, since what
    may be shown changed after the last; or ``not_here``, on what this role sees.
    """

    findings: tuple[FindingLine, ...]
    total: int
    where: str = "stand"


@dataclass(frozen=True, slots=True)
class FindingFilters:
    """Which findings: by detector, by decision, by person; then a page of them.

    ``decision``: one of the dispositions, ``open`` (none yet, or reopened), ``reopened``, ``decided`` or ``suppressed``; without it,
    all that are not suppressed. ``raised_since``: only those first raised on that day or later. A ``limit`` of 0
    asks for ``total`` alone.
    """

    detector: str | None = None
    decision: str | None = None
    person: str | None = None
    offset: int = 0
    limit: int = 50
    raised_since: date | None = None


@dataclass(frozen=True, slots=True)
class FindingClearing:
    """The weakest link whose removal ends a finding, as replays without it showed.

    ``record`` None: none of the ``tried`` weakest links alone ends it, of the ``links`` that hold its records together.
    """

    record: str | None
    weight: float | None
    tried: int
    links: int
    words: str


@dataclass(frozen=True, slots=True)
class WhatIfFinding:
    """A finding that would come or go."""

    window_from: date
    window_to: date
    observed: float
    baseline: float
    excess: float
    measure: str
    subjects: tuple[FindingSubject, ...]


@dataclass(frozen=True, slots=True)
class WhatIfDetector:
    """What a change of thresholds would do to one detector; ``coming`` and ``going`` name the gravest hundred."""

    detector: str
    before: int
    after: int
    stayed: int
    comes: int
    goes: int
    coming: tuple[WhatIfFinding, ...]
    going: tuple[WhatIfFinding, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a change of thresholds would do on the snapshot at hand: the detectors whose settings differ."""

    as_of: date
    detectors: tuple[WhatIfDetector, ...]
