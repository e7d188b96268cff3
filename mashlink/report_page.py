"""The linkage report as one HTML page: the figures of ``linkage.measure_linkage`` in sentences, tables and pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from linkage import COMPLETENESS_FIELDS, QUALITY_BOUNDS, Estimate, GroupEstimate, LinkageQuality
from mashlink import report_charts
from mashlink.report_templates import environment, stylesheet
from mashlink.report_truth import Measured
from mashlink.report_words import blocking_words, differing, share, summary, too_bare_words, words

_TITLES: Final = {
    "everyone": "",
    "ethnic_group": "Ethnic group",
    "sex": "Sex",
    "age_band": "Age in years",
    "agency": "Agency of the record",
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """One cell of the quality table: the estimate, what was measured, whether that lies outside, and how it is drawn."""

    estimate: Estimate
    measured: float | None
    differs: bool
    spread: report_charts.Spread


@dataclass(frozen=True, slots=True)
class _Line:
    """One group of the quality table; None where too few pairs tell of it."""

    name: str
    pairs: int
    precision: _Figure | None
    recall: _Figure | None


def linkage_page(quality: LinkageQuality, hub: str, measured: Measured | None = None) -> str:
    """The report as HTML that needs no other file, no script and no connection."""
    known = measured.groups if measured else {}
    scales = [_scale(quality, known, part) for part in (0, 1)]
    return (
        environment()
        .get_template("linkage_report.html")
        .render(
            quality=quality,
            measured=measured,
            hub=hub,
            summary=summary(quality, measured),
            stylesheet=stylesheet(),
            fields=COMPLETENESS_FIELDS,
            bare_words=too_bare_words(quality),
            bare_share=share(quality.self_match.too_bare / max(quality.self_match.records, 1)) + "%",
            blocking_words=blocking_words(quality),
            differing=differing(quality, measured) if measured else "",
            window=QUALITY_BOUNDS.window,
            most_searched=QUALITY_BOUNDS.records,
            least_pairs=QUALITY_BOUNDS.least_pairs,
            curve=report_charts.self_match_curve(quality),
            bars=report_charts.histogram(quality),
            groups=list(_lines(quality, known, scales)),
            precision_scale=scales[0],
            recall_scale=scales[1],
            width=report_charts.WIDTH,
            height=report_charts.HEIGHT,
            left=report_charts.LEFT,
            floor=report_charts.HEIGHT - report_charts.BOTTOM,
        )
    )


_Known = dict[tuple[str, str], tuple[float, float]]


def _parts(group: GroupEstimate) -> tuple[Estimate | None, Estimate | None]:
    return group.precision, group.recall


def _scale(quality: LinkageQuality, known: _Known, part: int) -> float:
    """Where the drawn scale of precision (part 0) or recall (part 1) begins."""
    # People of whom next to nothing is stated would press everybody else into one corner of the picture.
    told = [
        group
        for group in quality.estimates
        if _parts(group)[part] is not None and group.value != "not stated"
    ]
    estimates = [estimate for group in told if (estimate := _parts(group)[part]) is not None]
    measured = [known[key][part] for group in told if (key := (group.dimension, group.value)) in known]
    return report_charts.scale_from(estimates, measured)


def _lines(quality: LinkageQuality, known: _Known, scales: list[float]) -> Iterator[tuple[str, list[_Line]]]:
    for dimension, members in groupby(quality.estimates, key=lambda group: group.dimension):
        yield (
            _TITLES[dimension],
            [
                _Line(
                    words(group.value),
                    group.pairs,
                    *(
                        _figure(estimate, known.get((dimension, group.value)), part, scales[part])
                        for part, estimate in enumerate(_parts(group))
                    ),
                )
                for group in members
            ],
        )


def _figure(
    estimate: Estimate | None, known: tuple[float, float] | None, part: int, scale: float
) -> _Figure | None:
    if estimate is None:
        return None
    measured = known[part] if known else None
    differs = measured is not None and not estimate.holds(measured)
    return _Figure(estimate, measured, differs, report_charts.spread(estimate, measured, scale))
