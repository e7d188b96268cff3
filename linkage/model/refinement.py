"""Expectation maximisation over all candidate pairs at once, from the values that Splink learnt.

Each of Splink's sessions looks at pairs that agree on something, where errors are rarer than elsewhere; and it
knows two kinds of pair. Here every candidate pair counts, and a pair is of one person, of two people of one
household, or of strangers. Pairs that blocking left out are taken for strangers.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.columns import column, count
from linkage.model.calibration import LevelChances
from linkage.model.comparisons import COMPARISONS
from linkage.pairs.scoring import levels_query

MOST_PAIRS: Final = 1_500_000
ROUNDS: Final = 25
# Where no dwellings show how many families there are, what their members share is learnt before their number is.
ROUNDS_BEFORE_RATIO: Final = 12
# Expected values count as this many pairs, so that a level seen three times is not taken at its word.
EXPECTED_PAIRS: Final = 40.0
# However clean the records at hand, people do change phones and clerks do slip: no level is rarer than this share
# of what is expected of it.
LEAST_SHARE_OF_EXPECTED: Final = 0.1
# However often one person's records differ in what a person has one of, it is no more than so many times what is expected:
# a class of pairs that differ in most of it is of families.
MOST_SHARE_OF_EXPECTED: Final = 4.0
_OF_ONES_OWN: Final = ("forename", "birth", "sex")
# Two people of one home bear names and were born on days that are like each other's hardly oftener than strangers: no level of
# likeness takes up more of them than this, or so many times what is expected. What does is one person's slips.
MOST_ALIKE_AT_HOME: Final = 0.02
# Where next to all who share a home are one person, what is left shows errors, not households.
MOST_NAMESAKES_AT_HOME: Final = 0.03
RATIO_BOUNDS: Final = (0.0001, 20.0)
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
    """The chances after ``ROUNDS`` rounds over ``candidate_pair``, ``home_pair`` and ``random_pair`` (or samples of them).

    ``home_pair`` holds pairs that share a dwelling, whoever they are: blocking shows few of the pairs of a
    household, so that only there one can see how many there are. ``random_pair`` shows what strangers share.
    """
    patterns = _count_patterns(connection, "candidate_pair")
    if patterns.counts.sum() < 10 * EXPECTED_PAIRS:
        return start
    at_home = _count_patterns(connection, "home_pair")
    at_random = _count_patterns(connection, "random_pair")
    current = replace(start, chances=start.chances | _apart_at_home(at_home, start.chances, expected))
    has_homes = at_home.counts.sum() >= 10 * EXPECTED_PAIRS
    for done in range(ROUNDS):
        current = _one_round((patterns, at_random), current, expected)
        if has_homes:
            current = replace(current, household_ratio=_ratio_at_home(at_home, current))
        elif done >= ROUNDS_BEFORE_RATIO:
            ratio = max(start.household_ratio, _ratio_among(patterns, current))
            current = replace(current, household_ratio=ratio)
    return current


def _apart_at_home(
    at_home: _Patterns, chances: dict[str, LevelChances], expected: dict[str, LevelChances]
) -> dict[str, LevelChances]:
    """How often two of one household bear one given name, or were born on one day: sons named after fathers, twins.

    Counted where the other of the two fields says that they are two people.
    """
    found = {}
    for field, other in (("forename", "birth"), ("birth", "forename")):
        worst = len(expected[other].strangers) - 1
        two = np.where(at_home.ranks[other] == worst, at_home.counts, 0.0)
        values = _updated(at_home.ranks[field], two, chances[field].same_household)
        found[field] = replace(
            chances[field], same_household=_of_one_household(field, values, expected[field].same_household)
        )
    return found


def _ratio_among(patterns: _Patterns, current: Refined) -> float:
    """Pairs of one household for each pair of one person, where records show no dwellings: from the pairs of blocking.

    Blocking shows few of the pairs of a household, so there are no fewer than one started from.
    """
    one_person, one_home, _ = _shares(patterns, current).sum(axis=1)
    return float(np.clip(one_home / max(one_person, 1.0), *RATIO_BOUNDS))


def _ratio_at_home(at_home: _Patterns, current: Refined) -> float:
    """Pairs of one household for each pair of one person, from those that share a dwelling."""
    shares = _shares(at_home, current)
    places = current.chances["place"]
    one, household = (
        float(shares[0].sum()) / places.same_person[0],
        float(shares[1].sum()) / places.same_household[0],
    )
    return float(np.clip(household / max(one, 1.0), *RATIO_BOUNDS))


def _count_patterns(connection: duckdb.DuckDBPyConnection, source: str) -> _Patterns:
    pairs = count(connection, source)
    thinned = max(1, -(-pairs // MOST_PAIRS))
    sample = f"(SELECT * FROM {source} WHERE hash(number_a, number_b) % {thinned} = 0)"
    fields = ", ".join(_FIELDS)
    found = connection.execute(
        f"SELECT {fields}, count(*) AS held FROM ({levels_query(sample)}) GROUP BY {fields} ORDER BY {fields}"
    ).fetchnumpy()
    ranks = {}
    for comparison in COMPARISONS:
        values = column(found, comparison.field, np.int64)
        ranks[comparison.field] = np.where(values < 0, -1, len(comparison.levels) - 1 - values)
    return _Patterns(column(found, "held", np.float64), ranks, comparable_pairs(connection) / thinned)


def comparable_pairs(connection: duckdb.DuckDBPyConnection) -> float:
    """Pairs of records that could be one person: all but those within a feed that holds everybody once."""
    return float(
        connection.execute(
            "SELECT (SELECT count(*) * (count(*) - 1) / 2 FROM comparison_record) - coalesce((SELECT sum(held * (held - 1) / 2)"
            " FROM (SELECT count(*) AS held FROM comparison_record WHERE duplicate_free GROUP BY feed)), 0)"
        ).fetchall()[0][0]
    )


def _likelihood(patterns: _Patterns, chances: dict[str, tuple[float, ...]]) -> NDArray[np.float64]:
    total = np.zeros(len(patterns.counts))
    for field in _FIELDS:
        table = np.append(np.log(chances[field]), 0.0)  # the last entry answers for rank -1, missing
        total += table[patterns.ranks[field]]
    return total


def _shares(patterns: _Patterns, current: Refined) -> NDArray[np.float64]:
    """How many pairs of each pattern are of one person, of one household, of strangers (3 rows)."""
    sides: list[dict[str, tuple[float, ...]]] = [
        {field: getattr(current.chances[field], kind) for field in _FIELDS}
        for kind in ("same_person", "same_household", "strangers")
    ]
    priors = np.log([current.prior, current.prior * current.household_ratio, 1.0])
    joint = np.array([_likelihood(patterns, side) + prior for side, prior in zip(sides, priors, strict=True)])
    joint = np.exp(joint - joint.max(axis=0))
    return np.asarray(joint / joint.sum(axis=0) * patterns.counts)


def _one_round(
    pairs_seen: tuple[_Patterns, _Patterns], current: Refined, expected: dict[str, LevelChances]
) -> Refined:
    patterns, at_random = pairs_seen
    shares = _shares(patterns, current)
    one, household = shares[0], shares[1]
    strangers = _shares(at_random, current)[2]
    pairs = max(float(one.sum()), 1.0)
    prior = float(np.clip(pairs / patterns.all_pairs, 1e-8, 1e-2))
    chances = {}
    for field in _FIELDS:
        before = current.chances[field]
        chances[field] = LevelChances(
            _of_one_person(
                field,
                _updated(patterns.ranks[field], one, expected[field].same_person),
                expected[field].same_person,
            ),
            _of_one_household(
                field,
                _updated(patterns.ranks[field], household, expected[field].same_household),
                expected[field].same_household,
            )
            if field in _SHARED_FIELDS
            else before.same_household,
            _among_strangers(at_random.ranks[field], strangers, before.strangers, expected[field].strangers),
        )
    return Refined(chances, prior, current.household_ratio)


def _of_one_person(field: str, found: tuple[float, ...], expected: tuple[float, ...]) -> tuple[float, ...]:
    """``found`` with no more of the worst level than one person's records can have."""
    most = MOST_SHARE_OF_EXPECTED * expected[-1]
    if field not in _OF_ONES_OWN or found[-1] <= most:
        return found
    rest = (1.0 - most) / (1.0 - found[-1])
    return (*(value * rest for value in found[:-1]), most)


def _of_one_household(field: str, found: tuple[float, ...], expected: tuple[float, ...]) -> tuple[float, ...]:
    """``found`` with no more likeness than two people's names and days of birth can have; the rest of it is unlike."""
    if field not in ("surname", "forename", "birth"):
        return found
    most = [max(MOST_ALIKE_AT_HOME, MOST_SHARE_OF_EXPECTED * value) for value in expected[1:-1]]
    alike = [min(value, bound) for value, bound in zip(found[1:-1], most, strict=True)]
    same = found[0] if field == "surname" else min(found[0], MOST_NAMESAKES_AT_HOME)
    return (same, *alike, 1.0 - same - sum(alike))


def _among_strangers(
    ranks: NDArray[np.int64],
    share: NDArray[np.float64],
    before: tuple[float, ...],
    expected: tuple[float, ...],
) -> tuple[float, ...]:
    """Chances among strangers: random pairs, each counted as far as it is not one person or one household."""
    known = ranks >= 0
    counted = np.bincount(ranks[known], weights=share[known], minlength=len(expected))
    seen = float(counted.sum())
    if seen < 10 * EXPECTED_PAIRS:
        return before
    wanted = np.asarray(expected)
    least = np.clip(0.5 / seen, LEAST_SHARE_OF_EXPECTED * wanted, 0.25 * wanted)
    values = np.maximum(counted / seen, least)
    return tuple(float(value) for value in values / values.sum())


def _updated(ranks: NDArray[np.int64], share: NDArray[np.float64], expected: Any) -> tuple[float, ...]:
    known = ranks >= 0
    counted = np.bincount(ranks[known], weights=share[known], minlength=len(expected))
    seen = counted + EXPECTED_PAIRS * np.asarray(expected)
    bounded = np.maximum(seen / seen.sum(), LEAST_SHARE_OF_EXPECTED * np.asarray(expected))
    return tuple(float(value) for value in bounded / bounded.sum())
