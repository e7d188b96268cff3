"""Checkpoints: a signed head as it is handed to a partner hub, which keeps it as a witness.

Whoever holds a store, its kept head and its key can write another past. What a partner keeps they cannot reach, so a
rollback or a rewritten entry shows against it; and the proof that comes with each checkpoint (RFC 6962, 2.1.2) shows the
partner that the ledger it saw before is a beginning of the one it sees now, without a single entry leaving the hub.
"""

import json
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from records.errors import BadInput, Conflict
from records.ledger.entry import canonical
from records.ledger.head import SignedHead
from records.ledger.key_changes import KeyChange, leads
from records.ledger.keys import key_id
from records.ledger.merkle import verify_consistency


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A hub's head with the key that signed it (hex), and the proof (hex) that it continues the head of size ``since``.

    ``since`` is 0, and the proof empty, where the checkpoint stands alone. ``key_changes``: those since then.
    """

    hub: str
    head: SignedHead
    public_key: str
    since: int = 0
    proof: tuple[str, ...] = ()
    key_changes: tuple[KeyChange, ...] = ()

    def check(self) -> None:
        """Raise BadInput unless the key is a key, is the one the head names, and signed the head."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
        except ValueError as error:
            raise BadInput(f"The checkpoint of {self.hub} holds no Ed25519 key in hexadecimal.") from error
        if self.head.key_id != key_id(key) or not self.head.holds(key):
            raise BadInput(f"The checkpoint of {self.hub} is not signed by the key it comes with.")

    def check_continues(self, earlier: "Checkpoint") -> None:
        """Compare with what is kept of the same hub.

        Raises Conflict when this ledger is not that one grown on: another key, fewer entries, or another past.
        Raises BadInput when the proof leads from another size than the one kept.
        """
        size, kept = self.head.tree_size, earlier.head.tree_size
        if not leads(earlier.public_key, self.public_key, self.key_changes):
            raise Conflict(
                f"{self.hub} signs with another key than the one kept. Ask its privacy officer by another way why."
            )
        if size < kept:
            raise Conflict(f"{self.hub} shows {size} entries; {kept} are kept. Its ledger was cut back.")
        if size > kept and self.since != kept:
            raise BadInput(f"Ask {self.hub} for a checkpoint with --since {kept}, from what is kept here.")
        try:
            proof = [bytes.fromhex(value) for value in self.proof] if size > kept else []
            roots = bytes.fromhex(earlier.head.root_hash), bytes.fromhex(self.head.root_hash)
        except ValueError as error:
            raise BadInput(f"The checkpoint of {self.hub} holds a hash that is not hexadecimal.") from error
        if not verify_consistency(kept, size, *roots, proof):
            raise Conflict(
                f"The {kept} entries of {self.hub} that are kept here are no beginning of the {size} it shows now: "
                "its past was changed."
            )

    def as_json(self) -> str:
        """The checkpoint as one line of JSON, to hand over."""
        return canonical(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Checkpoint":
        """The checkpoint that ``as_json`` wrote; raises BadInput when it is something else."""
        try:
            value = json.loads(text)
            return cls(
                hub=str(value["hub"]),
                head=SignedHead.from_json(json.dumps(value["head"])),
                public_key=str(value["public_key"]),
                since=int(value["since"]),
                proof=tuple(str(one) for one in value["proof"]),
                key_changes=tuple(KeyChange.of(one) for one in value.get("key_changes", ())),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"This is not a checkpoint of a ledger: {type(error).__name__}.") from error
