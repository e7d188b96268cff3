"""The detector report as one HTML page: the figures of ``draw_detector_report`` in sentences, tables and pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from detectors import wilson_interval
from mashlink.detector_report import DIMENSIONS, DetectorReport, GroupRate, Measured, month_of
from mashlink.report_charts import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, Bar, Mark
from mashlink.report_templates import environment, stylesheet

# What the design asks of each detector at its default capacity.
ASKED: Final = {"precision": 0.80, "recall": 0.90, "decoys": 0.02}
# Many groups are compared at once: 95 of 100 would call one in twenty of them remarkable by chance.
ONE_IN_200: Final = 2.807
_INNER: Final = HEIGHT - TOP - BOTTOM
_SPARK: Final = (180, 30)


@dataclass(frozen=True, slots=True)
class Volume:
    """Bars of the findings shown in each week, all detectors together."""

    bars: tuple[Bar, ...]
    heights: tuple[Mark, ...]
    months: tuple[Mark, ...]


def detector_page(report: DetectorReport, hub: str) -> str:
    """The report as HTML that needs no other file, no script and no connection."""
    return (
        environment()
        .get_template("detector_report.html")
        .render(
            report=report,
            hub=hub,
            stylesheet=stylesheet(),
            summary=list(_summary(report)),
            volume=volume(report),
            sparks={one.name: spark(one.weekly, report.capacity) for one in report.detectors},
            groups=[
                (DIMENSIONS[dimension], [(one, _drawn(one, _most(report.groups))) for one in rates])
                for dimension, rates in groupby(report.groups, key=lambda one: one.dimension)
            ],
            most=_most(report.groups),
            asked=ASKED,
            percent=percent,
            interval=interval,
            width=WIDTH,
            height=HEIGHT,
            left=LEFT,
            floor=HEIGHT - BOTTOM,
            spark_size=_SPARK,
        )
    )


def volume(report: DetectorReport) -> Volume:
    """The findings of each week as bars, with the months below."""
    totals = [sum(one.weekly[week] for one in report.detectors) for week in range(len(report.weeks))]
    most = max([*totals, 1])
    step = (WIDTH - LEFT - 12) / max(len(totals), 1)
    bars = [
        Bar(
            round(LEFT + week * step, 1),
            round(TOP + _INNER * (1 - count / most), 1),
            round(max(step * 0.8, 1), 1),
            round(_INNER * count / most, 1),
            f"{count} findings in the week to {end:%-d %B %Y}",
        )
        for week, (count, end) in enumerate(zip(totals, report.weeks, strict=True))
        if count
    ]
    every = max(1, len(totals) // 8)
    months = tuple(
        Mark(round(LEFT + week * step, 1), month_of(report.weeks[week]))
        for week in range(0, len(totals), every)
        if LEFT + week * step < WIDTH - 70
    )
    heights = tuple(
        Mark(round(TOP + _INNER * (1 - part), 1), f"{most * part:.0f}") for part in (0.0, 0.5, 1.0)
    )
    return Volume(tuple(bars), heights, months)


def spark(weekly: Sequence[int], capacity: int) -> str:
    """A small line of a detector's weeks, as SVG takes points; its top is the hub's capacity."""
    wide, high = _SPARK
    step = wide / max(len(weekly) - 1, 1)
    return " ".join(
        f"{round(week * step, 1)},{round(high - 1 - (high - 2) * min(count / max(capacity, 1), 1.0), 1)}"
        for week, count in enumerate(weekly)
    )


def percent(part: float) -> str:
    """A share as percent, with a place where it is small."""
    return f"{100 * part:.1f}%" if 0 < part < 0.1 else f"{100 * part:.0f}%"


def interval(measured: Measured) -> str:
    """The interval of a share in words."""
    if measured.interval is None:
        return "there were none"
    low, high = measured.interval
    return f"{percent(low)} to {percent(high)}, of {measured.of:,}"


def _most(groups: Sequence[GroupRate]) -> float:
    return max([one.interval[1] for one in groups if one.is_told] + [0.001])


def _drawn(rate: GroupRate, most: float) -> dict[str, float | None]:
    """Where a rate, its interval and the true rate stand on a scale of 0 to 100."""

    def along(part: float) -> float:
        return round(100 * min(part / most, 1), 1)

    return {
        "low": along(rate.interval[0]),
        "high": along(rate.interval[1]),
        "value": along(rate.rate),
        "truly": None if rate.truly is None else along(rate.truly),
    }


def _summary(report: DetectorReport) -> Iterator[str]:
    """What an analyst should take away, the most important first."""
    shown = sum(one.shown for one in report.detectors)
    weeks = max(len(report.weeks), 1)
    yield (
        f"Over {len(report.weeks)} weeks the hub would have been shown {shown:,} findings, {shown / weeks:.1f} a week, at a "
        f"capacity of {report.capacity} a detector a week."
    )
    if report.has_truth:
        short = [
            f"{one.name.replace('_', ' ')} ({', '.join(missed)})"
            for one in report.detectors
            if (missed := list(_missed(one.precision, one.recall, one.decoys)))
        ]
        if short:
            yield f"Short of what is asked of each detector: {'; '.join(short)}."
        else:
            yield "Every detector reaches what is asked of it: precision 80%, recall 90%, decoys flagged 2% at most."
    else:
        yield "Without truth nothing here says how right the findings are; what people confirmed does, as far as they judged."
    judged = sum(one.judged.judged for one in report.detectors)
    confirmed = sum(one.judged.confirmed for one in report.detectors)
    if judged:
        yield f"People judged {judged:,} findings and confirmed {confirmed:,} of them."
    else:
        yield "Nobody has judged any finding yet."
    yield from _apart(report)


def _holds(interval_of: tuple[float, float], rate: float) -> bool:
    return interval_of[0] <= rate <= interval_of[1]


def _missed(precision: Measured | None, recall: Measured | None, decoys: Measured | None) -> Iterator[str]:
    if precision is not None and precision.of and precision.value < ASKED["precision"]:
        yield f"precision {percent(precision.value)}"
    if recall is not None and recall.of and recall.value < ASKED["recall"]:
        yield f"recall {percent(recall.value)}"
    if decoys is not None and decoys.of and decoys.value > ASKED["decoys"]:
        yield f"decoys flagged {percent(decoys.value)}"


def _apart(report: DetectorReport) -> Iterator[str]:
    """Groups whose interval lies wholly on one side of everyone's rate."""
    overall = {
        dimension: sum(one.named for one in rates) / max(sum(one.people for one in rates), 1)
        for dimension in DIMENSIONS
        if (rates := [one for one in report.groups if one.dimension == dimension])
    }
    said = [
        f"{one.value.replace('_', ' ')} ({one.against_all:.1f} times everyone's rate)"
        for one in report.groups
        if one.against_all is not None
        and one.is_told
        and not _holds(wilson_interval(one.named, one.people, ONE_IN_200), overall[one.dimension])
    ]
    if said:
        yield (
            f"Named more or less often than chance explains (99.5% intervals): {'; '.join(said)}. Look at why "
            "before acting on it."
        )
    elif report.groups:
        yield "No ethnic group and no area is named more or less often than chance explains."
