"""What agencies hold of a person, each thing once with everyone who says it; versions that differ stay apart."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from access import AddressLine, PersonPage
from api.console import words

Line = TypeVar("Line")
# Commas, spaces, full stops: what two spellings of one address differ in.
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Said:
    """A thing as agencies state it: ``spells`` are (when in words, the agencies that say so), dated ones first."""

    line: Any
    value: str
    spells: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def agencies(self) -> tuple[str, ...]:
        """Everyone who says it, in the order of the alphabet."""
        return tuple(sorted({agency for _, told in self.spells for agency in told}))


@dataclass(frozen=True, slots=True)
class WhoseWord:
    """The tables of a person's page."""

    names: tuple[Said, ...]
    identifiers: tuple[Said, ...]
    relations: tuple[Said, ...]
    addresses: tuple[Said, ...]
    ties: tuple[Said, ...]


def whose_word(person: PersonPage) -> WhoseWord:
    """The lines of ``person``, those that say the same put together, in the order in which they first stand."""
    postcodes: dict[str, set[str]] = {}
    for line in person.addresses:
        if line.address and line.postcode:
            postcodes.setdefault(same_words(line.address), set()).add(line.postcode)

    def whole(line: AddressLine) -> str:
        # An address without its postcode is the one of that wording, where one postcode alone goes with it.
        known = postcodes.get(same_words(line.address or ""), set())
        postcode = line.postcode or (next(iter(known)) if len(known) == 1 else None)
        return ", ".join(part for part in (line.address, postcode) if part)

    return WhoseWord(
        names=_together(person.names, lambda one: one.name),
        identifiers=_together(person.identifiers, lambda one: words.written(one.kind, one.value)),
        relations=_together(person.relations, lambda one: one.person.handle),
        addresses=_together(person.addresses, whole),
        ties=_together(
            [*person.organisations, *person.things],
            lambda one: "not told" if one.value is None else words.written(one.kind, one.value),
        ),
    )


def same_words(value: str) -> str:
    """What is left of ``value`` when case, spaces and punctuation count for nothing."""
    return _BETWEEN_WORDS.sub("", value).casefold()


def _together(lines: Sequence[Line], value_of: Callable[[Line], str]) -> tuple[Said, ...]:
    grouped: dict[tuple[str, str], list[Any]] = {}
    for line in lines:
        one: Any = line
        grouped.setdefault((one.kind, same_words(value_of(line))), []).append(line)
    said = []
    for group in grouped.values():
        # Of AMIR and Amir the one that is not all capitals, of an address the one with its commas.
        best = max(group, key=lambda one: (not value_of(one).isupper(), value_of(one)))
        said.append(Said(best, value_of(best), _spells(group)))
    return tuple(said)


def _spells(lines: Iterable[Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """When each agency says that it was so, agencies of the same spell together; one that gives none stands last."""
    by_spell: dict[tuple[Any, Any], set[str]] = {}
    for line in lines:
        ends = (getattr(line, "valid_from", None), getattr(line, "valid_to", None))
        by_spell.setdefault(ends, set()).add(line.agency)
    dated = [(ends, told) for ends, told in by_spell.items() if ends != (None, None)]
    undated = [(ends, told) for ends, told in by_spell.items() if ends == (None, None)]
    return tuple((words.spell(*ends), tuple(sorted(told))) for ends, told in dated + undated)
