"""Changes of the key that signs the ledger: each an entry signed by both, so that what the old key signed still verifies.

The old key signs the new one's public half together with the last head that it signed; the head over the entry that says so
is the new key's first. So whoever trusts either key can follow to the other, forwards and back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, select

from records.errors import LedgerUnavailable
from records.ledger.entry import canonical
from records.ledger.head import SignedHead
from records.ledger.stored import logged_entry
from records.ledger.tables import ENTRY, PAYLOAD

CHANGE_KEY: Final = "change_key"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """From the entry after ``tree_size`` on, ``new_key`` signs; ``old_key`` says so. Keys, root and signature in hexadecimal."""

    tree_size: int
    root_hash: str
    old_key: str
    new_key: str
    signature: str

    @classmethod
    def between(cls, old: Ed25519PrivateKey, new: Ed25519PublicKey, last: SignedHead) -> Self:
        """The change from one key to another after the head that the old one signed last."""
        told = cls(last.tree_size, last.root_hash, _hex(old.public_key()), _hex(new), "")
        return cls(told.tree_size, told.root_hash, told.old_key, told.new_key, old.sign(told._signed()).hex())

    @classmethod
    def of(cls, details: Mapping[str, Any]) -> Self:
        """The change that an entry's details, or a checkpoint, tell. Raises KeyError, ValueError or TypeError for others."""
        return cls(
            int(details["tree_size"]),
            *(str(details[name]) for name in ("root_hash", "old_key", "new_key", "signature")),
        )

    @property
    def sequence(self) -> int:
        """The entry that is the change, and the first size whose head the new key signed."""
        return self.tree_size + 1

    def told(self) -> dict[str, Any]:
        """As an entry's details."""
        return asdict(self)

    def holds(self) -> bool:
        """Whether the old key signed this very change."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.old_key))
            key.verify(bytes.fromhex(self.signature), self._signed())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _signed(self) -> bytes:
        told = {"change_key": self.new_key, "tree_size": self.tree_size, "root_hash": self.root_hash}
        return canonical(told).encode()


def leads(old_key: str, new_key: str, changes: Iterable[KeyChange]) -> bool:
    """Whether these changes lead from one public key to another, each signed by the key before it."""
    key = old_key
    for change in sorted(changes, key=lambda one: one.tree_size):
        if change.old_key == key and change.holds():
            key = change.new_key
    return key == new_key


def changes_in(connection: Connection, after: int = 0) -> list[KeyChange]:
    """The changes that the entries after ``after`` tell, in their order. Raises LedgerUnavailable where one cannot be read."""
    statement = (
        select(ENTRY, PAYLOAD.c.body)
        .join(PAYLOAD, PAYLOAD.c.sequence == ENTRY.c.sequence)
        .where(ENTRY.c.act == CHANGE_KEY, ENTRY.c.sequence > after)
        .order_by(ENTRY.c.sequence)
    )
    found = []
    for row in connection.execute(statement):
        try:
            change = KeyChange.of(logged_entry(row).entry.details)
        except (KeyError, ValueError, TypeError):
            change = None
        if change is None or change.sequence != row.sequence:
            raise LedgerUnavailable(
                f"Entry {row.sequence} of the ledger does not say which key took over; restore it from a backup."
            )
        found.append(change)
    return found


class KeysInTurn:
    """Which key signed the head of each size: the present one, and before each change that it vouches for the one before."""

    def __init__(self, present: Ed25519PublicKey, changes: Iterable[KeyChange]) -> None:
        self.present_from = 1
        self.broken: list[KeyChange] = []
        self._turns: list[tuple[int, Ed25519PublicKey]] = []
        key = present
        for change in sorted(changes, key=lambda one: -one.tree_size):
            if change.new_key != _hex(key) or not change.holds():
                self.broken.append(change)
                break
            self._turns.append((change.sequence, key))
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(change.old_key))
        self._turns.append((1, key))
        self.present_from = self._turns[0][0]

    def of(self, tree_size: int) -> Ed25519PublicKey:
        """The key that signs a head of that size."""
        return next(key for first, key in self._turns if tree_size >= first or first == 1)


def _hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes_raw().hex()
