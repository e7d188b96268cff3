"""Releases, lists, restrictions, broken glass, consent, refusals and marks: as they are made, and as shown."""

from dataclasses import dataclass
from datetime import date, datetime

from access.values.link import Description
from access.values.person import PersonCard


@dataclass(frozen=True, slots=True)
class ReleaseGiven:
    """A release of people's shareable rows to named agencies, for named purposes, until a day."""

    handles: tuple[str, ...]
    agencies: tuple[str, ...]
    purposes: tuple[str, ...]
    ends_on: date
    grounds: str


@dataclass(frozen=True, slots=True)
class MeetingListGiven:
    """People put on a meeting's list until a day; ``with_those_tied``: with everyone met in their networks."""

    handles: tuple[str, ...]
    meeting: str
    ends_on: date
    grounds: str
    with_those_tied: bool = True


@dataclass(frozen=True, slots=True)
class KeptToGiven:
    """People whose records, or whose whereabouts, are kept to named workers, until a day or until it is ended."""

    handles: tuple[str, ...]
    workers: tuple[str, ...]
    ends_on: date | None
    grounds: str


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """Whose records are opened at once: somebody seen (``handle``), or whoever clearly fits a ``description``."""

    grounds: str
    handle: str | None = None
    description: Description | None = None
    days: int = 1


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """What was answered when consent to share was asked: given, refused, withdrawn; or overridden, with grounds."""

    handle: str
    answer: str
    grounds: str


@dataclass(frozen=True, slots=True)
class RefusalGiven:
    """An agency's refusal to share its records of a person; ``basis`` would_not_help, more_detrimental or other."""

    handle: str
    basis: str
    grounds: str


@dataclass(frozen=True, slots=True)
class MarkGiven:
    """How one's own agency wants its records of a person handled: shareable, ask_originator or restricted."""

    handle: str
    marking: str
    grounds: str


@dataclass(frozen=True, slots=True)
class SharingTaken:
    """An act as the ledger took it. ``sharing`` names it, to end it by; ``record_count``: the records it names."""

    sharing: str
    kind: str
    record_count: int
    ends_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class GlassOpened:
    """What a broken glass opened: the person's handle from the next request on. The privacy officer was alerted."""

    taken: SharingTaken
    handle: str


@dataclass(frozen=True, slots=True)
class SharingLine:
    """A grant or refusal that stands; ``basis`` of a refusal, ``reference`` the meeting of a list."""

    sharing: str
    kind: str
    by: str
    at: datetime | None
    ends_on: date | None
    agencies: tuple[str, ...]
    purposes: tuple[str, ...]
    workers: tuple[str, ...]
    reference: str | None
    basis: str | None
    record_count: int


@dataclass(frozen=True, slots=True)
class SharingList:
    """Grants and refusals that stand, latest first."""

    lines: tuple[SharingLine, ...]


@dataclass(frozen=True, slots=True)
class GlassLine:
    """A broken glass as the privacy officer sees it: who, why and how much; whom it opened is not told.

    ``verdict`` is None until it was reviewed.
    """

    sharing: str
    by: str
    role: str
    at: datetime
    purpose: str | None
    reason: str | None
    case_reference: str | None
    record_count: int
    ends_on: date | None
    verdict: str | None
    reviewed_by: str | None
    review_reason: str | None


@dataclass(frozen=True, slots=True)
class GlassList:
    """Broken glass, what waits for review first, then latest first."""

    lines: tuple[GlassLine, ...]


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """An answer about consent to share somebody's records, or the decision in its place."""

    answer: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MarkLine:
    """How the agency of some of a person's records wants them handled, whatever their label says."""

    marking: str
    by: str
    at: datetime
    record_count: int


@dataclass(frozen=True, slots=True)
class PersonSharing:
    """Where the sharing of one person stands: what is released, kept or refused, consent latest first, marks."""

    person: PersonCard
    lines: tuple[SharingLine, ...]
    consents: tuple[ConsentLine, ...]
    marks: tuple[MarkLine, ...]


@dataclass(frozen=True, slots=True)
class ContributionLine:
    """Something that an agency reported, and what people in the hub decided where it was evidence."""

    event: str
    kind: str
    happened_on: date | None
    outcome: str | None
    decision: str
    decided_on: datetime


@dataclass(frozen=True, slots=True)
class AgencyContributions:
    """What an agency handed in, by (marking, category, events), and what was decided on it, latest decision first.

    ``decided`` counts all its events on which anybody decided; ``lines`` are the latest of them.
    """

    agency: str
    handling: tuple[tuple[str, str, int], ...]
    decided: int
    lines: tuple[ContributionLine, ...]


@dataclass(frozen=True, slots=True)
class HideGiven:
    """Records, as agencies name them, whom lookups answer as unknown to all but ``workers``."""

    records: tuple[str, ...]
    workers: tuple[str, ...]
    grounds: str


@dataclass(frozen=True, slots=True)
class HideOrderLine:
    """A hide order that stands: how many records it hides, and the workers who still find them."""

    order: str
    record_count: int
    workers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HideOrderList:
    """The hide orders that stand, latest first."""

    lines: tuple[HideOrderLine, ...]


@dataclass(frozen=True, slots=True)
class SealGiven:
    """Two sets of records, as agencies name them, that must never join; the protected side is as not there."""

    protected: tuple[str, ...]
    other: tuple[str, ...]
    grounds: str


@dataclass(frozen=True, slots=True)
class SealLine:
    """A seal that stands, and how many records stand on either side."""

    seal: str
    protected_count: int
    other_count: int


@dataclass(frozen=True, slots=True)
class SealList:
    """The seals that stand, latest first."""

    lines: tuple[SealLine, ...]
