"""Judgements that cannot all be true: of one pair, along a chain, of two people, or across a seal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from linkage.people.rulings import Judged, Sealed

PAIR: Final = "pair"
CHAIN: Final = "chain"
PEOPLE: Final = "people"
SEAL: Final = "seal"

Said = TypeVar("Said", bound=Judged)


@dataclass(frozen=True, slots=True)
class JudgementConflict(Generic[Said]):
    """Judgements that contradict one another, those that say "not same" first.

    ``kind``: ``pair`` (of the same two records people said both), ``chain`` (A is B and B is C, but A is not C),
    ``people`` (the records differ, but belong to the same people) or ``seal`` (a "same" across a seal: for the seal
    keeper alone).
    """

    kind: str
    judgements: tuple[Said, ...]


def judgement_conflicts(
    judgements: Iterable[Said], person_of: Mapping[str, str] | None = None
) -> list[JudgementConflict[Said]]:
    """The conflicts among ``judgements``, each set of judgements once, whatever their order.

    ``person_of`` gives the person who holds a record today, so that judgements on different records of the same
    people meet. Only what it is given counts: hand in judgements whose records the reader sees, both of them.
    """
    said = _in_order(judgements)
    found: dict[tuple[int, ...], str] = {}
    for by_person, names in ((False, {}), (True, person_of or {})):
        for held in _contradictions(said, names):
            # Records of one conflict may be of the same people, who then seem to be in another.
            if not (by_person and any(set(held) <= set(known) for known in found)):
                found[held] = _kind([said[place] for place in held], by_person)
    conflicts = [
        JudgementConflict(kind, tuple(said[place] for place in held)) for held, kind in found.items()
    ]
    order = {PAIR: 0, CHAIN: 1, PEOPLE: 2}
    return sorted(conflicts, key=lambda one: (order[one.kind], [_key(said) for said in one.judgements]))


def judgements_against_seals(
    judgements: Iterable[Said], seals: Sequence[Sealed]
) -> list[JudgementConflict[Said]]:
    """The "same" judgements that, one alone or in a chain, tie the two sides of a seal; for the seal keeper alone."""
    said = _in_order(judgements)
    ties = _Ties(said, {})
    found: dict[tuple[int, ...], None] = {}
    for seal in seals:
        for protected in sorted(seal.protected_record_ids):
            for other in sorted(seal.other_record_ids):
                held = ties.between(protected, other)
                if held:
                    found.setdefault(tuple(held))
    return [JudgementConflict(SEAL, tuple(said[place] for place in held)) for held in found]


def _key(one: Judged) -> tuple[str, str, str, str]:
    return one.record_id_a, one.record_id_b, one.decision, str(getattr(one, "by", ""))


def _in_order(judgements: Iterable[Said]) -> list[Said]:
    return sorted(judgements, key=_key)


def _contradictions(said: Sequence[Judged], names: Mapping[str, str]) -> Iterable[tuple[int, ...]]:
    """Places of "not same" judgements, each with those of the "same" judgements that tie its two ends together.

    Records stand under ``names``; a judgement within one name says nothing there (a person judged to be two is
    one until the next build).
    """
    apart: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(said):
        low, high = sorted(names.get(end, end) for end in (one.record_id_a, one.record_id_b))
        if one.decision == "not_same" and low != high:
            apart[low, high].append(place)
    ties = _Ties(said, names)
    for ends, places in apart.items():
        held = ties.between(*ends)
        if held:
            yield (*places, *held)


class _Ties:
    """The "same" judgements as a graph of names, for the ways between two of them."""

    def __init__(self, said: Sequence[Judged], names: Mapping[str, str]) -> None:
        self._near: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._group: dict[str, set[str]] = {}
        for place, judged in enumerate(said):
            one, other = (names.get(end, end) for end in (judged.record_id_a, judged.record_id_b))
            if judged.decision == "same" and one != other:
                self._near[one].append((other, place))
                self._near[other].append((one, place))
                self._join(one, other)

    def between(self, one: str, other: str) -> list[int]:
        """Places of the judgements that tie the two names, none when nothing does: dead ends are left out."""
        group = self._group.get(one, set())
        if other not in group:
            return []
        kept = {place for name in group for _, place in self._near[name]}
        waiting = sorted(group - {one, other})
        while waiting:
            name = waiting.pop()
            ways = [(end, place) for end, place in self._near[name] if place in kept]
            if len({end for end, _ in ways}) == 1:
                kept.difference_update(place for _, place in ways)
                if ways[0][0] not in (one, other):
                    waiting.append(ways[0][0])
        return sorted(kept)

    def _join(self, one: str, other: str) -> None:
        groups = [self._group.get(name, {name}) for name in (one, other)]
        if groups[0] is not groups[1]:
            small, large = sorted(groups, key=len)
            large |= small
            self._group.update(dict.fromkeys((*small, one, other), large))


def _kind(judgements: Sequence[Judged], by_person: bool) -> str:
    if len({(one.record_id_a, one.record_id_b) for one in judgements}) == 1:
        return PAIR
    return PEOPLE if by_person else CHAIN
