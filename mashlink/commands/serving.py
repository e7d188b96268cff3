"""``mashlink serve``."""

from pathlib import Path
from typing import Annotated

import typer

from mashlink.commands.terminal import errors
from mashlink.serve import ServeOptions, serve
from mashlink.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("serve")(serve_command)


def serve_command(
    store: Annotated[Path, typer.Option(help="Folder of the store.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that serve.")] = 1,
    demo: Annotated[
        bool, typer.Option("--demo", help="Sign in as made-up users, without any proof.")
    ] = False,
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="Settings file (TOML) of the hub.")
    ] = None,
) -> None:
    """Serve the JSON views and the console over the current snapshot; needs sign-in settings, or --demo."""

    def ready() -> None:
        errors.print(
            f"Serving {store} on http://{host}:{port}" + (" [yellow](demonstration)[/]" if demo else "")
        )

    serve(store, load_settings(settings_file), ServeOptions(demo, host, port, workers), ready)
