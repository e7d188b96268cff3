"""A hub's keys for others: one to sign with, one to agree on the key of a pair with; made on first use, never sent.

The key of a pair and an epoch is HKDF-SHA-256 (RFC 5869) of the X25519 secret (RFC 7748) that either hub works out from
its own private key and the other's public one. So no secret travels, and a token of one epoch, or of another pair,
compares with none of this.
"""

import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from records.errors import BadInput
from records.ledger import Partner, secret_file

_SIGNING_FILE: Final = "exchange-signing.key"
_AGREEMENT_FILE: Final = "exchange-agreement.key"
_OPAQUE_FILE: Final = "exchange-opaque.key"
_PURPOSE: Final = b"mashlink exchange tokens v1"


class ExchangeKeys:
    """The three keys of one hub."""

    def __init__(self, folder: Path, hub: str) -> None:
        self.hub = hub
        self._signing = Ed25519PrivateKey.from_private_bytes(secret_file(folder, _SIGNING_FILE, 32))
        self._agreement = X25519PrivateKey.from_private_bytes(secret_file(folder, _AGREEMENT_FILE, 32))
        self._opaque = secret_file(folder, _OPAQUE_FILE, 32)

    def card(self, name: str, address: str, contact: str) -> Partner:
        """What a partner needs to know of this hub; nothing in it is secret."""
        return Partner(
            hub=self.hub,
            name=name,
            address=address,
            contact=contact,
            signing_key=self._signing.public_key().public_bytes_raw().hex(),
            agreement_key=self._agreement.public_key().public_bytes_raw().hex(),
        )

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of some bytes."""
        return self._signing.sign(message)

    def pair_key(self, partner: Partner, epoch: str) -> bytes:
        """The 32 bytes under which this hub and a partner make tokens in an epoch. Raises BadInput for a key that is none."""
        return pair_key(self._agreement, self.hub, partner, epoch)

    def opaque(self, *parts: str) -> str:
        """A name that nobody else can make or read: 32 hexadecimal digits of a keyed digest."""
        return hmac.digest(self._opaque, "\x1f".join(parts).encode(), hashlib.sha256)[:16].hex()


def pair_key(own: X25519PrivateKey, hub: str, partner: Partner, epoch: str) -> bytes:
    """The key of a pair and an epoch: salt is the epoch, info names the protocol and both hubs in order."""
    try:
        secret = own.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(partner.agreement_key)))
    except ValueError as error:
        raise BadInput(f"The card of {partner.hub} holds no usable X25519 key.") from error
    info = b"\x1f".join([_PURPOSE, *(one.encode() for one in sorted((hub, partner.hub)))])
    return HKDF(hashes.SHA256(), length=32, salt=epoch.encode(), info=info).derive(secret)


def fingerprint(partner: Partner) -> str:
    """What two people read to each other over the telephone before they keep each other's cards: six groups of digits."""
    told = "\x1f".join((partner.hub, partner.signing_key, partner.agreement_key)).encode()
    number = int.from_bytes(hashlib.sha256(told).digest()[:13], "big") % 10**30
    return " ".join(f"{number:030d}"[at : at + 5] for at in range(0, 30, 5))


def epoch_of(at: datetime) -> str:
    """The epoch of a time: its month in UTC."""
    return f"{at:%Y-%m}"
