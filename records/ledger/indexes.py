"""The tables that find entries by what they concern, read beside the entries to hold them to each other."""

from itertools import groupby

from sqlalchemy import Connection, Table, select

# Rows fetched at a time, so that memory does not grow with the ledger.
_AT_A_TIME = 5000


class EntryIndex:
    """One of the tables that find entries, read beside the entries in their order."""

    def __init__(self, connection: Connection, table: Table, column: str) -> None:
        statement = select(table.c.sequence, table.c[column].label("value")).order_by(table.c.sequence)
        rows = connection.execute(statement.execution_options(yield_per=_AT_A_TIME))
        self._groups = groupby(rows, key=lambda row: int(row.sequence))
        self._strays: list[int] = []
        self._next = self._take()

    def of(self, sequence: int) -> set[str]:
        """What the table holds for an entry; to be asked in the order of entries."""
        while self._next is not None and self._next[0] < sequence:
            self._strays.append(self._next[0])
            self._next = self._take()
        if self._next is None or self._next[0] != sequence:
            return set()
        found = self._next[1]
        self._next = self._take()
        return found

    def rest(self) -> list[int]:
        """The entries that the table names and nobody asked for."""
        while self._next is not None:
            self._strays.append(self._next[0])
            self._next = self._take()
        return self._strays

    def _take(self) -> tuple[int, set[str]] | None:
        group = next(self._groups, None)
        return None if group is None else (group[0], {row.value for row in group[1]})
