"""What this hub asks of others: whether they may know somebody, and then for detail that a person there decides on."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import linkage
from access.exchange.budgets import check_budgets, enumeration
from access.exchange.histories import history_shown
from access.exchange.holdings import LEGAL_BASES, PROTOCOL_VERSION, HubExchange
from access.exchange.keys import epoch_of
from access.person.lookups import HITS, Lookups, sought_by
from access.sight import Sight
from access.values import Description
from access.values.exchange import QuestionAnswered, QuestionGiven, RequestGiven, RequestSent
from linkage import TELLING_KINDS, PersonFacts, descriptions_in, gathered, tokens
from records.errors import BadInput, NotThere, PartnerUnavailable
from records.ledger import (
    EXCHANGE_DECISIONS,
    EXCHANGE_STATUSES,
    AskedToday,
    HistoryReceived,
    LoggedEntry,
    Partner,
    question_mark,
    records_among,
)

# Sends a message of a kind to a partner and gives what it answers; raises PartnerUnavailable.
Send = Callable[[Partner, str, Mapping[str, Any]], Mapping[str, Any]]
_NEAR_KINDS: Final = ("part", "heard", "sound")
_SHORT: Final = 16
_MOST_REASON: Final = 3000


class ExchangeQuestions:
    """Asks for one read; each call is one message out, its answer back, and one entry."""

    def __init__(self, sight: Sight, send: Send, now: datetime) -> None:
        self._sight = sight
        self._exchange: HubExchange = sight.exchange
        self._send = send
        self._now = now

    def ask(self, given: QuestionGiven) -> QuestionAnswered:
        """Ask a partner about one person.

        Raises BadInput for a hub that is no partner, a legal basis that is none, or a person of whom too little is known to
        ask; BudgetSpent; PartnerUnavailable with nothing learnt.
        """
        partner = self._partner(given.hub)
        self._check_basis(given.legal_basis)
        described, record_ids = self._described(given)
        texts = gathered(described)
        if not texts:
            raise BadInput(
                "Too little is known to ask another hub: it takes a given name, a family name and a full date of birth, "
                "or an NHS number."
            )
        hub, log = self._sight.principal.hub, self._sight.log
        epoch = epoch_of(self._now)
        made = tokens(self._exchange.key_for(hub, partner, epoch), texts)
        asked = self._asked(partner, made, "NoMatch")
        state = self._sight.state.exchange
        today = state.asked_today if state.day == self._now.date() else ()
        if self._answered_before(given) is None:
            check_budgets(today, asked, self._exchange.terms)
        log.subjects.update({*record_ids, question_mark(partner.hub, given.question_id)})
        log.details |= {
            "hub": partner.hub,
            "question_id": given.question_id,
            "legal_basis": given.legal_basis,
        }
        message = self._message("question", partner, given.question_id, given.legal_basis)
        answer = self._send(partner, "questions", message | {"epoch": epoch, "tokens": made})
        status, contact, handle = _reply(answer, given.question_id)
        asked = self._asked(partner, made, status)
        log.details |= {
            "status": status,
            "handle": handle,
            "telling": sorted(asked.telling),
            "near": sorted(asked.near),
        }
        why = enumeration(today, asked)
        if why:
            alerts = log.details.setdefault("alerts", [])
            alerts += [{"kind": "exchange_enumeration", "why": one} for one in why]
        log.answered = status in HITS
        return QuestionAnswered(partner.hub, partner.name, given.question_id, status, status in HITS, contact)

    def request(self, given: RequestGiven) -> RequestSent:
        """Ask a partner for what it knows of whom its answer met; a person there decides.

        Raises NotThere for a question that was not asked here or met nobody, and as ``ask``.
        """
        partner = self._partner(given.hub)
        self._check_basis(given.legal_basis)
        if not given.asked.strip() or len(given.asked) > _MOST_REASON:
            raise BadInput("Say what you need to know and what for, in a few sentences.")
        question = self._question(partner.hub, given.question_id)
        record_ids = records_among(question.entry.subjects)
        log = self._sight.log
        log.subjects.update({*record_ids, question_mark(partner.hub, given.request_id)})
        log.details |= {
            "hub": partner.hub,
            "question_id": given.question_id,
            "request_id": given.request_id,
            "legal_basis": given.legal_basis,
            "asked": given.asked,
            "record_ids": record_ids,
        }
        message = self._message("request", partner, given.request_id, given.legal_basis)
        message |= {
            "question_id": given.question_id,
            "handle": question.entry.details["handle"],
            "asked": given.asked,
            "reason": self._sight.purpose.reason,
        }
        answer = self._send(partner, "requests", message)
        if answer.get("state") != "received":
            raise PartnerUnavailable(f"{partner.name} answered in a form that is not understood.")
        log.answered = True
        return RequestSent(given.request_id, partner.hub, "waiting")

    def collect(self, request_id: str, message_id: str) -> RequestSent:
        """Fetch what was decided on a request of this hub's, and keep what was granted until its last day.

        Raises NotThere for a request that was not made here, PartnerUnavailable.
        """
        state = self._sight.state.exchange
        request = state.own_requests.get(request_id)
        if request is None:
            raise NotThere("No such request was made here.")
        partner, log = self._partner(request.hub), self._sight.log
        log.subjects.update({*request.record_ids, question_mark(partner.hub, message_id)})
        log.details |= {"hub": partner.hub, "question_id": message_id, "request_id": request_id}
        message = self._message("collect", partner, message_id, request.legal_basis)
        answer = self._send(partner, "collections", message | {"request_id": request_id})
        told = str(answer.get("state"))
        if told == "refused":
            reason = str(answer.get("reason", ""))[:_MOST_REASON]
            log.details["refused"], log.answered = reason, True
            return RequestSent(request_id, partner.hub, "refused", reason)
        if told not in EXCHANGE_DECISIONS or not answer.get("package"):
            return RequestSent(request_id, partner.hub, "waiting")
        package = _package(answer["package"], partner)
        log.details["package"], log.answered = package, True
        history = HistoryReceived(
            request_id, partner.hub, package, date.fromisoformat(package["ends_on"]), request.worker, request.record_ids, self._now
        )  # fmt: skip
        return RequestSent(request_id, partner.hub, told, None, history_shown(history))

    def _partner(self, hub: str) -> Partner:
        partner = self._sight.state.exchange.partners.get(hub)
        if partner is None:
            raise BadInput(f"{hub}: this hub exchanges with no hub of that name.")
        return partner

    def _check_basis(self, legal_basis: str) -> None:
        if legal_basis not in LEGAL_BASES:
            raise BadInput(f"A legal basis is one of {', '.join(LEGAL_BASES)}.")

    def _described(self, given: QuestionGiven) -> tuple[list[PersonFacts], tuple[str, ...]]:
        """The descriptions to ask by, and this hub's own records of the person where one was named."""
        if (given.handle is None) == (given.description is None):
            raise BadInput("Name the person by a handle, or describe them; one of the two.")
        sight = self._sight
        if given.handle is not None:
            person = sight.cards.behind(given.handle)
            held = descriptions_in(sight.connection, sight.scope, person.record_ids)
            # As often as records say so, for what most say comes first.
            return [facts for facts, records in held.items() for _ in records], person.record_ids
        assert given.description is not None  # noqa: S101 - checked above
        Lookups(sight).alert_if_hidden(sought_by(given.description))
        found = linkage.lookup(
            sight.connection, sight.scope, sought_by(given.description), sight.calibration, sight.rulings
        )
        # What the other hub may grant later stands beside the chronology of whom the description clearly means here.
        best = found.candidates[0].best_record_id if found.status == "Match" else None
        meant = None if best is None else sight.cards.people.holding([best]).get(best)
        return [_facts(given.description)], () if meant is None else meant.record_ids

    def _asked(self, partner: Partner, made: Mapping[str, tuple[str, ...]], status: str) -> AskedToday:
        def short(kinds: tuple[str, ...]) -> frozenset[str]:
            return frozenset(one[:_SHORT] for kind in kinds for one in made[kind])

        return AskedToday(
            partner.hub, self._sight.principal.subject, status, short(TELLING_KINDS), short(_NEAR_KINDS)
        )

    def _message(self, kind: str, partner: Partner, message_id: str, legal_basis: str) -> dict[str, Any]:
        principal, purpose = self._sight.principal, self._sight.purpose
        worker = self._exchange.keys(principal.hub).opaque("worker", partner.hub, principal.subject)
        return {
            "version": PROTOCOL_VERSION,
            "kind": kind,
            "from": principal.hub,
            "to": partner.hub,
            "id": message_id,
            "worker": worker,
            "role": principal.role,
            "purpose": purpose.code,
            "legal_basis": legal_basis,
            "case_reference": purpose.case_reference,
        }

    def _question(self, hub: str, question_id: str) -> LoggedEntry:
        found = self._sight.ledger.entries(act="exchange_ask", subject=question_mark(hub, question_id))
        hits = [
            one
            for one in found
            if one.entry.outcome == "answered" and one.entry.details.get("status") in HITS
        ]
        if not hits:
            raise NotThere("No such question was asked here, or it met nobody.")
        return hits[0]

    def _answered_before(self, given: QuestionGiven) -> LoggedEntry | None:
        mark = question_mark(given.hub, given.question_id)
        found = self._sight.ledger.entries(act="exchange_ask", subject=mark)
        return next((one for one in found if "status" in one.entry.details), None)


def _facts(described: Description) -> PersonFacts:
    numbers = [value for kind, value in described.identifiers if kind == "nhs_number"]
    return PersonFacts(
        given_name=described.given_name,
        family_name=described.family_name,
        date_of_birth=described.date_of_birth,
        sex=described.sex,
        nhs_number=numbers[0] if numbers else None,
    )


def _reply(answer: Mapping[str, Any], question_id: str) -> tuple[str, str, str]:
    """Status, contact and handle of an answer. Raises PartnerUnavailable for one that is not an answer to this question."""
    told = [answer.get(name) for name in ("status", "contact", "handle")]
    if (
        answer.get("in_reply_to") != question_id
        or not all(isinstance(one, str) and len(one) <= 400 for one in told)
        or told[0] not in EXCHANGE_STATUSES
    ):
        raise PartnerUnavailable(
            "The other hub answered in a form that is not understood; nothing was learnt."
        )
    return str(told[0]), str(told[1]), str(told[2])


def _package(told: Mapping[str, Any], partner: Partner) -> dict[str, Any]:
    """What was granted, as it came. Raises PartnerUnavailable where it lacks what a history needs."""
    try:
        date.fromisoformat(told["ends_on"])
        date.fromisoformat(told["granted_on"])
        if told["from"] != partner.hub or not isinstance(told["lines"], list):
            raise ValueError("not a history of this hub")
        return dict(told)
    except (KeyError, TypeError, ValueError) as error:
        raise PartnerUnavailable(
            f"What {partner.name} granted is not understood; ask it to grant again."
        ) from error
