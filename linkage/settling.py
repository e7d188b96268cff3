"""Contested groups of records settled into people: every pair compared, then clustered group by group."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.agreement import TIE, Scale
from linkage.calibration import LinkageCalibration
from linkage.clustering import Component, Pair, Terms, cluster
from linkage.columns import column
from linkage.scoring import CONTRADICTED_BITS, RARE_HOUSEHOLDS, TWINS, levels_query, weights_query

Numbers = NDArray[np.int64]
NO_PAIRS: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Binding:
    """Pairs of positions (low, high) that bind whatever their weight, as in ``clustering.Component``; ``ties``: the bits
    of what else ties two.
    """  # noqa: D205 (one sentence)

    apart: frozenset[Pair] = NO_PAIRS
    forbidden: frozenset[Pair] = NO_PAIRS
    together: frozenset[Pair] = NO_PAIRS
    ties: Mapping[Pair, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs by position: bits, a row of ``agreement.WIDTH`` each, looks like twins, a feed without duplicates parts it."""

    place_a: Numbers
    place_b: Numbers
    weight: NDArray[np.float64]
    agreements: NDArray[np.float64]
    twins: NDArray[np.bool_]
    apart: NDArray[np.bool_]


def compare(
    connection: duckdb.DuckDBPyConnection,
    numbers: Numbers,
    places: tuple[Numbers, Numbers],
    calibration: LinkageCalibration,
) -> Compared:
    """Compare the pairs of ``places``, positions in ``numbers``."""
    connection.register(
        "asked_pair",
        {"turn": np.arange(len(places[0])), "number_a": numbers[places[0]], "number_b": numbers[places[1]]},
    )
    weights = weights_query("SELECT * FROM levels", calibration)
    found = connection.execute(
        f"""
        WITH levels AS MATERIALIZED ({levels_query("asked_pair", carried=("turn",))})
        SELECT l.*, w.weight, coalesce(w.rule = '{TWINS}', false) AS twins,
            (a.duplicate_free AND b.duplicate_free AND a.feed = b.feed) AS apart
        FROM ({weights}) w
        JOIN levels l ON l.number_a = w.number_a AND l.number_b = w.number_b
        JOIN comparison_record a ON a.record_number = w.number_a
        JOIN comparison_record b ON b.record_number = w.number_b
        ORDER BY l.turn"""
    ).fetchnumpy()
    connection.unregister("asked_pair")
    return Compared(
        *places,
        column(found, "weight", np.float64),
        Scale(calibration).agreements(dict(found)),
        column(found, "twins", np.bool_),
        column(found, "apart", np.bool_),
    )


def settle(
    compared: Compared,
    groups: NDArray[np.int32],
    binding: Binding,
    calibration: LinkageCalibration,
    person: Numbers,
) -> None:
    """Cluster each group of positions (``groups`` by position, -1 for none), writing to ``person``.

    ``compared`` holds every pair within each group. Records that ``person`` has together stay together.
    """
    scale = Scale(calibration)
    families = calibration.household_ratio >= RARE_HOUSEHOLDS
    terms = Terms(scale.weigh, calibration.join_bits, CONTRADICTED_BITS, families)
    agreements: dict[int, dict[Pair, list[float]]] = defaultdict(dict)
    apart: dict[int, set[Pair]] = defaultdict(set)
    twins: dict[int, set[Pair]] = defaultdict(set)
    for group, low, high, agreement, kept_apart, alike in zip(
        groups[compared.place_a].tolist(),
        compared.place_a.tolist(),
        compared.place_b.tolist(),
        compared.agreements.tolist(),
        compared.apart.tolist(),
        compared.twins.tolist(),
        strict=True,
    ):
        pair = (low, high)
        agreements[group][pair] = agreement
        if kept_apart or pair in binding.apart:
            apart[group].add(pair)
        if alike:
            twins[group].add(pair)
        agreement[TIE] = binding.ties.get(pair, 0.0)
    forbidden, together = _by_group(binding.forbidden, groups), _by_group(binding.together, groups)
    for members in members_of(groups):
        group = int(groups[members[0]])
        start: dict[int, list[int]] = defaultdict(list)
        for place in members.tolist():
            start[int(person[place])].append(place)
        found = cluster(
            Component(
                members.tolist(),
                agreements[group],
                frozenset(apart[group]),
                frozenset(twins[group]),
                frozenset(forbidden[group]),
                frozenset(together[group]),
            ),
            terms,
            [held for _, held in sorted(start.items())],
        )
        for people in found:
            person[people] = people[0]


def members_of(groups: NDArray[np.int32]) -> list[Numbers]:
    """The positions of each group, ascending; those of group -1 are left out."""
    places = np.flatnonzero(groups >= 0)
    places = places[np.argsort(groups[places], kind="stable")]
    if not len(places):
        return []
    return np.split(places, np.flatnonzero(np.diff(groups[places]) != 0) + 1)


def pairs_within(groups: NDArray[np.int32]) -> tuple[Numbers, Numbers]:
    """Every pair of positions (low, high) within each group."""
    lows, highs = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for group in members_of(groups):
        low, high = np.triu_indices(len(group), 1)
        lows.append(group[low])
        highs.append(group[high])
    return np.concatenate(lows), np.concatenate(highs)


def _by_group(pairs: Iterable[Pair], groups: NDArray[np.int32]) -> dict[int, set[Pair]]:
    """Pairs by the group that holds both ends."""
    found: dict[int, set[Pair]] = defaultdict(set)
    for low, high in pairs:
        if groups[low] == groups[high]:
            found[int(groups[low])].add((low, high))
    return found
