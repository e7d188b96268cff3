"""The model's comparison of pairs, kept ready to run.

It takes DuckDB four times as long to plan as to run for the few pairs of a page, and readers come with a connection of their
own each time; so it stays prepared in a small database in memory, which a read borrows and leaves empty.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from linkage.lookup.index import unpacked_records
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import levels_query, weights_query
from records.database import open_database

# A store is calibrated rarely; more statements than this are weights that nobody asks for any more.
_MOST_CALIBRATIONS: Final = 4
_TABLES: Final = (
    # For each place it stands at, day() makes a table of every day of a century; a page compares a few dates alone.
    "CREATE MACRO day(given) AS strftime(given, '%d')::BIGINT",
    "CREATE MACRO month(given) AS strftime(given, '%m')::BIGINT",
    "CREATE TABLE pair (number_a INTEGER, number_b INTEGER)",
    "CREATE TABLE packed_record (record_number INTEGER, record_id VARCHAR, packed VARCHAR, beside VARCHAR)",
)


class PreparedComparison:
    """One small database with the statements ready to run; for one read at a time."""

    def __init__(self) -> None:
        self._connection = open_database(config={"threads": "1"})
        for statement in _TABLES:
            self._connection.execute(statement)
        self._comparing: dict[str, str] = {}

    def compared(
        self,
        pairs: Sequence[tuple[int, int]],
        records: Sequence[tuple[int, str, str, str]],
        calibration: LinkageCalibration,
    ) -> list[dict[str, Any]]:
        """A row of ``scoring.levels_query`` for each pair of record numbers, with its ``weight`` and ``rule``.

        ``records``: number, id, ``packed`` and ``beside`` of ``lookup_record``, of every record in a pair. Nothing of them
        stays.
        """
        connection = self._connection
        name = self._prepared(calibration)
        connection.execute("BEGIN")
        try:
            for table, rows in (("pair", pairs), ("packed_record", records)):
                columns = [list(column) for column in zip(*rows, strict=True)]
                lists = ", ".join("unnest(?)" for _ in columns)
                connection.execute(f"INSERT INTO {table} SELECT {lists}", columns)
            found = connection.execute(f"EXECUTE {name}")
            columns_found = [column[0] for column in found.description or ()]
            return [dict(zip(columns_found, row, strict=True)) for row in found.fetchall()]
        finally:
            connection.execute("ROLLBACK")

    def _prepared(self, calibration: LinkageCalibration) -> str:
        weights = weights_query("FROM levels", calibration)
        if weights not in self._comparing:
            if len(self._comparing) == _MOST_CALIBRATIONS:
                for name in self._comparing.values():
                    self._connection.execute(f"DEALLOCATE {name}")
                self._comparing.clear()
            name = f"compare_{len(self._comparing)}"
            self._connection.execute(
                f"""PREPARE {name} AS
                    WITH compared AS MATERIALIZED ({unpacked_records("packed_record")}),
                    levels AS MATERIALIZED ({levels_query("(FROM pair)", "compared", "compared")})
                    SELECT levels.*, weight, rule FROM levels JOIN ({weights}) USING (number_a, number_b)"""
            )
            self._comparing[weights] = name
        return self._comparing[weights]


# Those that no read has at present. As many are made as reads compare at once.
_AT_REST: deque[PreparedComparison] = deque()


@contextmanager
def borrowed_comparison() -> Iterator[PreparedComparison]:
    """One of the databases, for one read; it is let go where something went wrong in it."""
    try:
        comparison = _AT_REST.pop()
    except IndexError:
        comparison = PreparedComparison()
    yield comparison
    _AT_REST.append(comparison)
