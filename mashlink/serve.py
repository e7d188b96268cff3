"""``mashlink serve``: the HTTP service over one store."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import uvicorn

from access import Desk
from api import create_app, create_exchange_app
from mashlink.settings import Settings
from mashlink.wiring import api_settings, exchange_api_settings, open_desk, open_ledger
from records.errors import BadInput
from records.snapshot import Store


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve: with made-up users or not, and where to listen."""

    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000


@dataclass(frozen=True, slots=True)
class ExchangeListening:
    """Where to listen for other hubs."""

    host: str = "127.0.0.1"
    port: int = 8443


def serve_exchange(store: Path, settings: Settings, listening: ExchangeListening) -> None:
    """Take other hubs' messages, and nothing else, until interrupted; callers show a certificate of the authority.

    Raises:
        BadInput: certificate, its key or the authority is not set.
    """
    named = (settings.exchange_certificate, settings.exchange_certificate_key, settings.exchange_authority)
    if not all(named):
        raise BadInput(
            "Set exchange_certificate, exchange_certificate_key and exchange_authority to take other hubs' messages."
        )
    shown = exchange_api_settings(settings)
    with open_desk(store, settings) as desk:
        desk.check_ready()
        _prepare(desk, settings)
        uvicorn.run(
            create_exchange_app(shown, desk),
            host=listening.host,
            port=listening.port,
            log_level="warning",
            server_header=False,
            ssl_certfile=settings.exchange_certificate,
            ssl_keyfile=settings.exchange_certificate_key,
            ssl_ca_certs=str(settings.exchange_authority),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
        )


def _prepare(desk: Desk, settings: Settings) -> None:
    """Have the tokens for partners' questions worked out beside serving; a question that comes before waits for its own."""
    Thread(target=desk.prepare_exchange, args=(settings.hub,), daemon=True).start()


def serve(store: Path, settings: Settings, options: ServeOptions, ready: Callable[[], None]) -> None:
    """Serve the store until interrupted; moves to a new snapshot when one is published.

    ``ready`` is called when everything holds and the address is about to answer.

    Raises:
        StoreUnavailable: nothing was built yet.
        BadInput: nobody could sign in with these settings.
    """
    shown = api_settings(settings, demo=options.demo, port=options.port)
    with open_ledger(Store(store), settings) as ledger, open_desk(store, settings) as desk:
        desk.check_ready()
        app = create_app(shown, desk, ledger.visits())
        ready()
        _prepare(desk, settings)
        uvicorn.run(app, host=options.host, port=options.port, log_level="warning", server_header=False)
