"""The rows that an extract gets wrong: cut short, unreadable, without key, with a code nobody knows, or there twice."""

from dataclasses import dataclass, field

import numpy as np

from synthetic.options import Texts

Columns = dict[str, Texts]
# Rows spoilt of each kind: about one in a thousand altogether [assumption].
SPOILT_OF_EACH = 1 / 4000
FEWEST_ROWS = 150


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its path below the feeds, its columns of text, and what may go wrong in it.

    ``key``: the column without which a row is unusable; ``code``: one whose value must be known. A sheet with
    neither stays clean.
    """

    path: str
    columns: Columns
    key: str = ""
    code: str = ""


@dataclass(slots=True)
class Spoilt:
    """Rows of bad copies put into each file, by path."""

    rows: dict[str, int] = field(default_factory=dict)


def each_kind(sheet: Sheet) -> int:
    """How many rows of each kind of fault a sheet of this length gets."""
    count = len(next(iter(sheet.columns.values())))
    return 0 if not sheet.key or count < FEWEST_ROWS else max(1, round(count * SPOILT_OF_EACH))


def spoil_columns(rng: np.random.Generator, sheet: Sheet) -> Columns:
    """The columns with copies of rows put in: without key, with an unknown code, and identical ones."""
    each = each_kind(sheet)
    if not each:
        return sheet.columns
    count = len(sheet.columns[sheet.key])
    faults = ["key", "twice"] + (["code"] if sheet.code else [])
    sources = (
        rng.choice(count, size=(len(faults), each), replace=False) if count >= len(faults) * each else None
    )
    if sources is None:
        return sheet.columns
    columns = {
        name: np.concatenate([values, *(values[rows] for rows in sources)])
        for name, values in sheet.columns.items()
    }
    columns[sheet.key][count : count + each] = ""
    if sheet.code:
        columns[sheet.code][count + 2 * each : count + 3 * each] = "??"
    # Copies stand anywhere after the first rows; the order of the rest is kept.
    places = np.r_[np.arange(count, dtype=np.float64), rng.uniform(1, count, len(faults) * each)]
    order = np.argsort(places, kind="stable")
    return {name: values[order] for name, values in columns.items()}


def spoil_lines(
    rng: np.random.Generator, sheet: Sheet, lines: list[bytes], cut: bytes, unreadable: bytes
) -> list[bytes]:
    """The lines of a text file (header first) with lines put in that are cut short or cannot be decoded.

    ``cut``: what separates fields, for a line that lost its last; empty for JSON Lines, cut in the middle.
    """
    each = each_kind(sheet)
    for kind in ("short", "unreadable") if each else ():
        for _ in range(each):
            source = lines[1 + int(rng.integers(0, len(lines) - 1))]
            if kind == "short":
                bad = source.rpartition(cut)[0] if cut else source[: len(source) // 2]
                bad += b'"' if cut == b'","' else b""
            else:
                bad = source[:3] + unreadable + source[3:]
            lines.insert(1 + int(rng.integers(0, len(lines) - 1)), bad)
    return lines


def spoilt_rows(sheet: Sheet, text: bool) -> int:
    """How many bad rows the two functions above put into a sheet."""
    each = each_kind(sheet)
    return each * (2 + bool(sheet.code) + 2 * text)
