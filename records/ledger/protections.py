"""What keeps people apart, or unknown, as the ledger's state holds it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seal:
    """Two sets of records that must never join; the protected side is, to all but the keeper, as not there."""

    seal_id: str
    protected_record_ids: frozenset[str]
    other_record_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class HideOrder:
    """Records whom lookups from outside ``named_actors`` answer as unknown."""

    order_id: str
    record_ids: frozenset[str]
    named_actors: frozenset[str]
