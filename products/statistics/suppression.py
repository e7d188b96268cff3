"""Small numbers in what is exported: counts under a threshold, and the counts from which they could be worked out."""

from collections.abc import Sequence
from typing import Final

SHOWN_AS: Final = "c"


def suppressed(counts: Sequence[Sequence[int]], smallest: int) -> list[list[int | None]]:
    """A table of counts, margins in its last row and column, with what must not be told taken out (None).

    Counts from 1 up to one below ``smallest`` go (primary). Then, in every row and column that lacks exactly one of its
    inner counts, or whose lacking ones sum to less than ``smallest``, the next smallest goes as well (secondary), until a
    subtraction from the margins gives nothing away. A margin that is itself small goes too. Zeros stay: that there was
    nobody tells of nobody.
    """
    shown: list[list[int | None]] = [[_primary(count, smallest) for count in row] for row in counts]
    height, width = len(counts), len(counts[0]) if counts else 0
    lines = [[(row, column) for column in range(width)] for row in range(height)]
    lines += [[(row, column) for row in range(height)] for column in range(width)]
    changed = True
    while changed:
        changed = False
        for line in lines:
            changed |= _protect(counts, shown, line, smallest)
    return shown


def _primary(count: int, smallest: int) -> int | None:
    return None if 0 < count < smallest else count


def _protect(
    counts: Sequence[Sequence[int]],
    shown: list[list[int | None]],
    line: Sequence[tuple[int, int]],
    smallest: int,
) -> bool:
    """Take one more count of a row or column out where those already out can be worked out from the rest."""
    out = [place for place in line if shown[place[0]][place[1]] is None]
    if not out:
        return False
    # The margin equals the sum of the others, so all of a line stand in one equation; two unknowns of it stay unknown.
    told = sum(counts[row][column] for row, column in out)
    if len(out) > 1 and told >= smallest:
        return False
    others = [
        place for place in line if shown[place[0]][place[1]] is not None and counts[place[0]][place[1]] > 0
    ]
    if not others:
        return False
    row, column = min(others, key=lambda place: (counts[place[0]][place[1]], place))
    shown[row][column] = None
    return True
