"""One mapping: a feed of one agency, from the files to the tables of the snapshot."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from records.mapping.files import Files
from records.mapping.statements import (
    Address,
    Answer,
    Arrangement,
    Event,
    Identifier,
    Involvement,
    Label,
    OfRecord,
    Organisation,
    OtherName,
    Record,
    Relationship,
    Statement,
    Thing,
)
from records.mapping.table import Table, did_you_mean
from records.mapping.values import Value, checked_dates
from records.mapping.words import check_words

ISO_AND_UK_DATES = ("%Y-%m-%d", "%d/%m/%Y")
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Mapping(Table):
    """A feed: whose it is, which files it has, and what their rows state."""

    feed: Key
    agency: Key
    system: Key | None = None
    ids: Literal["agency", "system"] = "agency"
    authority: Value | None = None
    dates: tuple[str, ...] = ISO_AND_UK_DATES
    phone_region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "GB"
    duplicate_free: bool = False
    on_same_id: Literal["version", "error"] = "version"
    extracted_on: Value | None = None
    label: Label
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    files: Annotated[dict[str, Files], Field(min_length=1)]
    record: tuple[Record, ...] = ()
    event: tuple[Event, ...] = ()
    identifier: tuple[Identifier, ...] = ()
    name: tuple[OtherName, ...] = ()
    address: tuple[Address, ...] = ()
    thing: tuple[Thing, ...] = ()
    organisation: tuple[Organisation, ...] = ()
    relationship: tuple[Relationship, ...] = ()
    involvement: tuple[Involvement, ...] = ()
    answer: tuple[Answer, ...] = ()
    arrangement: tuple[Arrangement, ...] = ()

    @field_validator("dates")
    @classmethod
    def _check_dates(cls, dates: tuple[str, ...]) -> tuple[str, ...] | None:
        return checked_dates(dates)

    @field_validator("label")
    @classmethod
    def _need_both_facts(cls, label: Label) -> Label:
        if label.marking is None or label.category is None:
            raise ValueError("a feed's label needs both marking and category")
        return label

    @model_validator(mode="after")
    def _check_statements(self) -> "Mapping":
        if self.ids == "system" and self.system is None:
            raise ValueError('ids = "system" needs "system"')
        if not any(True for _ in self.statements()):
            raise ValueError("a mapping states nothing without [[record]], [[event]] or another statement")
        for place, statement in self.statements():
            self._check_top(place, statement)
            if isinstance(statement, Record | Event):
                for number, nested in enumerate(statement.nested(), start=1):
                    _check_nested(f"{place}, nested statement {number}", statement, nested)
        check_words(self)
        return self

    def _check_top(self, place: str, statement: Statement) -> None:
        if statement.from_ is None:
            raise ValueError(f'{place}: needs "from", one of the [files] of this mapping')
        for name in (statement.from_, *(reference.file for reference in statement.refer.values())):
            if name not in self.files:
                raise ValueError(f"{place}: no [files.{name}]{did_you_mean(name, sorted(self.files))}")
        if isinstance(statement, OfRecord) and statement.record is None:
            raise ValueError(f'{place}: needs "record", whose statement it is')
        if isinstance(statement, Involvement | Answer) and statement.event is None:
            raise ValueError(f'{place}: needs "event"')

    def statements(self) -> Iterator[tuple[str, Statement]]:
        """The statements at the top, each with its place in the file, like ``record 2``."""
        for kind in (
            "record",
            "event",
            "identifier",
            "name",
            "address",
            "thing",
            "organisation",
            "relationship",
            "involvement",
            "answer",
            "arrangement",
        ):
            for number, statement in enumerate(getattr(self, kind), start=1):
                yield f"{kind} {number}", statement


def _check_nested(place: str, parent: Record | Event, nested: OfRecord) -> None:
    for key, given in (("from", nested.from_), ("refer", nested.refer)):
        if given:
            raise ValueError(f'{place}: "{key}" belongs to the statement around it')
    if nested.each and parent.each and not nested.each.column.startswith(parent.each.column + "."):
        raise ValueError(
            f'{place}: "each" must be a list within an element of the list around it, "{parent.each.column}.…"; '
            "another list of the row needs a statement of its own at the top"
        )
    if nested.repeat and parent.repeat:
        raise ValueError(f'{place}: only one of it and the statement around it may have "repeat"')
    if isinstance(parent, Record):
        if nested.record is not None:
            raise ValueError(f'{place}: "record" is the record around it')
        if isinstance(nested, Involvement) and nested.event is None:
            raise ValueError(f'{place}: needs "event"')
    else:
        if nested.record is None:
            raise ValueError(f'{place}: needs "record", who took part')
        if isinstance(nested, Involvement | Thing | Answer) and nested.event is not None:
            raise ValueError(f'{place}: "event" is the event around it')
