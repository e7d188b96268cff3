"""The keys of a store: files that only their owner may read, made on first use."""

import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.errors import LedgerUnavailable

SIGNING_KEY = "ledger-signing.key"
# A key that is to take over lies here until the entry that says so is written.
NEXT_SIGNING_KEY = "ledger-signing.next.key"


def secret_file(folder: Path, name: str, size: int) -> bytes:
    """The ``size`` random bytes kept in ``folder/name``, readable by the owner alone; made when not there.

    Raises LedgerUnavailable when the file cannot be read or made, or has another size.
    """
    path = folder / name
    try:
        if not path.exists():
            _create_once(path, secrets.token_bytes(size))
        value = path.read_bytes()
    except OSError as error:
        raise LedgerUnavailable(f"{path}: the key cannot be read or made ({error.strerror}).") from error
    if len(value) != size:
        raise LedgerUnavailable(
            f"{path}: the key has {len(value)} bytes instead of {size}; restore it from a backup."
        )
    return value


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """The store's Ed25519 key, by which each tree head is signed."""
    return Ed25519PrivateKey.from_private_bytes(secret_file(folder, SIGNING_KEY, 32))


def next_signing_key(folder: Path) -> Ed25519PrivateKey:
    """The key that is to take over, made when there is none; one that was left behind unused is taken."""
    return Ed25519PrivateKey.from_private_bytes(secret_file(folder, NEXT_SIGNING_KEY, 32))


def take_over(folder: Path) -> None:
    """Put the next key in the place of the present one; the old one is gone after it. Raises OSError."""
    (folder / NEXT_SIGNING_KEY).replace(folder / SIGNING_KEY)


def signing_key_named(folder: Path, name: str) -> Ed25519PrivateKey:
    """The store's key, as the last head names it.

    Where a change of key was written down and the process ended before the files told, they are made to tell. Where
    none of them has that name it is the present one: whoever asks refuses it.
    """
    if (folder / NEXT_SIGNING_KEY).exists():
        following = next_signing_key(folder)
        if key_id(following.public_key()) == name:
            take_over(folder)
            return following
    return signing_key(folder)


def key_id(public_key: Ed25519PublicKey) -> str:
    """A short name for a public key: the beginning of its SHA-256."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def write_atomically(path: Path, value: object) -> None:
    """Write ``value`` as JSON so that a reader, or a crash, meets either the old file or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(value, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _create_once(path: Path, value: bytes) -> None:
    """Make the file complete under another name and link it, so that of two first users one wins whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()
