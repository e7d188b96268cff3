"""Small numbers in what is exported: counts under a threshold, and the counts from which they could be worked out.

A table is taken out of a cube of all dimensions that its exports may be narrowed by, margins included, and what is
withheld is decided for the whole cube: so the export of one district, held beside that of all, gives no more away.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from itertools import product
from typing import Final

# A cell by its value of each dimension; None is the margin over all values of one.
Key = tuple[str | None, ...]
SHOWN_AS: Final = "c"


def withheld(
    cells: Mapping[tuple[str, ...], int], smallest: int, shown: Collection[Key] = ()
) -> frozenset[Key]:
    """The cells and margins of a cube that must not be told, where everything else of it may be.

    Counts from 1 up to one below ``smallest`` go (primary). Then in every line, the values of one dimension with their
    margin, that lacks one count alone, or whose lacking ones sum to less than ``smallest``, the next smallest goes as well
    (secondary). ``shown``: the keys of the table that leaves, of two dimensions; there it is made sure that no chain of
    subtractions leads to a count either. Zeros stay: that there was nobody tells of nobody.
    """
    counts = _with_margins(cells)
    lines = _Lines(counts)
    out = {key for key, count in counts.items() if 0 < count < smallest}
    _spread(counts, lines, out, sorted(out, key=_order), smallest)
    table = sorted(set(shown), key=_order)
    while worked_out := sorted(_determined(set(table), lines, out), key=_order):
        beside = [key for line in lines.of(worked_out[0]) for key in line if key in table]
        grown = _next_smallest(counts, beside, out) or _next_smallest(counts, table, out)
        if grown is None:
            break
        out.add(grown)
        _spread(counts, lines, out, [grown], smallest)
    return frozenset(out)


class _Lines:
    """The equations of a cube: each line is all values of one dimension, the margin last."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._lines: dict[tuple[int, Key], list[Key]] = {}
        for key in sorted(keys, key=_order):
            for name in _names(key):
                self._lines.setdefault(name, []).append(key)

    def of(self, key: Key) -> list[list[Key]]:
        """The lines that a key stands in."""
        return [self._lines[name] for name in _names(key)]


def _names(key: Key) -> list[tuple[int, Key]]:
    return [(place, (*key[:place], *key[place + 1 :])) for place in range(len(key))]


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in key)


def _with_margins(cells: Mapping[tuple[str, ...], int]) -> dict[Key, int]:
    counts: dict[Key, int] = {}
    for values, count in cells.items():
        for key in product(*((value, None) for value in values)):
            counts[key] = counts.get(key, 0) + count
    return counts


def _spread(
    counts: Mapping[Key, int], lines: _Lines, out: set[Key], begun: Iterable[Key], smallest: int
) -> None:
    """Withhold more until no line gives away what it lacks."""
    waiting = deque(begun)
    while waiting:
        for line in lines.of(waiting.popleft()):
            lacking = [key for key in line if key in out]
            # The margin equals the sum of the others, so all of a line stand in one equation; two unknowns stay unknown.
            while len(lacking) < 2 or sum(counts[key] for key in lacking) < smallest:
                grown = _next_smallest(counts, line, out)
                if grown is None:
                    break
                out.add(grown)
                lacking.append(grown)
                waiting.append(grown)


def _next_smallest(counts: Mapping[Key, int], line: Iterable[Key], out: Collection[Key]) -> Key | None:
    told = [key for key in line if key not in out and counts[key] > 0]
    return min(told, key=lambda key: (counts[key], _order(key)), default=None)


def _determined(table: Collection[Key], lines: _Lines, out: Collection[Key]) -> set[Key]:
    """Those withheld counts of a table that its lines, taken together, still tell: found by elimination.

    The equations of a table with two margins are those of a network, so every step is by 1 or -1.
    """
    solved: dict[Key, dict[Key, int]] = {}
    seen: set[tuple[Key, ...]] = set()
    for unknown in sorted(set(out).intersection(table), key=_order):
        for line in lines.of(unknown):
            within = tuple(key for key in line if key in table)
            if within in seen or len(within) < len(line):
                continue
            seen.add(within)
            equation = {key: -1 if key == line[-1] else 1 for key in within if key in out}
            for known in [key for key in equation if key in solved]:
                _subtract(equation, solved[known], known)
            if equation:
                lead = min(equation, key=_order)
                sign = equation[lead]
                row = {key: value * sign for key, value in equation.items()}
                for other in solved.values():
                    _subtract(other, row, lead)
                solved[lead] = row
    return {key for key, row in solved.items() if len(row) == 1}


def _subtract(equation: dict[Key, int], row: Mapping[Key, int], lead: Key) -> None:
    """Take ``lead`` out of an equation by the row that is solved for it."""
    times = equation.get(lead, 0)
    if times == 0:
        return
    for key, value in row.items():
        left = equation.get(key, 0) - times * value
        if left:
            equation[key] = left
        else:
            equation.pop(key, None)
