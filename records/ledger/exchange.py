"""What passed between this hub and others, as it stands: partners, questions, requests for detail, histories received.

Folded like everything else from the entries in their order. What counts for a day is kept for the day alone, and a
nonce until its message has run out, so that the state stays small however long the ledger grows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from records.ledger.entry import LoggedEntry

EXCHANGE_STATUSES: Final = ("Match", "PotentialMatch", "ManyMatch", "NoMatch")
EXCHANGE_DECISIONS: Final = ("granted", "granted_in_part", "refused")


@dataclass(frozen=True, slots=True)
class Partner:
    """A hub that this one exchanges with: where it is, whom to ring, and its public keys (hexadecimal)."""

    hub: str
    name: str
    address: str
    contact: str
    signing_key: str
    agreement_key: str
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AskedToday:
    """A question of today: between this hub and which other, by which worker, how it ended, digests of what it sought."""

    hub: str
    worker: str
    status: str
    telling: frozenset[str]
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class DetailRequest:
    """A request for what a hub knows of somebody its answer met; ``record_ids`` are the holding hub's own.

    ``hub`` is the other one: the one that asks, or the one asked. ``asked`` says what is asked for in its words.
    """

    request_id: str
    question_id: str
    hub: str
    worker: str
    role: str
    purpose: str
    legal_basis: str
    case_reference: str | None
    reason: str
    asked: str
    at: datetime
    record_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class DetailDecision:
    """A human's answer to a request for detail: the events granted, under which conditions, until when; or why not."""

    request_id: str
    decision: str
    reason: str
    event_ids: frozenset[str]
    conditions: str
    ends_on: date | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HistoryReceived:
    """What another hub granted, in its own words (``package``, as it came), about this hub's ``record_ids``."""

    request_id: str
    hub: str
    package: Mapping[str, Any]
    ends_on: date
    asked_by: str
    record_ids: frozenset[str]
    at: datetime

    def lasts(self, on: date) -> bool:
        """Whether it may still be used on a day."""
        return on <= self.ends_on


@dataclass(frozen=True, slots=True)
class ExchangeState:
    """All of it. ``answered_today`` are others' questions here, ``asked_today`` this hub's own elsewhere.

    ``nonces``: (hub, nonce) to the time after which its message is refused for its age. ``requests`` are by id, others'
    here; ``own_requests`` this hub's own elsewhere; ``refused`` holds what another hub said when it refused one.
    """

    partners: dict[str, Partner] = field(default_factory=dict)
    day: date | None = None
    answered_today: tuple[AskedToday, ...] = ()
    asked_today: tuple[AskedToday, ...] = ()
    nonces: dict[tuple[str, str], str] = field(default_factory=dict)
    requests: dict[str, DetailRequest] = field(default_factory=dict)
    decisions: dict[str, DetailDecision] = field(default_factory=dict)
    own_requests: dict[str, DetailRequest] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    received: dict[str, HistoryReceived] = field(default_factory=dict)


def exchange_after(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    """The state after an entry; only those of ``EXCHANGE_ACTS`` change it, and not when denied, failed or erased.

    A question that met nobody counts as one. What a person does counts only when it was done: of a request that is not
    there, or not theirs, an entry says that they asked and nothing of a decision.
    """
    change = _CHANGES.get(logged.entry.act)
    counted = ("answered",) if logged.entry.act in _DEEDS else ("answered", "empty")
    if change is None or logged.erased or logged.entry.outcome not in counted:
        return state
    today = logged.at.date()
    if today != state.day:
        state = replace(state, day=today, answered_today=(), asked_today=())
    used = logged.entry.details.get("nonce")
    if used is not None:
        state = replace(state, nonces=_used(state.nonces, logged))
    return change(state, logged)


def _used(nonces: dict[tuple[str, str], str], logged: LoggedEntry) -> dict[tuple[str, str], str]:
    facts, now = logged.entry.details, logged.at.isoformat()
    kept = {one: until for one, until in nonces.items() if until >= now}
    return {**kept, (facts["hub"], facts["nonce"]): facts["nonce_until"]}


def _keep_partner(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    facts = logged.entry.details
    names = ("hub", "name", "address", "contact", "signing_key", "agreement_key")
    partner = Partner(**{name: facts[name] for name in names}, at=logged.at)
    return replace(state, partners={**state.partners, partner.hub: partner})


def _end_partner(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    ended = logged.entry.details["hub"]
    return replace(state, partners={hub: one for hub, one in state.partners.items() if hub != ended})


def _asked(logged: LoggedEntry, worker: str) -> AskedToday:
    facts = logged.entry.details
    return AskedToday(
        facts["hub"], worker, facts["status"], frozenset(facts["telling"]), frozenset(facts["near"])
    )


def _answered(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    facts = logged.entry.details
    if facts.get("repeats") or "status" not in facts:
        return state
    one = _asked(logged, facts["worker"])
    return replace(state, answered_today=(*state.answered_today, one))


def _own_question(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    if "status" not in logged.entry.details:
        return state
    return replace(state, asked_today=(*state.asked_today, _asked(logged, logged.entry.actor)))


def _request_in(logged: LoggedEntry, worker: str, role: str) -> DetailRequest:
    entry, facts = logged.entry, logged.entry.details
    return DetailRequest(
        request_id=facts["request_id"],
        question_id=facts["question_id"],
        hub=facts["hub"],
        worker=worker,
        role=role,
        purpose=entry.purpose or "",
        legal_basis=facts["legal_basis"],
        case_reference=entry.case_reference,
        reason=entry.reason or "",
        asked=facts["asked"],
        at=logged.at,
        record_ids=frozenset(facts["record_ids"]),
    )


def _requested(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    facts = logged.entry.details
    if "request_id" not in facts or facts["request_id"] in state.requests:
        return state
    one = _request_in(logged, facts["worker"], facts["worker_role"])
    return replace(state, requests={**state.requests, one.request_id: one})


def _own_request(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    if "request_id" not in logged.entry.details:
        return state
    one = _request_in(logged, logged.entry.actor, logged.entry.role)
    return replace(state, own_requests={**state.own_requests, one.request_id: one})


def _decide(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    facts = logged.entry.details
    decision = DetailDecision(
        request_id=facts["request_id"],
        decision=facts["decision"],
        reason=logged.entry.reason or "",
        event_ids=frozenset(facts["event_ids"]),
        conditions=facts["conditions"],
        ends_on=date.fromisoformat(facts["ends_on"]) if facts["ends_on"] else None,
        by=logged.entry.actor,
        at=logged.at,
    )
    return replace(state, decisions={**state.decisions, decision.request_id: decision})


def _collected(state: ExchangeState, logged: LoggedEntry) -> ExchangeState:
    facts = logged.entry.details
    request_id = facts.get("request_id", "")
    if facts.get("refused"):
        return replace(state, refused={**state.refused, request_id: facts["refused"]})
    if not facts.get("package") or request_id not in state.own_requests:
        return state
    asked = state.own_requests[request_id]
    history = HistoryReceived(
        request_id=request_id,
        hub=facts["hub"],
        package=facts["package"],
        ends_on=date.fromisoformat(facts["package"]["ends_on"]),
        asked_by=asked.worker,
        record_ids=asked.record_ids,
        at=logged.at,
    )
    return replace(state, received={**state.received, request_id: history})


def _nothing(state: ExchangeState, _: LoggedEntry) -> ExchangeState:
    return state


_Change = Callable[[ExchangeState, LoggedEntry], ExchangeState]
_CHANGES: Final[dict[str, _Change]] = {
    "exchange_partner": _keep_partner,
    "end_exchange_partner": _end_partner,
    "exchange_answer": _answered,
    "exchange_ask": _own_question,
    "exchange_requested": _requested,
    "exchange_request": _own_request,
    "exchange_decide": _decide,
    "exchange_disclose": _nothing,
    "exchange_collect": _collected,
    "exchange_reconcile": _nothing,
}
EXCHANGE_ACTS: Final = tuple(_CHANGES)
_DEEDS: Final = frozenset({"exchange_partner", "end_exchange_partner", "exchange_decide"})
