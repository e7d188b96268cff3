"""A weight as lines that add up: where it starts, what each comparison adds, what a shared home takes back."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS, level_of
from linkage.pairs.scoring import CROSSED_FORENAME, CROSSED_SURNAME
from linkage.pairs.ties import TIES


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """One step of the waterfall: ``weight`` in bits, positive for one person.

    ``field`` names a comparison of the model, or ``start`` (before anything is compared), ``rarity`` (how common the
    names are), ``tie`` (what ties the two besides what they say) or ``household``.

    ``level`` and ``sentence`` are plain words. ``value_a`` and ``value_b`` are None where not known or not shown.
    """

    field: str
    label: str
    level: str
    weight: float
    value_a: str | None
    value_b: str | None
    sentence: str


def probability(weight: float) -> float:
    """The chance of one person that ``weight`` bits of log-odds stand for."""
    return float(1 / (1 + 2.0 ** -max(min(weight, 1000.0), -1000.0)))


def waterfall(
    levels: dict[str, Any],
    calibration: LinkageCalibration,
    values_a: dict[str, str | None],
    values_b: dict[str, str | None],
    tie: str | None = None,
) -> tuple[float, tuple[ComparisonLine, ...]]:
    """The weight of a pair from its levels (a row of ``scoring.levels_query``), and the lines that sum to it.

    ``tie``: what else ties the two, a key of ``ties.TIES``.
    """
    start, start_home = calibration.prior_bits
    lines = [
        ComparisonLine(
            "start", "Before comparing", "two records picked at random", start, None, None,
            f"Two records picked at random are hardly ever one person: {start:.1f} bits.",
        )
    ]  # fmt: skip
    against_home = start_home
    for comparison in COMPARISONS:
        value = int(levels[comparison.field])
        strangers, home = calibration.bits(comparison, value)
        level = level_of(comparison, value)
        words = level.words if level else "not known of both"
        if comparison.field == "forename" and _is_crossed(levels):
            strangers, home, words = 0.0, 0.0, f"{words}, counted with the family name"
        against_home += home
        lines.append(
            ComparisonLine(
                comparison.field, comparison.words, words, strangers, values_a.get(comparison.field),
                values_b.get(comparison.field), _sentence(comparison.words, words, strangers),
            )
        )  # fmt: skip
    if levels["forename"] == len(COMPARISONS[0].levels) - 1:
        against_home += levels["household_bits"] or 0.0
    rarity = _rarity(levels)
    if rarity:
        words = "rarer than most" if rarity > 0 else "more common than most"
        lines.append(ComparisonLine("rarity", "Rarity of the names", words, rarity, None, None, _sentence("The names they share", f"are {words}", rarity)))  # fmt: skip
    if tie:
        words, bits, at_home = TIES[tie]
        against_home += at_home
        if at_home:
            words += ", so another of the household is unlikelier"
        lines.append(ComparisonLine("tie", "What else ties them", words, bits, None, None, _sentence("What else ties them", words, bits)))  # fmt: skip
    against_strangers = sum(line.weight for line in lines)
    weight = -math.log2(2.0**-against_strangers + 2.0**-against_home)
    taken_back = weight - against_strangers
    if taken_back < -0.05:
        lines.append(
            ComparisonLine(
                "household", "Could be two of one household", "people of one home share much of this", taken_back, None,
                None, "Two people of one home share family name, address and phone, so these count for less: "
                f"{taken_back:.1f} bits.",
            )
        )  # fmt: skip
    return weight, tuple(lines)


def _is_crossed(levels: Mapping[str, Any]) -> bool:
    """Whether both names stand in each other's place."""
    return bool(levels["forename"] == CROSSED_FORENAME and levels["surname"] == CROSSED_SURNAME)


def _rarity(levels: Mapping[str, Any]) -> float:
    """Bits of how rare the names are that two records share; of names in each other's place only how common they are."""
    forename, surname, together = (
        levels[name] or 0.0 for name in ("forename_bits", "surname_bits", "together_bits")
    )
    same_forename = levels["forename"] == len(COMPARISONS[0].levels) - 1
    same_surname = levels["surname"] == len(COMPARISONS[1].levels) - 1
    if levels["forename"] == CROSSED_FORENAME:
        forename = min(forename, 0.0)
    elif not same_forename:
        forename = 0.0
    if levels["surname"] == CROSSED_SURNAME:
        surname = min(surname, 0.0)
    elif not same_surname:
        surname = 0.0
    return float(forename + surname + (together if same_forename and same_surname else 0.0))


def _sentence(label: str, words: str, bits: float) -> str:
    if abs(bits) < 0.05:
        return f"{label}: {words}; no weight either way."
    return f"{label}: {words}; {abs(bits):.1f} bits {'for' if bits > 0 else 'against'} one person."
