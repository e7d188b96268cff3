"""``mashlink build``, ``calibrate`` and ``evaluate``: what makes and measures a store."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mashlink.build import BuildRequest, build
from mashlink.calibrate import calibrate
from mashlink.commands.terminal import print_json, screen, stage_progress
from mashlink.evaluate import evaluate_store
from mashlink.settings import load_settings
from mashlink.summary import show_build, show_calibration_change, show_evaluation

Store = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML) of the hub.")]


class Engine(StrEnum):
    """Where linkage runs."""

    duckdb = "duckdb"
    spark = "spark"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("build")(build_command)
    app.command("calibrate")(calibrate_command)
    app.command("evaluate")(evaluate_command)


def build_command(
    feeds: Annotated[
        Path, typer.Option(help="Folder of agency files, with mappings in it or for the shipped ones.")
    ],
    store: Store,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day to see the feeds from (default: latest extract)."),
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="What links all records: DuckDB here, or Spark; same result.")
    ] = Engine.duckdb,
    full: Annotated[
        bool, typer.Option("--full", help="Link every record anew, not only those that changed; same result.")
    ] = False,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Read agency files, resolve people and households, raise findings, and publish a new snapshot.

    The last snapshot serves until the new one is complete; a build that stops leaves it in place.
    """
    day: date | None = as_of.date() if as_of else None
    request = BuildRequest(feeds=feeds, store=store, as_of=day, engine=engine.value, full=full)
    with stage_progress(f"Building {store}") as progress:
        report = build(request, load_settings(settings_file), progress)
    if as_json:
        print_json(report.as_dict())
    else:
        show_build(screen, report)


def calibrate_command(store: Store, settings_file: SettingsFile = None, as_json: Json = False) -> None:
    """Retrain the linkage model and the detectors' baselines on the current rows, and show what changes.

    Takes effect with the next build.
    """
    with stage_progress(f"Calibrating {store}") as progress:
        change = calibrate(store, load_settings(settings_file), progress)
    if as_json:
        print_json(change.as_dict())
    else:
        show_calibration_change(screen, change)


def evaluate_command(
    store: Store,
    truth: Annotated[Path, typer.Option(help="Folder of the truth files.")],
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Measure the current snapshot against known truth: linkage, households, incidents, detectors."""
    with stage_progress(f"Measuring {store} against {truth}") as progress:
        quality = evaluate_store(store, truth, load_settings(settings_file), progress)
    if as_json:
        print_json(quality)
    else:
        show_evaluation(screen, quality)
