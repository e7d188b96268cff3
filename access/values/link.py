"""Lookups and links, as shown."""

from dataclasses import dataclass
from datetime import date

from access.values.person import PersonCard


@dataclass(frozen=True, slots=True)
class Description:
    """Whom someone looks for: what they know, None for the rest; ``identifiers`` are (kind, value) pairs.

    ``full_name``: names in any order, where nobody knows which is which; ``birth_year``: where the day is not known.
    """

    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    date_of_birth: date | None = None
    birth_year: int | None = None
    sex: str | None = None
    postcode: str | None = None
    address: str | None = None
    phone: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """One field compared: how alike, the bits it adds, the two values where the reader may see them."""

    field: str
    level: str
    weight: float
    value_a: str | None
    value_b: str | None
    label: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom a lookup found, how sure, and why."""

    person: PersonCard
    weight: float
    probability: float
    comparisons: tuple[ComparisonLine, ...]


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """Status (Match, PotentialMatch, LowConfidenceMatch, ManyMatch, NoMatch; after the DfE SUI matcher) and people.

    An exchange officer gets ``hit`` and the agencies to contact, and no candidates.
    """

    status: str
    hit: bool
    candidates: tuple[Candidate, ...]
    contact_agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VehicleUser:
    """Someone whom agencies know with a vehicle: first and last day as far as they say, and who says so."""

    person: PersonCard
    valid_from: date | None
    valid_to: date | None
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkHop:
    """One step of the way from a record of a person to another; ``judged``: a human tied the two."""

    record_a: str
    record_b: str
    agency_a: str
    agency_b: str
    weight: float
    judged: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class LinkExplanation:
    """Why two records are, or are not, one person. ``rule`` says why the weight may not be used as it stands.

    ``comparisons`` are the steps of the waterfall and sum to ``weight``. ``sentence`` is the whole in plain words.
    ``path``: where the two are one person by way of others, the strongest way there; empty otherwise.
    """

    record_a: str
    record_b: str
    agency_a: str
    agency_b: str
    weight: float | None
    rule: str | None
    judgement: str | None
    same_person: bool
    comparisons: tuple[ComparisonLine, ...]
    sentence: str = ""
    path: tuple[LinkHop, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkList:
    """What holds the records of a person together."""

    person: PersonCard
    records: tuple[str, ...]
    links: tuple[LinkExplanation, ...]
