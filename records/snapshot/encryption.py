"""Snapshots at rest: the keys that encrypt them, and how DuckDB is handed one.

DuckDB encrypts a whole file (AES-256-GCM), its write-ahead log and, when told to, what it spills to disk. It writes
encrypted files through OpenSSL alone, which the httpfs extension brings; that comes as a wheel and is loaded by path, so
nothing is fetched.
"""

import base64
import binascii
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import duckdb

from records.database import open_database
from records.errors import BadInput, StoreUnavailable

# The name that an encrypted snapshot has on its connections, where a plain one has that of its file.
ATTACHED_AS: Final = "snapshot"
_KEY_BYTES: Final = 32
# The header of a DuckDB file: checksum (8 bytes), DUCK, version (8 bytes), flags, whose lowest bit says "encrypted".
_MAGIC: Final = slice(8, 12)
_FLAGS: Final = 20


class SnapshotLocked(StoreUnavailable):
    """The snapshot cannot be opened with the keys at hand; building anew would lose the ids of people."""

    title = "The data is locked"


@dataclass(frozen=True, slots=True)
class SnapshotKeys:
    """The keys (base64 of 32 bytes) of a store's snapshots: the first encrypts new ones, each opens what it encrypted.

    Without keys snapshots are plain files.
    """

    keys: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_file(cls, path: Path) -> "SnapshotKeys":
        """The keys in ``path``, one a line, the present one first.

        Raises BadInput when the file cannot be read, is open to others than its owner and group, or holds something else.
        """
        try:
            lines = path.read_text(encoding="ascii").split()
            shared = path.stat().st_mode & 0o007
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{path}: the snapshot keys cannot be read ({type(error).__name__}).") from error
        if shared:
            raise BadInput(f"{path}: everybody on this host may use the snapshot keys; chmod 600 the file.")
        for number, line in enumerate(lines, start=1):
            try:
                size = len(base64.b64decode(line, validate=True))
            except binascii.Error:
                size = 0
            if size != _KEY_BYTES:
                raise BadInput(
                    f"{path}, line {number}: not a key; write base64 of 32 random bytes (openssl rand -base64 32)."
                )
        if not lines:
            raise BadInput(f"{path}: holds no key; write one a line (openssl rand -base64 32 > {path.name}).")
        return cls(tuple(lines))


def is_encrypted(path: Path) -> bool:
    """Whether the DuckDB file says in its header that it is encrypted."""
    with path.open("rb") as file:
        header = file.read(_FLAGS + 1)
    return header[_MAGIC] == b"DUCK" and len(header) > _FLAGS and bool(header[_FLAGS] & 1)


def open_with_key(path: Path, key: str, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection whose default database is the encrypted file. Raises ``duckdb.Error`` when the key does not fit."""
    connection = open_database()
    try:
        connection.execute(f"LOAD '{_quoted(_extension())}'")
        connection.execute("SET temp_file_encryption = true")
        options = f"ENCRYPTION_KEY '{key}'" + (", READ_ONLY" if read_only else "")
        connection.execute(f"ATTACH '{_quoted(path)}' AS {ATTACHED_AS} ({options})")
        connection.execute(f"USE {ATTACHED_AS}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_by_some_key(path: Path, keys: SnapshotKeys) -> duckdb.DuckDBPyConnection:
    """The encrypted file, read-only. Raises SnapshotLocked when there is no key, or none that fits."""
    if not keys.keys:
        raise SnapshotLocked(
            f"{path.name}: the snapshot is encrypted and no key is set; name the file with its key in snapshot_key_file"
        )
    for key in keys.keys:
        try:
            return open_with_key(path, key, read_only=True)
        except duckdb.InvalidInputException:
            continue  # DuckDB's word for a key that does not fit
    raise SnapshotLocked(
        f"{path.name}: none of the {len(keys.keys)} keys in snapshot_key_file opens the snapshot; "
        "put the key that it was built with on a line of its own"
    )


def _extension() -> Path:
    wheel = find_spec("duckdb_extension_httpfs")
    folder = (
        Path(wheel.origin).parent if wheel is not None and wheel.origin else Path("duckdb_extension_httpfs")
    )
    path = folder / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    if not path.is_file():
        raise BadInput(
            f"{path}: encryption needs this extension of DuckDB {duckdb.__version__}; "
            f"install duckdb-extension-httpfs=={duckdb.__version__}."
        )
    return path


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
