"""Lines of CSV into rows that know their lines; a damaged row costs one line, never the rest of the file.

Python's csv module is the parser, so what a quote means is what it means there. Two things are added: an open
quote at the end of the lines at hand is noticed, by a last line that no file holds; and when a row that spans
several lines turns out damaged, only its first line is given up, since a stray quote swallows good lines.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from records.intake.rows import Unusable

_END: Final = "\x00end of the lines at hand\x00"
# Parsing starts small after damage and doubles from there, so that many damaged rows stay cheap.
_AFTER_DAMAGE: Final = 64
_AT_MOST: Final = 1 << 20

CLOSE_QUOTES: Final = "close the quote, or double quotes inside a text"
SAME_COLUMNS: Final = "write every row with the columns of the header; quote texts that hold the separator"
WHOLE_FILE: Final = "the file is cut off: ask for the whole extract again"
RIGHT_ENCODING: Final = "write the file in the encoding that the mapping names, or correct the mapping"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written: separator, quote, number of columns."""

    separator: str
    quote: str
    width: int


@dataclass(slots=True)
class Parsed:
    """Rows with first and last line (absolute), unusable ones, and how many of the lines were consumed."""

    rows: list[list[str]] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    consumed: int = 0


def parse_lines(lines: Sequence[str], number: int, dialect: Dialect, *, is_end: bool) -> Parsed:
    """Rows of ``lines``, the first of which is line ``number`` of the file.

    Unless ``is_end``, a row still open at the end is left unconsumed for the next call. Empty lines are no rows.
    """
    parsed, at, window = Parsed(), 0, _AT_MOST
    while at < len(lines):
        stretch = lines[at : at + window]
        reaches_end = at + window >= len(lines)
        step, damage = _parse_stretch(stretch, number + at, dialect, parsed)
        at += step
        window = min(window * 2, _AT_MOST)
        if damage is None:
            continue
        if damage == "open" and not reaches_end:
            continue
        if damage == "open" and not is_end:
            break
        line = lines[at]
        text, mend = line.rstrip("\r\n"), CLOSE_QUOTES
        if damage == "open":
            damage = "a quote is never closed"
            if text == line:
                damage, mend = "the last line is torn inside a quoted text", WHOLE_FILE
        parsed.unusable.append(Unusable(number + at, None, damage, mend, text))
        at, window = at + 1, _AFTER_DAMAGE
    parsed.consumed = at
    return parsed


def _parse_stretch(
    lines: Sequence[str], number: int, dialect: Dialect, parsed: Parsed
) -> tuple[int, str | None]:
    """Parse up to the first damage; lines consumed, and what is wrong with the row that starts there, if any."""
    reader = csv.reader(chain(lines, (_END,)), delimiter=dialect.separator, quotechar=dialect.quote)
    end = 0
    try:
        for row in reader:
            start, end = end, reader.line_num
            if end > len(lines):
                return start, None if start == len(lines) else "open"
            if end - start > 1 and not _is_well_quoted(lines[start:end], dialect):
                return start, "a quote in the middle of a text that runs over lines"
            if len(row) == dialect.width:
                parsed.rows.append(row)
                parsed.first.append(number + start)
                parsed.last.append(number + end - 1)
            elif end - start > 1:
                return start, f"{len(row)} columns instead of {dialect.width} in a text that runs over lines"
            elif row and not (len(row) == 1 and not row[0].strip()):
                parsed.unusable.append(_wrong_width(lines[start], number + start, len(row), dialect.width))
    except csv.Error:
        return (
            end,
            f"a text is longer than {csv.field_size_limit():,} characters: a quote may never be closed",
        )
    return end, None


def _is_well_quoted(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether a row over several lines has every quote doubled or at an end; else a stray one may have opened it."""
    try:
        list(csv.reader(lines, delimiter=dialect.separator, quotechar=dialect.quote, strict=True))
    except csv.Error:
        return False
    return True


def _wrong_width(line: str, number: int, width: int, expected: int) -> Unusable:
    text = line.rstrip("\r\n")
    if text == line and width < expected:
        reason = f"the last line is torn: {width} columns of {expected}"
        return Unusable(number, None, reason, WHOLE_FILE, text)
    return Unusable(number, None, f"{width} columns instead of {expected}", SAME_COLUMNS, text)
