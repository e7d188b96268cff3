"""Links as readers see them: what was compared, how it weighed, which values stood on either side."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import linkage
from access.acts import FIELDS
from access.person.people import KnownPerson
from access.scope.masks import Shown
from access.sight import Sight
from access.values import ComparisonLine, LinkExplanation, LinkHop, LinkList
from records.errors import NotThere

_NO_RECORDS: Final = "There are no such records, or not for you."
# Values of this comparison tell where someone lives; all others who someone is.
_PLACE: Final = "place"
_PLACELESS: Final = "Where they live is left out of what is told here, and of what it adds up to."
# Values of these tell what somebody was called, or of which sex they were held to be.
_HISTORY: Final = frozenset({"forename", "surname", "sex"})


def comparison_lines(
    lines: Sequence[linkage.ComparisonLine], shown: Shown, history: tuple[bool, bool] = (False, False)
) -> tuple[ComparisonLine, ...]:
    """The steps of a weight; values stand in them as far as the reader may see identity, or location.

    ``history``: of either side, whether its names and sex are history that the reader is not shown.
    """

    def kept(line: linkage.ComparisonLine, value: str | None, is_history: bool) -> str | None:
        if line.field in _HISTORY and is_history:
            return None
        return value if (shown.location if line.field == _PLACE else shown.identity) else None

    return tuple(
        ComparisonLine(
            field=line.field,
            level=line.level,
            weight=round(line.weight, 3),
            value_a=kept(line, line.value_a, history[0]),
            value_b=kept(line, line.value_b, history[1]),
            label=line.label,
            sentence=line.sentence,
        )
        for line in lines
    )


class LinkViews:
    """Explains links between records of one scope."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def explain(self, reference_a: str, reference_b: str) -> LinkExplanation:
        """Why two records, as answers name them, are or are not one person. Raises NotThere unless both are seen."""
        cards = self._sight.cards
        named = [cards.record_named(reference) for reference in (reference_a, reference_b)]
        record_a, record_b = named
        holders = cards.people.holding([record_id for record_id in named if record_id])
        if record_a is None or record_b is None or not {record_a, record_b} <= holders.keys():
            raise NotThere(_NO_RECORDS)
        if record_a == record_b:
            raise NotThere(_NO_RECORDS)
        self._sight.log.saw([record_a, record_b])
        return self.between((record_a, record_b), (holders[record_a], holders[record_b]))

    def between(self, records: tuple[str, str], holders: tuple[KnownPerson, KnownPerson]) -> LinkExplanation:
        """Why two records of the scope are, or are not, one person: with the way over others, or the reason why not."""
        (raw,) = self._raw([records])
        (explained,) = self._explained([raw], holders)
        if holders[0].person_id == holders[1].person_id:
            return self._with_path(explained, records, holders)
        sight = self._sight
        reason = linkage.why_apart(
            sight.connection,
            sight.scope,
            raw,
            (holders[0].record_ids, holders[1].record_ids),
            sight.calibration,
            sight.rulings,
        )
        if reason == linkage.UNLIKE:
            return explained
        return replace(explained, sentence=linkage.WHY_APART[reason])

    def _with_path(
        self, explained: LinkExplanation, records: tuple[str, str], holders: tuple[KnownPerson, KnownPerson]
    ) -> LinkExplanation:
        sight = self._sight
        shown = sight.cards.shown(holders[0])
        found = linkage.explain_membership(
            sight.connection, sight.scope, records, sight.calibration, sight.rulings
        )
        if len(found.hops) == 1 and not found.hops[0].judged:
            return explained
        sight.log.saw(list(found.record_ids))
        agencies = self._agencies(*found.record_ids)
        hops = tuple(
            LinkHop(
                record_a=sight.cards.record_reference(hop.explanation.record_id_a, shown.identity),
                record_b=sight.cards.record_reference(hop.explanation.record_id_b, shown.identity),
                agency_a=agencies[hop.explanation.record_id_a],
                agency_b=agencies[hop.explanation.record_id_b],
                weight=round(step.weight, 3),
                judged=hop.judged,
                sentence=step.sentence,
            )
            for hop in found.hops
            for step in (self._placeless(hop.explanation, *holders),)
        )
        sentence = _PLACELESS if self._tells_place(*holders) else found.sentence
        return replace(explained, sentence=sentence, path=hops if len(hops) > 1 else ())

    def of(self, person: KnownPerson) -> LinkList:
        """The strongest links that hold the person's records together, one fewer than records, strongest first."""
        shown = self._sight.cards.shown(person)
        links = self._explained(self._raw(self._holding(person)), (person, person))
        links.sort(key=lambda link: (-(link.weight or 0.0), link.record_a, link.record_b))
        return LinkList(
            person=self._sight.cards.card(person),
            records=tuple(
                self._sight.cards.record_reference(one, shown.identity) for one in person.record_ids
            ),
            links=tuple(links),
        )

    def _holding(self, person: KnownPerson) -> list[tuple[str, str]]:
        """Pairs that join all records of the person: the heaviest links first (Kruskal's spanning tree).

        A record that no link joins to the rest (a judgement does) is paired with the first record.
        """
        rows = linkage.links_among(self._sight.connection, person.record_ids)
        group = {record_id: {record_id} for record_id in person.record_ids}
        pairs = []
        for one, other in [*rows, *((person.anchor, record_id) for record_id in person.record_ids)]:
            if group[one] is not group[other]:
                pairs.append((one, other))
                joined = group[one] | group[other]
                group.update(dict.fromkeys(joined, joined))
        return pairs

    def _explained(
        self, raw: Sequence[linkage.LinkExplanation], holders: tuple[KnownPerson, KnownPerson]
    ) -> list[LinkExplanation]:
        """Links between records of two people, or of one, as the reader sees them."""
        cards = self._sight.cards
        raw = [self._placeless(one, *holders) for one in raw]
        both = tuple(cards.shown(holder) for holder in holders)
        shown = Shown(**{name: all(getattr(one, name) for one in both) for name in FIELDS})
        named = sorted({record_id for one in raw for record_id in (one.record_id_a, one.record_id_b)})
        agencies, history = self._agencies(*named), cards.keeping_history(named)
        return [
            LinkExplanation(
                record_a=cards.record_reference(one.record_id_a, shown.identity),
                record_b=cards.record_reference(one.record_id_b, shown.identity),
                agency_a=agencies[one.record_id_a],
                agency_b=agencies[one.record_id_b],
                weight=round(one.weight, 3),
                rule=one.rule,
                judgement=self._judged(one.record_id_a, one.record_id_b),
                same_person=holders[0].person_id == holders[1].person_id,
                comparisons=comparison_lines(
                    one.lines, shown, (one.record_id_a in history, one.record_id_b in history)
                ),
                sentence=one.sentence,
            )
            for one in raw
        ]

    def _placeless(
        self, explained: linkage.LinkExplanation, *holders: KnownPerson
    ) -> linkage.LinkExplanation:
        """The steps and their sum; without where people live, where that would say how near a protected person is.

        How alike two addresses are is a distance: the same house, the same postcode, the same district. With the bits that
        it adds left in the sum, the sum would tell it, and so would the chance that the sentence names.
        """
        if not self._tells_place(*holders):
            return explained
        told = tuple(line for line in explained.lines if line.field != _PLACE)
        weight = explained.weight - sum(line.weight for line in explained.lines if line.field == _PLACE)
        return replace(explained, lines=told, weight=weight, sentence=_PLACELESS)

    def _tells_place(self, *holders: KnownPerson) -> bool:
        whereabouts = self._sight.cards.mask.whereabouts
        return any(whereabouts.concerns(one.record_ids) for one in holders)

    def _raw(self, pairs: Sequence[tuple[str, str]]) -> tuple[linkage.LinkExplanation, ...]:
        sight = self._sight
        return linkage.explain_links(sight.connection, sight.scope, pairs, sight.calibration, sight.rulings)

    def _judged(self, record_a: str, record_b: str) -> str | None:
        """What binds on the two records themselves: "not the same" before "same", either before "cannot say"."""
        pair = (min(record_a, record_b), max(record_a, record_b))
        said = {one.decision for key, one in self._sight.state.judgements.items() if key[:2] == pair}
        return next((one for one in ("not_same", "same", "cannot_say") if one in said), None)

    def _agencies(self, *record_ids: str) -> dict[str, str]:
        records = self._sight.cards.people.about.rows("record", "record_id", record_ids)
        return dict(self._sight.connection.execute(f"SELECT record_id, agency FROM {records}").fetchall())
