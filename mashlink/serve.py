"""``mashlink serve``: the HTTP service over one store."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from api import create_app
from mashlink.settings import Settings
from mashlink.wiring import api_settings, open_desk, open_ledger
from records.snapshot import Store


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve: with made-up users or not, and where to listen."""

    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000


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
        uvicorn.run(app, host=options.host, port=options.port, log_level="warning", server_header=False)
