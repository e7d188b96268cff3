"""The waterfall of a link as a picture: each comparison a bar from the running total to the next, drawn on the server.

Evidence for one person is a solid bar, evidence against a hatched one, so that the picture reads in greyscale; the
bits of each step stand right-aligned beside it, and the table under it says the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from access import ComparisonLine

WIDTH: Final = 720
ROW: Final = 30
_LABELS_END: Final = 196.0
_BARS_END: Final = 628.0
# A step of fewer bits than this says nothing and is not drawn.
_LEAST_BITS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: where its bar lies, in units of the picture, and what stands beside it."""

    label: str
    value: str
    y: int
    x: float
    width: float
    end: float
    against: bool
    total: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All bars from top to bottom, the last one the sum; ``zero`` is where the odds are even."""

    bars: tuple[Bar, ...]
    zero: float
    height: int
    told: str


def waterfall(comparisons: Sequence[ComparisonLine], weight: float | None) -> Waterfall | None:
    """The picture of a link, None of one that nothing was compared in."""
    steps = [line for line in comparisons if abs(line.weight) >= _LEAST_BITS]
    if not steps or weight is None:
        return None
    totals = [0.0]
    for line in steps:
        totals.append(totals[-1] + line.weight)
    low, high = min(totals), max(totals)

    def place(bits: float) -> float:
        return round(_LABELS_END + (bits - low) / (high - low) * (_BARS_END - _LABELS_END), 1)

    bars = [
        Bar(
            line.label or line.field,
            f"{line.weight:+.1f}",
            number * ROW,
            min(place(before), place(after)),
            max(round(abs(place(after) - place(before)), 1), 1.5),
            place(after),
            line.weight < 0,
        )
        for number, (line, before, after) in enumerate(zip(steps, totals, totals[1:], strict=False))
    ]
    zero = place(0.0)
    end = place(weight) if low <= weight <= high else place(totals[-1])
    bars.append(
        Bar(
            "Together",
            f"{weight:+.1f}",
            len(bars) * ROW,
            min(zero, end),
            max(round(abs(end - zero), 1), 1.5),
            end,
            weight < 0,
            total=True,
        )
    )
    told = (
        f"{len(steps)} steps that together make {weight:+.1f} bits "
        f"{'for' if weight > 0 else 'against'} one person; the table says the same."
    )
    return Waterfall(tuple(bars), zero, len(bars) * ROW + 6, told)
