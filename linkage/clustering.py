"""From weights to people inside one connected component: constrained agglomeration, a pure function.

Connected components chain: one wrong link joins two families. Here two clusters join on their best link only when
all their pairs taken together speak for it, nothing forbids it, and it is clear which of two rivals a record
belongs to. The result does not depend on the order of records or links.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Pair = tuple[int, int]

# A single very strong or very weak pair must not outvote the rest.
LEAST_BITS: Final = -26.0
MOST_BITS: Final = 16.0
# Two records that say little have a low weight because so few pairs are one person, not because anything speaks
# against it. Between two clusters that scarcity counts once, in their best link, and is given back to the rest.
SCARCITY_BITS: Final = 13.0
# A cluster that could join either of two that must stay apart joins the better by this many bits, or neither.
CLEAR_BITS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Component:
    """One component: its records in ascending order, and what is known of its pairs (low, high).

    ``weights``: bits; a pair not listed was never compared and counts as ``LEAST_BITS``. ``apart``: pairs that a
    rule keeps from sharing a cluster. ``forbidden``: pairs that a human or a seal keeps apart. ``together``: pairs
    that a human judged the same, which joins their whole clusters, against any rule but no other ruling.
    """

    records: Sequence[int]
    weights: Mapping[Pair, float]
    apart: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()
    together: frozenset[Pair] = frozenset()


@dataclass(slots=True)
class _State:
    """Clusters by their lowest record, with the summed and best weights and the bars between them."""

    members: dict[int, list[int]]
    summed: dict[Pair, float]
    best: dict[Pair, float]
    barred: set[Pair]
    refused: set[Pair] = field(default_factory=set)


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def cluster(component: Component, join_bits: float) -> list[list[int]]:
    """The clusters of a component, each ascending, in the order of their lowest record."""
    state = _State(
        members={record: [record] for record in component.records},
        summed={},
        best=dict(component.weights),
        barred=set(component.apart | component.forbidden) - (component.together - component.forbidden),
    )
    records = list(component.records)
    for place, low in enumerate(records):
        for high in records[place + 1 :]:
            weight = component.weights.get((low, high), LEAST_BITS)
            state.summed[(low, high)] = min(max(weight, LEAST_BITS), MOST_BITS)
    while (chosen := _next_merge(state, join_bits)) is not None:
        _merge(state, *chosen)
    for low, high in sorted(component.together):
        one, other = _cluster_of(state, low), _cluster_of(state, high)
        if one != other and not _is_forbidden(state, component.forbidden, one, other):
            _merge(state, one, other)
    return [sorted(members) for _, members in sorted(state.members.items())]


def _cluster_of(state: _State, record: int) -> int:
    return next(name for name, members in state.members.items() if record in members)


def _is_forbidden(state: _State, forbidden: frozenset[Pair], one: int, other: int) -> bool:
    return any(_pair(low, high) in forbidden for low in state.members[one] for high in state.members[other])


def _mean(state: _State, pair: Pair) -> float:
    return state.summed[pair] / (len(state.members[pair[0]]) * len(state.members[pair[1]]))


def _agrees(state: _State, pair: Pair) -> bool:
    """Whether the pairs between two clusters, taken together, do not speak against one person."""
    return _mean(state, pair) + SCARCITY_BITS > 0


def _next_merge(state: _State, join_bits: float) -> Pair | None:
    """The pair of clusters with the highest mean weight that may join; lowest records first among equals."""
    candidates = [
        (-_mean(state, pair), pair)
        for pair, best in state.best.items()
        if best >= join_bits
        and pair not in state.barred
        and pair not in state.refused
        and _mean(state, pair) > 0
    ]
    for _, pair in sorted(candidates):
        if not _has_rival(state, pair, join_bits):
            return pair
        state.refused.add(pair)
    return None


def _has_rival(state: _State, pair: Pair, join_bits: float) -> bool:
    """Whether one side could join, about as well, a third cluster that is not one person with the other side."""
    best = state.best[pair]
    for side, other in (pair, pair[::-1]):
        for third in state.members:
            if third in pair:
                continue
            rival, across = _pair(side, third), _pair(other, third)
            if (
                (across in state.barred or not _agrees(state, across))
                and rival not in state.barred
                and state.best.get(rival, LEAST_BITS) >= max(join_bits, best - CLEAR_BITS)
                and _agrees(state, rival)
            ):
                return True
    return False


def _merge(state: _State, one: int, other: int) -> None:
    kept, gone = _pair(one, other)
    state.members[kept] += state.members.pop(gone)
    for third in state.members:
        if third == kept:
            continue
        into, source = _pair(kept, third), _pair(gone, third)
        state.summed[into] += state.summed.pop(source)
        best = max(state.best.get(into, LEAST_BITS), state.best.pop(source, LEAST_BITS))
        if best > LEAST_BITS:
            state.best[into] = best
        if source in state.barred:
            state.barred.discard(source)
            state.barred.add(into)
        state.refused.discard(source)
        state.refused.discard(into)
    for found in (state.summed, state.best):
        found.pop((kept, gone), None)
    state.barred.discard((kept, gone))
    state.refused.discard((kept, gone))
