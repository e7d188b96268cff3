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
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check settings, keys, snapshot, ledger, clock, disk, memory, provider and partners, and say what to mend.

    Reads no personal data and changes nothing. Ends with status 1 when something does not work.
    """
    found = examine(store, load_settings(settings_file), now_utc())
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            screen.print(f"{_MARK[one.verdict]}  {one.of}: ", end="", highlight=False)
            screen.print(f"{one.said} {one.mend}".strip(), highlight=False, markup=False, soft_wrap=True)
    if any(one.verdict == "ill" for one in found):
        raise typer.Exit(1)
