"""Expectation maximisation over all candidate pairs at once, from the values that Splink learnt.

Each of Splink's sessions looks at pairs that agree on something, where errors are rarer than elsewhere; and it
knows two kinds of pair. Here every candidate pair counts, and a pair is of one person, of two people of one
household, or of strangers. Pairs that blocking left out are taken for strangers.
"""

from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.calibration import LevelChances
from linkage.columns import column, count
from linkage.model import COMPARISONS
from linkage.scoring import levels_query

MOST_PAIRS: Final = 1_500_000
ROUNDS: Final = 25
# Expected values count as this many pairs, so that a level seen three times is not taken at its word.
EXPECTED_PAIRS: Final = 40.0
_FIELDS: Final = tuple(comparison.field for comparison in COMPARISONS)
# What a household shares; given names and dates of birth of its members are as among strangers, but for twins.
_SHARED_FIELDS: Final = ("surname", "place", "phone", "nhs_number", "identifier")


@dataclass(frozen=True, slots=True)
class Refined:
    """Chances by field; ``prior`` and ``household_ratio`` as in LinkageCalibration."""

    chances: dict[str, LevelChances]
    prior: float
    household_ratio: float


@dataclass(frozen=True, slots=True)
class _Patterns:
    counts: NDArray[np.float64]
    ranks: dict[str, NDArray[np.int64]]  # by field: 0 for the best level, -1 for missing
    all_pairs: float


def refine(
    connection: duckdb.DuckDBPyConnection, start: Refined, expected: dict[str, LevelChances]
) -> Refined:
    """The chances after ``ROUNDS`` rounds over the pairs of ``candidate_pair`` (a sample of them when they are many)."""
    patterns = _count_patterns(connection)
    if patterns.counts.sum() < 10 * EXPECTED_PAIRS:
        return start
    random_pairs = {field: start.chances[field].strangers for field in _FIELDS}
    current = start
    for _ in range(ROUNDS):
        current = _one_round(patterns, current, random_pairs, expected)
    return current


def _count_patterns(connection: duckdb.DuckDBPyConnection) -> _Patterns:
    pairs = count(connection, "candidate_pair")
    records = count(connection, "comparison_record")
    thinned = max(1, -(-pairs // MOST_PAIRS))
    sample = f"(SELECT * FROM candidate_pair WHERE hash(number_a, number_b) % {thinned} = 0)"
    fields = ", ".join(_FIELDS)
    found = connection.execute(
        f"SELECT {fields}, count(*) AS held FROM ({levels_query(sample)}) GROUP BY {fields} ORDER BY {fields}"
    ).fetchnumpy()
    ranks = {}
    for comparison in COMPARISONS:
        values = column(found, comparison.field, np.int64)
        ranks[comparison.field] = np.where(values < 0, -1, len(comparison.levels) - 1 - values)
    return _Patterns(column(found, "held", np.float64), ranks, records * (records - 1) / 2 / thinned)


def _likelihood(patterns: _Patterns, chances: dict[str, tuple[float, ...]]) -> NDArray[np.float64]:
    total = np.zeros(len(patterns.counts))
    for field in _FIELDS:
        table = np.append(np.log(chances[field]), 0.0)  # the last entry answers for rank -1, missing
        total += table[patterns.ranks[field]]
    return total


def _one_round(
    patterns: _Patterns,
    current: Refined,
    random_pairs: dict[str, tuple[float, ...]],
    expected: dict[str, LevelChances],
) -> Refined:
    sides: list[dict[str, tuple[float, ...]]] = [
        {field: getattr(current.chances[field], kind) for field in _FIELDS}
        for kind in ("same_person", "same_household", "strangers")
    ]
    priors = np.log([current.prior, current.prior * current.household_ratio, 1.0])
    joint = np.array([_likelihood(patterns, side) + prior for side, prior in zip(sides, priors, strict=True)])
    joint = np.exp(joint - joint.max(axis=0))
    shares = joint / joint.sum(axis=0) * patterns.counts
    one, household = shares[0], shares[1]
    pairs = max(float(one.sum()), 1.0)
    prior = float(np.clip(pairs / patterns.all_pairs, 1e-8, 1e-2))
    ratio = float(np.clip(household.sum() / pairs, 0.002, 20.0))
    chances = {}
    for field in _FIELDS:
        before = current.chances[field]
        chances[field] = LevelChances(
            _updated(patterns.ranks[field], one, expected[field].same_person),
            _updated(patterns.ranks[field], household, expected[field].same_household)
            if field in _SHARED_FIELDS
            else before.same_household,
            _without_kin(random_pairs[field], before, (prior, prior * ratio), expected[field].strangers),
        )
    return Refined(chances, prior, ratio)


def _without_kin(
    random_pairs: tuple[float, ...],
    chances: LevelChances,
    shares: tuple[float, float],
    expected: tuple[float, ...],
) -> tuple[float, ...]:
    """Chances among strangers: random pairs less those of one person or one household, which crowd the rare levels."""
    values = [
        max(found - shares[0] * same - shares[1] * together, 0.25 * min(wanted, found))
        for found, same, together, wanted in zip(
            random_pairs, chances.same_person, chances.same_household, expected, strict=True
        )
    ]
    return tuple(value / sum(values) for value in values)


def _updated(ranks: NDArray[np.int64], share: NDArray[np.float64], expected: Any) -> tuple[float, ...]:
    known = ranks >= 0
    counted = np.bincount(ranks[known], weights=share[known], minlength=len(expected))
    seen = counted + EXPECTED_PAIRS * np.asarray(expected)
    return tuple(float(value) for value in seen / seen.sum())
