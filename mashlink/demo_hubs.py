"""The second hub of ``mashlink demo --hubs 2``: built from the region's neighbour, served by a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mashlink.settings import Settings
from mashlink.wiring import card_of, open_ledger
from records.ledger import Actor, keep_partner
from records.snapshot import Store

NEIGHBOUR: Final = "neighbour"
NEIGHBOUR_NAME: Final = "Eastmere MASH"
_AGREED: Final = "Agreement between the two hubs (made up)"


def home_settings(settings: Settings, port: int) -> Settings:
    """The settings of the first hub, with the address at which the second reaches it."""
    return settings.model_copy(update={"exchange_address": f"http://127.0.0.1:{port}"})


def neighbour_settings(settings: Settings, port: int) -> Settings:
    """The settings of the second hub. Browsers know it as localhost, so that its cookies are not the first hub's."""
    return settings.model_copy(
        update={
            "hub": NEIGHBOUR,
            "hub_name": NEIGHBOUR_NAME,
            "ledger_url": None,
            "exchange_address": f"http://127.0.0.1:{port}",
            "public_url": f"http://localhost:{port}",
        }
    )


def make_partners(one: tuple[Path, Settings], other: tuple[Path, Settings]) -> None:
    """Let each of two stores keep the other's card."""
    for (store, settings), theirs in ((one, other), (other, one)):
        keeper = Actor("demo:operator", "operator", settings.hub, "audit", _AGREED)
        with open_ledger(Store(store), settings) as ledger:
            keep_partner(ledger, keeper, card_of(*theirs))


@contextmanager
def served_beside(store: Path, settings: Settings, port: int) -> Iterator[None]:
    """The second hub while the block lasts, with made-up users, in a process of its own."""
    told = {
        "MASHLINK_HUB": settings.hub,
        "MASHLINK_HUB_NAME": settings.hub_name,
        "MASHLINK_EXCHANGE_ADDRESS": settings.exchange_address or "",
        "MASHLINK_PUBLIC_URL": settings.public_url or "",
    }
    inherited = {name: value for name, value in os.environ.items() if name != "MASHLINK_LEDGER_URL"}
    command = [
        sys.executable,
        "-m",
        "mashlink",
        "serve",
        "--demo",
        "--store",
        str(store),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, env=inherited | told)  # noqa: S603 - our own program with our own arguments
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
