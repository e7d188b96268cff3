"""What people do between hubs that is an act on the ledger of its own: partners kept and let go, requests decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from records.errors import BadInput, Conflict, NotThere
from records.ledger.acts import Actor, write_act
from records.ledger.entry import Receipt
from records.ledger.exchange import EXCHANGE_DECISIONS, DetailRequest, Partner
from records.ledger.ledger import Ledger
from records.ledger.state import LedgerState

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_KEY_BYTES: Final = 32
_MARK: Final = "exchange/"


@dataclass(frozen=True, slots=True)
class DecisionTerms:
    """What is decided on a request: the events granted, the conditions they come under, and the last day."""

    decision: str
    event_ids: frozenset[str] = frozenset()
    conditions: str = ""
    ends_on: date | None = None


def question_mark(hub: str, question_id: str) -> str:
    """The name under which the ledger finds the entries of a question or a request between this hub and another.

    It stands among an entry's subjects, beside record ids, whose form (``agency:id``) it cannot be taken for.
    """
    return f"{_MARK}{hub}/{question_id}"


def records_among(subjects: Iterable[str]) -> list[str]:
    """The record ids among an entry's subjects, in order, without the names of questions."""
    return sorted(one for one in subjects if not one.startswith(_MARK))


def keep_partner(ledger: Ledger, actor: Actor, partner: Partner) -> Receipt:
    """Exchange with a hub from now on, by the keys of its card. Raises BadInput for a card that does not hold."""
    address = urlsplit(partner.address)
    plain = address.scheme == "http" and address.hostname in _LOOPBACK
    if not address.netloc or not (address.scheme == "https" or plain):
        raise BadInput(f"{partner.hub}: its address has to begin with https://.")
    for name in ("signing_key", "agreement_key"):
        try:
            held = bytes.fromhex(getattr(partner, name))
        except ValueError:
            held = b""
        if len(held) != _KEY_BYTES:
            raise BadInput(f"{partner.hub}: {name} is not {_KEY_BYTES} bytes in hexadecimal.")
    if partner.hub == actor.hub:
        raise BadInput("This is the card of the hub itself; a hub exchanges with others.")
    facts = {
        name: getattr(partner, name)
        for name in ("hub", "name", "address", "contact", "signing_key", "agreement_key")
    }
    return write_act(ledger, actor, "exchange_partner", (), facts)


def end_partner(ledger: Ledger, actor: Actor, hub: str) -> Receipt:
    """Exchange with a hub no longer. Raises NotThere when it is no partner."""

    def check(state: LedgerState) -> None:
        if hub not in state.exchange.partners:
            raise NotThere(f"{hub} is no partner of this hub.")

    return write_act(ledger, actor, "end_exchange_partner", (), {"hub": hub}, check)


def decide_request(
    ledger: Ledger,
    actor: Actor,
    request: DetailRequest,
    terms: DecisionTerms,
    package: Mapping[str, Any] | None,
) -> Receipt:
    """Grant a request for detail in whole or part, or refuse it; the actor's reason is what the other hub is told.

    ``package``: what is granted, as the other hub will get it; None with a refusal. Raises BadInput for another decision or a grant of nothing, Conflict when it was decided before.
    """
    if terms.decision not in EXCHANGE_DECISIONS:
        raise BadInput(f"A request is one of {', '.join(EXCHANGE_DECISIONS)}, not {terms.decision!r}.")
    grants = terms.decision != "refused"
    if grants and (not terms.event_ids or terms.ends_on is None):
        raise BadInput("Name at least one event to grant, and the last day on which it may be used.")

    def check(state: LedgerState) -> None:
        if request.request_id in state.exchange.decisions:
            raise Conflict("This request was decided already.")

    facts = {
        "hub": request.hub,
        "request_id": request.request_id,
        "decision": terms.decision,
        "event_ids": terms.event_ids if grants else frozenset(),
        "conditions": terms.conditions if grants else "",
        "ends_on": terms.ends_on if grants else None,
        "package": package,
    }
    return write_act(ledger, actor, "exchange_decide", _about(request), facts, check)


def _about(request: DetailRequest) -> Iterable[str]:
    return {*request.record_ids, question_mark(request.hub, request.request_id)}
