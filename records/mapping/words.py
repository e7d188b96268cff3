"""The words a mapping may yield for each field, checked against the vocabulary before any file is read."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from records import vocabulary
from records.mapping.statements import Event, Record, Statement
from records.mapping.table import did_you_mean
from records.mapping.values import Value

if TYPE_CHECKING:
    from records.mapping.feed import Mapping

_TRUTHS: Final = frozenset({"true", "false"})

# Which words a field of a statement takes, by (statement class, field); "*" is any class.
FIELD_WORDS: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("*", "marking"): vocabulary.MARKINGS,
    ("*", "category"): vocabulary.CATEGORIES,
    ("Record", "sex"): vocabulary.SEXES,
    ("Record", "is_professional"): _TRUTHS,
    ("Event", "kind"): vocabulary.EVENT_KINDS,
    ("Event", "plan_kind"): vocabulary.PLAN_KINDS,
    ("Event", "concern"): vocabulary.CONCERNS,
    ("Event", "rag_initial"): vocabulary.RAG,
    ("Event", "rag_final"): vocabulary.RAG,
    ("Event", "date_precision"): vocabulary.DATE_PRECISIONS,
    ("Involvement", "role"): vocabulary.ROLES,
    ("Relationship", "kind"): vocabulary.RELATIONSHIPS,
    ("OtherName", "kind"): vocabulary.NAME_KINDS,
    ("Address", "kind"): vocabulary.ADDRESS_KINDS,
    ("Thing", "kind"): vocabulary.THING_KINDS,
    ("Organisation", "kind"): vocabulary.ORGANISATION_KINDS,
    ("Answer", "question"): vocabulary.RISK_QUESTIONS,
    ("Answer", "answer"): vocabulary.RISK_ANSWERS,
    ("Arrangement", "kind"): vocabulary.ARRANGEMENT_KINDS,
}


def words_for(statement: Statement, field: str) -> frozenset[str] | None:
    """The words that ``field`` takes, or None where any text will do."""
    return FIELD_WORDS.get((type(statement).__name__, field)) or FIELD_WORDS.get(("*", field))


def fields_of(statement: Statement) -> Iterator[tuple[str, Value]]:
    """Every field of a statement with its source: its own, its label's, and those of what is nested in it."""
    yield from statement.own_values()
    for field in ("marking", "category"):
        value = getattr(statement.label, field)
        if value is not None:
            yield field, value
    if isinstance(statement, Record):
        yield from statement.identifiers.items()
    if isinstance(statement, Event):
        yield from (("flags", flag) for flag in statement.flags)


def check_words(mapping: "Mapping") -> None:
    """Refuse constants and code lists that yield a word outside the vocabulary, and unknown code lists."""
    for field in ("marking", "category"):
        _check_value(mapping, f"label.{field}", getattr(mapping.label, field), FIELD_WORDS["*", field])
    for place, statement in mapping.statements():
        nested = statement.nested() if isinstance(statement, Record | Event) else ()
        for inner in (statement, *nested):
            for field, value in fields_of(inner):
                words = words_for(inner, field)
                numbers = inner.repeat or statement.repeat or ()
                _check_value(mapping, f"{place}: {field}", _repeated(value, numbers), words)


def _check_value(mapping: "Mapping", place: str, value: Value, words: frozenset[str] | None) -> None:
    if isinstance(value.codes, str) and value.codes not in mapping.codes:
        raise ValueError(
            f"{place}: no [codes.{value.codes}]{did_you_mean(value.codes, sorted(mapping.codes))}"
        )
    if value.codes is not None:
        codes = mapping.codes[value.codes] if isinstance(value.codes, str) else value.codes
        _check_each(place, codes.values(), words)
    elif value.constant is not None:
        _check_each(place, [value.constant], words)
    else:
        for part in (*(value.first or ()), *filter(None, (value.then, value.otherwise))):
            _check_value(mapping, place, part, words)


def _repeated(value: Value, numbers: tuple[str, ...]) -> Value:
    """A constant with ``{n}`` in it as the list of all that it stands for."""
    if value.constant is None or "{n}" not in value.constant or not numbers:
        return value
    listed = {number: value.constant.replace("{n}", number) for number in numbers}
    return Value(constant=value.constant, codes=listed)


def _check_each(place: str, given: Iterable[str], words: frozenset[str] | None) -> None:
    for word in given:
        if words is not None and word and word not in words:
            raise ValueError(f'{place}: "{word}" is not in the vocabulary{did_you_mean(word, sorted(words))}')
