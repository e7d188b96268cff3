"""Judgements as readers see them: only those both of whose records are the reader's, and the conflicts among these."""

from collections.abc import Iterable
from typing import Final

from access.person.cards import Cards
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import ConflictLine, ConflictList, JudgementLine
from linkage import JudgementConflict, judgement_conflicts, judgements_against_seals
from records.ledger import Judgement

_WHY: Final = {
    "pair": "Of the same two records some said that they are one person, some that they are not.",
    "chain": "These say that records are one person along a chain, and that its ends are not.",
    "people": "These are on different records of the same people, and cannot all be true.",
    "seal": "These say that records are one person across a seal. The seal holds.",
}
UNTIL_SETTLED: Final = 'Until it is settled, "not the same" holds.'


class JudgementViews:
    """Reads the judgements that stand, within one reader's scope."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._seen: tuple[Judgement, ...] | None = None
        self._conflicts: list[JudgementConflict[Judgement]] | None = None

    def in_scope(self) -> tuple[Judgement, ...]:
        """The judgements both of whose records the reader sees, in the order in which they were made."""
        if self._seen is None:
            standing = tuple(self._sight.state.judgements.values())
            holders = self._holders(standing)
            self._seen = tuple(
                one for one in standing if one.record_id_a in holders and one.record_id_b in holders
            )
        return self._seen

    def conflicts(self) -> list[JudgementConflict[Judgement]]:
        """The conflicts among the judgements in scope; the people are those of the reader's scope."""
        if self._conflicts is None:
            judgements = self.in_scope()
            people = {record_id: person.person_id for record_id, person in self._holders(judgements).items()}
            self._conflicts = judgement_conflicts(judgements, people)
        return self._conflicts

    def listed(self) -> ConflictList:
        """All conflicts, with who said what when."""
        lines = tuple(self.conflict_line(conflict) for conflict in self.conflicts())
        self._saw(self.conflicts())
        return ConflictList(lines)

    def against_seals(self) -> ConflictList:
        """Judgements that tie the two sides of a seal, by the records' own ids: for the seal keeper alone."""
        sight = self._sight
        found = judgements_against_seals(sight.state.judgements.values(), sight.state.seals)
        self._saw(found)
        return ConflictList(
            tuple(
                ConflictLine(
                    one.kind, _WHY[one.kind], None, tuple(_line(said, None) for said in one.judgements)
                )
                for one in found
            )
        )

    def conflict_line(self, conflict: JudgementConflict[Judgement]) -> ConflictLine:
        """One conflict as shown."""
        first = conflict.judgements[0]
        return ConflictLine(
            conflict.kind,
            f"{_WHY[conflict.kind]} {UNTIL_SETTLED}",
            pair_reference(self._sight.cards, first.record_id_a, first.record_id_b),
            tuple(_line(said, self._sight.cards) for said in conflict.judgements),
        )

    def lines(self, judgements: Iterable[Judgement]) -> tuple[JudgementLine, ...]:
        """Judgements as shown."""
        return tuple(_line(one, self._sight.cards) for one in judgements)

    def _holders(self, judgements: Iterable[Judgement]) -> dict[str, KnownPerson]:
        named = {record_id for one in judgements for record_id in (one.record_id_a, one.record_id_b)}
        return self._sight.cards.people.holding(sorted(named))

    def _saw(self, conflicts: Iterable[JudgementConflict[Judgement]]) -> None:
        for conflict in conflicts:
            for said in conflict.judgements:
                self._sight.log.saw([said.record_id_a, said.record_id_b])


def _line(said: Judgement, cards: Cards | None) -> JudgementLine:
    """A judgement as shown: records by the names this reader knows them by, or, without cards, by their ids."""

    def shown(record_id: str) -> str:
        return record_id if cards is None else cards.record_reference(record_id, cards.mask.usual.identity)

    return JudgementLine(
        shown(said.record_id_a),
        shown(said.record_id_b),
        said.decision,
        said.by,
        said.at,
        said.reason,
    )


# Record ids hold no control characters: intake sets them aside.
_BETWEEN: Final = "\x1f"


def pair_reference(cards: Cards, record_a: str, record_b: str) -> str:
    """An opaque name for two records, of this reader's namespace."""
    return cards.handles.reference("review", _BETWEEN.join(sorted((record_a, record_b))))


def pair_named(cards: Cards, reference: str) -> tuple[str, str] | None:
    """The two records of a ``pair_reference``, None for any other text."""
    named = cards.handles.value_of("review", reference)
    if named is None:
        return None
    first, _, second = named.partition(_BETWEEN)
    return first, second
