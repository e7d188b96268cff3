"""The current snapshot, shared by the readers of one process and let go when the last of them is done."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

import duckdb

from access.person.remembered import RememberedPeople
from access.scope.erased import left_out_of
from graph import StandingGraph
from records.erasure import EMPTIED_COLUMNS, ErasedRows, ErasureKey
from records.errors import StoreUnavailable
from records.ledger import Erasure
from records.scope import Scope
from records.snapshot import LeftOut, RemainingSnapshot, SnapshotLocked, Store, cursor_on

LOG: Final = logging.getLogger("mashlink.access")
# A join hands what it learns of one side to the scan of the other, which then walks the whole table where an index would
# have found the few rows that were asked for: twenty times as dear on a page, and of no use to it.
_FIND_BY_INDEX: Final = "SET disabled_optimizers = 'join_filter_pushdown'"


@dataclass(slots=True)
class OpenSnapshot:
    """A snapshot open for reading: its connection, the hub and the as-of date of its build.

    ``erasures``: how many of the ledger's erasures its build carried out. ``left_out``: what was erased since.
    ``people``: those whom reads of it found. ``name_shares``: of family names that were asked for, their share of all records.
    """

    path: Path
    connection: duckdb.DuckDBPyConnection
    hub: str
    as_of: date
    erasures: int
    remain: Callable[[], RemainingSnapshot]
    loads_beside: bool = False
    readers: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)
    people: RememberedPeople = field(default_factory=RememberedPeople)
    name_shares: dict[str, float] = field(default_factory=dict)
    _graphs: dict[str, StandingGraph] = field(default_factory=dict)
    _loading: Lock = field(default_factory=Lock)
    _remaining: RemainingSnapshot | None = None
    _seen: tuple[Erasure, ...] = ()

    def cursor(
        self, erasures: tuple[Erasure, ...], key: Callable[[], ErasureKey]
    ) -> duckdb.DuckDBPyConnection:
        """A cursor for one read, on which nothing is there that the ledger erased; worked out once for each new erasure."""
        if len(erasures) > self.erasures:
            with self._loading:
                if self._seen is not erasures:
                    self._leave_out(ErasedRows.of(erasures, key()))
                    self._seen = erasures
        return self._cursor()

    def standing_graph(self, scope: Scope) -> StandingGraph | None:
        """The graph of a standing scope, which its readers share; None for a scope formed on demand."""
        if not scope.standing:
            return None
        with self._loading:
            if scope.name not in self._graphs:
                self._graphs[scope.name] = StandingGraph(self._cursor, scope, loads_beside=self.loads_beside)
            return self._graphs[scope.name]

    def close(self) -> None:
        """Let the file go."""
        for graph in self._graphs.values():
            graph.give_up()
        self.connection.close()
        if self._remaining is not None:
            self._remaining.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return cursor_on(self.connection if self._remaining is None else self._remaining.connection)

    def _leave_out(self, erased: ErasedRows | None) -> None:
        with closing(cursor_on(self.connection)) as connection:
            self.left_out = left_out_of(connection, erased)
        remaining = self._remaining or self.remain()
        remaining.leave_out(self.left_out)
        self._remaining = remaining
        self._graphs.clear()


class Snapshots:
    """Hands out the snapshot that ``CURRENT`` names. Safe to share between threads."""

    def __init__(
        self, store: Store, memory_gb: float = 2.0, threads: int = 2, *, loads_beside: bool = False
    ) -> None:
        """``memory_gb``: what all queries on one snapshot may hold together before they spill to disk; ``threads``: what one runs on.

        ``loads_beside``: as for ``StandingGraph``.
        """
        self._store = store
        self._memory_gb = memory_gb
        self._threads = threads
        self._loads_beside = loads_beside
        self._lock = Lock()
        self._current: OpenSnapshot | None = None
        self._refused: str | None = None

    @contextmanager
    def current(self) -> Iterator[OpenSnapshot]:
        """The current snapshot for one read; it stays the same throughout, even when a newer one appears.

        Where the published one is damaged, the one before it serves on. Raises StoreUnavailable when none opens.
        """
        snapshot = self._taken()
        try:
            yield snapshot
        finally:
            with self._lock:
                snapshot.readers -= 1
                self._close_if_done(snapshot)

    def close(self) -> None:
        """Close the snapshot; a reader still under way keeps it until it is done."""
        with self._lock:
            snapshot, self._current = self._current, None
            if snapshot is not None:
                self._close_if_done(snapshot)

    def _taken(self) -> OpenSnapshot:
        with self._lock:
            try:
                path, held = self._store.current_path(), self._current
                found = held if held is not None and held.path == path else self._opened(path)
            except StoreUnavailable as refused:
                found = self._instead_of(refused)
            if found is not self._current:
                outdated, self._current = self._current, found
                if outdated is not None:
                    self._close_if_done(outdated)
            found.readers += 1
            return found

    def _instead_of(self, refused: StoreUnavailable) -> OpenSnapshot:
        """What serves while the published snapshot cannot: the one at hand, else the newest before it that opens.

        What was erased since stays erased: readers are not shown it, whichever snapshot serves. Raises StoreUnavailable
        where none is published: whoever took CURRENT away meant that nothing serves.
        """
        self._store.current_id()
        found = self._current
        # A key that does not fit is no damage: whoever set it meant what they set.
        older = () if found or isinstance(refused, SnapshotLocked) else self._store.paths_before_current()
        for path in older:
            with suppress(StoreUnavailable):
                found = self._opened(path)
                break
        if found is None:
            raise refused
        if str(refused) != self._refused:
            LOG.error("The published snapshot is refused, the one before it serves on: %s", refused)
            self._refused = str(refused)
        return found

    def _opened(self, path: Path) -> OpenSnapshot:
        connection = self._store.open_at(path)
        connection.execute(f"SET memory_limit = '{self._memory_gb:g}GB'")
        connection.execute(f"SET threads = {int(self._threads)}")
        connection.execute(_FIND_BY_INDEX)
        # Snapshots of an earlier version do not count erasures.
        counted = connection.execute(
            "SELECT 1 FROM duckdb_columns() WHERE table_name = 'build' AND column_name = 'erasures'"
        ).fetchall()
        erasures = "coalesce(erasures, 0)" if counted else "0"
        row = connection.execute(f"SELECT hub, as_of, {erasures} FROM build").fetchone()
        if row is None:
            connection.close()
            raise StoreUnavailable(f"{path}: the snapshot does not say what it is; build again.")
        hub, as_of, carried_out = row
        remain = partial(self._remaining, path)
        return OpenSnapshot(path, connection, hub, as_of, carried_out, remain, self._loads_beside)

    def _remaining(self, path: Path) -> RemainingSnapshot:
        remaining = RemainingSnapshot(path, self._store.snapshot_keys, EMPTIED_COLUMNS)
        remaining.connection.execute(f"SET memory_limit = '{self._memory_gb:g}GB'")
        remaining.connection.execute(_FIND_BY_INDEX)
        return remaining

    def _close_if_done(self, snapshot: OpenSnapshot) -> None:
        if snapshot.readers == 0 and snapshot is not self._current:
            snapshot.close()
