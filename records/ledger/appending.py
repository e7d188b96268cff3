"""One step of the tree: what an append reads, writes and signs, inside its one transaction."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, func, insert, select

from records.errors import BadInput, LedgerUnavailable
from records.ledger.entry import Entry, alert_kinds, instant_text, leaf_of, payload_digest
from records.ledger.head import SignedHead, kept_outside, sign
from records.ledger.keys import key_id, signing_key_named
from records.ledger.merkle import appended_nodes, peaks, root_hash
from records.ledger.stored import nodes_of, signed_head
from records.ledger.tables import ALERT, ENTRY, FACTS, HEAD, NODE, PAYLOAD, SUBJECT

_LAST_ENTRY: Final = select(func.coalesce(func.max(ENTRY.c.sequence), 0))
_LAST_HEAD: Final = select(HEAD).order_by(HEAD.c.tree_size.desc()).limit(1)
_ADD_ENTRY: Final = insert(ENTRY)
_ADD_PAYLOAD: Final = insert(PAYLOAD)
_ADD_SUBJECTS: Final = insert(SUBJECT)
_ADD_ALERTS: Final = insert(ALERT)
_ADD_NODES: Final = insert(NODE)
_ADD_HEAD: Final = insert(HEAD)


def last_head(connection: Connection) -> SignedHead | None:
    """The newest signed head; None before the first entry."""
    row = connection.execute(_LAST_HEAD).first()
    return None if row is None else signed_head(row)


def ready_to_grow(
    connection: Connection, keys: Path, key: Ed25519PrivateKey
) -> tuple[int, Ed25519PrivateKey]:
    """Entries in a ledger that may take another, and the key that signs it: ``key``, or the one that took over from it.

    Growing a ledger that was cut back, or under a key made anew, would overwrite the proof of what was. Raises
    LedgerUnavailable when the entries end before or behind the last head, when they are not all that the head kept outside
    vouches for, or when another key signed them.
    """
    size: int = connection.execute(_LAST_ENTRY).scalar_one()
    head = last_head(connection)
    if size != (head.tree_size if head else 0):
        raise LedgerUnavailable(
            "The ledger's entries do not end with its last head; run `mashlink ledger verify`."
        )
    _refuse_rollback(connection, keys, head)
    if head is not None and head.key_id != key_id(key.public_key()):
        key = signing_key_named(keys, head.key_id)
    if head is not None and head.key_id != key_id(key.public_key()):
        raise LedgerUnavailable(
            f"The ledger was signed by the key {head.key_id}, which is not the one in {keys}; restore it from a backup."
        )
    return size, key


def _refuse_rollback(connection: Connection, keys: Path, head: SignedHead | None) -> None:
    try:
        kept = kept_outside(keys)
    except (OSError, BadInput) as error:
        raise LedgerUnavailable(
            "The ledger's kept head cannot be read; run `mashlink ledger verify`."
        ) from error
    if kept is None or kept.tree_size == 0:
        return
    root = head.root_hash if head is not None and head.tree_size == kept.tree_size else None
    if root is None:
        found = connection.execute(
            select(HEAD.c.root_hash).where(HEAD.c.tree_size == kept.tree_size)
        ).scalar()
        root = found.hex() if found is not None else None
    if root != kept.root_hash:
        raise LedgerUnavailable(
            f"The ledger does not hold the {kept.tree_size} entries that its kept head vouches for; "
            "run `mashlink ledger verify` and restore it from a backup."
        )


def write_entry(
    connection: Connection, key: Ed25519PrivateKey, size: int, at: datetime, entry_and_body: tuple[Entry, str]
) -> SignedHead:
    """Write the entry after ``size`` others, with its payload, indexes, tree nodes and signed head."""
    entry, body = entry_and_body
    sequence, moment, salt = size + 1, instant_text(at), secrets.token_bytes(16)
    facts = {name: getattr(entry, name) for name in FACTS}
    digest = payload_digest(salt, body)
    # The subtrees that make up the tree so far are all that the new ones, and the new root, are made of.
    nodes = nodes_of(connection, peaks(size))
    added = appended_nodes(size, leaf_of(sequence, moment, facts, digest), lambda *place: nodes[place])
    nodes.update({(level, position): value for level, position, value in added})
    head = sign(key, sequence, root_hash(sequence, lambda *place: nodes[place]), moment)
    connection.execute(_ADD_ENTRY, {"sequence": sequence, "at": moment, "payload_digest": digest, **facts})
    connection.execute(_ADD_PAYLOAD, {"sequence": sequence, "salt": salt, "body": body})
    subjects = [{"record_id": subject, "sequence": sequence} for subject in sorted(set(entry.subjects))]
    if subjects:
        connection.execute(_ADD_SUBJECTS, subjects)
    alerts = [{"kind": kind, "sequence": sequence} for kind in sorted(alert_kinds(entry.details))]
    if alerts:
        connection.execute(_ADD_ALERTS, alerts)
    connection.execute(
        _ADD_NODES,
        [{"level": level, "position": position, "hash": value} for level, position, value in added],
    )
    connection.execute(
        _ADD_HEAD,
        {
            "tree_size": sequence,
            "root_hash": bytes.fromhex(head.root_hash),
            "signed_at": head.signed_at,
            "key_id": head.key_id,
            "signature": bytes.fromhex(head.signature),
        },
    )
    return head
