"""``mashlink docs``: write, or check, the pages that the code writes."""

from pathlib import Path
from typing import Annotated

import typer

from access import Policies, access_tables
from api import json_document
from detectors import detector_pages
from mashlink.commands.terminal import complain, screen
from mashlink.documentation import NOTE, commands_page, settings_page, stale_pages, with_tables, write_pages
from mashlink.http_reference import http_page


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""

    def docs(
        folder: Annotated[Path, typer.Option(help="Folder of the documentation.")] = Path("docs"),
        check: Annotated[
            bool, typer.Option("--check", help="Write nothing; fail when a page is stale.")
        ] = False,
    ) -> None:
        """Write the pages that come from the code: commands, settings, JSON views, detectors, the tables on access."""
        pages = {"reference/commands.md": commands_page(app), "reference/settings.md": settings_page()}
        pages["reference/http.md"] = http_page(json_document(), NOTE)
        pages["access.md"] = with_tables(folder / "access.md", access_tables(Policies.load()))
        pages |= {f"detectors/{name}": text for name, text in detector_pages().items()}
        stale = stale_pages(folder, pages)
        if not check:
            write_pages(folder, pages)
            screen.print(f"{len(pages)} pages, {len(stale)} of them changed.")
        elif stale:
            complain(f"Stale: {', '.join(stale)}. Run `mashlink docs` and commit what it wrote.")
            raise typer.Exit(1)

    app.command()(docs)
