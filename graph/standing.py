"""The graph of a standing scope for all its readers: whole once it was read, until then near what they ask about."""

from collections.abc import Callable, Collection
from contextlib import closing, suppress
from threading import Lock, Thread
from typing import Final

import duckdb

from graph.adjacency import Adjacency
from graph.near import MOST_HOPS_NEAR, near
from records.scope import Scope

# So many answers from near take as long as to read the whole, which gives all that follow at once.
_MOST_NEAR: Final = 25


class StandingGraph:
    """Reads the whole graph once, for whoever first needs it; safe to share between threads.

    With ``loads_beside``, for a service, it is also read in a thread of its own as soon as anybody asks for what is near.
    """

    def __init__(
        self,
        open_cursor: Callable[[], duckdb.DuckDBPyConnection],
        scope: Scope,
        *,
        loads_beside: bool = False,
    ) -> None:
        """``open_cursor`` gives a connection of its own to the snapshot."""
        self._open_cursor = open_cursor
        self._scope = scope
        self._loads_beside = loads_beside
        self._answered_near = 0
        self._reading_whole = Lock()
        self._starting = Lock()
        self._beside: Thread | None = None
        self._whole: Adjacency | None = None
        self._used: duckdb.DuckDBPyConnection | None = None
        self._given_up = False

    def around(
        self,
        connection: duckdb.DuckDBPyConnection,
        node_ids: Collection[str],
        hops: int,
        hub_cap: int | None,
    ) -> Adjacency:
        """A graph that answers a question of these hops and this cap as the whole does, by the reader's own ``connection``.

        It is the whole where that is at hand, or where nobody is named or what is asked goes too far.
        """
        if self._whole is not None:
            return self._whole
        is_near = bool(node_ids) and hops <= MOST_HOPS_NEAR and (hub_cap is not None or hops == 1)
        if not is_near or self._answered_near >= _MOST_NEAR:
            return self.whole()
        self._answered_near += 1
        if self._loads_beside:
            self._load_beside()
        return near(connection, self._scope, node_ids, hops, hub_cap or 0)

    def whole(self) -> Adjacency:
        """The whole graph; read now, or waited for, where it is not at hand."""
        with self._reading_whole:
            if self._whole is None:
                self._whole = self._read()
            return self._whole

    def give_up(self) -> None:
        """Stop reading beside: the snapshot is let go, and nobody asks any more."""
        self._given_up = True
        used = self._used
        if used is not None:
            used.interrupt()

    def _load_beside(self) -> None:
        with self._starting:
            if self._beside is None:
                # No daemon: a process that ends waits until ``give_up`` took effect, and ends in order.
                self._beside = Thread(target=self._load_quietly, name="whole graph")
                self._beside.start()

    def _load_quietly(self) -> None:
        # Who needs the whole after all reads it anew, and is told why it cannot be read.
        with suppress(duckdb.Error):
            self.whole()

    def _read(self) -> Adjacency:
        with closing(self._open_cursor()) as connection:
            self._used = connection
            try:
                if self._given_up:
                    raise duckdb.InterruptException("The snapshot was let go.")
                return Adjacency.load(connection, self._scope)
            finally:
                self._used = None
