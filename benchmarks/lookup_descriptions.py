"""What callers ask: descriptions of people who are there, as recorded or with a slip, and of some who are not."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import duckdb

from linkage import Description

# Of each kind of description; 240 in all.
EACH: Final = 40


@dataclass(frozen=True, slots=True)
class Known:
    """What one record says of a person who is there."""

    given: str
    family: str
    born: date
    postcode: str
    address: str
    nhs: str


def descriptions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Description]]:
    """By kind, what a caller may know of people who are there, and of some who are not."""
    rows = connection.execute(
        """
        SELECT r.given_name, r.family_name, r.date_of_birth, a.postcode, a.address, min(i.value)
        FROM record r JOIN address_spell a USING (record_id)
        JOIN identifier i ON i.record_id = r.record_id AND i.kind = 'nhs_number'
        WHERE r.given_name IS NOT NULL AND r.family_name IS NOT NULL AND day(r.date_of_birth) BETWEEN 2 AND 12
            AND a.postcode IS NOT NULL AND a.address IS NOT NULL
        GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    chance = random.Random(1)
    taken = iter(chance.sample(rows, 6 * EACH))
    found: dict[str, list[Description]] = {}
    for kind, describe in _KINDS.items():
        found[kind] = [describe(Known(*next(taken)), chance) for _ in range(EACH)]
    return found


def _misspelt(chance: random.Random, name: str) -> str:
    place = chance.randrange(max(len(name) - 1, 1))
    return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]


_KINDS: Final[dict[str, Callable[[Known, random.Random], Description]]] = {
    "everything, as recorded": lambda known, _: Description(
        known.given, known.family, date_of_birth=known.born, postcode=known.postcode, address=known.address
    ),
    "name and date of birth": lambda known, _: Description(known.given, known.family, date_of_birth=known.born),
    "misspelt names": lambda known, chance: Description(
        _misspelt(chance, known.given), _misspelt(chance, known.family), date_of_birth=known.born, postcode=known.postcode
    ),
    "day and month swapped": lambda known, _: Description(
        known.given, known.family, date_of_birth=date(known.born.year, known.born.day, known.born.month)
    ),
    "NHS number alone": lambda known, _: Description(identifiers=(("nhs_number", known.nhs),)),
    "nobody who is there": lambda known, chance: Description(
        _misspelt(chance, known.given[::-1]),
        known.family,
        date_of_birth=known.born - timedelta(days=chance.randrange(40, 20000)),
    ),
}  # fmt: skip
