"""A person, the household and the chronology, as shown."""

from dataclasses import dataclass
from datetime import date, datetime

from access.values.other_hub import OtherHubHistory


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as shown in lists, networks and headings. ``age_band`` is at the snapshot's as-of date."""

    handle: str
    name: str | None
    date_of_birth: date | None
    age_band: str | None
    sex: str | None
    agencies: tuple[str, ...]
    record_count: int
    is_professional: bool
    died_on: date | None = None


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name that an agency holds; kind current, alias, maiden or former."""

    kind: str
    name: str
    agency: str


@dataclass(frozen=True, slots=True)
class IdentifierLine:
    """An identifier that an agency holds for the person."""

    kind: str
    value: str
    agency: str


@dataclass(frozen=True, slots=True)
class AddressLine:
    """Where the person lived, by whose word."""

    kind: str
    address: str | None
    postcode: str | None
    valid_from: date | None
    valid_to: date | None
    agency: str


@dataclass(frozen=True, slots=True)
class TieLine:
    """A phone, a vehicle, a school, a practice, a hostel, an employer: kind, value and when.

    ``value`` is None where it is not told: a clinic for sexual health, to whoever may not know of it.
    """

    kind: str
    value: str | None
    valid_from: date | None
    valid_to: date | None
    agency: str


@dataclass(frozen=True, slots=True)
class RelationLine:
    """``person`` is, by an agency's statement, the ``kind`` of the person whose page this is."""

    person: PersonCard
    kind: str
    valid_from: date | None
    valid_to: date | None
    agency: str


@dataclass(frozen=True, slots=True)
class HouseholdMember:
    """A person in a household over a spell of time."""

    person: PersonCard
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Household:
    """People living together. ``address`` is None where the reader sees no locations."""

    household: str
    address: str | None
    postcode: str | None
    members: tuple[HouseholdMember, ...]


@dataclass(frozen=True, slots=True)
class HouseholdList:
    """The households of a person, latest first."""

    person: PersonCard
    households: tuple[Household, ...]


@dataclass(frozen=True, slots=True)
class FactorFact:
    """One agency's record of one of the three factors, about one member of a household in one role."""

    happened_on: date
    known_on: date | None
    agency: str
    kind: str
    concern: str
    severity: int | None
    person: PersonCard
    role: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One of domestic_abuse, mental_ill_health and substance_misuse: how many happenings, told by whom, and each fact."""

    factor: str
    happenings: int
    agencies: tuple[str, ...]
    evidence: tuple[FactorFact, ...]


@dataclass(frozen=True, slots=True)
class HouseholdFactors:
    """The three factors side by side for a person and those who live with them; no sum of them, and no score."""

    person: PersonCard
    members: tuple[PersonCard, ...]
    since: date
    until: date
    factors: tuple[Factor, ...]
    note: str


@dataclass(frozen=True, slots=True)
class InvolvedPerson:
    """Another person in an event, in one role (a row a role)."""

    person: PersonCard
    role: str


@dataclass(frozen=True, slots=True)
class ChronologyLine:
    """One agency's report of one happening in which the person has a part.

    ``incident`` is the same on the reports of one happening; ``event`` is the agency's own id, or a reference
    where the reader sees no identities. ``roles`` are the person's own. ``sessions_...``: half days of a spell at school.
    """

    event: str
    incident: str
    happened_at: datetime | None
    date_precision: str | None
    ended_on: date | None
    known_on: date | None
    agency: str
    kind: str
    plan_kind: str | None
    concern: str | None
    severity: int | None
    offence: str | None
    status: str | None
    outcome: str | None
    rag_initial: str | None
    rag_final: str | None
    roles: tuple[str, ...]
    others: tuple[InvolvedPerson, ...]
    place: str | None
    postcode: str | None
    summary: str | None
    opinion: str | None
    flags: tuple[str, ...]
    sessions_possible: int | None = None
    sessions_absent: int | None = None


@dataclass(frozen=True, slots=True)
class Chronology:
    """What happened to and around a person, oldest first; ``from_other_hubs``: what other hubs granted, in their words."""

    person: PersonCard
    lines: tuple[ChronologyLine, ...]
    from_other_hubs: tuple[OtherHubHistory, ...] = ()
