"""Signed tree heads: what the ledger was at a size, vouched for by the store's key."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.errors import BadInput
from records.ledger.entry import canonical
from records.ledger.keys import key_id, write_atomically

HEAD_FILE = "head.json"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """Size and root (hex) of the tree, when it was signed, by which key; a partner hub can keep it as a witness."""

    tree_size: int
    root_hash: str
    signed_at: str
    key_id: str
    signature: str

    def holds(self, public_key: Ed25519PublicKey) -> bool:
        """Whether the signature is the key's own, over these very values."""
        try:
            public_key.verify(
                bytes.fromhex(self.signature), _signed_bytes(self.tree_size, self.root_hash, self.signed_at)
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_json(self) -> str:
        """The head as one line of JSON, to hand to a witness."""
        return canonical(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "SignedHead":
        """The head that ``as_json`` wrote; raises BadInput when it is something else."""
        try:
            value = json.loads(text)
            return cls(
                tree_size=int(value["tree_size"]),
                root_hash=str(value["root_hash"]),
                signed_at=str(value["signed_at"]),
                key_id=str(value["key_id"]),
                signature=str(value["signature"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"This is not a signed head of a ledger: {error!r}.") from error


def sign(key: Ed25519PrivateKey, tree_size: int, root: bytes, signed_at: str) -> SignedHead:
    """Sign a head of the tree."""
    signature = key.sign(_signed_bytes(tree_size, root.hex(), signed_at))
    return SignedHead(tree_size, root.hex(), signed_at, key_id(key.public_key()), signature.hex())


def keep_outside(folder: Path, head: SignedHead) -> None:
    """Keep the latest head in a file beside the database's own copy; an older one never replaces a newer."""
    lock = os.open(folder / ".head.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / HEAD_FILE
        if (
            not path.exists()
            or SignedHead.from_json(path.read_text(encoding="utf-8")).tree_size < head.tree_size
        ):
            write_atomically(path, asdict(head))
    finally:
        os.close(lock)


def kept_outside(folder: Path) -> SignedHead | None:
    """The head kept in the file, None when there is no file; raises BadInput when it cannot be read."""
    path = folder / HEAD_FILE
    return SignedHead.from_json(path.read_text(encoding="utf-8")) if path.exists() else None


def _signed_bytes(tree_size: int, root_hash: str, signed_at: str) -> bytes:
    return canonical({"tree_size": tree_size, "root_hash": root_hash, "signed_at": signed_at}).encode()
