"""Rows of the ledger's tables as values."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from records.errors import LedgerUnavailable
from records.ledger.entry import Entry, LoggedEntry, alert_kinds, instant_of
from records.ledger.head import SignedHead
from records.ledger.tables import FACTS, NODE


def logged_entry(row: Row[Any]) -> LoggedEntry:
    """The entry of a row of ``ledger_entry`` with its payload's ``body``; blank where that is."""
    facts = {name: getattr(row, name) for name in FACTS}
    if row.body is None:
        return LoggedEntry(row.sequence, instant_of(row.at), Entry(**facts), erased=True)
    try:
        payload = json.loads(row.body)
        entry = Entry(
            **facts,
            reason=payload["reason"],
            case_reference=payload["case_reference"],
            subjects=tuple(payload["subjects"]),
            details=payload["details"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerUnavailable(
            f"Entry {row.sequence} of the ledger cannot be read; run `mashlink ledger verify`."
        ) from error
    return LoggedEntry(row.sequence, instant_of(row.at), entry)


def indexed_of(sequence: int, body: str) -> tuple[set[str], set[str]]:
    """The record ids and the kinds of alert that a payload says, and that its indexes must say too."""
    try:
        payload = json.loads(body)
        return set(payload["subjects"]), alert_kinds(payload["details"])
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerUnavailable(
            f"Entry {sequence} of the ledger cannot be read; run `mashlink ledger verify`."
        ) from error


def nodes_of(connection: Connection, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The hashes stored for these (level, position)s; raises LedgerUnavailable when one is gone."""
    if not places:
        return {}
    # One index search a place: a list of pairs after IN makes SQLite read the whole table, at every append.
    at_places = or_(*(and_(NODE.c.level == level, NODE.c.position == position) for level, position in places))
    rows = connection.execute(select(NODE.c.level, NODE.c.position, NODE.c.hash).where(at_places))
    found = {(row.level, row.position): row.hash for row in rows}
    if len(found) < len(places):
        raise LedgerUnavailable("The ledger's tree is incomplete; run `mashlink ledger verify`.")
    return found


def signed_head(row: Row[Any]) -> SignedHead:
    """The head of a row of ``ledger_head``."""
    return SignedHead(row.tree_size, row.root_hash.hex(), row.signed_at, row.key_id, row.signature.hex())
