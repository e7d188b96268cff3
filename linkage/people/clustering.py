"""From weights to people inside one connected component: constrained agglomeration, a pure function.

Connected components chain: one wrong link joins two families. Here two clusters join on their best link only when
all that their records say, taken together, speaks for one person, nothing forbids it, and it is clear which of two rivals a
record belongs to. The result does not depend on the order of records or links.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from linkage.pairs.scoring import CROSSED_FORENAME
from linkage.people.agreement import (
    BIRTH,
    CONFLICT,
    FORENAME,
    KNOWN_AGES,
    NAMES_IN_COMMON,
    NHS_NUMBER,
    OTHER_NUMBER,
    OTHER_SEX,
    PHONE,
    PLACE,
    SEX,
    SIDE_BY_SIDE,
    TOO_YOUNG,
    TWO_NAMES,
    TWO_TRADITIONS,
    Agreement,
    Weight,
    gather,
    shares_an_identifier,
)

Pair = tuple[int, int]

# Two clusters whose best pair is strong enough join when all they say, taken together, is more likely of one person than not.
LIKELY_BITS: Final = 0.0
# A cluster that could join either of two that must stay apart joins the better by this many bits, or neither.
CLEAR_BITS: Final = 3.0
# From this level of places on, two records share a postcode at least.
SAME_POSTCODE: Final = 5
SAME_BIRTHDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Component:
    """One component: its records in ascending order, and the agreement and weight of each of its pairs (low, high).

    ``apart``: pairs that a rule keeps from sharing a cluster; ``stated``: those of them whom an agency states to be kin. ``twins``: pairs that look like twins; they too, unless their
    clusters show one person with two names. ``forbidden``: pairs that a human or a seal keeps apart. ``together``: pairs
    that a human judged the same, which joins their whole clusters, against any rule but no other ruling.
    """

    records: Sequence[int]
    agreements: Mapping[Pair, Agreement]
    weights: Mapping[Pair, Weight]
    apart: frozenset[Pair] = frozenset()
    stated: frozenset[Pair] = frozenset()
    twins: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()
    together: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms clusters join: how agreement is weighed, from which weight, and where contradictions bar it."""

    weigh: Callable[[Agreement], Weight]
    join_bits: float
    contradicted_bits: float
    families: bool = True

    @property
    def likely_bits(self) -> float:
        """What two clusters must come to, taken together; lower only where links of less than even odds may join."""
        return min(LIKELY_BITS, self.join_bits)


@dataclass(slots=True)
class _State:
    """Clusters by their lowest record, with what is known between each two; ``weight`` as far as it was asked for."""

    members: dict[int, list[int]]
    between: dict[Pair, Agreement]
    weight: dict[Pair, Weight]
    best: dict[Pair, float]
    barred: set[Pair]
    twins: set[Pair]
    stated: set[Pair]
    terms: Terms
    refused: set[Pair] = field(default_factory=set)


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def cluster(component: Component, terms: Terms, start: Sequence[Sequence[int]] = ()) -> list[list[int]]:
    """The clusters of a component, each ascending, in the order of their lowest record.

    ``start``: records that are together before anything is weighed.
    """
    lifted = component.together - component.forbidden
    state = _State(
        members={record: [record] for record in component.records},
        between=dict(component.agreements),
        weight=dict(component.weights),
        best={pair: found.in_all for pair, found in component.weights.items()},
        barred=set(component.apart | component.forbidden) - lifted,
        twins=set(component.twins - lifted),
        stated=set(component.stated - component.forbidden - lifted),
        terms=terms,
    )
    for first, *others in start:
        for other in others:
            _merge(state, first, other)
    while (chosen := _next_merge(state)) is not None:
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


def _is_barred(state: _State, pair: Pair) -> bool:
    if pair in state.barred or _has_anothers_number(state, pair):
        return True
    return _speaks_against(state, state.between[pair], _weight(state, pair), is_twins=pair in state.twins)


def _has_anothers_number(state: _State, pair: Pair) -> bool:
    """Whether two who differ in given name share a number that is doubtful, since one of them has another under all of one name.

    Holly's hospital record holds the number of Wendy, her twin, as forms do; her practice knows Holly, born that day, by her own.
    """
    agreement = state.between[pair]
    if agreement[FORENAME] not in (0, TWO_TRADITIONS) or not shares_an_identifier(agreement):
        return False
    return any(
        state.between[_pair(side, third)][OTHER_NUMBER]
        for side in pair
        for third in state.members
        if third not in pair
    )


def _weight(state: _State, pair: Pair) -> Weight:
    """The weight of two clusters, worked out when it is first asked for: of most nobody ever does."""
    if pair not in state.weight:
        state.weight[pair] = state.terms.weigh(state.between[pair])
    return state.weight[pair]


def _speaks_against(state: _State, agreement: Agreement, weight: Weight, *, is_twins: bool) -> bool:
    """Whether twins, ages or a contradiction keep two clusters apart, whatever single pairs say.

    One number that twins share may be a sibling's number on a form; it is proof only where no other number denies it.
    One record with a wrong year of birth makes nobody too young for a parent of whom the other records tell the age.
    """
    if agreement[TOO_YOUNG] * 2 > agreement[KNOWN_AGES] or _look_like_two(agreement, is_twins=is_twins):
        return True
    if state.terms.families and _share_a_household_alone(agreement):
        return True
    if weight.in_all >= state.terms.contradicted_bits:
        return False
    if agreement[SEX] == 0 and agreement[FORENAME] in (0, TWO_TRADITIONS):
        return True
    if shares_an_identifier(agreement):
        return False
    # No two of a family have one name and one birthday: of two numbers that such a one has, one is wrong.
    is_wrong = agreement[OTHER_NUMBER] and weight.against_strangers >= state.terms.contradicted_bits
    return (agreement[NHS_NUMBER] == 0 and not is_wrong) or (state.terms.families and agreement[BIRTH] == 0)


def _share_a_household_alone(agreement: Agreement) -> bool:
    """Whether nothing that is a person's own agrees, and some of it is known to differ.

    A number beside quite another given name, and no date of birth, is a brother's or a sister's on a form as often as not.
    """
    differs = agreement[FORENAME] == 0 or agreement[BIRTH] == 0
    has_own_number = shares_an_identifier(agreement) and agreement[FORENAME] != 0
    agrees = agreement[FORENAME] > TWO_TRADITIONS or agreement[BIRTH] > 0 or has_own_number
    return differs and not agrees


def _look_like_two(agreement: Agreement, *, is_twins: bool) -> bool:
    """Whether two given names are of twins, or of two of a family, rather than of one who bears both.

    A number that twins share proves nothing where one agency's file holds both side by side.
    """
    if (
        shares_an_identifier(agreement)
        and not agreement[CONFLICT]
        and not (is_twins and agreement[SIDE_BY_SIDE])
    ):
        return False
    if agreement[FORENAME] >= NAMES_IN_COMMON:
        return False
    return is_twins or (bool(agreement[TWO_NAMES]) and not _may_bear_both(agreement))


def _may_bear_both(agreement: Agreement) -> bool:
    """Whether nothing but two given names of two traditions speaks for two people, who share a home or a phone.

    Brothers and sisters stand side by side in one agency's file, are of another sex or have numbers of their own.
    """
    told_apart = agreement[CONFLICT] or agreement[SIDE_BY_SIDE] or agreement[OTHER_SEX]
    near = agreement[PLACE] >= SAME_POSTCODE or agreement[PHONE] == 1 or agreement[BIRTH] == SAME_BIRTHDAY
    return agreement[SEX] == 1 and near and not told_apart


def _next_merge(state: _State) -> Pair | None:
    """The pair of clusters with the highest weight that may join; lowest records first among equals."""
    join_bits, likely_bits = state.terms.join_bits, state.terms.likely_bits
    strong = [pair for pair, best in state.best.items() if best >= join_bits and pair not in state.refused]
    weighed = ((state.weight.get(pair) or _weight(state, pair), pair) for pair in strong)
    candidates = [(-_clearness(weight), pair) for weight, pair in weighed if weight.in_all >= likely_bits]
    for _, pair in sorted(candidates):
        if not _is_barred(state, pair) and not _has_rival(state, pair):
            return pair
        state.refused.add(pair)
    return None


def _clearness(weight: Weight) -> float:
    """What pairs join in the order of: the weight, with some bits more where only the people of one home make it small.

    Of a namesake at home and a namesake across the town the one at home comes first, unless the other is clearly better.
    """
    return min(weight.in_all + CLEAR_BITS, weight.against_strangers)


def _has_rival(state: _State, pair: Pair) -> bool:
    """Whether one side could join, about as well or clearly better, a third cluster that is not one person with the other side."""
    for side, other in (pair, pair[::-1]):
        for third in state.members:
            if third in pair:
                continue
            rival = _pair(side, third)
            if (
                state.best[rival] >= state.terms.join_bits
                and _weight(state, rival).in_all >= state.terms.likely_bits
                and _is_as_good(state, rival, pair)
                and not _fits(state, pair, _pair(third, other))
            ):
                return True
    return False


def _is_as_good(state: _State, rival: Pair, pair: Pair) -> bool:
    """Whether ``rival`` may join and speaks for one person about as well as ``pair``, or clearly better.

    Where a rival kept somebody from joining whom they fit best by their given name, or an agency's word that the two are kin did, the
    second best is no clearer: it is a brother of like name as a rule. (That a home differs makes a namesake no better.) Of whom both
    names agree, and whom one name in the other's place does (Salim Farah beside Farah Salim, and Fatima Salim), a home tells nothing.
    """
    if _is_named_by_half(state, pair) != _is_named_by_half(state, rival):
        heavier = _weight(state, rival).in_all >= _weight(state, pair).in_all
        if heavier == _is_named_by_half(state, pair):
            return heavier and not _is_barred(state, rival)
    is_better_named = state.between[rival][FORENAME] > state.between[pair][FORENAME]
    better = is_better_named and _weight(state, rival).in_all >= _weight(state, pair).in_all + CLEAR_BITS
    if better and rival in state.stated:
        return True
    likely = _weight(state, pair).against_strangers - CLEAR_BITS
    return (better or _weight(state, rival).against_strangers >= likely) and not _is_barred(state, rival)


def _is_named_by_half(state: _State, pair: Pair) -> bool:
    """Whether all that two clusters share of their names is one name, given to the one and of the family to the other."""
    return state.between[pair][FORENAME] == CROSSED_FORENAME


def _fits(state: _State, pair: Pair, across: Pair) -> bool:
    """Whether a third cluster, taken together with one side of ``pair``, could be one person with the other side.

    A record under both names of a person makes one of two who look like twins.
    """
    if across in state.barred or pair in state.barred:
        return False
    together = gather(state.between[across], state.between[pair])
    weight = state.terms.weigh(together)
    is_twins = across in state.twins or pair in state.twins
    return weight.in_all >= state.terms.likely_bits and not _speaks_against(
        state, together, weight, is_twins=is_twins
    )


def _merge(state: _State, one: int, other: int) -> None:
    kept, gone = _pair(one, other)
    state.members[kept] += state.members.pop(gone)
    for third in state.members:
        if third == kept:
            continue
        into, source = _pair(kept, third), _pair(gone, third)
        state.between[into] = gather(state.between[into], state.between.pop(source))
        for stale in (into, source):
            state.weight.pop(stale, None)
        state.best[into] = max(state.best[into], state.best.pop(source))
        for bars in (state.barred, state.twins, state.stated):
            if source in bars:
                bars.discard(source)
                bars.add(into)
        state.refused.discard(source)
        state.refused.discard(into)
    for found in (state.between, state.weight, state.best):
        found.pop((kept, gone), None)
    for bars in (state.barred, state.twins, state.stated, state.refused):
        bars.discard((kept, gone))
