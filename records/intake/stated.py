"""A mapping's statements made whole: nested ones with what they inherit, short forms written out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from records.mapping import (
    Condition,
    Each,
    Event,
    Identifier,
    Label,
    Mapping,
    OfRecord,
    Record,
    Statement,
    Value,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement with everything it inherits filled in.

    ``place`` names it in messages. ``base`` is the condition of the rows among which ordinals count (that of the
    statement around it); ``statement.where`` narrows it further. ``rank``: earlier statements win over later ones.
    ``inner`` is the list that a nested statement goes through by itself, ``around`` then the id of the statement around it.
    """

    place: str
    rank: int
    statement: Statement
    base: Condition | None
    is_nested: bool
    inner: Each | None = None
    around: Value | None = None

    @property
    def may_be_absent(self) -> bool:
        """Whether an empty key means that nothing is stated, rather than an unusable row."""
        return self.is_nested or self.statement.repeat is not None or self.statement.each is not None


def stated_by(mapping: Mapping) -> list[Stated]:
    """Every statement of ``mapping``, top-level and nested, in the order of the file."""
    return [replace(stated, rank=rank) for rank, stated in enumerate(_walk(mapping))]


def _walk(mapping: Mapping) -> Iterator[Stated]:
    for place, statement in mapping.statements():
        label = _merged(mapping.label, statement.label)
        update: dict[str, object] = {"label": label}
        if isinstance(statement, Record | Event) and statement.authority is None:
            update["authority"] = mapping.authority
        whole = statement.model_copy(update={**update, "where": None})
        if not isinstance(whole, Record | Event):
            yield Stated(place, 0, statement.model_copy(update=update), None, is_nested=False)
            continue
        yield Stated(place, 0, whole, statement.where, is_nested=False)
        for kind, nested in _nested_in(whole):
            full = _inheriting(nested, whole, label)
            around = whole.id if nested.each is not None else None
            yield Stated(f"{place}, {kind}", 0, full, statement.where, True, nested.each, around)


def _nested_in(statement: Record | Event) -> Iterator[tuple[str, OfRecord]]:
    if isinstance(statement, Record):
        for kind, value in statement.identifiers.items():
            yield kind, Identifier(kind=Value(constant=kind), value=value)
    for nested in statement.nested():
        yield type(nested).__name__.lower(), nested


def _inheriting(nested: OfRecord, around: Record | Event, label: Label) -> OfRecord:
    own_id = "record" if isinstance(around, Record) else "event"
    return nested.model_copy(
        update={
            "from_": around.from_,
            "each": around.each,
            "refer": around.refer,
            "repeat": nested.repeat or around.repeat,
            "label": _merged(label, nested.label),
            own_id: around.id,
        }
    )


def _merged(outer: Label, inner: Label) -> Label:
    return Label(marking=inner.marking or outer.marking, category=inner.category or outer.category)
