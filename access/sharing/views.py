"""What is released, listed, restricted, protected, agreed, refused and marked: made, listed and ended by readers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from access.person.cards import in_order
from access.person.people import KnownPerson
from access.principal import CONSENT_EXPECTED, PURPOSES
from access.sight import Sight
from access.values import (
    ConsentGiven,
    ConsentLine,
    KeptToGiven,
    MarkGiven,
    MarkLine,
    MeetingListGiven,
    PersonSharing,
    RefusalGiven,
    ReleaseGiven,
    SharingLine,
    SharingList,
    SharingTaken,
)
from graph import MOST_CENTRES, EgoOptions, GraphView, egos
from records.errors import BadInput, Conflict, NotThere
from records.ledger import (
    Grant,
    GrantTerms,
    Receipt,
    Refusal,
    end_grant,
    lift_refusal,
    list_for_meeting,
    mark,
    protect_location,
    record_consent,
    records_agreed,
    refuse_to_share,
    release,
    restrict,
)
from records.snapshot.scoped import rows_in_scope

_NO_SHARING: Final = "There is no such release, list, restriction or refusal, or not for you."
_NOTHING_OWN: Final = "Your agency holds no record of this person."
# People in an institution are not tied to one another by it; a node with more people is not followed.
_TIED: Final = EgoOptions(hops=2, limit=500, hub_cap=20)


_Standing = TypeVar("_Standing", Grant, Refusal)


class SharingViews:
    """Acts on who may see what, each one entry on the ledger and in force on the next request."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def release(self, given: ReleaseGiven) -> SharingTaken:
        """Open people's shareable rows. Raises Conflict where consent is expected and neither given nor overridden."""
        self._check_terms(given.agencies, "agency", given.ends_on)
        unknown = sorted(set(given.purposes) - PURPOSES.keys())
        if unknown or not given.purposes:
            raise BadInput(f"A release is for one or more of {', '.join(PURPOSES)}.")
        records = self._records(given.handles)
        expected = sorted(CONSENT_EXPECTED.intersection(given.purposes))
        if expected and not set(records) <= records_agreed(self._sight.state.consents):
            raise Conflict(
                f"For {', '.join(expected)} consent is expected: record that it was given, or override it with grounds."
            )
        terms = GrantTerms(
            agencies=frozenset(given.agencies), purposes=frozenset(given.purposes), ends_on=given.ends_on
        )
        receipt = release(self._sight.ledger, self._sight.actor(given.grounds), records, terms)
        return self._taken("release", receipt, records, terms)

    def list_for_meeting(self, given: MeetingListGiven) -> SharingTaken:
        """Put people, and with them those tied to them, on the list of a meeting."""
        self._check_terms((given.meeting,), "meeting", given.ends_on)
        people = self._people(given.handles)
        if given.with_those_tied:
            people += tied_to(self._sight, people)
        records = sorted({record_id for person in people for record_id in person.record_ids})
        terms = GrantTerms(reference=given.meeting, ends_on=given.ends_on)
        receipt = list_for_meeting(self._sight.ledger, self._sight.actor(given.grounds), records, terms)
        return self._taken("meeting_list", receipt, records, terms)

    def restrict(self, given: KeptToGiven) -> SharingTaken:
        """Keep people's records to named workers (staff and their relatives, an open investigation)."""
        return self._kept("restriction", given)

    def protect_location(self, given: KeptToGiven) -> SharingTaken:
        """Show where people are to named workers alone, also where somebody else's rows would give it away."""
        return self._kept("location_protection", given)

    def consent(self, given: ConsentGiven) -> SharingTaken:
        """Write down what was answered to being asked for consent, or why it is overridden."""
        records = self._records([given.handle])
        receipt = record_consent(self._sight.ledger, self._sight.actor(given.grounds), records, given.answer)
        return self._taken("consent", receipt, records, GrantTerms())

    def refuse(self, given: RefusalGiven) -> SharingTaken:
        """Write down that the reader's agency does not share its records of a person; releases end for them at once.

        Raises BadInput for a basis that the law does not know, once the duty to disclose is in force.
        """
        sight = self._sight
        if given.basis == "other" and sight.policies.duty_stands(sight.today):
            raise BadInput(
                "The duty to disclose is in force: refuse where sharing would_not_help, or is more_detrimental to the child."
            )
        records = self._own_records(given.handle)
        actor = self._sight.actor(given.grounds)
        receipt = refuse_to_share(sight.ledger, actor, records, sight.principal.agency, given.basis)
        return self._taken("refusal", receipt, records, GrantTerms())

    def mark(self, given: MarkGiven) -> SharingTaken:
        """Say how the reader's agency wants its records of a person handled from now on."""
        records = self._own_records(given.handle)
        receipt = mark(self._sight.ledger, self._sight.actor(given.grounds), records, given.marking)
        return self._taken("mark", receipt, records, GrantTerms())

    def standing(self) -> SharingList:
        """What stands and the reader may know of: made by or for them, or about people whom they see."""
        lines = self._lines(
            self._visible(self._sight.state.grants), self._visible(self._sight.state.refusals)
        )
        self._sight.log.answered = bool(lines)
        return SharingList(lines)

    def about(self, handle: str) -> PersonSharing:
        """What stands of one person, as far as the reader may know of it."""
        sight = self._sight
        person = sight.cards.behind(handle)
        records, called = frozenset(person.record_ids), sight.workers.of
        grants = [one for one in self._visible(sight.state.grants) if one.record_ids & records]
        refusals = [one for one in self._visible(sight.state.refusals) if one.record_ids & records]
        consents = [one for one in sight.state.consents if one.record_ids & records]
        marks = [one for one in sight.state.marks if one.record_ids & records]
        return PersonSharing(
            sight.cards.card(person),
            self._lines(grants, refusals),
            tuple(ConsentLine(one.answer, called(one.by, one.at), one.at) for one in reversed(consents)),
            tuple(
                MarkLine(one.marking, called(one.by, one.at), one.at, len(one.record_ids & records))
                for one in reversed(marks)
            ),
        )

    def end(self, sharing: str, grounds: str) -> SharingTaken:
        """End what stands. Raises NotThere for a name of nothing that the reader may know of."""
        sight = self._sight
        for one in self._visible(sight.state.grants):
            if one.grant_id == sharing:
                receipt = end_grant(sight.ledger, self._sight.actor(grounds), sharing)
                return self._taken("end_grant", receipt, one.record_ids, GrantTerms())
        for refusal in self._visible(sight.state.refusals):
            if refusal.refusal_id == sharing:
                receipt = lift_refusal(sight.ledger, self._sight.actor(grounds), sharing)
                return self._taken("lift_refusal", receipt, refusal.record_ids, GrantTerms())
        raise NotThere(_NO_SHARING)

    def _kept(self, kind: str, given: KeptToGiven) -> SharingTaken:
        self._check_terms(given.workers, "worker", given.ends_on)
        records = self._records(given.handles)
        terms = GrantTerms(actors=frozenset(given.workers), ends_on=given.ends_on)
        keep = restrict if kind == "restriction" else protect_location
        receipt = keep(self._sight.ledger, self._sight.actor(given.grounds), records, terms)
        return self._taken(kind, receipt, records, terms)

    def _visible(self, standing: Iterable[_Standing]) -> list[_Standing]:
        sight = self._sight
        named = [one for one in standing if not (isinstance(one, Grant) and one.kind == "break_glass")]
        held = sight.cards.people.holding({record_id for one in named for record_id in one.record_ids})
        me = sight.principal.subject
        return [
            one
            for one in named
            if sight.principal.role == "operator"
            or one.by == me
            or (isinstance(one, Grant) and me in one.actors)
            or held.keys() & one.record_ids
        ]

    def _lines(self, grants: Iterable[Grant], refusals: Iterable[Refusal]) -> tuple[SharingLine, ...]:
        """What stands, latest first. Of the records that each names, those are counted that the reader sees.

        A count of all would tell of a record outside the scope: whoever released a person released every record of theirs.
        """
        grants, refusals = list(grants), list(refusals)
        several = [one.record_ids for one in grants] + [one.record_ids for one in refusals]
        named = frozenset[str]().union(*several)
        seen = self._sight.cards.people.holding(sorted(named)).keys()
        lines = [_grant_line(one, len(one.record_ids & seen)) for one in grants]
        lines += [_refusal_line(one, len(one.record_ids & seen)) for one in refusals]
        called = self._sight.workers.of
        lines = [line if line.at is None else replace(line, by=called(line.by, line.at)) for line in lines]
        return tuple(sorted(lines, key=lambda line: _number(line.sharing), reverse=True))

    def _people(self, handles: Iterable[str]) -> list[KnownPerson]:
        people = [self._sight.cards.behind(handle) for handle in handles]
        if not people:
            raise BadInput("Name at least one person.")
        return people

    def _records(self, handles: Iterable[str]) -> list[str]:
        return sorted({record_id for person in self._people(handles) for record_id in person.record_ids})

    def _own_records(self, handle: str) -> list[str]:
        """The records of a person that the reader's own agency handed in. Raises NotThere when there are none."""
        rows = self._sight.connection.execute(
            f"""SELECT record_id FROM {rows_in_scope("record", self._sight.scope)} t JOIN label USING (label_id)
                WHERE record_id IN (SELECT unnest($1::VARCHAR[])) AND label.agency = $2 ORDER BY record_id""",
            [self._records([handle]), self._sight.principal.agency],
        ).fetchall()
        if not rows:
            raise NotThere(_NOTHING_OWN)
        return [record_id for (record_id,) in rows]

    def _check_terms(self, named: Sequence[str], what: str, ends_on: object) -> None:
        if not named or not all(one.strip() for one in named):
            raise BadInput(f"Name at least one {what}.")
        if ends_on is not None and str(ends_on) < self._sight.today.isoformat():
            raise BadInput("The last day is over already; name today or a later one.")

    def _taken(self, kind: str, receipt: Receipt, records: Iterable[str], terms: GrantTerms) -> SharingTaken:
        self._sight.log.logged = True
        return SharingTaken(f"{kind}-{receipt.sequence}", kind, len(list(records)), terms.ends_on, receipt.at)


def tied_to(sight: Sight, people: Sequence[KnownPerson]) -> list[KnownPerson]:
    """Everyone met in the networks of some people but professionals: whom a meeting's list opens with them."""
    view = GraphView(
        sight.connection,
        sight.scope,
        standing=sight.standing_graph(sight.scope),
        kept=sight.cards.people.kept,
    )
    asked = [view.person_of(person.anchor) for person in people]
    met: set[str] = set()
    # Of all at once: what is near one of them is near the others too, and read together.
    for first in range(0, len(asked), MOST_CENTRES):
        around = egos(view, asked[first : first + MOST_CENTRES], _TIED).together()
        met |= {node.node_id for node in around.nodes if node.kind == "person"}
    holders = sight.cards.people.holding(sorted(view.members_of(met))).values()
    return [one for one in in_order(holders) if not one.is_professional]


def _number(sharing: str) -> int:
    """The ledger's number of the entry that made it; what stands is named after its act and that."""
    return int(sharing.rpartition("-")[2])


def _grant_line(one: Grant, record_count: int) -> SharingLine:
    return SharingLine(
        sharing=one.grant_id,
        kind=one.kind,
        by=one.by,
        at=one.at,
        ends_on=one.ends_on,
        agencies=tuple(sorted(one.agencies)),
        purposes=tuple(sorted(one.purposes)),
        workers=tuple(sorted(one.actors)),
        reference=one.reference,
        basis=None,
        record_count=record_count,
    )


def _refusal_line(one: Refusal, record_count: int) -> SharingLine:
    return SharingLine(
        sharing=one.refusal_id,
        kind="refusal",
        by=one.by,
        at=one.at,
        ends_on=None,
        agencies=(one.agency,),
        purposes=(),
        workers=(),
        reference=None,
        basis=one.basis,
        record_count=record_count,
    )
