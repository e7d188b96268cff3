"""The pictures of the linkage report as plain coordinates; the template draws them as SVG."""

import math
from dataclasses import dataclass
from typing import Final

from linkage import Estimate, LinkageQuality

WIDTH: Final = 960
HEIGHT: Final = 320
LEFT: Final = 64
BOTTOM: Final = 44
TOP: Final = 46
_INNER: Final = HEIGHT - BOTTOM - TOP


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with the words that a reader of the picture gets on pointing at it."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled place on an axis."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars of joined pairs and of pairs left apart, on a logarithmic height."""

    joined: tuple[Bar, ...]
    apart: tuple[Bar, ...]
    heights: tuple[Mark, ...]
    weights: tuple[Mark, ...]
    join_at: float
    keep_at: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of shares over weights; ``points`` as SVG takes them."""

    points: str
    heights: tuple[Mark, ...]
    weights: tuple[Mark, ...]
    join_at: float


@dataclass(frozen=True, slots=True)
class Spread:
    """One estimate on a scale of 0 to 100: its bounds, itself, and the measured value where there is one."""

    low: float
    high: float
    value: float
    measured: float | None


def _across(bits: float, first: int, last: int) -> float:
    return round(LEFT + (bits - first) / max(last - first, 1) * (WIDTH - LEFT - 12), 1)


def _weight_marks(first: int, last: int) -> tuple[Mark, ...]:
    step = 4 if last - first > 16 else 2
    start = math.ceil(first / step) * step
    return tuple(Mark(_across(bits, first, last), f"{bits:+d}") for bits in range(start, last + 1, step))


def histogram(quality: LinkageQuality) -> Histogram:
    """Links by weight, those of one person beside those between two."""
    bars = quality.weights
    # The two lines always show, however few links there are.
    first = min(bars[0].bits, math.floor(quality.built.keep_bits))
    last = max(bars[-1].bits, math.ceil(quality.built.join_bits)) + 1
    most = max(max(bar.joined, bar.apart) for bar in bars)
    decades = max(1, math.ceil(math.log10(max(most, 1) + 1)))
    width = (_across(first + 1, first, last) - _across(first, first, last)) * 0.44

    def bar_of(bits: int, pairs: int, side: int, words: str) -> Bar:
        height = round(_INNER * math.log10(pairs + 1) / decades, 1)
        x = _across(bits, first, last) + side * width + 0.06 * width
        said = f"{pairs:,} links {words}, weight {bits:+d} to {bits + 1:+d}"
        return Bar(round(x, 1), round(TOP + _INNER - height, 1), round(width, 1), height, said)

    return Histogram(
        tuple(bar_of(bar.bits, bar.joined, 0, "inside one person") for bar in bars if bar.joined),
        tuple(bar_of(bar.bits, bar.apart, 1, "between two people") for bar in bars if bar.apart),
        tuple(
            Mark(round(TOP + _INNER - _INNER * math.log10(10**decade + 1) / decades, 1), f"{10**decade:,}")
            for decade in range(decades)
        ),
        _weight_marks(first, last),
        _across(quality.built.join_bits, first, last),
        _across(quality.built.keep_bits, first, last),
    )


def self_match_curve(quality: LinkageQuality) -> Curve:
    """The share of records too bare to be linked, for each weight that one might join at."""
    points = quality.self_match.curve
    # Half of the way to certainty is where every joining weight lies; beyond it the curve only climbs to one.
    shown = [point for point in points if point[0] <= max(quality.built.join_bits + 12, points[0][0] + 8)]
    first, last = shown[0][0], shown[-1][0]
    most = max(*(share for _, share in shown), 0.001)
    line = " ".join(
        f"{_across(bits, first, last)},{round(TOP + _INNER * (1 - share / most), 1)}" for bits, share in shown
    )
    places = 1 if most >= 0.01 else 2
    heights = tuple(
        Mark(round(TOP + _INNER * (1 - part), 1), f"{most * part:.{places}%}") for part in (0.0, 0.5, 1.0)
    )
    return Curve(line, heights, _weight_marks(first, last), _across(quality.built.join_bits, first, last))


def scale_from(estimates: list[Estimate], measured: list[float]) -> float:
    """Where the scale of a column of shares begins, so that its lowest bound still shows."""
    lowest = min([estimate.low for estimate in estimates] + measured, default=0.9)
    return max(0.0, math.floor(min(lowest, 0.99) * 20) / 20)


def spread(estimate: Estimate, measured: float | None, scale: float) -> Spread:
    """An estimate between ``scale`` and 1."""

    def along(share: float) -> float:
        return round(100 * (min(max(share, scale), 1.0) - scale) / (1 - scale), 1)

    return Spread(
        along(estimate.low),
        along(estimate.high),
        along(estimate.value),
        None if measured is None else along(measured),
    )
