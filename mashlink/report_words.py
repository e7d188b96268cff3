"""The sentences of the linkage report."""

from typing import Final

from linkage import Estimate, GroupEstimate, LinkageQuality
from mashlink.report_truth import Measured

# Groups whose recall is this much below the best told group are named in the summary (the aim: 1.0 point).
NOTABLE_GAP: Final = 0.01
_DIMENSIONS: Final = {
    "ethnic_group": "ethnic group",
    "sex": "sex",
    "age_band": "age",
    "agency": "agency",
}


def words(code: str) -> str:
    """``health_gp`` as ``Health gp``; what is written in words already stays."""
    return code.replace("_", " ").capitalize() if code.islower() else code


def share(part: float) -> str:
    """A share as percent with two places, never rounded up to all or down to none."""
    shown = f"{100 * part:.2f}"
    if shown == "100.00" and part < 1:
        return "99.99"
    return "0.01" if shown == "0.00" and part > 0 else shown.replace("100.00", "100")


def _range(estimate: Estimate) -> str:
    return f"{share(estimate.value)}% (95% interval {share(estimate.low)}% to {share(estimate.high)}%)"


def summary(quality: LinkageQuality, measured: Measured | None) -> list[str]:
    """What an analyst should take away, the most important first."""
    everyone = next((group for group in quality.estimates if group.dimension == "everyone"), None)
    said = []
    if everyone is not None and everyone.precision is not None and everyone.recall is not None:
        said.append(
            f"Of the pairs of records shown as one person, an estimated {_range(everyone.precision)} are. Of the pairs"
            f" that are one person, an estimated {_range(everyone.recall)} are shown as one."
        )
    else:
        said.append("Too few pairs of records are joined to estimate precision and recall.")
    if measured is not None:
        precision, recall = measured.groups.get(("everyone", "everyone"), (1.0, 1.0))
        said.append(
            f"Measured against the known truth: precision {share(precision)}%, recall {share(recall)}%;"
            f" {measured.twins_merged:,} pairs of twins merged, {measured.seals_broken:,} seals broken."
            f" {differing(quality, measured)}"
        )
    said.append(_gap(quality))
    said.append(too_bare_words(quality))
    said.append(blocking_words(quality))
    said.append(_people(quality))
    return said


def differing(quality: LinkageQuality, measured: Measured) -> str:
    """In how many figures what was measured lies outside the interval that was estimated."""
    figures = [
        estimate.holds(measured.groups[key][part])
        for group in quality.estimates
        if (key := (group.dimension, group.value)) in measured.groups
        for part, estimate in enumerate((group.precision, group.recall))
        if estimate is not None
    ]
    outside = figures.count(False)
    if not outside:
        return "Every measured figure lies within the interval estimated for it."
    return (
        f"{outside} of {len(figures)} measured figures lie outside the interval estimated for them and are marked:"
        " there the weights promise more, or less, than they keep."
    )


def _gap(quality: LinkageQuality) -> str:
    worst: list[tuple[float, str]] = []
    for dimension, named in _DIMENSIONS.items():
        told = [
            (group.recall.value, group)
            for group in quality.estimates
            if group.dimension == dimension and group.recall is not None and group.value != "not stated"
        ]
        if len(told) < 2:
            continue
        (best, _), (least, group) = max(told, key=_value), min(told, key=_value)
        if best - least > NOTABLE_GAP:
            worst.append((best - least, f"{named} {group.value.replace('_', ' ')} ({share(least)}%)"))
    if not worst:
        return "No ethnic group, sex, age band or agency is estimated to lose more than one point of recall against the best."
    named_worst = ", ".join(words for _, words in sorted(worst, reverse=True))
    return f"Groups estimated to lose more than one point of recall against the best of their kind: {named_worst}."


def _value(told: tuple[float, GroupEstimate]) -> float:
    return told[0]


def too_bare_words(quality: LinkageQuality) -> str:
    """How many records say too little to be linked at all, and whose they are."""
    bare, records = quality.self_match.too_bare, quality.self_match.records
    if not bare:
        return "Every record says enough to be linked to an exact copy of itself."
    worst = max(quality.self_match.feeds, key=lambda feed: feed.too_bare / max(feed.records, 1))
    return (
        f"{bare:,} of {records:,} records ({share(bare / records)}%) are too bare to be linked with certainty, most"
        f" often those of {words(worst.feed)} ({share(worst.too_bare / worst.records)}% of them)."
    )


def blocking_words(quality: LinkageQuality) -> str:
    """What share of the pairs that would join was never compared."""
    found, lost = quality.blocking.never_compared.found, quality.blocking.never_compared.lost
    keys = sum(one.keys for one in quality.blocking.common_keys)
    crowded = f" {keys:,} keys were too common for all of their records to be compared." if keys else ""
    if not found:
        return f"An independent search found no two records that would join.{crowded}"
    return (
        f"Of {found:,.0f} pairs that an independent search holds for one person, {lost:,.0f} ({share(lost / found)}%)"
        f" were never compared.{crowded}"
    )


def _people(quality: LinkageQuality) -> str:
    counts = [f"{kind.title.lower()}: {kind.people_in_all:,}" for kind in quality.people]
    return f"People to look at: {'; '.join(counts)}."
