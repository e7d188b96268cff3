"""What one hub's desk holds for the exchange with others: keys, terms, and the tokens of its own people in memory."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

import duckdb

from access.exchange.budgets import ExchangeTerms
from access.exchange.keys import ExchangeKeys, epoch_of
from access.principal import Principal
from access.scope.granting import Reading
from access.scope.scoping import scope_of
from linkage import TokenIndex, descriptions_in
from records.errors import MessageRefused
from records.ledger import LedgerState, Partner

LEGAL_BASES: Final[dict[str, str]] = {
    "children_act_1989_s47": "Enquiries where a child may be suffering significant harm (Children Act 1989 s47).",
    "children_act_2004_s10_s11": "Co-operation and safeguarding duties (Children Act 2004 ss10 and 11).",
    "children_act_2004_s16la": "Duty to disclose information about a child (Children Act 2004 s16LA), once in force.",
    "crime_and_disorder_act_1998_s115": "Disclosure to a relevant authority (Crime and Disorder Act 1998 s115).",
    "care_act_2014_s42_s45": "Enquiries about an adult at risk (Care Act 2014 ss42 and 45).",
    "dpa_2018_schedule_1_18": "Safeguarding without consent (Data Protection Act 2018 Schedule 1 paragraph 18).",
}
ROLE_OF_PARTNERS: Final = "exchange_officer"
PROTOCOL_VERSION: Final = 1


class HubExchange:
    """Shared by all readers of a desk; safe between threads."""

    def __init__(self, keys_folder: Path, terms: ExchangeTerms) -> None:
        self.terms = terms
        self._folder = keys_folder
        self._lock = Lock()
        self._keys: dict[str, ExchangeKeys] = {}
        self._indexes: dict[tuple[str, str], tuple[object, TokenIndex]] = {}

    def keys(self, hub: str) -> ExchangeKeys:
        """The hub's keys, made on first use."""
        with self._lock:
            if hub not in self._keys:
                self._keys[hub] = ExchangeKeys(self._folder, hub)
            return self._keys[hub]

    def card(self, hub: str) -> Partner:
        """The card that partners keep of this hub."""
        return self.keys(hub).card(self.terms.name, self.terms.address, self.terms.contact)

    def key_for(self, hub: str, partner: Partner, epoch: str) -> bytes:
        """The key of this hub and a partner in an epoch."""
        return self.keys(hub).pair_key(partner, epoch)

    def accepted(self, epoch: str, now: datetime) -> bool:
        """Whether tokens of an epoch are taken: the present one's, and the next or last within the hour of its change."""
        return epoch in {epoch_of(now + timedelta(hours=hours)) for hours in (-1, 0, 1)}

    def index(
        self, connection: duckdb.DuckDBPyConnection, partner: Partner, epoch: str, reading: Reading
    ) -> TokenIndex:
        """The tokens that a partner's question of an epoch may meet, from the rows that partners are answered from.

        Worked out once a snapshot, partner and epoch. What the ledger takes away (hide orders, seals, restrictions) is in
        it, so that an alert can be raised; whoever asks the index leaves those records out of the answer.
        """
        plain = Reading(reading.principal, reading.purpose, reading.policies, LedgerState(), reading.on)
        scope = scope_of(connection, plain)
        built = connection.execute("SELECT snapshot_id, build_number FROM build").fetchone()
        stands_for = (built, scope, partner.agreement_key, epoch)
        with self._lock:
            known = self._indexes.get((partner.hub, epoch))
            if known is not None and known[0] == stands_for:
                return known[1]
        hub = reading.principal.hub
        found = TokenIndex(self.key_for(hub, partner, epoch), descriptions_in(connection, scope))
        with self._lock:
            # Of a partner at most two epochs are asked in, around the change of one.
            kept = {
                name: one for name, one in self._indexes.items() if name[0] != partner.hub or name[1] >= epoch
            }
            self._indexes = kept | {(partner.hub, epoch): (stands_for, found)}
        return found


def principal_of_partner(hub: str, partner: Partner) -> Principal:
    """The reader that a partner's messages are answered as: an exchange officer with no agency here."""
    return Principal(f"hub:{partner.hub}", partner.name, ROLE_OF_PARTNERS, f"hub:{partner.hub}", hub)


def partner_of(state: LedgerState, hub: str) -> Partner:
    """The partner of this name. Raises MessageRefused when there is none."""
    partner = state.exchange.partners.get(hub)
    if partner is None:
        raise MessageRefused("unknown_hub", "The message names no hub that this one exchanges with.")
    return partner
