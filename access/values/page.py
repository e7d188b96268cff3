"""The page of one person, as shown."""

from dataclasses import dataclass

from access.values.finding import FindingLine
from access.values.person import AddressLine, IdentifierLine, NameLine, PersonCard, RelationLine, TieLine


@dataclass(frozen=True, slots=True)
class StatedFact:
    """What one agency states of a person. ``fact``: date_of_birth, sex, died_on, ethnic_group, first_language.

    Dates are in ISO form. Several agencies may state one fact differently: nothing is chosen or averaged here.
    """

    fact: str
    value: str
    agency: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """All that the reader may know of one person. ``card.handle`` is the person's present handle.

    ``findings_where``: as ``FindingList.where``.
    """

    card: PersonCard
    ethnic_group: str | None
    first_language: str | None
    disability: str | None
    names: tuple[NameLine, ...]
    identifiers: tuple[IdentifierLine, ...]
    addresses: tuple[AddressLine, ...]
    things: tuple[TieLine, ...]
    organisations: tuple[TieLine, ...]
    relations: tuple[RelationLine, ...]
    findings: tuple[FindingLine, ...]
    stated: tuple[StatedFact, ...] = ()
    findings_where: str = "stand"
