"""A store on disk: published snapshots, the one that serves, and the build under way.

Layout: ``CURRENT`` (first line: the snapshot's id; second line: its size in bytes), ``snapshots/<id>.duckdb``,
``snapshots/<id>.duckdb.partial`` while it is built, ``….spill`` what a process's queries could not hold in memory,
``build.lock``. A snapshot is reached through ``CURRENT`` alone,
so whatever else lies in ``snapshots`` after a crash is no part of the store; the next build removes it.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb

from records.errors import Conflict, StoreUnavailable
from records.snapshot.encryption import SnapshotKeys, SnapshotLocked, is_encrypted, open_with_key
from records.snapshot.opening import (
    SPILL_ENDING,
    connect_new,
    missing_tables,
    open_published,
    open_to_serve,
)
from records.snapshot.schema import INDEXED, create_index, drop_index

# The serving snapshot and the one before it, for readers that still hold it and for going back by hand.
_KEPT: Final = 2
# What a build takes over from the last snapshot, whichever version made it: ids of people and households. Other tables may be
# new since; to refuse the snapshot for them would have an upgrade begin with new ids.
_HANDED_ON: Final = ("build", "household_spell", "identity")
NO_KEYS: Final = SnapshotKeys()
_ID: Final = re.compile(r"\d{6,}")


class Store:
    """The directory that holds snapshots, calibration, ledger and keys of one hub."""

    def __init__(self, path: Path, keys: SnapshotKeys = NO_KEYS) -> None:
        """The store in ``path``; ``keys`` encrypt its snapshots, and without them they are plain files."""
        self.path = path
        self.snapshot_keys = keys

    @property
    def calibration_path(self) -> Path:
        """Where the calibration of this store lies, once there is one."""
        return self.path / "calibration.json"

    @property
    def ledger_path(self) -> Path:
        """Where the ledger lies when it is an SQLite file."""
        return self.path / "ledger.sqlite"

    @property
    def keys_path(self) -> Path:
        """The directory of the keys that sign and hide."""
        return self.path / "keys"

    @property
    def snapshots_path(self) -> Path:
        """The directory of the snapshot files."""
        return self.path / "snapshots"

    def current_id(self) -> str:
        """The id of the snapshot that serves: a publication number that says nothing of its content.

        Raises ``StoreUnavailable`` when none was published.
        """
        return self._read_current()[0]

    def current_path(self) -> Path:
        """The file of the snapshot that serves. Raises ``StoreUnavailable`` when there is none, or it was cut."""
        snapshot_id, size = self._read_current()
        path = self.file_of(snapshot_id)
        if not path.is_file():
            raise StoreUnavailable(f"{path.name}: CURRENT names it, but it is gone; run mashlink build again")
        if path.stat().st_size != size:
            raise StoreUnavailable(
                f"{path.name}: the snapshot was changed after it was published; run mashlink build again"
            )
        return path

    def open_current(self) -> duckdb.DuckDBPyConnection:
        """The snapshot that serves, read-only.

        Raises ``StoreUnavailable`` when there is none or it is damaged, ``SnapshotLocked`` when the keys do not fit it.
        """
        return open_to_serve(self.current_path(), self.snapshot_keys)

    def open_at(self, path: Path) -> duckdb.DuckDBPyConnection:
        """A published snapshot of this store, read-only; raises as ``open_current``."""
        return open_to_serve(path, self.snapshot_keys)

    def paths_before_current(self) -> list[Path]:
        """Snapshots that were published before the one that ``CURRENT`` names and are still there, newest first.

        Raises ``StoreUnavailable`` when ``CURRENT`` names none.
        """
        serving = int(self.current_id())
        found = {int(path.stem): path for path in self.published_paths() if int(path.stem) < serving}
        return [found[number] for number in sorted(found, reverse=True)]

    def published_paths(self) -> list[Path]:
        """The files of finished snapshots."""
        return [path for path in self.snapshots_path.glob("*.duckdb") if _ID.fullmatch(path.stem)]

    def begin_build(self) -> "SnapshotBuild":
        """A new snapshot to fill, as a context manager. Entering raises ``Conflict`` while another build runs."""
        return SnapshotBuild(self)

    def _read_current(self) -> tuple[str, int]:
        try:
            lines = (self.path / "CURRENT").read_text(encoding="ascii").split()
        except FileNotFoundError:
            raise StoreUnavailable(
                f"{self.path}: nothing has been built here yet; run mashlink build"
            ) from None
        except (OSError, UnicodeDecodeError):
            lines = []
        if len(lines) != 2 or not _ID.fullmatch(lines[0]) or not lines[1].isdigit():
            raise StoreUnavailable(
                f"{self.path / 'CURRENT'}: does not name a snapshot; run mashlink build again"
            )
        return lines[0], int(lines[1])

    def file_of(self, snapshot_id: str) -> Path:
        """Where the snapshot with this id lies."""
        return self.snapshots_path / f"{snapshot_id}.duckdb"


class SnapshotBuild:
    """A snapshot being built. It becomes the serving one by ``publish``, or leaves no trace.

    ``connection`` writes the new file; ``build_number`` counts a store's published builds from 1; ``previous_path``
    is the snapshot that served before, None for the first build. ``forgets_previous``: publishing removes the former
    snapshots, because they hold what was erased since.
    """

    connection: duckdb.DuckDBPyConnection
    build_number: int
    previous_path: Path | None
    forgets_previous: bool

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_published = False
        self.forgets_previous = False

    @property
    def snapshot_id(self) -> str:
        """The id the snapshot is published under."""
        return f"{self.build_number:06d}"

    @property
    def _partial(self) -> Path:
        return self._store.snapshots_path / f"{self.snapshot_id}.duckdb.partial"

    def __enter__(self) -> Self:
        # Its owner's alone: whatever the files in it and what is spilled beside them are made with, nobody else gets there.
        self._store.snapshots_path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(self._store.path / "build.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take_lock()
            serving = self._serving_number()
            self.previous_path = self._previous(serving)
            self.build_number = serving + 1
            self._remove_all_but({self.previous_path, self._store.file_of(f"{serving:06d}")})
            self.connection = connect_new(self._partial, self._store.snapshot_keys)
        except BaseException:
            os.close(self._lock)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(duckdb.Error):
            self.connection.close()
        if not self._is_published:
            _remove(self._partial)
            _remove(self._partial.with_name(self._partial.name + ".wal"))
        os.close(self._lock)

    def start_from_previous(
        self, tables: Collection[str], fits: Callable[[duckdb.DuckDBPyConnection], bool]
    ) -> bool:
        """Begin with ``tables`` as the previous snapshot holds them, where there is one that ``fits``; says whether.

        The file is copied whole and other tables are dropped: copying tables one by one costs five times as much at a
        million records. Until it is written over, the room they took still holds what was there. To be called before
        anything is written; ``connection`` is another one afterwards.
        """
        keys = self._store.snapshot_keys
        if self.previous_path is None or not _is_encrypted_alike(self.previous_path, keys):
            return False
        with open_published(self.previous_path, keys, _HANDED_ON) as previous:
            if missing_tables(previous) or not fits(previous):
                return False
        self.connection.close()
        shutil.copyfile(self.previous_path, self._partial)
        self.connection = connect_new(self._partial, keys)
        # A carried table is written to first, and indexed again when everything is in it.
        for table, column in INDEXED:
            self.connection.execute(drop_index(table, column))
        found = self.connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY table_name"
        ).fetchall()
        for (name,) in found:
            if name not in tables:
                self.connection.execute(f'DROP TABLE "{name}"')
        self.connection.execute("CHECKPOINT")
        return True

    def publish(self) -> None:
        """Index and check the finished snapshot and let it serve. Killed at any instant, the former one serves on.

        Raises ``StoreUnavailable`` when a table is missing; nothing is then published. ``connection`` is closed.
        """
        missing = missing_tables(self.connection)
        if missing:
            raise StoreUnavailable(
                f"the build left out the tables {', '.join(missing)}; nothing was published"
            )
        for table, column in INDEXED:
            self.connection.execute(create_index(table, column))
        self.connection.execute("CHECKPOINT")
        self.connection.close()
        _sync(self._partial)
        open_published(self._partial, self._store.snapshot_keys).close()
        final = self._store.file_of(self.snapshot_id)
        self._partial.rename(final)
        _sync(final.parent)
        current, new = self._store.path / "CURRENT", self._store.path / "CURRENT.tmp"
        new.write_text(f"{self.snapshot_id}\n{final.stat().st_size}\n", encoding="ascii")
        _sync(new)
        new.rename(current)
        _sync(current.parent)
        self._is_published = True
        kept_count = 1 if self.forgets_previous else _KEPT
        kept = sorted(self._store.published_paths(), key=lambda path: int(path.stem))[-kept_count:]
        self._remove_all_but({*kept})

    def _take_lock(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"{self._store.path}: another build is running here; wait until it has ended"
            ) from None

    def _serving_number(self) -> int:
        """The number of the serving snapshot; 0 before the first build."""
        try:
            return int(self._store.current_id())
        except StoreUnavailable:
            if not (self._store.path / "CURRENT").exists():
                return 0
            return max((int(path.stem) for path in self._store.published_paths()), default=0)

    def _previous(self, serving: int) -> Path | None:
        """The serving snapshot, or the newest older one that opens where that is damaged."""
        if serving == 0:
            return None
        older = [path for path in self._store.published_paths() if int(path.stem) <= serving]
        for path in sorted(older, key=lambda one: int(one.stem), reverse=True):
            try:
                open_published(path, self._store.snapshot_keys, _HANDED_ON).close()
            except SnapshotLocked:
                raise  # with its key it opens: to begin anew would lose the ids of people
            except StoreUnavailable:
                continue
            return path
        raise StoreUnavailable(
            f"{self._store.path}: no snapshot here opens, so person ids cannot be carried forward; put a good copy "
            "back, or remove CURRENT to begin anew with new ids"
        )

    def _remove_all_but(self, kept: set[Path | None]) -> None:
        """Empty the snapshots directory of what earlier builds left behind.

        What readers spill goes with the snapshot that they read.
        """
        names = {path.name for path in kept if path is not None}
        for path in self._store.snapshots_path.iterdir():
            read = path.name.rsplit(".", 2)[0] if path.name.endswith(SPILL_ENDING) else path.name
            if read not in names:
                _remove(path)


def _is_encrypted_alike(path: Path, keys: SnapshotKeys) -> bool:
    """Whether the file is as a new one would be: plain without keys, by the present key with them."""
    if not keys.keys or not is_encrypted(path):
        return not keys.keys and not is_encrypted(path)
    try:
        open_with_key(path, keys.keys[0], read_only=True).close()
    except duckdb.InvalidInputException:
        return False
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
