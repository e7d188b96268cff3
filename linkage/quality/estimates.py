"""Estimated precision and recall of the joined pairs, with intervals, for everyone and by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from linkage.columns import column
from linkage.model.calibration import LinkageCalibration
from linkage.quality.chances import Chances, Numbers, PairChances, pair_chances
from linkage.quality.groups import DIMENSIONS, report_order
from records.scope import Scope

DRAWS: Final = 400
# Fixed, so that one snapshot always gives the same report.
SEED: Final = 20_260_101
INTERVAL: Final = (2.5, 97.5)
# Fewer pairs than these tell nothing of a group, and might tell of a person in it.
LEAST_PAIRS: Final = 50

Draws = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share between 0 and 1 with the bounds that 95 of 100 draws fall within."""

    value: float
    low: float
    high: float

    def holds(self, measured: float) -> bool:
        """Whether a measured share lies within the bounds."""
        return self.low <= measured <= self.high


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """Quality of one group. ``pairs``: joined pairs that the figures rest on, half a pair for each record of the group.

    Precision and recall are None where ``pairs`` is below ``LEAST_PAIRS``.
    """

    dimension: str
    value: str
    pairs: int
    precision: Estimate | None
    recall: Estimate | None


@dataclass(frozen=True, slots=True)
class NeverCompared:
    """Of pairs that an independent search expects to be one person: how many in all, how many blocking never compared."""

    found: float
    lost: float


@dataclass(frozen=True, slots=True)
class _Sums:
    """By person (rows) and group (columns): pairs, right ones, and the spread that the chances leave."""

    pairs: csr_matrix
    right: csr_matrix
    spread: NDArray[np.float64]


def estimate_quality(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    calibration: LinkageCalibration,
    never_compared: Mapping[tuple[str, str], NeverCompared],
) -> tuple[GroupEstimate, ...]:
    """Estimates for each group of temporary ``quality_group`` (see ``list_groups``), in the order of ``DIMENSIONS``.

    Precision: the mean chance of the joined pairs. Recall: expected right pairs joined, over those and the expected
    right pairs left apart, less the share that was never compared. Intervals: people drawn anew (bootstrap), the
    chances drawn as the weights give them, and the share never compared drawn from its beta distribution. They say
    what chance does, not how wrong a badly calibrated weight would be.
    """
    groups, member_of, numbers = _groups(connection)
    chances = pair_chances(connection, scope, calibration)
    joined = _sums(chances, chances.joined, numbers, member_of, len(groups))
    apart = _sums(chances, chances.apart, numbers, member_of, len(groups))
    random = np.random.default_rng(SEED)
    weights = random.poisson(1.0, (DRAWS, chances.people)).astype(np.float64)

    def drawn(sums: _Sums, part: csr_matrix) -> Draws:
        noise = random.standard_normal((DRAWS, len(groups))) * np.sqrt(sums.spread)
        return np.asarray(np.maximum(weights @ part + noise, 0.0), dtype=np.float64)

    pairs_drawn = np.maximum(weights @ joined.pairs, 1e-9)
    right_drawn = np.minimum(drawn(joined, joined.right), pairs_drawn)
    missed_drawn = drawn(apart, apart.right)
    searched = [never_compared.get(group, NeverCompared(0, 0)) for group in groups]
    lost = np.array([one.lost for one in searched], dtype=np.float64)
    found = np.array([one.found for one in searched], dtype=np.float64)
    # Half a pair either way (Jeffreys), so that a group in which nothing was looked for is not taken for lost.
    kept_drawn = 1 - random.beta(lost + 0.5, found - lost + 0.5, (DRAWS, len(groups)))
    precision_drawn = right_drawn / pairs_drawn
    recall_drawn = kept_drawn * right_drawn / np.maximum(right_drawn + missed_drawn, 1e-9)
    pairs, right = _column_sums(joined.pairs), _column_sums(joined.right)
    missed = _column_sums(apart.right)
    kept = 1 - lost / np.maximum(found, 1.0)
    estimates = []
    for place, (dimension, value) in enumerate(groups):
        enough = pairs[place] >= LEAST_PAIRS
        precision = right[place] / max(pairs[place], 1e-9)
        recall = kept[place] * right[place] / max(right[place] + missed[place], 1e-9)
        estimates.append(
            GroupEstimate(
                dimension,
                value,
                round(pairs[place]),
                _estimate(precision, precision_drawn[:, place]) if enough else None,
                _estimate(recall, recall_drawn[:, place]) if enough else None,
            )
        )
    return tuple(estimates)


def _estimate(value: float, drawn: Draws) -> Estimate:
    low, high = np.percentile(drawn, INTERVAL)
    return Estimate(float(value), min(float(low), float(value)), max(float(high), float(value)))


def _column_sums(sums: csr_matrix) -> Draws:
    return np.asarray(sums.sum(axis=0), dtype=np.float64).ravel()


def _groups(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[tuple[str, str]], NDArray[np.int64], Numbers]:
    """The groups, the group of each record in each dimension (-1: none), and the record numbers of those rows."""
    listed = connection.execute("SELECT DISTINCT dimension, value FROM quality_group").fetchall()
    groups = sorted(listed, key=report_order)
    place_of = {group: place for place, group in enumerate(groups)}
    numbers = column(
        connection.execute(
            "SELECT DISTINCT record_number FROM quality_group ORDER BY record_number"
        ).fetchnumpy(),
        "record_number",
        np.int64,
    )
    member_of = np.full((len(numbers), len(DIMENSIONS)), -1, dtype=np.int64)
    for dimension, value in groups:
        found = connection.execute(
            "SELECT record_number FROM quality_group WHERE dimension = ? AND value = ?", [dimension, value]
        ).fetchnumpy()
        rows = np.searchsorted(numbers, column(found, "record_number", np.int64))
        member_of[rows, DIMENSIONS.index(dimension)] = place_of[(dimension, value)]
    return groups, member_of, numbers


def _sums(
    chances: Chances, pairs: PairChances, numbers: Numbers, member_of: NDArray[np.int64], groups: int
) -> _Sums:
    """Every pair counts half for the groups of each of its two records."""
    ends = np.searchsorted(numbers, np.concatenate([pairs.number_a, pairs.number_b]))
    person = np.concatenate([pairs.person, pairs.person])
    chance = np.concatenate([pairs.chance, pairs.chance])
    lump = np.concatenate([pairs.lump, pairs.lump])
    half = np.full(len(ends), 0.5 * pairs.share)
    shape = (chances.people, groups)
    counted, right = csr_matrix(shape), csr_matrix(shape)
    spread = np.zeros(groups)
    for place in range(len(DIMENSIONS)):
        group = member_of[ends, place]
        counted = counted + csr_matrix((half, (person, group)), shape=shape)
        right = right + csr_matrix((half * chance, (person, group)), shape=shape)
        spread += np.bincount(group, half * chance * (1 - chance) * lump, minlength=groups)
    return _Sums(counted.tocsr(), right.tocsr(), spread)
