"""What this hub tells others: whether it may know somebody, and what a person here granted of what it knows."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from access.exchange.budgets import check_budgets, enumeration
from access.exchange.holdings import HubExchange, partner_of
from access.scope.granting import Reading, hidden_records, sealed_records
from access.sight import Sight
from access.values.exchange import HubMessage, HubQuestion, HubReply, HubRequest
from linkage import TELLING_KINDS, TOKEN_SLOTS, Met, status_of
from records.errors import Conflict, MessageRefused, NotThere
from records.ledger import (
    AskedToday,
    DetailDecision,
    LedgerState,
    LoggedEntry,
    Partner,
    question_mark,
    records_among,
)

NO_MATCH: Final = "NoMatch"
_NEAR_KINDS: Final = ("part", "heard", "sound")
# Enough of a token to tell it from the others of a day.
_SHORT: Final = 8
_NO_REQUEST: Final = "There is no such question or request of yours."


@dataclass(frozen=True, slots=True)
class _Found:
    """How a question ends, the records of whom it met, and the hide orders that it met somebody of."""

    status: str
    record_ids: tuple[str, ...]
    orders: tuple[str, ...]


class ExchangeAnswers:
    """Answers one message of a partner, as the reader that stands for it, with one entry on the ledger."""

    def __init__(self, sight: Sight, message: HubMessage, now: datetime) -> None:
        self._sight = sight
        self._exchange: HubExchange = sight.exchange
        self._message = message
        self._now = now
        self._partner: Partner = partner_of(sight.state, message.hub)
        sight.log.details |= {
            "hub": message.hub,
            "question_id": message.message_id,
            "nonce": message.nonce,
            "nonce_until": message.nonce_until.isoformat(),
            "worker": message.worker,
            "worker_role": message.role,
            "legal_basis": message.legal_basis,
        }
        sight.log.subjects.add(question_mark(message.hub, message.message_id))

    def question(self, question: HubQuestion) -> HubReply:
        """The answer to a question. The same question again is answered as it was, and counts once.

        Raises MessageRefused for a nonce that was used or an epoch that is over, Conflict for another question under an
        id that was used, BudgetSpent.
        """
        log = self._sight.log
        log.details["digest"] = self._message.digest
        earlier = self._earlier("exchange_answer")
        if earlier is not None:
            return self._again(earlier)
        if not self._exchange.accepted(question.epoch, self._now):
            raise MessageRefused("epoch", "The tokens are of an epoch that is over or has not begun.")
        asked = self._asked(question, NO_MATCH)
        today = self._sight.state.exchange.answered_today if self._is_today() else ()
        check_budgets(today, asked, self._exchange.terms)
        found = self._found(question)
        asked = self._asked(question, found.status)
        alerts: list[dict[str, str]] = [{"kind": "hide_order", "order": one} for one in found.orders]
        alerts += [{"kind": "exchange_enumeration", "why": why} for why in enumeration(today, asked)]
        reply = HubReply(
            found.status,
            self._exchange.terms.contact,
            self._handle(self._message.hub, self._message.message_id),
        )
        if found.status != NO_MATCH:
            log.saw(found.record_ids)
        log.details |= {
            "status": found.status,
            "telling": sorted(asked.telling),
            "near": sorted(asked.near),
        }
        if alerts:
            log.details["alerts"] = alerts
        self._write("exchange_answer")
        return reply

    def requested(self, request: HubRequest) -> None:
        """Keep a request for detail until a person decides on it. Raises NotThere unless it follows a hit of this hub's."""
        message, log = self._message, self._sight.log
        question = self._entry("exchange_answer", question_mark(message.hub, request.question_id))
        handle = self._handle(message.hub, request.question_id)
        holds = hmac.compare_digest(handle.encode(), request.handle.encode())
        if question is None or not holds or question.entry.outcome != "answered":
            raise NotThere(_NO_REQUEST)
        record_ids = records_among(question.entry.subjects)
        if not self._visible(record_ids):
            raise NotThere(_NO_REQUEST)
        log.saw(record_ids)
        log.details |= {
            "request_id": message.message_id,
            "question_id": request.question_id,
            "record_ids": record_ids,
            "asked": request.asked,
        }
        self._write("exchange_requested", reason=request.reason)

    def disclosed(self, request_id: str) -> tuple[DetailDecision | None, dict[str, Any] | None]:
        """What was decided on a request of this partner's, and the history granted; None while nobody decided.

        A grant whose last day is over, or whose people were hidden or sealed since, gives no history. Raises NotThere for
        a request that is not this partner's.
        """
        state = self._sight.state.exchange
        request = state.requests.get(request_id)
        if request is None or request.hub != self._message.hub:
            raise NotThere(_NO_REQUEST)
        self._sight.log.details["request_id"] = request_id
        decision = state.decisions.get(request_id)
        package = None
        if (
            decision is not None
            and decision.decision != "refused"
            and self._may_leave(decision, request.record_ids)
        ):
            entry = self._entry("exchange_decide", question_mark(request.hub, request_id))
            package = None if entry is None else dict[str, Any](entry.entry.details["package"])
        if package is not None:
            self._sight.log.saw(request.record_ids)
        self._write("exchange_disclose")
        return decision, package

    def _may_leave(self, decision: DetailDecision, record_ids: frozenset[str]) -> bool:
        closed = sealed_records(self._sight.state) | hidden_records(self._sight.principal, self._sight.state)
        over = decision.ends_on is not None and self._sight.today > decision.ends_on
        return not over and not record_ids & closed

    def _visible(self, record_ids: list[str]) -> bool:
        return bool(self._sight.cards.people.holding(record_ids))

    def _found(self, question: HubQuestion) -> _Found:
        sight = self._sight
        reading = Reading(sight.principal, sight.purpose, sight.policies, sight.state, sight.today)
        index = self._exchange.index(sight.connection, self._partner, question.epoch, reading)
        met = index.meeting(question.tokens, sight.calibration)
        hidden = hidden_records(sight.principal, sight.state)
        # Records that the ledger takes away end here, before anything is looked up: were they looked up in vain, the
        # answer about somebody hidden would take longer than one about somebody unknown.
        gone = sight.scope.removed_record_ids | sight.erased_record_ids
        visible = [one for one in met if one.record_id not in gone]
        people = sight.cards.people.holding([one.record_id for one in visible])
        best: dict[str, Met] = {}
        records: dict[str, tuple[str, ...]] = {}
        for one in visible:
            person = people.get(one.record_id)
            if person is not None:
                best.setdefault(person.person_id, one)
                records[person.person_id] = person.record_ids
        status = status_of(one.weight for one in best.values())
        sure = [name for name, one in best.items() if status_of([one.weight]) != NO_MATCH]
        seen = tuple(record_id for name in sure for record_id in records[name])
        met_hidden = {one.record_id for one in met if status_of([one.weight]) != NO_MATCH} & hidden
        orders = sorted(one.order_id for one in sight.state.hide_orders if one.record_ids & met_hidden)
        return _Found(status, seen, tuple(orders))

    def _asked(self, question: HubQuestion, status: str) -> AskedToday:
        def short(kinds: tuple[str, ...]) -> frozenset[str]:
            return frozenset(one.hex()[: 2 * _SHORT] for kind in kinds for one in question.tokens[kind])

        return AskedToday(
            self._message.hub, self._message.worker, status, short(TELLING_KINDS), short(_NEAR_KINDS)
        )

    def _handle(self, hub: str, question_id: str) -> str:
        """Opaque, new for each question, and the same when the question is sent again; made alike where nobody is met."""
        return self._exchange.keys(self._sight.principal.hub).opaque("handle", hub, question_id)

    def _again(self, earlier: LoggedEntry) -> HubReply:
        facts, log = earlier.entry.details, self._sight.log
        if facts["digest"] != self._message.digest:
            raise Conflict("Another question came under this id before; give a new question a new id.")
        log.details |= {"repeats": earlier.sequence, "status": facts["status"]}
        log.saw(records_among(earlier.entry.subjects))
        self._write("exchange_answer")
        handle = self._handle(self._message.hub, self._message.message_id)
        return HubReply(facts["status"], self._exchange.terms.contact, handle)

    def _earlier(self, act: str) -> LoggedEntry | None:
        return self._entry(act, question_mark(self._message.hub, self._message.message_id))

    def _entry(self, act: str, mark: str) -> LoggedEntry | None:
        """The first entry of this act under a mark that says how it ended."""
        found = self._sight.ledger.entries(act=act, subject=mark, hub=self._sight.principal.hub)
        usable = [one for one in found if one.entry.outcome in ("answered", "empty") and not one.erased]
        return next((one for one in usable if "repeats" not in one.entry.details), None)

    def _is_today(self) -> bool:
        return self._sight.state.exchange.day == self._now.date()

    def _write(self, act: str, reason: str | None = None) -> None:
        """Write the entry of this message, unless its nonce was used by one that came before."""
        sight = self._sight
        used = (self._message.hub, self._message.nonce)

        def check(state: LedgerState) -> None:
            if used in state.exchange.nonces:
                raise MessageRefused("replayed", "The message was sent before.")

        entry = sight.log.entry(sight.principal, sight.purpose, act)
        sight.ledger.append(entry if reason is None else replace(entry, reason=reason), check)
        sight.log.logged = True


def token_shape_holds(tokens: dict[str, tuple[bytes, ...]]) -> bool:
    """Whether a question has every kind of token, each as often as the protocol says."""
    return {kind: len(several) for kind, several in tokens.items()} == TOKEN_SLOTS
