"""Where the service listens, how many connections a process of it holds, and for how long one may say nothing."""

import asyncio
import resource
import socket
from dataclasses import dataclass
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from records.errors import BadInput

# Open files kept for the store, the ledger and the program itself.
_FILES_KEPT: Final = 256
_MOST_FILES: Final = 65_536
# Few open files: connections that the system has taken and the program has not yet must not use up what is kept.
_FEW_FILES: Final = 8_192
_SHORT_QUEUE: Final = 128
_LONG_QUEUE: Final = 2_048
_SILENT_SECONDS: Final = 60
# For how long a connection is kept between two requests. Whoever sends the next one just when it is closed gets no answer
# at all, and people click every few seconds, with which the server's own five coincide again and again. It is more than the
# 60 seconds after which a reverse proxy usually gives up an idle connection by itself, so that the proxy is always first.
IDLE_SECONDS: Final = 75
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


def check_free(host: str, port: int) -> None:
    """Whether one could listen there. Raises BadInput, saying what to do, where not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # A service that was just stopped leaves connections behind that keep nobody from listening.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise BadInput(
            f"{host}:{port}: cannot be listened at ({error.strerror}). End what listens there (`ss -ltnp` names it), or say"
            " another --host or --port."
        ) from error


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
