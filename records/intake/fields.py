"""Which rule reads each field of a statement, and which fields a statement cannot do without."""

from dataclasses import dataclass
from typing import Final

from records.identifiers import BY_KIND
from records.intake import readings
from records.intake.readings import Reading
from records.intake.stated import Stated
from records.mapping import Event, Mapping, OtherName, Record, Thing, Value
from records.mapping.words import words_for

_DAYS: Final = {"valid_from", "valid_to", "died_on", "ended_on", "known_on", "version_on", "agreed_on"}
_MOMENTS: Final = {"started_at", "decided_at"}
_COUNTS: Final = {"sessions_possible", "sessions_absent", "wait_seconds", "duration_seconds"}
_MOST: Final = 2**31 - 1
_ISO_CELLS: Final = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")

# Without these a statement says nothing usable.
REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "Record": ("id", "marking", "category"),
    "Event": ("id", "kind", "marking", "category"),
    "Identifier": ("record", "kind", "marking", "category"),
    "OtherName": ("record", "kind", "marking", "category"),
    "Address": ("record", "kind", "marking", "category"),
    "Thing": ("record", "kind", "marking", "category"),
    "Organisation": ("record", "kind", "marking", "category"),
    "Relationship": ("record", "kind", "marking", "category"),
    "Involvement": ("record", "event", "role", "marking", "category"),
    "Answer": ("record", "event", "question", "marking", "category"),
    "Arrangement": ("record", "kind", "marking", "category"),
}
# A statement with none of these says nothing, which is no error.
CONTENT: Final[dict[str, tuple[str, ...]]] = {
    "Identifier": ("value",),
    "OtherName": ("given_name", "family_name", "full_name"),
    "Address": ("address", "postcode", "uprn"),
    "Thing": ("value",),
    "Organisation": ("key", "name"),
    "Relationship": ("other",),
    "Answer": ("answer",),
    "Arrangement": ("value",),
}
NAMED: Final = (Record, OtherName)
ALWAYS_REQUIRED: Final = frozenset({"marking", "category"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a statement: its source and the rule that reads it.

    Without a ``required`` field the row is unusable; without a ``needed`` one only the statement is.
    """

    name: str
    value: Value
    reading: Reading
    required: bool
    needed: bool = False

    @property
    def reported(self) -> str:
        """The name for messages."""
        return "flags" if self.name.startswith("flag_") else self.name


def fields_of(mapping: Mapping, stated: Stated) -> list[Field]:
    """The fields that ``stated`` gives a source for, label included."""
    statement = stated.statement
    given = [*statement.own_values()]
    if isinstance(statement, Event):
        given += [(f"flag_{number}", flag) for number, flag in enumerate(statement.flags)]
    for name in ("marking", "category"):
        value = getattr(statement.label, name)
        if value is not None:
            given.append((name, value))
    needed = REQUIRED[type(statement).__name__]
    top = () if stated.is_nested else needed
    fields = [
        Field(
            name,
            value,
            _reading(mapping, stated, name, value),
            value.required or name in top or name in ALWAYS_REQUIRED,
            name in needed,
        )
        for name, value in given
    ]
    return fields + (_parts_of_the_name(fields) if isinstance(statement, NAMED) else [])


def _parts_of_the_name(fields: list[Field]) -> list[Field]:
    """Given and family name, where the full name alone has a source."""
    full = next((field for field in fields if field.name == "full_name"), None)
    names = {field.name for field in fields}
    rules = {"given_name": readings.GIVEN_NAME, "family_name": readings.NAME}
    return [
        Field(name, full.value, rule, False) for name, rule in rules.items() if full and name not in names
    ]


def formats_of(mapping: Mapping, stated: Stated, value: Value) -> tuple[str, ...]:
    """The date formats of ``value``; cells that are true dates come as ISO texts."""
    formats = value.dates or mapping.dates
    files = mapping.files[stated.statement.from_ or ""]
    cells = {"parquet": _ISO_CELLS, "xlsx": (*_ISO_CELLS, readings.DAY_NUMBER)}
    return tuple(dict.fromkeys((*formats, *cells.get(files.file_format(files.path[0]), ()))))


def id_kind(name: str, stated: Stated) -> str | None:
    """``record`` or ``event`` when the field ``name`` holds an id of one, else None."""
    if name == "id":
        return "event" if isinstance(stated.statement, Event) else "record"
    return {"record": "record", "other": "record", "event": "event", "related_event": "event"}.get(name)


def _reading(  # noqa: PLR0911  # one return a family of fields
    mapping: Mapping, stated: Stated, name: str, value: Value
) -> Reading:
    statement = stated.statement
    known = words_for(statement, name)
    if name in {"value", "kind"} and type(statement).__name__ in {"Identifier", "Thing"}:
        return _of_kinds(mapping, stated, name)
    if name == "is_professional":
        return readings.TRUTH
    if known is not None:
        return readings.words(known)
    if name in _DAYS:
        return readings.day(formats_of(mapping, stated, value))
    if name in _MOMENTS:
        return readings.moment(formats_of(mapping, stated, value))
    if name == "date_of_birth":
        return readings.birth_year(formats_of(mapping, stated, value))
    if name == "severity":
        return readings.number("UTINYINT", 1, 5, value.times)
    if name in _COUNTS:
        return readings.number("INTEGER", 0, _MOST, value.times)
    return _BY_NAME.get((type(statement).__name__, name)) or _BY_NAME.get(("*", name), readings.TEXT)


_BY_NAME: Final[dict[tuple[str, str], Reading]] = {
    ("*", "postcode"): readings.normalised("postcode"),
    ("*", "uprn"): readings.normalised("uprn"),
    ("Record", "birth_year"): readings.YEAR,
    ("*", "given_name"): readings.GIVEN_NAME,
    ("*", "family_name"): readings.NAME,
    ("*", "full_name"): readings.GIVEN_NAME,
}


def _of_kinds(mapping: Mapping, stated: Stated, name: str) -> Reading:
    """The rule for the value of an identifier or a thing, which depends on its kind."""
    is_thing = isinstance(stated.statement, Thing)
    if name == "kind":
        known = words_for(stated.statement, "kind")
        return readings.words(known) if known is not None else readings.IDENTIFIER_KIND
    kinds = {"phone": f"phone_in_{mapping.phone_region.lower()}", "vehicle": "vehicle"} if is_thing else {}
    kinds |= {} if is_thing else {kind: kind for kind in BY_KIND}
    constant = getattr(stated.statement, "kind").constant  # noqa: B009  # the base class has no kind
    if constant is not None:
        return readings.normalised(kinds.get(constant, "other_identifier"))
    return readings.by_kind({kind: readings.normalised(function) for kind, function in kinds.items()})
