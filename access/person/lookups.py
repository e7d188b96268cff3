"""Who is this, and what is known: the answer to a description, in the reader's scope."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final

import linkage
from access.links.views import comparison_lines
from access.scope.granting import hidden_records
from access.scope.standing import labels_of
from access.sight import Sight
from access.values import Candidate, Description, LookupAnswer, VehicleUser
from records.errors import BadInput, Denied
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# Statuses that answer "yes" across a border; a low-confidence candidate is no hit (DfE SUI matcher).
HITS: Final = frozenset({"Match", "PotentialMatch", "ManyMatch"})
# Roles that learn of hit and contact alone.
_HIT_ONLY: Final = frozenset({"exchange_officer"})


class Lookups:
    """Answers descriptions for one read."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def answer(self, description: Description) -> LookupAnswer:
        """The people who fit. Raises BadInput for a description that says nothing."""
        sought = sought_by(description)
        if sought == linkage.Description():
            raise BadInput(
                "Say something about the person: a name, a date of birth, an identifier or a postcode."
            )
        result = self._told(sought)
        self.alert_if_hidden(sought)
        hit = result.status in HITS
        if self._sight.principal.role in _HIT_ONLY:
            return self._hit_only(result, hit)
        self._sight.cards.people.learn([found.person for found in result.candidates])
        # Of all at once: one by one takes several queries each.
        history = self._sight.cards.keeping_history([found.best_record_id for found in result.candidates])
        return LookupAnswer(
            status=result.status,
            hit=hit,
            candidates=tuple(
                candidate for found in result.candidates if (candidate := self._candidate(found, history))
            ),
            contact_agencies=(),
        )

    def users_of(self, plate: str) -> tuple[VehicleUser, ...]:
        """The people of the scope whom agencies know with a vehicle, by handle; a hide order alerts as for a description.

        Raises Denied to a reader who learns of hit and contact alone: a vehicle is no one subject.
        """
        sight = self._sight
        if sight.principal.role in _HIT_ONLY:
            raise Denied("A lookup across borders is of one person; a vehicle may be many people's.")
        uses = _uses(sight, sight.scope, plate)
        holders = sight.cards.people.holding(sorted({record_id for record_id, *_ in uses}))
        by_person: dict[str, list[tuple[str, date | None, date | None, str]]] = {}
        for use in uses:
            if use[0] in holders:
                by_person.setdefault(holders[use[0]].anchor, []).append(use)
        hidden = hidden_records(sight.principal, sight.state)
        if hidden:
            self._alert({record_id for record_id, *_ in _uses(sight, self._alone(hidden), plate)})
        people = {holder.anchor: holder for holder in holders.values()}
        return tuple(
            VehicleUser(
                sight.cards.card(people[anchor]),
                min((since for _, since, _, _ in known if since), default=None),
                None if any(until is None for _, _, until, _ in known) else max(known, key=_until)[2],
                tuple(sorted({agency for *_, agency in known})),
            )
            for anchor, known in sorted(by_person.items())
        )

    def _found(self, scope: Scope, sought: linkage.Description) -> linkage.LookupResult:
        sight = self._sight
        return linkage.lookup(sight.connection, scope, sought, sight.calibration, sight.rulings)

    def _told(self, sought: linkage.Description) -> linkage.LookupResult:
        """The people who fit; where one of them is protected, as if no address had been asked about.

        Otherwise a guess at an address would be confirmed by how well the person then fits.
        """
        result = self._found(self._sight.scope, sought)
        placeless = replace(sought, address=None, postcode=None)
        if placeless == sought or not self._sight.cards.mask.whereabouts.record_ids:
            return result
        without = linkage.LookupResult("NoMatch", ())
        if placeless != linkage.Description():
            without = self._found(self._sight.scope, placeless)
        fitting = [found.best_record_id for found in (*result.candidates, *without.candidates)]
        return without if self._sight.cards.mask.whereabouts.concerns(fitting) else result

    def _candidate(self, found: linkage.Candidate, history: Collection[str]) -> Candidate | None:
        cards = self._sight.cards
        person = cards.people.holding([found.best_record_id]).get(found.best_record_id)
        if person is None:
            return None
        return Candidate(
            person=cards.card(person),
            weight=round(found.weight, 3),
            probability=round(found.probability, 6),
            comparisons=comparison_lines(
                found.lines, cards.shown(person), history=(False, found.best_record_id in history)
            ),
        )

    def _hit_only(self, result: linkage.LookupResult, hit: bool) -> LookupAnswer:
        """Hit or no hit, the status and, of one clear subject, the agencies to contact; nobody is shown."""
        cards = self._sight.cards
        best = result.candidates[0].best_record_id if hit else None
        person = None if best is None else cards.people.holding([best]).get(best)
        if person is not None:
            self._sight.log.saw(person.record_ids)
        one_subject = person is not None and result.status != "ManyMatch"
        contact = person.agencies if person is not None and one_subject else ()
        return LookupAnswer(status=result.status, hit=hit, candidates=(), contact_agencies=contact)

    def alert_if_hidden(self, sought: linkage.Description) -> None:
        """Note in the ledger, and nowhere else, that someone whom a hide order protects was looked for."""
        sight = self._sight
        hidden = hidden_records(sight.principal, sight.state)
        if not hidden:
            return
        alone = self._alone(hidden)
        found = self._found(alone, sought)
        met = {candidate.best_record_id for candidate in found.candidates if found.status in HITS}
        self._alert(met)

    def _alert(self, met: set[str]) -> None:
        """Note which hide orders a search met."""
        orders = sorted(order.order_id for order in self._sight.state.hide_orders if order.record_ids & met)
        if orders:
            alerts = self._sight.log.details.setdefault("alerts", [])
            alerts += [{"kind": "hide_order", "order": order} for order in orders]

    def _alone(self, record_ids: frozenset[str]) -> Scope:
        """A scope of these records with every row about them."""
        labels = frozenset(labels_of(self._sight.connection))
        events = self._sight.connection.execute(
            "SELECT DISTINCT event_id FROM thing_use WHERE event_id IS NOT NULL AND list_contains($1::VARCHAR[], record_id)",
            [sorted(record_ids)],
        ).fetchall()
        return Scope(
            "hidden",
            frozenset(),
            added_record_ids=record_ids,
            added_event_ids=frozenset(event_id for (event_id,) in events),
            granted_label_ids=labels,
        )


def _uses(sight: Sight, scope: Scope, plate: str) -> list[tuple[str, date | None, date | None, str]]:
    """(record id, from, to, agency) of each statement that a record goes with a vehicle."""
    return sight.connection.execute(
        f"""SELECT DISTINCT t.record_id, t.valid_from, t.valid_to, label.agency
            FROM {rows_in_scope("thing_use", scope)} t JOIN label USING (label_id)
            WHERE t.kind = 'vehicle' AND t.value = $1 ORDER BY ALL""",
        [plate],
    ).fetchall()


def _until(use: tuple[str, date | None, date | None, str]) -> date:
    return use[2] or date.max


def sought_by(description: Description) -> linkage.Description:
    """A description as linkage takes it."""
    return linkage.Description(
        given_name=description.given_name,
        family_name=description.family_name,
        full_name=description.full_name,
        date_of_birth=description.date_of_birth,
        birth_year=description.birth_year,
        sex=description.sex,
        postcode=description.postcode,
        address=description.address,
        phone=description.phone,
        identifiers=description.identifiers,
    )
