"""``mashlink mapping check``: what a mapping makes of its files, without building."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mashlink.commands.terminal import print_json, screen
from mashlink.summary import show_mapping_check
from records.intake import check_mapping


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="Feed mappings.", no_args_is_help=True)
    group.command("check")(check)
    app.add_typer(group, name="mapping")


def check(
    file: Annotated[Path, typer.Argument(help="The mapping (TOML); its files are looked for beside it.")],
    sample: Annotated[int, typer.Option(min=0, help="Rows of each table to show.")] = 3,
    feeds: Annotated[
        Path | None,
        typer.Option(help="Folder that the mapping's paths start from (default: the mapping's own)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Say what a mapping makes of its files: counts, rows that would be quarantined and why, a sample of the rest."""
    result = check_mapping(file, sample=sample, feeds=feeds)
    if as_json:
        print_json(asdict(result))
    else:
        show_mapping_check(screen, result)
