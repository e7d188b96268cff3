"""What the model says of a description: the keys it is found by, and its weight against each record that shares one.

The SQL is that of ``blocking``, ``model`` and ``scoring``. It takes DuckDB longer to plan than to run, and callers come
with a connection of their own each time, so it is kept prepared in a small database in memory, which a lookup borrows.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from linkage.lookup.description import COLUMNS
from linkage.lookup.index import LOOKUP_RULES, PARSED, UNPACKED, json_type, keys_expression
from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS
from linkage.pairs.blocking import RULES
from linkage.pairs.scoring import BITS_COLUMNS, levels_between, weights_query
from records.database import open_database

# A store is calibrated rarely; more statements than this are weights that nobody asks for any more.
_MOST_CALIBRATIONS: Final = 4


@dataclass(frozen=True, slots=True)
class NearRecord:
    """A record that shares a key with the description; ``packed``: what is compared of it, as ``lookup_record`` has it."""

    record_id: str
    record_number: int
    packed: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A record with its weight against the description, and what ``waterfall`` asks to explain it."""

    record_id: str
    record_number: int
    weight: float
    levels: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Keys:
    """What a description is found by: keys in ``blocking_key``, and in ``lookup_key``."""

    blocking: frozenset[int]
    lookup: frozenset[int]


_DESCRIBED: Final = json.dumps({column: json_type(kind) for column, kind in COLUMNS.items()})
# Wide keys serve to link records where next to no families are met; they would bring a stranger half a town.
_RULES: Final = tuple(rule for rule in RULES if not rule.wide)
_LOOKUP_KEYS: Final = " || ".join(
    f"CASE WHEN {rule.asks} THEN {keys_expression([rule])} ELSE [] END" for rule in LOOKUP_RULES
)
_PREPARED: Final = (
    # For each place it stands at, day() makes a table of every day of a century; a lookup compares a few dates alone.
    "CREATE MACRO day(given) AS strftime(given, '%d')::BIGINT",
    "CREATE MACRO month(given) AS strftime(given, '%m')::BIGINT",
    "CREATE TABLE asked (reading INTEGER, description VARCHAR)",
    "CREATE TABLE candidate (record_number INTEGER, packed VARCHAR)",
    f"CREATE VIEW described AS SELECT -reading AS record_number, unnest(from_json(description, '{_DESCRIBED}')) FROM asked",
    f"CREATE VIEW near_record AS SELECT record_number, {UNPACKED}"
    f" FROM (SELECT record_number, {PARSED} FROM candidate)",
    f"PREPARE keys_of AS SELECT {keys_expression(_RULES)}, {_LOOKUP_KEYS} FROM described",
)


class PreparedModel:
    """One small database with the model's statements ready to run; for one lookup at a time."""

    def __init__(self) -> None:
        self._connection = open_database(config={"threads": "1"})
        for statement in _PREPARED:
            self._connection.execute(statement)
        self._weighing: dict[str, str] = {}
        self._readings: Sequence[Mapping[str, Any]] = ()

    def begin(self) -> None:
        """Open the transaction that the lookup's rows live in."""
        self._connection.execute("BEGIN")

    def describe(self, readings: Sequence[Mapping[str, Any]]) -> Keys:
        """Take the readings of a description and give the keys that it is found by."""
        self._readings = readings
        rows = [(number, json.dumps(reading, default=str)) for number, reading in enumerate(readings, 1)]
        self._connection.executemany("INSERT INTO asked VALUES (?, ?)", rows)
        found = self._connection.execute("EXECUTE keys_of").fetchall()
        blocking, lookup = (
            frozenset(key for keys in lists for key in keys if key is not None)
            for lists in zip(*found, strict=True)
        )
        return Keys(blocking, lookup)

    def weigh(
        self, candidates: Sequence[NearRecord], calibration: LinkageCalibration, least: float
    ) -> list[Weighed]:
        """The candidates of ``least`` bits or more, each by the reading that it fits best, heaviest first."""
        self._connection.execute(
            "INSERT INTO candidate SELECT unnest(?::INTEGER[]), unnest(?::VARCHAR[])",
            [[one.record_number for one in candidates], [one.packed for one in candidates]],
        )
        ids = {one.record_number: one.record_id for one in candidates}
        rows = self._connection.execute(f"EXECUTE {self._prepared(calibration)}").fetchall()
        found = [
            Weighed(ids[number], number, weight, self._levels(-reading, levels))
            for reading, number, weight, _, levels in rows
            if weight >= least
        ]
        best: dict[int, Weighed] = {}
        for one in sorted(found, key=lambda one: (-one.weight, one.record_id)):
            best.setdefault(one.record_number, one)
        return list(best.values())

    def _levels(self, reading: int, levels: str) -> dict[str, Any]:
        """What ``waterfall`` asks of a pair: ``levels`` as ``weights_query`` writes them, a digit a field."""
        rarity = {column: self._readings[reading - 1][column] for column in BITS_COLUMNS}
        return rarity | {
            comparison.field: int(digit) - 1 for comparison, digit in zip(COMPARISONS, levels, strict=True)
        }

    def forget(self) -> None:
        """Undo the rows of whom somebody looked for and who was near; deleted ones would stay and slow the next down."""
        self._connection.execute("ROLLBACK")
        self._readings = ()

    def _prepared(self, calibration: LinkageCalibration) -> str:
        query = weights_query(levels_between("described", "near_record"), calibration)
        if query not in self._weighing:
            if len(self._weighing) == _MOST_CALIBRATIONS:
                for name in self._weighing.values():
                    self._connection.execute(f"DEALLOCATE {name}")
                self._weighing.clear()
            name = f"weigh_{len(self._weighing)}"
            self._connection.execute(f"PREPARE {name} AS {query}")
            self._weighing[query] = name
        return self._weighing[query]


# As many as lookups ever ran at once; appending and popping are safe between threads.
_idle: deque[PreparedModel] = deque()


@contextmanager
def prepared_model() -> Iterator[PreparedModel]:
    """A prepared model for one lookup; it holds nothing of the one before."""
    try:
        model = _idle.pop()
    except IndexError:
        model = PreparedModel()
    model.begin()
    yield model
    # Not handed on after an error: whatever state it is in, nobody else shall meet it.
    model.forget()
    _idle.append(model)
