"""How the service fares, in numbers: requests by route and status, and one line in the log for each; nobody is in either.

A request is known by the *template* of its route (``/v1/persons/{handle}``), never by its path or query. Prometheus reads
the numbers at ``/metrics`` with the token of the settings; with several processes they are added up through the folder
that ``PROMETHEUS_MULTIPROC_DIR`` names.
"""

import logging
import os
import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG: Final = logging.getLogger("mashlink.request")
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
# The bars that answers are held to (p95 of 250 ms) lie between the bounds.
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# What was asked for under no route of ours: a made-up path must not become a label.
UNKNOWN_ROUTE: Final = "none"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "mashlink_requests",
            "Requests answered, by method, route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "mashlink_request_seconds",
            "Seconds until a request was answered, by route.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.under_way = Gauge(
            "mashlink_requests_under_way",
            "Requests not answered yet.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def page(self) -> bytes:
        """The numbers in Prometheus's text format; of all processes where they share a folder."""
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call] # the library leaves it without types
        return generate_latest(together)


class Measured:
    """Counts and times each request, and logs it by its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it when its answer begins, or when it fails before."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def noticing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self.metrics.under_way.track_inprogress():
            try:
                await self.app(scope, receive, noticing)
            finally:
                self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or UNKNOWN_ROUTE
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        facts = {"method": method, "route": route, "status": status, "milliseconds": round(seconds * 1000, 1)}
        LOG.info("%s %s %s", method, route, status, extra={"facts": facts})
