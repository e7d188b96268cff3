"""The review of links for one reader: the queue of their scope, a pair side by side, and judging it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from access.links.judgements import JudgementViews, pair_named, pair_reference
from access.links.review_entries import ReviewEntries, ReviewEntry, Sides
from access.links.views import LinkViews
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import (
    ConflictLine,
    JudgementGiven,
    JudgementTaken,
    ReviewLine,
    ReviewPair,
    ReviewQueue,
    ReviewSide,
)
from linkage import ORDER_IN_WORDS, REVIEW_KINDS, probability
from records.errors import BadInput, NotThere
from records.ledger import Actor, Judgement, JudgementTerms, judge, withdraw_own_judgement

_NO_PAIR: Final = "There is no such pair, or not for you."
_CONFLICT: Final = "conflict"
_JUDGED: Final = "judged"
_OTHER_KINDS: Final = {
    _CONFLICT: "What people judged of these records cannot all be true.",
    _JUDGED: "The pair is not in the queue.",
}


@dataclass(frozen=True, slots=True)
class _Named:
    """Two records that a reader named, and who holds them."""

    record_a: str
    record_b: str
    holder_a: KnownPerson
    holder_b: KnownPerson

    def sides(self, entry: ReviewEntry | None) -> Sides:
        """All records that a judgement binds on either side."""
        if entry is not None:
            sides = (entry.record_ids_a, entry.record_ids_b)
            return Sides(*(sides if self.record_a in entry.record_ids_a else sides[::-1]))
        if self.holder_a.person_id != self.holder_b.person_id:
            return Sides(self.holder_a.record_ids, self.holder_b.record_ids)
        rest = tuple(one for one in self.holder_a.record_ids if one != self.record_a)
        return Sides((self.record_a,), rest)


class Reviews:
    """Reads the queue of a scope, and takes judgements on its pairs."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._judgements = JudgementViews(sight)
        self._entries = ReviewEntries(sight.connection, sight.scope, self._judgements.in_scope())

    def queue(self, offset: int, limit: int) -> ReviewQueue:
        """A page of the queue: conflicts first, then by expected change; what was judged only when re-opened.

        It shows nobody's identity; whose records are listed is logged.
        """
        conflicts = self._judgements.conflicts()
        lines = [self._conflict(one.judgements[0]) for one in conflicts[offset : offset + limit]]
        entries = self._entries.page(max(offset - len(conflicts), 0), limit - len(lines))
        agencies = self._entries.agencies(
            record_id for one in entries for record_id in (*one.record_ids_a, *one.record_ids_b)
        )
        lines += [self._line(one, agencies) for one in entries]
        for one in entries:
            self._sight.log.saw([one.record_id_a, one.record_id_b])
        total = len(conflicts) + self._entries.count()
        return ReviewQueue(tuple(lines), total, ORDER_IN_WORDS, self._sight.scope.standing)

    def pair(self, reference: str) -> ReviewPair:
        """Two sides to compare. Raises NotThere for any reference that does not name two records of the scope."""
        named = self._behind(reference)
        entry = self._entries.on(named.record_a, named.record_b)
        sides = named.sides(entry)
        judged = sides.judged_in(self._judgements.in_scope())
        conflicts = self._in_conflict(judged)
        self._sight.log.saw([named.record_a, named.record_b])
        if entry is not None:
            line = self._line(entry, self._entries.agencies((*sides.a, *sides.b)))
        else:
            line = self._unlisted(named, sides, _CONFLICT if conflicts else _JUDGED)
        cards = self._sight.cards
        return ReviewPair(
            line=line,
            explanation=LinkViews(self._sight).between(
                (named.record_a, named.record_b), (named.holder_a, named.holder_b)
            ),
            side_a=ReviewSide(cards.card(named.holder_a), self._shown(sides.a)),
            side_b=ReviewSide(cards.card(named.holder_b), self._shown(sides.b)),
            judgements=self._judgements.lines(judged),
            conflicts=conflicts,
        )

    def judge_pair(self, reference: str, given: JudgementGiven, actor: Actor) -> JudgementTaken:
        """Judge a pair that an answer named; the judgement is the ledger entry of this read."""
        return self._judge(self._behind(reference), given, actor)

    def judge_records(self, records: tuple[str, str], given: JudgementGiven, actor: Actor) -> JudgementTaken:
        """Judge two records as answers name them. Raises NotThere unless both are seen, BadInput when they are one."""
        first, second = (self._sight.cards.record_named(one) for one in records)
        if first is not None and first == second:
            raise BadInput("A judgement is on two records; the two named are one.")
        return self._judge(self._holding(first, second), given, actor)

    def withdraw(self, reference: str, actor: Actor) -> None:
        """Take back what the reader judged of a pair; the act is the ledger entry of this read."""
        named = self._behind(reference)
        withdraw_own_judgement(self._sight.ledger, actor, named.record_a, named.record_b)
        self._sight.log.logged = True

    def _judge(self, named: _Named, given: JudgementGiven, actor: Actor) -> JudgementTaken:
        sides = named.sides(self._entries.on(named.record_a, named.record_b))
        terms = JudgementTerms(frozenset({*sides.a, *sides.b}), given.settles)
        receipt = judge(self._sight.ledger, actor, named.record_a, named.record_b, given.decision, terms)
        self._sight.log.logged = True
        first, second = sorted((named.record_a, named.record_b))
        judgement = Judgement(first, second, given.decision, actor.subject, given.grounds, receipt.at)
        after = JudgementViews(replace(self._sight, state=self._sight.ledger.state()))
        said = after.lines([judgement])[0]
        conflicts = tuple(
            after.conflict_line(one)
            for one in after.conflicts()
            if any(_pair_of(other) == _pair_of(judgement) for other in one.judgements)
        )
        return JudgementTaken(said, conflicts)

    def _behind(self, reference: str) -> _Named:
        pair = pair_named(self._sight.cards, reference)
        return self._holding(*(pair or (None, None)))

    def _holding(self, record_a: str | None, record_b: str | None) -> _Named:
        asked = [one for one in (record_a, record_b) if one is not None]
        holders = self._sight.cards.people.holding(asked)
        if record_a is None or record_b is None or not {record_a, record_b} <= holders.keys():
            raise NotThere(_NO_PAIR)
        return _Named(record_a, record_b, holders[record_a], holders[record_b])

    def _in_conflict(self, judged: list[Judgement]) -> tuple[ConflictLine, ...]:
        return tuple(
            self._judgements.conflict_line(one)
            for one in self._judgements.conflicts()
            if any(said in judged for said in one.judgements)
        )

    def _conflict(self, said: Judgement) -> ReviewLine:
        """The line of a conflict, shown by the two records of its first judgement."""
        named = self._holding(said.record_id_a, said.record_id_b)
        self._sight.log.saw([said.record_id_a, said.record_id_b])
        return self._unlisted(named, named.sides(None), _CONFLICT)

    def _line(self, entry: ReviewEntry, agencies: dict[str, str]) -> ReviewLine:
        # How alike two addresses are is part of both: see LinkViews.
        tells_place = self._sight.cards.mask.whereabouts.concerns((*entry.record_ids_a, *entry.record_ids_b))
        return ReviewLine(
            pair=pair_reference(self._sight.cards, entry.record_id_a, entry.record_id_b),
            kind=entry.kind,
            why=REVIEW_KINDS[entry.kind],
            rule=entry.rule,
            weight=None if tells_place else round(entry.weight, 3),
            probability=None if tells_place else round(probability(entry.weight), 6),
            second_opinion=None
            if entry.second_opinion is None or tells_place
            else round(entry.second_opinion, 6),
            uncertainty=None if tells_place else entry.uncertainty,
            records_moved=entry.records_moved,
            open_events=entry.open_events,
            children=entry.children,
            agencies_joined=entry.agencies_joined,
            expected_change=_moved(entry) if tells_place else entry.expected_change,
            agencies_a=_named_agencies(entry.record_ids_a, agencies),
            agencies_b=_named_agencies(entry.record_ids_b, agencies),
            records_a=len(entry.record_ids_a),
            records_b=len(entry.record_ids_b),
            reopened=entry.reopened,
        )

    def _unlisted(self, named: _Named, sides: Sides, kind: str) -> ReviewLine:
        """A line for two records that the stored queue does not list: in conflict, or asked for after it was judged."""
        agencies = self._entries.agencies((*sides.a, *sides.b))
        return ReviewLine(
            pair=pair_reference(self._sight.cards, named.record_a, named.record_b),
            kind=kind,
            why=_OTHER_KINDS[kind],
            rule=None,
            weight=None,
            probability=None,
            second_opinion=None,
            uncertainty=1.0 if kind == _CONFLICT else 0.0,
            records_moved=min(len(sides.a), len(sides.b)),
            open_events=0,
            children=0,
            agencies_joined=len({agencies[one] for one in sides.a} ^ {agencies[one] for one in sides.b}),
            expected_change=None,
            agencies_a=_named_agencies(sides.a, agencies),
            agencies_b=_named_agencies(sides.b, agencies),
            records_a=len(sides.a),
            records_b=len(sides.b),
            reopened=False,
        )

    def _shown(self, record_ids: Iterable[str]) -> tuple[str, ...]:
        cards = self._sight.cards
        return tuple(cards.record_reference(one, cards.mask.usual.identity) for one in record_ids)


def _moved(entry: ReviewEntry) -> float:
    return float(entry.records_moved + entry.open_events + entry.children + entry.agencies_joined)


def _named_agencies(record_ids: Iterable[str], agencies: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted({agencies[one] for one in record_ids}))


def _pair_of(one: Judgement) -> tuple[str, str]:
    return one.record_id_a, one.record_id_b
