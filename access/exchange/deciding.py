"""What passed between this hub and others as its workers see it, and the decision of a person on each request for detail."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from access.exchange.holdings import HubExchange
from access.person.cards import in_order
from access.person.chronologies import Chronologies
from access.person.people import KnownPerson
from access.scope.whereabouts import Hiding, Whereabouts, protected_records
from access.sight import Sight
from access.values import ChronologyLine
from access.values.exchange import (
    DecisionGiven,
    ExchangeInbox,
    HitLine,
    PartnerLine,
    RequestLine,
    RequestPage,
)
from access.values.plain import as_plain
from records.errors import BadInput, NotThere
from records.ledger import (
    Actor,
    DecisionTerms,
    DetailDecision,
    DetailRequest,
    LoggedEntry,
    decide_request,
    records_among,
)

# What of a line leaves the hub: nobody else's name, no place, no record of ours.
_FACTS: Final = ("happened_at", "date_precision", "ended_on", "agency", "kind", "plan_kind", "concern", "offence", "status", "outcome", "roles")  # fmt: skip
_WORDS: Final = ("summary", "opinion")
_MOST_HITS: Final = 100
READ_AT_ONCE: Final = 500
_NO_REQUEST: Final = "There is no such request, or not for you."


class ExchangeDesktop:
    """The inbox of one read, and decisions made from it."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._exchange: HubExchange = sight.exchange

    def inbox(self) -> ExchangeInbox:
        """Partners, requests either way, and the hits of people whom the reader sees."""
        state = self._sight.state.exchange
        partners = tuple(
            PartnerLine(one.hub, one.name, one.contact)
            for one in sorted(state.partners.values(), key=lambda one: one.hub)
        )
        theirs = [
            _line(one, state.decisions.get(one.request_id))
            for one in state.requests.values()
            if self._people(one)
        ]
        ours = [self._own_line(one) for one in state.own_requests.values()]
        latest = sorted(theirs + ours, key=lambda one: (one.at, one.request_id), reverse=True)
        requests = tuple(sorted(latest, key=lambda one: one.ours or one.state != "waiting"))
        hits = self._hits()
        self._sight.log.answered = bool(requests or hits)
        return ExchangeInbox(partners, requests, hits)

    def request(self, request_id: str) -> RequestPage:
        """Another hub's request, with what could be granted. Raises NotThere for one about nobody whom the reader sees."""
        request, people = self._asked(request_id)
        decision = self._sight.state.exchange.decisions.get(request_id)
        cards = self._sight.cards
        events = [line for person in people for line in self._events(person)]
        unique = tuple({line.event: line for line in events}.values())
        return RequestPage(_line(request, decision), tuple(cards.card(one) for one in people), unique)

    def decide(self, request_id: str, given: DecisionGiven) -> RequestLine:
        """Grant in whole or part, or refuse; what is granted is drawn up now, as the decision-maker sees it, and kept.

        Raises BadInput for a grant of nothing, of an event that is not on the page, or whose last day is over; Conflict
        when somebody decided before.
        """
        sight = self._sight
        request, people = self._asked(request_id)
        lines = {line.event: line for person in people for line in self._events(person)}
        if unknown := set(given.events) - lines.keys():
            raise BadInput(f"{len(unknown)} of the events named are not on the page of this request.")
        if given.decision == "granted" and set(given.events) != lines.keys():
            raise BadInput("Not every event is chosen: grant in part, or choose all.")
        if given.ends_on is not None and given.ends_on < sight.today:
            raise BadInput("The last day is over already; name today or a later one.")
        principal, purpose = sight.principal, sight.purpose
        actor = Actor(
            principal.subject,
            principal.role,
            principal.hub,
            purpose.code,
            given.reason,
            purpose.case_reference,
        )
        terms = DecisionTerms(given.decision, frozenset(given.events), given.conditions, given.ends_on)
        package = None
        if given.decision != "refused":
            package = self._package(
                request, people, given, [one for one in lines.values() if one.event in given.events]
            )
        decide_request(sight.ledger, actor, request, terms, package)
        sight.log.logged = True
        decision = sight.ledger.state().exchange.decisions[request_id]
        return _line(request, decision)

    def _package(
        self,
        request: DetailRequest,
        people: list[KnownPerson],
        given: DecisionGiven,
        lines: list[ChronologyLine],
    ) -> dict[str, Any]:
        names = (*_FACTS, *_WORDS) if given.words else _FACTS
        card = self._sight.cards.card(people[0])
        terms = self._exchange.terms
        return {
            "from": self._sight.principal.hub,
            "hub_name": terms.name,
            "request_id": request.request_id,
            "granted": given.decision,
            "conditions": given.conditions,
            "granted_on": self._sight.today.isoformat(),
            "granted_by": self._sight.principal.role,
            "ends_on": given.ends_on.isoformat() if given.ends_on else None,
            "person": {"name": card.name, "date_of_birth": as_plain(card.date_of_birth), "sex": card.sex},
            "lines": [
                {name: self._leaving(name, as_plain(getattr(line, name))) for name in names} for line in lines
            ],
        }

    def _leaving(self, name: str, value: Any) -> Any:
        """What leaves of a fact: no words of a protected place, though whoever grants it may know the place."""
        return self._everyones.left_out_of(value) if name in _WORDS else value

    @cached_property
    def _everyones(self) -> Whereabouts:
        sight = self._sight
        protected = protected_records(None, sight.state, sight.today)
        return Hiding(sight.connection, sight.scope, sight.cards.people, protected).whereabouts()

    def _asked(self, request_id: str) -> tuple[DetailRequest, list[KnownPerson]]:
        request = self._sight.state.exchange.requests.get(request_id)
        people = [] if request is None else self._people(request)
        if request is None or not people:
            raise NotThere(_NO_REQUEST)
        self._sight.log.saw(request.record_ids)
        return request, people

    def _people(self, request: DetailRequest) -> list[KnownPerson]:
        return in_order(list(self._sight.cards.people.holding(sorted(request.record_ids)).values()))

    def _events(self, person: KnownPerson) -> tuple[ChronologyLine, ...]:
        sight = self._sight
        return Chronologies(sight.connection, sight.scope, sight.cards).chronology(person).lines

    def _hits(self) -> tuple[HitLine, ...]:
        """The latest about people whom the reader sees: those about others take no place from them."""
        hits: list[HitLine] = []
        before: dict[str, int] = {}
        while len(hits) < _MOST_HITS:
            found = self._sight.ledger.entries(
                act="exchange_answer", outcome="answered", newest_first=True, limit=READ_AT_ONCE, **before
            )
            hits += self._hits_of(found)
            if len(found) < READ_AT_ONCE:
                break
            before = {"before": found[-1].sequence}
        return tuple(hits[:_MOST_HITS])

    def _hits_of(self, found: Sequence[LoggedEntry]) -> Iterator[HitLine]:
        first = [one for one in found if "repeats" not in one.entry.details and "status" in one.entry.details]
        wanted = sorted({record_id for one in first for record_id in _records(one)})
        people = self._sight.cards.people.holding(wanted)
        for one in first:
            held = in_order([people[record_id] for record_id in _records(one) if record_id in people])
            yield from (self._hit(one, person) for person in held)

    def _hit(self, logged: LoggedEntry, person: KnownPerson) -> HitLine:
        entry, facts = logged.entry, logged.entry.details
        return HitLine(
            at=logged.at,
            hub=facts["hub"],
            status=facts["status"],
            role=facts["worker_role"],
            purpose=entry.purpose,
            legal_basis=facts["legal_basis"],
            case_reference=entry.case_reference,
            person=self._sight.cards.card(person),
        )

    def _own_line(self, request: DetailRequest) -> RequestLine:
        state = self._sight.state.exchange
        received, refused = state.received.get(request.request_id), state.refused.get(request.request_id)
        told = "refused" if refused is not None else "waiting"
        if received is not None:
            told = str(received.package.get("granted", "granted"))
        ends_on = received.ends_on if received else None
        return _shown(request, (True, told, refused), ends_on)


def _line(request: DetailRequest, decision: DetailDecision | None) -> RequestLine:
    told = decision.decision if decision else "waiting"
    reason, ends_on = (decision.reason, decision.ends_on) if decision else (None, None)
    return _shown(request, (False, told, reason), ends_on)


def _shown(request: DetailRequest, told: tuple[bool, str, str | None], ends_on: Any) -> RequestLine:
    ours, state, reason = told
    return RequestLine(
        request_id=request.request_id,
        ours=ours,
        hub=request.hub,
        at=request.at,
        role=request.role,
        purpose=request.purpose,
        legal_basis=request.legal_basis,
        case_reference=request.case_reference,
        reason=request.reason,
        asked=request.asked,
        state=state,
        decided_reason=reason,
        ends_on=ends_on,
    )


def _records(logged: LoggedEntry) -> list[str]:
    return records_among(logged.entry.subjects)
