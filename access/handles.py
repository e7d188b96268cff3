"""Handles: what readers see in place of ids, different in every namespace, and readable only with the store's key.

A handle is the deterministic authenticated encryption (AES-SIV, RFC 5297) of a record id under the store's key,
with the reader's namespace as associated data. So it needs no index; equal ids give equal handles to the same
readers and unrelated ones to others; a handle of another namespace, or made up, decrypts to nothing. Why this and
not a digest is in ``docs/decisions/0002-handles.md``.
"""

import base64
import binascii
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from records.ledger import secret_file

_KEY_FILE: Final = "handles.key"
# Ids are padded to a multiple of this, so that a handle tells at most in which class of lengths its record's id is.
_BLOCK: Final = 29


class Handles:
    """Makes and reads the handles of one namespace (the readers who share them: a role of a hub, say)."""

    def __init__(self, key: bytes, namespace: str) -> None:
        self._cipher = AESSIV(key)
        self._namespace = namespace

    def of_record(self, record_id: str) -> str:
        """The handle of the person anchored at this record."""
        return "p" + self._seal("person", record_id)

    def record_of(self, handle: str) -> str | None:
        """The record id behind a person's handle, None when it is none of this namespace's."""
        return self._open("person", handle.removeprefix("p")) if handle.startswith("p") else None

    def reference(self, kind: str, value: str) -> str:
        """An opaque name for anything else (an event, an incident, a place), of one kind."""
        return kind[0] + self._seal(kind, value)

    def value_of(self, kind: str, reference: str) -> str | None:
        """What ``reference`` was made of, None when it is none of this kind and namespace."""
        return self._open(kind, reference[1:]) if reference[:1] == kind[0] else None

    def _seal(self, kind: str, value: str) -> str:
        data = value.encode()
        padded = data + b"\x01" + b"\x00" * (-(len(data) + 1) % _BLOCK)
        return (
            base64.b32encode(self._cipher.encrypt(padded, self._bound_to(kind))).decode().rstrip("=").lower()
        )

    def _open(self, kind: str, text: str) -> str | None:
        try:
            sealed = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
            data = self._cipher.decrypt(sealed, self._bound_to(kind)).rstrip(b"\x00")[:-1].decode()
        except (binascii.Error, InvalidTag, ValueError):
            return None
        # Base32 has spare bits, and case: only the one spelling that was handed out counts.
        return data if self._seal(kind, data) == text else None

    def _bound_to(self, kind: str) -> list[bytes]:
        return [kind.encode(), self._namespace.encode()]


def handle_key(keys: Path) -> bytes:
    """The store's key for handles (512 bits, as AES-256-SIV needs), made on first use."""
    return secret_file(keys, _KEY_FILE, 64)
