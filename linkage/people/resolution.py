"""Clusters of many records at once: plain components settled in bulk, contested ones one by one.

A pure function of the records in question, the links between them and the rulings; ``people`` calls it for a whole
scope or for the records around one person, with the same result.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.model.calibration import LinkageCalibration
from linkage.pairs.kinship import Kinship
from linkage.pairs.scoring import component_numbers
from linkage.pairs.ties import TIES, Tie, Ties, ties_between
from linkage.people.agreement import KNOWN_AGES, TOO_YOUNG
from linkage.people.clustering import Pair
from linkage.people.rulings import Rulings
from linkage.people.settling import Binding, Compared, compare, pairs_within, settle
from records.scope import Scope

Numbers = NDArray[np.int64]
# A component of more records than this is first cut at its weaker links: no person has so many records.
MOST_RECORDS: Final = 150
CUT_STEP_BITS: Final = 4.0
LAST_CUT_BITS: Final = 60.0
# So many pairs are compared and settled at a time: each takes about a kilobyte until its group is settled.
PAIRS_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class Links:
    """Links with both ends among the records in question: ends by record number, bits, and whether they may join.

    ``doubtful``: those that may at any weight, but only where their people's other records bear it out.
    """

    number_a: Numbers
    number_b: Numbers
    weight: NDArray[np.float64]
    may_join: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RuledPairs:
    """Rulings on the records in question, as pairs of record numbers (low, high)."""

    together: frozenset[Pair]
    apart: frozenset[Pair]


@dataclass(frozen=True, slots=True)
class Clustered:
    """By position in ``numbers``: the number of the person's first record, bits of the best link and its other end (-1: none)."""

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
    """All that says which records (``numbers``, in the order of their record ids) are one person."""

    numbers: Numbers
    links: Links
    ruled: RuledPairs
    kinship: Kinship
    scope: Scope

    def places_of(self, values: Numbers) -> Numbers:
        """The positions of record numbers that are among ``numbers``."""
        place = np.zeros(int(self.numbers.max(initial=-1)) + 1, dtype=np.int64)
        place[self.numbers] = np.arange(len(self.numbers))
        return np.asarray(place[values])

    def pairs_of(self, number_a: Numbers, number_b: Numbers) -> Numbers:
        """Pairs of record numbers as rows (low, high) of positions."""
        return np.sort(np.stack([self.places_of(number_a), self.places_of(number_b)], axis=1), axis=1)


def resolve(
    connection: duckdb.DuckDBPyConnection, evidence: Evidence, calibration: LinkageCalibration
) -> Clustered:
    """The people among the records of ``evidence``: by what the records say, then by what else ties them."""
    numbers, links = evidence.numbers, evidence.links
    first = _first_people(connection, evidence, calibration)
    person = first.person
    ties = ties_between(connection, evidence.scope, calibration, numbers, person)
    tied = _join_tied(connection, evidence, calibration, first, ties)
    pair_a = np.concatenate([evidence.places_of(links.number_a), first.weighed.place_a, tied.place_a])
    pair_b = np.concatenate([evidence.places_of(links.number_b), first.weighed.place_b, tied.place_b])
    all_weights = np.concatenate([links.weight, first.weighed.weight, tied.weight])
    weight, via = _best_link(person, pair_a, pair_b, all_weights)
    via_number = np.where(via >= 0, numbers[np.maximum(via, 0)] if len(numbers) else via, -1)
    return Clustered(numbers, numbers[person] if len(numbers) else person, weight, via_number)


def ties_among(
    connection: duckdb.DuckDBPyConnection, evidence: Evidence, calibration: LinkageCalibration
) -> Ties:
    """What ties people of ``evidence`` whom their records alone do not join."""
    person = _first_people(connection, evidence, calibration).person
    return ties_between(connection, evidence.scope, calibration, evidence.numbers, person)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Pairs by position with their bits, of all pairs that were compared."""

    place_a: Numbers
    place_b: Numbers
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _First:
    """The people that the records alone show, by position; the pairs compared on the way; what binds them."""

    person: Numbers
    weighed: _Weighed
    binding: Binding


def _first_people(
    connection: duckdb.DuckDBPyConnection, evidence: Evidence, calibration: LinkageCalibration
) -> _First:
    numbers, links, ruled = evidence.numbers, evidence.links, evidence.ruled
    link_a, link_b = evidence.places_of(links.number_a), evidence.places_of(links.number_b)
    heavy = (links.weight >= calibration.join_bits) | links.doubtful
    joins = links.may_join & heavy & ~evidence.kinship.exclude(link_a, link_b)
    joined_a, joined_b = _cut_giants(link_a[joins], link_b[joins], links.weight[joins], len(numbers))
    together = evidence.pairs_of(*_columns(ruled.together))
    component = component_numbers(
        len(numbers), np.concatenate([joined_a, together[:, 0]]), np.concatenate([joined_b, together[:, 1]])
    )
    sizes = np.bincount(component)
    inside = np.bincount(component[joined_a], minlength=len(sizes))
    contested = (inside < sizes * (sizes - 1) // 2) & (sizes > 1)
    ruled_apart = evidence.pairs_of(*_columns(ruled.apart))
    kin = evidence.pairs_of(evidence.kinship.kin_a, evidence.kinship.kin_b)
    apart = np.concatenate([ruled_apart, kin])
    contested[component[apart[component[apart[:, 0]] == component[apart[:, 1]], 0]]] = True
    contested[component[together[:, 0]]] = True
    contested[component[link_a[joins & links.doubtful]]] = True
    first = np.full(len(sizes), len(numbers), dtype=np.int64)
    np.minimum.at(first, component, np.arange(len(numbers)))
    person = first[component]
    groups = np.where(contested[component], component, -1).astype(np.int32)
    open_places = np.flatnonzero(groups >= 0)
    person[open_places] = open_places
    unsettled = _Unsettled(groups, Binding(apart, kin, ruled_apart, together), {})
    weighed = _settle_groups(connection, evidence, calibration, unsettled, person)
    return _First(person, weighed, unsettled.binding)


@dataclass(frozen=True, slots=True)
class _Unsettled:
    """Groups by position (-1: none) that need a closer look, what binds positions within them, and what ties pairs of them."""

    groups: NDArray[np.int32]
    binding: Binding
    ties: dict[Pair, Tie]


def _columns(pairs: frozenset[Pair]) -> tuple[Numbers, Numbers]:
    listed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]


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


def _settle_groups(
    connection: duckdb.DuckDBPyConnection,
    evidence: Evidence,
    calibration: LinkageCalibration,
    unsettled: _Unsettled,
    person: Numbers,
) -> _Weighed:
    """Cluster each group, writing to ``person``, so many pairs at a time; gives all their pairs."""
    no_places, no_bits = np.zeros(0, dtype=np.int64), np.zeros(0)
    weighed = [(no_places, no_places, no_bits)]
    for groups in _in_batches(unsettled.groups):
        compared = compare(connection, evidence.numbers, pairs_within(groups), calibration, unsettled.ties)
        settle(_with_ages(compared, evidence.kinship), groups, unsettled.binding, calibration, person)
        weighed.append((compared.place_a, compared.place_b, compared.weight))
    return _Weighed(*(np.concatenate(column) for column in zip(*weighed, strict=True)))


def _in_batches(groups: NDArray[np.int32]) -> Iterator[NDArray[np.int32]]:
    """``groups`` (by position, -1 for none) some at a time, of about ``PAIRS_AT_ONCE`` pairs; each is in one of them."""
    sizes = np.bincount(groups[groups >= 0])
    batch = np.cumsum(sizes * (sizes - 1) // 2) // PAIRS_AT_ONCE
    for turn in np.unique(batch[sizes > 1]).tolist():
        yield np.where((groups >= 0) & (batch[groups] == turn), groups, -1).astype(np.int32)


def _with_ages(compared: Compared, kinship: Kinship) -> Compared:
    """``compared`` with what the ages of parents say of each pair."""
    agreements = compared.agreements.copy()
    agreements[:, KNOWN_AGES] = kinship.know(compared.place_a, compared.place_b)
    agreements[:, TOO_YOUNG] = kinship.exclude(compared.place_a, compared.place_b)
    return replace(compared, agreements=agreements)


def _join_tied(
    connection: duckdb.DuckDBPyConnection,
    evidence: Evidence,
    calibration: LinkageCalibration,
    first: _First,
    ties: Ties,
) -> _Weighed:
    """Join people whom relatives or a moment tie, writing to ``first.person``; gives all pairs that were looked at."""
    numbers, person = evidence.numbers, first.person
    pairs = evidence.pairs_of(ties.number_a, ties.number_b)
    low, high = pairs[:, 0], pairs[:, 1]
    bits = dict(zip(map(tuple, pairs.tolist()), (TIES[kind] for kind in ties.kinds), strict=True))
    strong = compare(connection, numbers, (low, high), calibration, bits).weight >= calibration.join_bits
    component = component_numbers(
        len(numbers), np.r_[person, low[strong]], np.r_[np.arange(len(numbers)), high[strong]]
    )
    concerned = np.isin(component, component[low[strong]])
    groups = np.where(concerned, component, -1).astype(np.int32)
    unsettled = _Unsettled(groups, first.binding, bits)
    settled = _settle_groups(connection, evidence, calibration, unsettled, person)
    # Where a tie joined nobody, a namesake may have been taken for the one it points to before the tie was known.
    parted = strong & (person[low] != person[high])
    again = np.where(np.isin(component, component[low[parted]]), component, -1).astype(np.int32)
    before = person.copy()
    person[again >= 0] = np.flatnonzero(again >= 0)
    anew = _settle_groups(connection, evidence, calibration, replace(unsettled, groups=again), person)
    better = component[low[parted & (person[low] == person[high])]]
    person[:] = np.where((again >= 0) & ~np.isin(again, better), before, person)
    return _Weighed(*(np.concatenate(both) for both in zip(astuple(settled), astuple(anew), strict=True)))


def _best_link(
    person: Numbers, place_a: Numbers, place_b: Numbers, weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Numbers]:
    """For each record, the best weight to another record of its person, and which (lowest among equals); NaN and -1 alone."""
    inside = person[place_a] == person[place_b]
    ends = np.concatenate([place_a[inside], place_b[inside]])
    others = np.concatenate([place_b[inside], place_a[inside]])
    bits = np.concatenate([weight[inside], weight[inside]])
    best = np.full(len(person), -np.inf)
    np.maximum.at(best, ends, bits)
    leading = bits == best[ends]
    via = np.full(len(person), len(person), dtype=np.int64)
    np.minimum.at(via, ends[leading], others[leading])
    alone = via == len(person)
    best[alone], via[alone] = np.nan, -1
    return best, via
