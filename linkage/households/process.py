"""The process that works out the households of one scope: ``python -m linkage.households.process``.

It reads the answers to ``rows.HOUSEHOLD_QUERIES``, and those of ``chains.earlier_households`` where there was an earlier
build, from its standard input, and writes the two tables of ``spells.HouseholdTables`` to its standard output.
"""

import gc
import sys
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

from linkage.households.beside import read_tables, write_tables
from linkage.households.rows import HouseholdRows
from linkage.households.spells import worked_out
from records.answering import take_standard_output
from records.database import open_database

_ROWS_AT_ONCE: Final = 20_000


def main() -> None:
    """Answer once, and end."""
    # Everything stays in use to the end; see ``mashlink.stages``, which rests the collector for the same reason.
    gc.disable()
    answers = take_standard_output()
    stated, people, ties, *earlier = (_rows(table) for table in read_tables(sys.stdin.buffer.read()))
    found = worked_out(HouseholdRows(stated, people, ties), earlier[0] if earlier else None)
    with answers:
        write_tables(answers, (found.spells, found.events))


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows in their order, as the database gives them; some at a time, so that they are not held twice."""
    with open_database(config={"threads": "1"}) as connection:
        connection.register("arriving", table)
        asked = connection.execute("SELECT * FROM arriving")
        while some := asked.fetchmany(_ROWS_AT_ONCE):
            yield from some


if __name__ == "__main__":
    main()
