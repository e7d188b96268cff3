"""The sentences of the linkage report."""

from collections.abc import Mapping
from typing import Final

from linkage import Estimate, GroupEstimate, LinkageQuality
from mashlink.report_truth import Measured

# Groups whose recall is this much below the best told group are named in the summary (the aim: 1.0 point).
NOTABLE_GAP: Final = 0.01
EVERYONE: Final = ("everyone", "everyone")
_ACRONYMS: Final = {"gp": "GP", "nhs": "NHS", "ed": "ED", "mash": "MASH", "marac": "MARAC"}
_DIMENSIONS: Final = {
    "ethnic_group": "ethnic group",
    "sex": "sex",
    "age_band": "age",
    "agency": "agency",
}


def words(code: str) -> str:
    """A code as the first words of a line: ``health_gp`` as ``Health GP``."""
    said = _spoken(code)
    return said[:1].upper() + said[1:]


def _spoken(code: str) -> str:
    spelled = code.replace("cross_boundary", "cross-boundary").replace("_", " ")
    return " ".join(_ACRONYMS.get(word, word) for word in spelled.split()) or "no name"


def share(part: float) -> str:
    """A share as percent with two places, never rounded up to all or down to none."""
    if part in (0, 1):
        return f"{100 * part:.0f}"
    return f"{min(max(100 * part, 0.01), 99.99):.2f}"


def _range(estimate: Estimate) -> str:
    return f"{share(estimate.value)}% (95% interval {share(estimate.low)}% to {share(estimate.high)}%)"


def summary(quality: LinkageQuality, measured: Measured | None) -> list[str]:
    """What an analyst should take away, the most important first."""
    everyone = next(
        (group for group in quality.estimates if (group.dimension, group.value) == EVERYONE), None
    )
    said = []
    if everyone is not None and everyone.precision is not None and everyone.recall is not None:
        said.append(
            f"Of the pairs of records shown as one person, an estimated {_range(everyone.precision)} are. Of the pairs"
            f" that are one person, an estimated {_range(everyone.recall)} are shown as one."
        )
    else:
        said.append("Too few pairs of records are joined to estimate precision and recall.")
    if measured is not None and EVERYONE not in measured.groups:
        said.append("The known truth tells of no pair of these records, so nothing is measured against it.")
    elif measured is not None:
        precision, recall = measured.groups[EVERYONE]
        said.append(
            f"Measured against the known truth: precision {share(precision)}%, recall {share(recall)}%;"
            f" {measured.twins_merged:,} pairs of twins merged, {measured.seals_broken:,} seals broken."
            f" {differing(quality, measured)}".rstrip()
        )
    said.append(_gap(quality, measured.groups if measured else {}))
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
    if not figures:
        return ""
    if not outside:
        return "Every measured figure lies within the interval estimated for it."
    return (
        f"{outside} of {len(figures)} measured figures lie outside the interval estimated for them and are marked:"
        " there the weights promise more, or less, than they keep."
    )


def _gap(quality: LinkageQuality, known: Mapping[tuple[str, str], tuple[float, float]]) -> str:
    """Which groups lose most recall: as measured where the truth is known, which is surer than any estimate."""
    worst: list[tuple[float, str]] = []
    compared = False
    for dimension, named in _DIMENSIONS.items():
        told = [
            (
                known[dimension, group.value][1] if (dimension, group.value) in known else group.recall.value,
                group,
            )
            for group in quality.estimates
            if group.dimension == dimension and group.recall is not None and group.value != "not stated"
        ]
        if len(told) < 2:
            continue
        compared = True
        (best, _), (least, group) = max(told, key=_value), min(told, key=_value)
        if best - least > NOTABLE_GAP:
            worst.append((best - least, f"{named} {_spoken(group.value)} ({share(least)}%)"))
    if not compared:
        return "Too few pairs of records are joined to compare ethnic groups, sexes, age bands or agencies."
    if not worst:
        return f"No ethnic group, sex, age band or agency {'loses' if known else 'is estimated to lose'} more than one point of recall against the best."
    named_worst = ", ".join(words for _, words in sorted(worst, reverse=True))
    lose = "Groups that lose" if known else "Groups estimated to lose"
    return f"{lose} more than one point of recall against the best of their kind: {named_worst}."


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
        f" often those of {_spoken(worst.feed)} ({share(worst.too_bare / worst.records)}% of them)."
    )


def blocking_words(quality: LinkageQuality) -> str:
    """What share of the pairs that would join was never compared."""
    searched = quality.blocking.never_compared.get(EVERYONE)
    keys = sum(one.keys for one in quality.blocking.common_keys)
    crowded = f" {keys:,} keys were too common for all of their records to be compared." if keys else ""
    if searched is None or not searched.found:
        return f"An independent search found no two records that would join.{crowded}"
    return (
        f"Of {searched.found:,.0f} pairs that an independent search expects to be one person, {searched.lost:,.0f}"
        f" ({share(searched.lost / searched.found)}%) were never compared.{crowded}"
    )


def _people(quality: LinkageQuality) -> str:
    counts = [f"{kind.title[0].lower()}{kind.title[1:]}, {kind.people_in_all:,}" for kind in quality.people]
    return f"People to look at: {'; '.join(counts)}."
