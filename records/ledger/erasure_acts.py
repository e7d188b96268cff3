"""Erasing rows and holding them back, each as one checked, logged act."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from records.errors import BadInput, Conflict
from records.ledger.acts import Actor, act_entry, named_ids, write_act
from records.ledger.entry import Receipt
from records.ledger.erasures import ERASURE_KINDS
from records.ledger.folding import ERASURE
from records.ledger.ledger import Ledger
from records.ledger.state import LedgerState

# Digests in one entry, so that no entry is too large to be read in one piece.
MOST_IN_AN_ENTRY: Final = 20_000


@dataclass(frozen=True, slots=True)
class ErasureTerms:
    """What is erased: digests of records, events and events to be reduced, under the key ``key_id``.

    ``record_ids`` and ``words`` (names, identifiers) are what goes from other entries; they are not kept.
    """

    kind: str
    key_id: str
    records: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    reduced_events: frozenset[str] = frozenset()
    record_ids: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def erase_rows(ledger: Ledger, actor: Actor, terms: ErasureTerms) -> Receipt:
    """Erase rows at once and for good, and take the records out of what other entries say.

    Raises BadInput when nothing is named, or the reason names one of the erased; Conflict when a hold stands on one of
    the records.
    """
    if terms.kind not in ERASURE_KINDS:
        raise BadInput(f"An erasure is one of {', '.join(ERASURE_KINDS)}, not {terms.kind!r}.")
    count = len(terms.records) + len(terms.events) + len(terms.reduced_events)
    if not 0 < count <= MOST_IN_AN_ENTRY:
        raise BadInput(f"An erasure names 1 to {MOST_IN_AN_ENTRY:,} rows, not {count:,}.")
    said = f"{actor.reason} {actor.case_reference or ''}".casefold().split()
    if not {word.casefold() for word in terms.words | terms.record_ids}.isdisjoint(said):
        raise BadInput(
            "The reason of an erasure stays in the ledger: say why without naming whom it is about."
        )

    def check(state: LedgerState) -> None:
        held = [one for one in state.holds if not one.record_ids.isdisjoint(terms.record_ids)]
        if held:
            raise Conflict(
                f"A litigation hold ({held[0].hold_id}, {held[0].reference}) stands on these records; lift it first."
            )

    facts: dict[str, object] = {
        "kind": terms.kind,
        "key_id": terms.key_id,
        "records": terms.records,
        "events": terms.events,
        "reduced_events": terms.reduced_events,
    }
    return ledger.erase_about(terms.record_ids, act_entry(actor, ERASURE, (), facts), terms.words, check)


def hold(ledger: Ledger, actor: Actor, record_ids: Iterable[str], reference: str) -> Receipt:
    """Keep these records, and those of whoever holds them, from being erased. Raises BadInput without a reference."""
    held = named_ids(record_ids, "held")
    if not reference.strip():
        raise BadInput("A litigation hold needs the reference of the proceedings.")
    return write_act(ledger, actor, "hold", held, {"record_ids": held, "reference": reference.strip()})


def lift_hold(ledger: Ledger, actor: Actor, hold_id: str) -> Receipt:
    """End a litigation hold. Raises Conflict when it does not stand."""

    def check(state: LedgerState) -> None:
        if hold_id not in {one.hold_id for one in state.holds}:
            raise Conflict(f"{hold_id}: no such hold stands.")

    return write_act(ledger, actor, "lift_hold", (), {"hold_id": hold_id}, check)


def held_records(state: LedgerState) -> Collection[str]:
    """Every record that a hold names."""
    return frozenset[str]().union(*(one.record_ids for one in state.holds))
