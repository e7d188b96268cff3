"""What a feed's rows state: records, events and what hangs on them, one class a table of the snapshot."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from records.mapping.table import Table
from records.mapping.values import Condition, Value

FullNameOrder = Literal[
    "given family", "family given", "family, given", "given, family", "capitals", "unordered"
]


class Label(Table):
    """The handling facts of a statement; what it leaves out comes from the statement around it, or the feed."""

    marking: Value | None = None
    category: Value | None = None


class Reference(Table):
    """A row of another file: the one whose ``key`` column equals this row's ``by``; the newest where several do."""

    file: str
    by: Value
    key: str


class Each(Table):
    """One statement for each element of a list: a JSON list, or a text cut at ``separator``."""

    column: str
    separator: str | None = None


class Statement(Table):
    """What every statement can say: which rows it reads, and how its rows are handled."""

    from_: Annotated[str | None, Field(alias="from")] = None
    where: Condition | None = None
    repeat: tuple[str, ...] | None = None
    each: Each | None = None
    refer: dict[str, Reference] = Field(default_factory=dict)
    label: Label = Label()

    @field_validator("repeat", mode="before")
    @classmethod
    def _write_numbers_as_text(cls, repeat: Any) -> Any:
        return tuple(map(str, repeat)) if isinstance(repeat, list | tuple) else repeat

    def own_values(self) -> Iterator[tuple[str, Value]]:
        """The statement's fields with their sources, by the names of the table's columns."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Value):
                yield name, value


class OfRecord(Statement):
    """A statement about a record; ``record`` is left out inside ``[[record]]``."""

    record: Value | None = None


class OtherName(OfRecord):
    """A row of ``name``: an alias, a maiden or a former name."""

    kind: Value
    given_name: Value | None = None
    family_name: Value | None = None
    full_name: Value | None = None
    full_name_order: FullNameOrder = "unordered"
    valid_from: Value | None = None
    valid_to: Value | None = None


class Identifier(OfRecord):
    """A row of ``identifier``; inside a record, ``identifiers`` is the short form."""

    kind: Value
    value: Value


class Address(OfRecord):
    """A row of ``address_spell``; stated when address, postcode or UPRN is there."""

    kind: Value = Value(constant="home")
    address: Value | None = None
    postcode: Value | None = None
    uprn: Value | None = None
    valid_from: Value | None = None
    valid_to: Value | None = None


class Thing(OfRecord):
    """A row of ``thing_use``: a phone or a vehicle; ``event`` where one event states it."""

    kind: Value
    value: Value
    event: Value | None = None
    valid_from: Value | None = None
    valid_to: Value | None = None


class Organisation(OfRecord):
    """A row of ``organisation_tie``; the name stands in for a missing key."""

    kind: Value
    key: Value | None = None
    name: Value | None = None
    valid_from: Value | None = None
    valid_to: Value | None = None


class Relationship(OfRecord):
    """A row of ``relationship``: record is the ``kind`` of ``other``; ``both_ways`` states the inverse too."""

    other: Value
    kind: Value
    both_ways: bool = False
    valid_from: Value | None = None
    valid_to: Value | None = None


class Involvement(OfRecord):
    """A row of ``involvement``; ``event`` is left out inside ``[[event]]``."""

    event: Value | None = None
    role: Value


class Answer(OfRecord):
    """A row of ``risk_answer``; ``event`` is left out inside ``[[event]]``."""

    event: Value | None = None
    question: Value
    answer: Value


class Arrangement(OfRecord):
    """A row of ``contact_arrangement``: how to reach somebody safely, or who must not learn of it."""

    kind: Value
    value: Value
    agreed_on: Value | None = None


class Record(Statement):
    """A row of ``record``, with what hangs on it."""

    id: Value
    version_on: Value | None = None
    authority: Value | None = None
    title: Value | None = None
    given_name: Value | None = None
    family_name: Value | None = None
    full_name: Value | None = None
    full_name_order: FullNameOrder = "unordered"
    date_of_birth: Value | None = None
    birth_year: Value | None = None
    sex: Value | None = None
    ethnic_group: Value | None = None
    first_language: Value | None = None
    disability: Value | None = None
    died_on: Value | None = None
    is_professional: Value | None = None
    identifiers: dict[str, Value] = Field(default_factory=dict)
    identifier: tuple[Identifier, ...] = ()
    name: tuple[OtherName, ...] = ()
    address: tuple[Address, ...] = ()
    thing: tuple[Thing, ...] = ()
    organisation: tuple[Organisation, ...] = ()
    relationship: tuple[Relationship, ...] = ()
    involvement: tuple[Involvement, ...] = ()
    arrangement: tuple[Arrangement, ...] = ()

    def nested(self) -> Iterator[OfRecord]:
        """The statements inside this one."""
        yield from self.identifier
        yield from self.name
        yield from self.address
        yield from self.thing
        yield from self.organisation
        yield from self.relationship
        yield from self.involvement
        yield from self.arrangement


class Event(Statement):
    """A row of ``event``, with the parts that records play in it."""

    id: Value
    kind: Value
    version_on: Value | None = None
    authority: Value | None = None
    plan_kind: Value | None = None
    concern: Value | None = None
    severity: Value | None = None
    offence: Value | None = None
    started_at: Value | None = None
    date_precision: Value | None = None
    ended_on: Value | None = None
    known_on: Value | None = None
    status: Value | None = None
    outcome: Value | None = None
    rag_initial: Value | None = None
    rag_final: Value | None = None
    decided_at: Value | None = None
    referrer: Value | None = None
    related_event: Value | None = None
    reference: Value | None = None
    place: Value | None = None
    postcode: Value | None = None
    uprn: Value | None = None
    sessions_possible: Value | None = None
    sessions_absent: Value | None = None
    wait_seconds: Value | None = None
    duration_seconds: Value | None = None
    summary: Value | None = None
    opinion: Value | None = None
    flags: tuple[Value, ...] = ()
    involvement: tuple[Involvement, ...] = ()
    thing: tuple[Thing, ...] = ()
    answer: tuple[Answer, ...] = ()

    def nested(self) -> Iterator[OfRecord]:
        """The statements inside this one."""
        yield from self.involvement
        yield from self.thing
        yield from self.answer
