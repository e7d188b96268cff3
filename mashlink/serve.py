"""``mashlink serve``: the HTTP service over one store, in one process or several."""

import gc
import json
import logging
import os
import signal
import ssl
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

import uvicorn

from access import Desk
from api import SHARED_FOLDER, create_app, create_exchange_app
from mashlink.connections import IDLE_SECONDS, BoundedConnection, check_free, connection_bounds
from mashlink.logs import logging_of
from mashlink.resources import shared_by
from mashlink.settings import Settings
from mashlink.wiring import api_settings, exchange_api_settings, open_desk, open_ledger
from records.errors import BadInput
from records.snapshot import Store

LOG: Final = logging.getLogger("mashlink.exchange")
# How long requests under way may take when the service is told to stop.
_LEAVE_SECONDS: Final = 30
# How long one of several processes may say nothing before it counts as hung and is replaced. To load the program takes some
# seconds, on a busy machine many: with the server's own five it would be replaced over and over.
_SILENT_SECONDS: Final = 60
# What the processes of one service are told by the one that starts them; it holds the settings, so it is never logged.
_TOLD: Final = "MASHLINK_SERVED_HERE"


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve: with made-up users or not, where to listen, and in how many processes."""

    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1


@dataclass(frozen=True, slots=True)
class ExchangeListening:
    """Where to listen for other hubs."""

    host: str = "127.0.0.1"
    port: int = 8443


class _Handshake(ssl.SSLObject):
    """A handshake with another hub; one that fails is told in the log, which the server by itself does not do."""

    def do_handshake(self) -> None:
        """Shake hands, or say why a caller is turned away before any message."""
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else error.reason
            LOG.warning("A caller was turned away before any message: %s.", why or "no TLS")
            raise


def _partners_alone(_: uvicorn.Config, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """TLS 1.2 or later with whoever shows a certificate of the authority."""
    context = make()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslobject_class = _Handshake
    return context


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Run the body so that SIGTERM ends it as Ctrl-C does: what was opened is closed, what was laid down is removed.

    The server takes the signal while it runs, and hands it on when it is done.
    """
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def serve_exchange(store: Path, settings: Settings, listening: ExchangeListening) -> None:
    """Take other hubs' messages, and nothing else, until interrupted; callers show a certificate of the authority.

    Raises:
        BadInput: certificate, its key or the authority is not set, or somebody else listens there.
    """
    named = (settings.exchange_certificate, settings.exchange_certificate_key, settings.exchange_authority)
    if not all(named):
        raise BadInput(
            "Set exchange_certificate, exchange_certificate_key and exchange_authority to take other hubs' messages."
        )
    shown, bounds = exchange_api_settings(settings), connection_bounds()
    check_free(listening.host, listening.port)
    with _ended_in_order(), open_desk(store, settings) as desk:
        desk.check_ready()
        _prepare(desk, settings)
        uvicorn.run(
            create_exchange_app(shown, desk),
            host=listening.host,
            port=listening.port,
            log_config=logging_of(settings.log_format),
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_LEAVE_SECONDS,
            timeout_keep_alive=IDLE_SECONDS,
            http=BoundedConnection,
            limit_concurrency=bounds.most,
            backlog=bounds.waiting,
            ssl_certfile=settings.exchange_certificate,
            ssl_keyfile=settings.exchange_certificate_key,
            ssl_ca_certs=str(settings.exchange_authority),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
            ssl_context_factory=_partners_alone,
        )


def _prepare(desk: Desk, settings: Settings) -> None:
    """Have the tokens for partners' questions worked out beside serving; a question that comes before waits for its own."""
    Thread(target=desk.prepare_exchange, args=(settings.hub,), daemon=True).start()


def serve(store: Path, settings: Settings, options: ServeOptions, ready: Callable[[], None]) -> None:
    """Serve the store until interrupted; moves to a new snapshot when one is published.

    Told to stop (SIGTERM), it takes no new request and finishes those under way. ``ready`` is called when everything holds
    and the address is about to answer.

    Raises:
        StoreUnavailable: nothing was built yet.
        BadInput: nobody could sign in with these settings, or somebody else listens there.
    """
    api_settings(settings, demo=options.demo, port=options.port)
    check_free(options.host, options.port)
    with open_desk(store, settings) as desk:
        desk.check_ready()
    ready()
    bounds = connection_bounds()
    with _ended_in_order(), tempfile.TemporaryDirectory(prefix="mashlink-metrics-") as shared:
        if options.workers > 1:
            # Read by prometheus_client when a process begins.
            os.environ[SHARED_FOLDER] = shared
        os.environ[_TOLD] = json.dumps(
            {"store": str(store), "settings": settings.model_dump(mode="json"), "options": asdict(options)}
        )
        try:
            uvicorn.run(
                f"{__name__}:application",
                factory=True,
                host=options.host,
                port=options.port,
                workers=options.workers,
                log_config=logging_of(settings.log_format),
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_LEAVE_SECONDS,
                timeout_keep_alive=IDLE_SECONDS,
                http=BoundedConnection,
                limit_concurrency=bounds.most,
                backlog=bounds.waiting,
                timeout_worker_healthcheck=_SILENT_SECONDS,
            )
        finally:
            del os.environ[_TOLD]
            os.environ.pop(SHARED_FOLDER, None)


def application() -> Any:
    """The application of one process, by what the process that started it told. It lives as long as its process."""
    told = json.loads(os.environ[_TOLD])
    settings, options = Settings.model_validate(told["settings"]), ServeOptions(**told["options"])
    settings = shared_by(options.workers, settings)
    kept = ExitStack()
    ledger = kept.enter_context(open_ledger(Store(Path(told["store"])), settings))
    desk = kept.enter_context(open_desk(Path(told["store"]), settings, serves=True))
    _prepare(desk, settings)
    shown = api_settings(settings, demo=options.demo, port=options.port)
    served = create_app(shown, desk, ledger.visits(), at_end=kept.close)
    # What is there now stays as long as the process: the collector need not walk over all of it while somebody waits for a
    # page, which held up every reader of the process for a quarter of a second.
    gc.collect()
    gc.freeze()
    return served
