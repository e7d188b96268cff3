"""``mashlink doctor``: look the hub over, and say what to mend."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from mashlink.commands.terminal import print_json, screen
from mashlink.doctor import examine, now_utc
from mashlink.settings import load_settings

_MARK: Final = {"well": "[green]well[/]", "look": "[yellow]look[/]", "ill": "[bold red]ill [/]"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("doctor")(doctor)


def doctor(
    store: Annotated[Path, typer.Option("--store", help="Folder of the store.")],
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="Settings file (TOML) of the hub.")
    ] = None,
    feeds: Annotated[
        Path | None,
        typer.Option("--feeds", help="Folder of agency files, to see whether a build could read it."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on, with --port.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Port to see whether the service, not running now, could listen on it."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check settings, keys, calibration, snapshot, ledger, clock, disk, memory, provider and partners, and say what to mend.

    With --feeds the mappings and files of a build too, with --port the address of the service. Reads no personal data and
    changes nothing. Ends with status 1 when something does not work.
    """
    listening = None if port is None else (host, port)
    found = examine(store, load_settings(settings_file), now_utc(), feeds, listening)
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            screen.print(f"{_MARK[one.verdict]}  {one.of}: ", end="", highlight=False)
            screen.print(f"{one.said} {one.mend}".strip(), highlight=False, markup=False, soft_wrap=True)
    if any(one.verdict == "ill" for one in found):
        raise typer.Exit(1)
