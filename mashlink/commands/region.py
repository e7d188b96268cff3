"""``mashlink synth`` and ``mashlink demo``: a made-up region, and the whole walk over it."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from mashlink.commands.terminal import print_json, screen, stage_progress
from mashlink.demo import DemoRequest, run_demo
from mashlink.region import synthesise
from mashlink.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(synth)
    app.command()(demo)


def synth(
    out: Annotated[Path, typer.Option(help="Folder to write; made if it is not there.")],
    people: Annotated[int, typer.Option(min=200, help="People in the home hub's area.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Same people and seed, same files.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Make a region of made-up people: agency files for two hubs, and the truth behind them.

    Writes OUT/feeds/<agency>/ and OUT/truth/ for the home hub, OUT/neighbour/feeds and OUT/neighbour/truth for the
    next one. No row can be a real person.
    """
    with stage_progress(f"Making a region of {people:,} people (seed {seed})") as progress:
        report = synthesise(people, seed, out, progress)
    if as_json:
        patterns = {f"{pattern}/{kind}": count for (pattern, kind), count in sorted(report.patterns.items())}
        print_json(asdict(replace(report, patterns={})) | {"patterns": patterns})
    else:
        screen.print(
            f"Wrote {report.records:,} records and {report.events:,} events of {people:,} people to {out}."
        )


def demo(
    people: Annotated[int, typer.Option(min=500, help="People in the made-up region.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Same people and seed, same region.")] = 7,
    port: Annotated[
        int, typer.Option(help="Port on 127.0.0.1 to serve on; 0 stops after the summary.")
    ] = 8000,
    folder: Annotated[Path, typer.Option(help="Folder for the region and the store.")] = Path("demo"),
    hubs: Annotated[
        int,
        typer.Option(
            min=1, max=2, help="2: the neighbouring hub too, on the next port, to ask and be asked."
        ),
    ] = 1,
) -> None:
    """Make a region, build it, say how well it went, and serve it with made-up users to sign in as."""
    run_demo(DemoRequest(people=people, seed=seed, port=port, folder=folder, hubs=hubs), load_settings())
