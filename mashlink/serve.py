"""``mashlink serve``: the HTTP service over one store."""

from pathlib import Path

import uvicorn

from api import create_app
from mashlink.settings import Settings
from mashlink.wiring import api_settings, open_desk


def serve(store: Path, settings: Settings, *, demo: bool, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the store until interrupted; moves to a new snapshot when one is published.

    Raises:
        StoreUnavailable: nothing was built yet.
        BadInput: nobody could sign in with these settings.
    """
    options = api_settings(settings, demo=demo, port=port)
    with open_desk(store, settings) as desk:
        app = create_app(options, desk)
        uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, date_header=True)
