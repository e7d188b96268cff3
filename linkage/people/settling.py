"""Contested groups of records settled into people: every pair compared, then clustered group by group."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.columns import column
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import (
    CONTRADICTED_BITS,
    OTHER_FORENAME,
    RARE_HOUSEHOLDS,
    levels_query,
    twins_condition,
)
from linkage.pairs.ties import Tie
from linkage.people.agreement import SIDE_BY_SIDE, TIE, TIE_AT_HOME, TWO_TRADITIONS, WIDTH, Scale, Weight
from linkage.people.clustering import Component, Pair, Terms, cluster

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Binding:
    """Pairs of positions, rows (low, high), that bind whatever their weight, as in ``clustering.Component``."""

    apart: Numbers
    stated: Numbers
    forbidden: Numbers
    together: Numbers


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of records by position, compared.

    Bits against strangers and in all, a row of ``agreement.WIDTH`` each, whether it looks like twins, whether a feed
    without duplicates parts it.
    """

    place_a: Numbers
    place_b: Numbers
    against_strangers: NDArray[np.float64]
    weight: NDArray[np.float64]
    agreements: NDArray[np.float64]
    twins: NDArray[np.bool_]
    apart: NDArray[np.bool_]


def compare(
    connection: duckdb.DuckDBPyConnection,
    numbers: Numbers,
    places: tuple[Numbers, Numbers],
    calibration: LinkageCalibration,
    ties: Mapping[Pair, Tie] | None = None,
) -> Compared:
    """Compare the pairs of ``places``, positions in ``numbers``; ``ties``: what else ties two."""
    if not len(places[0]):
        # It takes DuckDB longer to plan the comparison than to make it, and most people asked for are not contested.
        none, never = np.zeros(0), np.zeros(0, dtype=np.bool_)
        return Compared(*places, none, none, np.zeros((0, WIDTH)), never, never)
    connection.register(
        "asked_pair",
        {"turn": np.arange(len(places[0])), "number_a": numbers[places[0]], "number_b": numbers[places[1]]},
    )
    # The records in question are taken out first: a join would read every column of every record.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE compared_record AS SELECT * FROM comparison_record WHERE record_number IN ("
        "SELECT number_a FROM asked_pair UNION SELECT number_b FROM asked_pair)"
    )
    levels = levels_query("asked_pair", "compared_record", "compared_record", carried=("turn",))
    found = connection.execute(
        f"SELECT p.*, p.other_name AND l.feed = r.feed AS side_by_side,"
        " l.duplicate_free AND r.duplicate_free AND l.feed = r.feed AS held_once"
        f" FROM (SELECT *, {twins_condition(calibration)} AND forename <> {TWO_TRADITIONS} AS twins, {OTHER_FORENAME} AS other_name FROM ({levels})) p"
        " JOIN compared_record l ON l.record_number = p.number_a"
        " JOIN compared_record r ON r.record_number = p.number_b ORDER BY turn"
    ).fetchnumpy()
    connection.unregister("asked_pair")
    connection.execute("DROP TABLE temp.compared_record")
    scale = Scale(calibration)
    agreements = scale.agreements(dict(found))
    agreements[:, SIDE_BY_SIDE] = column(found, "side_by_side", np.bool_)
    if ties:
        for row, pair in enumerate(zip(places[0].tolist(), places[1].tolist(), strict=True)):
            if (tie := ties.get(pair)) is not None:
                agreements[row, TIE], agreements[row, TIE_AT_HOME] = tie.bits, tie.bits_at_home
    return Compared(
        *places,
        *scale.weigh_all(agreements),
        agreements,
        column(found, "twins", np.bool_),
        column(found, "held_once", np.bool_),
    )


def settle(
    compared: Compared,
    groups: NDArray[np.int32],
    binding: Binding,
    calibration: LinkageCalibration,
    person: Numbers,
) -> None:
    """Cluster each group of positions (``groups`` by position, -1 for none), writing to ``person``.

    ``compared`` holds the pairs of ``pairs_within(groups)``, in that order. Records that ``person`` has together stay
    together.
    """
    scale = Scale(calibration)
    families = calibration.household_ratio >= RARE_HOUSEHOLDS
    terms = Terms(scale.weigh, calibration.join_bits, CONTRADICTED_BITS, families)
    pairs = list(zip(compared.place_a.tolist(), compared.place_b.tolist(), strict=True))
    weights = list(map(Weight, compared.against_strangers.tolist(), compared.weight.tolist()))
    apart, stated, forbidden, together = (
        _by_group(bound, groups)
        for bound in (binding.apart, binding.stated, binding.forbidden, binding.together)
    )
    begin = end = 0
    for members in members_of(groups):
        begin, end = end, end + len(members) * (len(members) - 1) // 2
        held = pairs[begin:end]
        group = int(groups[members[0]])
        start: dict[int, list[int]] = defaultdict(list)
        for place in members.tolist():
            start[int(person[place])].append(place)
        found = cluster(
            Component(
                members.tolist(),
                dict(zip(held, compared.agreements[begin:end].tolist(), strict=True)),
                dict(zip(held, weights[begin:end], strict=True)),
                apart[group].union(compress(held, compared.apart[begin:end].tolist())),
                stated[group],
                frozenset(compress(held, compared.twins[begin:end].tolist())),
                forbidden[group],
                together[group],
            ),
            terms,
            [together_so_far for _, together_so_far in sorted(start.items())],
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


def _by_group(pairs: Numbers, groups: NDArray[np.int32]) -> dict[int, frozenset[Pair]]:
    """Pairs by the group that holds both ends."""
    inside = pairs[(groups[pairs[:, 0]] == groups[pairs[:, 1]]) & (groups[pairs[:, 0]] >= 0)]
    found: dict[int, set[Pair]] = defaultdict(set)
    for group, low, high in zip(groups[inside[:, 0]].tolist(), *inside.T.tolist(), strict=True):
        found[group].add((low, high))
    return defaultdict(frozenset, {group: frozenset(held) for group, held in found.items()})
