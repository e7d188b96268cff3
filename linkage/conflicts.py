"""Judgements that cannot all be true: of one pair, along a chain, of two people, or across a seal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from linkage.rulings import Judged, Sealed

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
    same = [place for place, one in enumerate(said) if one.decision == "same"]
    found: dict[tuple[int, ...], None] = {}
    for seal in seals:
        for protected in sorted(seal.protected_record_ids):
            for other in sorted(seal.other_record_ids):
                held = _ties(said, same, protected, other, {})
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
    across = [
        place
        for place, one in enumerate(said)
        if names.get(one.record_id_a, one.record_id_a) != names.get(one.record_id_b, one.record_id_b)
    ]
    same = [place for place in across if said[place].decision == "same"]
    apart: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in across:
        if said[place].decision == "not_same":
            ends = sorted(names.get(one, one) for one in (said[place].record_id_a, said[place].record_id_b))
            apart[ends[0], ends[1]].append(place)
    for (one, other), places in apart.items():
        ties = _ties(said, same, one, other, names)
        if ties:
            yield (*places, *ties)


def _ties(
    said: Sequence[Judged], same: Sequence[int], one: str, other: str, names: Mapping[str, str]
) -> list[int]:
    """The "same" judgements that tie two names together, none when they do not: dead ends are left out."""
    near: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for place in same:
        ends = [names.get(end, end) for end in (said[place].record_id_a, said[place].record_id_b)]
        near[ends[0]].append((ends[1], place))
        near[ends[1]].append((ends[0], place))
    reached, waiting = {one}, [one]
    while waiting:
        for end, _ in near.get(waiting.pop(), ()):
            if end not in reached:
                reached.add(end)
                waiting.append(end)
    if other not in reached:
        return []
    kept = {place for name in reached for _, place in near[name]}
    trimmed = True
    while trimmed:
        trimmed = False
        for name in sorted(reached - {one, other}):
            held = [place for _, place in near[name] if place in kept]
            if len({end for end, place in near[name] if place in kept}) == 1 and held:
                kept.difference_update(held)
                trimmed = True
    return sorted(kept)


def _kind(judgements: Sequence[Judged], by_person: bool) -> str:
    if len({(one.record_id_a, one.record_id_b) for one in judgements}) == 1:
        return PAIR
    return PEOPLE if by_person else CHAIN
