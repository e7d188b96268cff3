"""How many connections a process of the service holds, and for how long one may say nothing."""

import asyncio
import resource
from dataclasses import dataclass
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

# Open files kept for the store, the ledger and the program itself.
_FILES_KEPT: Final = 256
_MOST_FILES: Final = 65_536
# Few open files: connections that the system has taken and the program has not yet must not use up what is kept.
_FEW_FILES: Final = 8_192
_SHORT_QUEUE: Final = 128
_LONG_QUEUE: Final = 2_048
_SILENT_SECONDS: Final = 60
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """Connections that one process holds at most, and how many may wait to be taken."""

    most: int
    waiting: int


def connection_bounds() -> ConnectionBounds:
    """The bounds under the limit on open files, which is raised as far as the system lets it.

    At that limit not even the ledger could be opened, so what it needs is kept out of the bounds.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    waiting = _LONG_QUEUE if allowed >= _FEW_FILES else _SHORT_QUEUE
    return ConnectionBounds(max(allowed - waiting - _FILES_KEPT, waiting), waiting)


class BoundedConnection(H11Protocol):
    """A connection that is told to come back at once when there are too many, and closed when it never asks.

    uvicorn's own bound counts requests: connections that say nothing would use up every file that may be open.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the package's own
        """Take the connection, or turn it away."""
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self.transport = transport
            transport.write(_FULL)
            transport.close()
            return
        super().connection_made(transport)
        # Whatever comes takes this back, as between two requests of one connection.
        self.timeout_keep_alive_task = self.loop.call_later(_SILENT_SECONDS, self.timeout_keep_alive_handler)
