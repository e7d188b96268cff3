"""The exchange's part of the desk that looks at no row: partners, refusals, what two ledgers say of one another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from access.exchange.budgets import ExchangeTerms
from access.exchange.holdings import HubExchange, partner_of, principal_of_partner
from access.exchange.keys import ExchangeKeys
from access.principal import Principal
from records.errors import MessageRefused
from records.ledger import (
    Actor,
    Checkpoint,
    Entry,
    Ledger,
    LedgerState,
    LoggedEntry,
    Partner,
    keep_checkpoint,
)

_UNKNOWN: Final = "unknown"
# Acts of either side that the other has an entry for: ours and theirs.
PAIRED_ACTS: Final = {
    "exchange_ask": "exchange_answer",
    "exchange_request": "exchange_requested",
    "exchange_collect": "exchange_disclose",
}


@dataclass(frozen=True, slots=True)
class ExchangeEntry:
    """An entry of one ledger on a message between two hubs: its id, the act, and the status where a question had one."""

    message_id: str
    act: str
    status: str | None
    at: str


class ExchangeBook:
    """Knows the partners, and writes down what never became a read."""

    def __init__(self, ledger: Ledger, exchange: HubExchange) -> None:
        self._ledger = ledger
        self._exchange = exchange

    @property
    def exchange_terms(self) -> ExchangeTerms:
        """What this hub tells others of itself and lets be asked."""
        return self._exchange.terms

    def exchange_keys(self, hub: str) -> ExchangeKeys:
        """The keys that sign this hub's messages."""
        return self._exchange.keys(hub)

    def partners(self) -> tuple[Partner, ...]:
        """Every hub that is exchanged with, by key."""
        kept = self._ledger.state().exchange.partners
        return tuple(kept[hub] for hub in sorted(kept))

    def partner(self, hub: str) -> Partner:
        """The partner of this name. Raises MessageRefused when there is none."""
        return partner_of(self._ledger.state(), hub)

    def partner_reader(self, own: str, hub: str) -> Principal:
        """The reader that a partner's messages are answered as at the hub ``own``."""
        return principal_of_partner(own, self.partner(hub))

    def note_refused_message(self, own: str, claimed: str | None, refused: MessageRefused) -> None:
        """Write down that a message was refused, under the hub that it claims to come from where that is a partner."""
        known = claimed if claimed in self._ledger.state().exchange.partners else None
        actor = f"hub:{known}" if known else _UNKNOWN
        details: dict[str, Any] = {"refused": refused.code, "hub": known or _UNKNOWN}
        self._ledger.append(
            Entry(actor, "exchange_officer", own, "exchange_answer", "denied", details=details)
        )

    def exchanged_with(
        self, hub: str, ours: bool, since: datetime, until: datetime
    ) -> tuple[ExchangeEntry, ...]:
        """What this ledger holds of messages to a partner (``ours``), or from it, that were answered; oldest first."""
        acts = PAIRED_ACTS.keys() if ours else PAIRED_ACTS.values()
        found = [
            one
            for act in acts
            for one in self._ledger.entries(act=act, since=since, until=until)
            if one.entry.details.get("hub") == hub and one.entry.outcome in ("answered", "empty")
        ]
        return tuple(_entry(one) for one in sorted(found, key=lambda one: one.sequence))

    def checkpoint_for(self, own: str, since: int) -> Checkpoint:
        """This ledger's checkpoint for a partner to keep."""
        return self._ledger.checkpoint(own, since)

    def checkpoint_kept(self, hub: str) -> int:
        """The size of the newest checkpoint that is kept of a partner; 0 without one."""
        kept = self._ledger.state().witnessed.get(hub)
        return 0 if kept is None else kept.head.tree_size

    def keep_checkpoint_of(self, actor: Actor, checkpoint: Checkpoint) -> None:
        """Keep a partner's checkpoint as its witness; see ``records.ledger.keep_checkpoint``."""
        keep_checkpoint(self._ledger, actor, checkpoint)

    def note_reconciled(self, actor: Actor, details: dict[str, Any]) -> None:
        """Write down that two ledgers were compared. Raises MessageRefused when ``details`` name a nonce that was used."""
        used = (details["hub"], details.get("nonce"))

        def check(state: LedgerState) -> None:
            if used in state.exchange.nonces:
                raise MessageRefused("replayed", "The message was sent before.")

        entry = Entry(
            actor.subject,
            actor.role,
            actor.hub,
            "exchange_reconcile",
            "answered",
            actor.purpose,
            actor.reason,
            details=details,
        )
        try:
            self._ledger.append(entry, check)
        except MessageRefused as refused:
            self.note_refused_message(actor.hub, str(details["hub"]), refused)
            raise


def _entry(logged: LoggedEntry) -> ExchangeEntry:
    facts = logged.entry.details
    named = "request_id" if logged.entry.act in ("exchange_request", "exchange_requested") else "question_id"
    return ExchangeEntry(
        str(facts.get(named)),
        logged.entry.act,
        facts.get("status"),
        logged.at.isoformat(),
    )
