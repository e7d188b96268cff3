"""What the readers of all formats hand on: batches of rows with their lines, and rows that cannot be used."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from records.errors import BadFeed


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that was read and cannot be used; ``line`` counts from 1 in the file."""

    line: int
    field: str | None
    reason: str
    mend: str
    raw: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one file in file order, and those of the same stretch that cannot be used.

    ``rows`` is an Arrow table with ``line`` and ``last_line`` (int64) and the reader's own columns.
    """

    rows: pa.Table
    unusable: tuple[Unusable, ...] = ()


class Reader(Protocol):
    """One open file of a feed. Raises ``BadFeed`` from its constructor when the file cannot be read at all."""

    def has(self, column: str) -> bool:
        """Whether the file has ``column``, or could have it in some row."""

    def columns(self) -> list[str]:
        """The columns known from the header or schema, for messages; empty where rows may differ."""

    def expression(self, column: str) -> str:
        """SQL over a batch that gives the text of ``column``."""

    def content(self) -> str:
        """SQL over a batch that gives the whole row as one text, the same for identical rows only."""

    def batches(self) -> Iterator[Batch]:
        """The rows in file order."""

    def raw(self, lines: dict[int, int]) -> dict[int, str]:
        """The raw text of the rows that start at the keys of ``lines`` and end at its values."""


class HeaderRow:
    """The columns of a file whose batches hold the texts under ``h0``, ``h1``, … in the order of its header.

    A reader with a header is one of these too: it calls ``__init__`` once the header is read.
    """

    def __init__(self, name: str, header: list[str]) -> None:
        self._name, self._header = name, header

    def columns(self) -> list[str]:
        """The header."""
        return self._header

    def has(self, column: str) -> bool:
        """Whether the header has ``column``; ``BadFeed`` when it has it twice."""
        times = self._header.count(column)
        if times > 1:
            raise BadFeed(f'{self._name}: the header has "{column}" {times} times; name it once')
        return times == 1

    def expression(self, column: str) -> str:
        """SQL that gives the text of ``column``."""
        return f"h{self._header.index(column)}"

    def content(self) -> str:
        """SQL that gives the whole row as one text."""
        return f"concat_ws(chr(31), {', '.join(f'h{place}' for place in range(len(self._header)))})"


def table_of(columns: dict[str, Any], line: Any, last_line: Any) -> pa.Table:
    """An Arrow table of text columns with the lines of its rows."""
    arrays = {name: pa.array(texts, pa.string()) for name, texts in columns.items()}
    return pa.table(
        {"line": pa.array(line, pa.int64()), "last_line": pa.array(last_line, pa.int64())} | arrays
    )
