"""Clusters of many records at once: plain components settled in bulk, contested ones one by one.

A pure function of the records in question, the links between them and the rulings; ``people`` calls it for a whole
scope or for the records around one person, with the same result.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.calibration import LinkageCalibration
from linkage.clustering import Component, Pair, cluster
from linkage.columns import column
from linkage.kinship import Kinship
from linkage.rulings import Rulings
from linkage.scoring import CONTRADICTION, TWINS, component_numbers, levels_query, weights_query

Numbers = NDArray[np.int64]
# A component of more records than this is first cut at its weaker links: no person has so many records.
MOST_RECORDS: Final = 150
CUT_STEP_BITS: Final = 4.0
LAST_CUT_BITS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Links:
    """Links with both ends among the records in question: ends by record number, bits, and whether they may join."""

    number_a: Numbers
    number_b: Numbers
    weight: NDArray[np.float64]
    may_join: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RuledPairs:
    """Rulings on the records in question, as pairs of record numbers (low, high)."""

    together: frozenset[Pair]
    apart: frozenset[Pair]


@dataclass(frozen=True, slots=True)
class Clustered:
    """By position in ``numbers``: the lowest record number of the person, bits of the best link and its other end (-1: none)."""

    numbers: Numbers
    person: Numbers
    weight: NDArray[np.float64]
    via: Numbers


def ruled_pairs(rulings: Rulings, number_of: dict[str, int]) -> RuledPairs:
    """The rulings between records that ``number_of`` knows; a seal or ``not_same`` is stronger than ``same``."""

    def pairs(named: Iterable[tuple[str, str]]) -> set[Pair]:
        known = ((number_of[a], number_of[b]) for a, b in named if a in number_of and b in number_of)
        return {(min(pair), max(pair)) for pair in known if pair[0] != pair[1]}

    apart = pairs(rulings.not_same())
    for seal in rulings.seals:
        protected = [record_id for record_id in seal.protected_record_ids if record_id in number_of]
        apart |= pairs((one, other) for one in protected for other in seal.other_record_ids)
    return RuledPairs(frozenset(pairs(rulings.same()) - apart), frozenset(apart))


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that says which records (``numbers``, ascending) are one person."""

    numbers: Numbers
    links: Links
    ruled: RuledPairs
    kinship: Kinship


def resolve(
    connection: duckdb.DuckDBPyConnection, evidence: Evidence, calibration: LinkageCalibration
) -> Clustered:
    """The people among the records of ``evidence``."""
    numbers = evidence.numbers

    def places_of(values: Numbers) -> Numbers:
        return np.searchsorted(numbers, values)

    links, ruled = evidence.links, evidence.ruled
    link_a, link_b = places_of(links.number_a), places_of(links.number_b)
    joins = (
        links.may_join & (links.weight >= calibration.join_bits) & ~evidence.kinship.exclude(link_a, link_b)
    )
    joined_a, joined_b = _cut_giants(link_a[joins], link_b[joins], links.weight[joins], len(numbers))
    together = places_of(np.array(sorted(ruled.together), dtype=np.int64).reshape(-1, 2))
    component = component_numbers(
        len(numbers), np.concatenate([joined_a, together[:, 0]]), np.concatenate([joined_b, together[:, 1]])
    )
    sizes = np.bincount(component)
    inside = np.bincount(component[joined_a], minlength=len(sizes))
    contested = (inside < sizes * (sizes - 1) // 2) & (sizes > 1)
    apart = places_of(np.array(sorted(ruled.apart), dtype=np.int64).reshape(-1, 2))
    kin = np.stack([places_of(evidence.kinship.kin_a), places_of(evidence.kinship.kin_b)], axis=1)
    apart = np.concatenate([apart, kin])
    apart = apart[component[apart[:, 0]] == component[apart[:, 1]]]
    contested[component[apart[:, 0]]] = True
    contested[component[together[:, 0]]] = True
    first = np.full(len(sizes), len(numbers), dtype=np.int64)
    np.minimum.at(first, component, np.arange(len(numbers)))
    person = first[component]
    ruled_apart = places_of(np.array(sorted(ruled.apart), dtype=np.int64).reshape(-1, 2))
    contest = _Contest(component, contested, _pair_set(apart), _pair_set(ruled_apart), _pair_set(together))
    extra = _settle_contested(connection, evidence, calibration, contest, person)
    pair_a, pair_b = np.concatenate([link_a, extra[0]]), np.concatenate([link_b, extra[1]])
    weight, via = _best_link(person, pair_a, pair_b, np.concatenate([links.weight, extra[2]]))
    via_number = np.where(via >= 0, numbers[np.maximum(via, 0)] if len(numbers) else via, -1)
    return Clustered(numbers, numbers[person] if len(numbers) else person, weight, via_number)


@dataclass(frozen=True, slots=True)
class _Contest:
    """Which components need a closer look, and what binds the positions within them."""

    component: NDArray[np.int32]
    contested: NDArray[np.bool_]
    apart: frozenset[Pair]
    forbidden: frozenset[Pair]
    together: frozenset[Pair]


def _pair_set(pairs: Numbers) -> frozenset[Pair]:
    return frozenset((int(low), int(high)) for low, high in pairs)


def _cut_giants(
    place_a: Numbers, place_b: Numbers, weight: NDArray[np.float64], size: int
) -> tuple[Numbers, Numbers]:
    """The links without the weaker ones of components that are too large to be anyone."""
    floor = CUT_STEP_BITS
    while True:
        component = component_numbers(size, place_a, place_b)
        giant = np.bincount(component) > MOST_RECORDS
        if not giant.any():
            return place_a, place_b
        floor += CUT_STEP_BITS
        kept = ~giant[component[place_a]] | ((weight >= floor) & (floor <= LAST_CUT_BITS))
        place_a, place_b, weight = place_a[kept], place_b[kept], weight[kept]


def _settle_contested(
    connection: duckdb.DuckDBPyConnection,
    evidence: Evidence,
    calibration: LinkageCalibration,
    contest: _Contest,
    person: Numbers,
) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    """Cluster the contested components, writing to ``person``; gives the positions and weights of all their pairs."""
    numbers, component = evidence.numbers, contest.component
    places = np.flatnonzero(contest.contested[component])
    places = places[np.argsort(component[places], kind="stable")]
    if not len(places):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    members = np.split(places, np.flatnonzero(np.diff(component[places]) != 0) + 1)
    place_a, place_b = all_pairs(members)
    weight, apart = _score(connection, numbers[place_a], numbers[place_b], calibration)
    apart |= evidence.kinship.exclude(place_a, place_b)
    weights: dict[int, dict[Pair, float]] = defaultdict(dict)
    barred: dict[int, set[Pair]] = defaultdict(set)
    for group, low, high, bits, kept_apart in zip(
        component[place_a].tolist(),
        place_a.tolist(),
        place_b.tolist(),
        weight.tolist(),
        apart.tolist(),
        strict=True,
    ):
        weights[group][(low, high)] = bits
        if kept_apart or (low, high) in contest.apart:
            barred[group].add((low, high))
    together = _by_component(contest.together, component)
    forbidden = _by_component(contest.forbidden, component)
    for group_members in members:
        group = int(component[group_members[0]])
        found = cluster(
            Component(
                group_members.tolist(),
                weights[group],
                frozenset(barred[group]),
                frozenset(forbidden[group]),
                frozenset(together[group]),
            ),
            calibration.join_bits,
        )
        for people in found:
            person[people] = people[0]
    return place_a, place_b, weight


def _by_component(pairs: frozenset[Pair], component: NDArray[np.int32]) -> dict[int, set[Pair]]:
    """Pairs by the component that holds both ends."""
    found: dict[int, set[Pair]] = defaultdict(set)
    for low, high in pairs:
        if component[low] == component[high]:
            found[int(component[low])].add((low, high))
    return found


def all_pairs(members: list[Numbers]) -> tuple[Numbers, Numbers]:
    """Every pair (low, high) within each group of positions."""
    lows, highs = [], []
    for group in members:
        low, high = np.triu_indices(len(group), 1)
        lows.append(group[low])
        highs.append(group[high])
    return np.concatenate(lows), np.concatenate(highs)


def _score(
    connection: duckdb.DuckDBPyConnection,
    number_a: Numbers,
    number_b: Numbers,
    calibration: LinkageCalibration,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Weight of each pair, and whether twins, a contradiction or a feed without duplicates keeps it apart."""
    connection.register(
        "asked_pair", {"place": np.arange(len(number_a)), "number_a": number_a, "number_b": number_b}
    )
    found = connection.execute(
        f"""
        SELECT w.weight, coalesce(w.rule IN ('{TWINS}', '{CONTRADICTION}'), false)
            OR (a.duplicate_free AND b.duplicate_free AND a.feed = b.feed) AS apart
        FROM ({weights_query(levels_query("asked_pair"), calibration)}) w
        JOIN asked_pair p ON p.number_a = w.number_a AND p.number_b = w.number_b
        JOIN comparison_record a ON a.record_number = w.number_a
        JOIN comparison_record b ON b.record_number = w.number_b
        ORDER BY p.place"""
    ).fetchnumpy()
    connection.unregister("asked_pair")
    return column(found, "weight", np.float64), column(found, "apart", np.bool_)


def _best_link(
    person: Numbers, place_a: Numbers, place_b: Numbers, weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Numbers]:
    """For each record, the best weight to another record of its person, and which (lowest among equals); NaN and -1 alone."""
    inside = person[place_a] == person[place_b]
    ends = np.concatenate([place_a[inside], place_b[inside]])
    others = np.concatenate([place_b[inside], place_a[inside]])
    bits = np.concatenate([weight[inside], weight[inside]])
    order = np.lexsort((others, -bits, ends))
    ends, others, bits = ends[order], others[order], bits[order]
    leading = np.r_[True, np.diff(ends) != 0] if len(ends) else np.zeros(0, dtype=bool)
    best = np.full(len(person), np.nan)
    via = np.full(len(person), -1, dtype=np.int64)
    best[ends[leading]] = bits[leading]
    via[ends[leading]] = others[leading]
    return best, via
