"""``mashlink demo``: the whole walk over a made-up region, from agency files to a served hub."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from mashlink.build import BuildRequest, build
from mashlink.commands.terminal import errors, screen, stage_progress
from mashlink.evaluate import evaluate_store
from mashlink.region import synthesise
from mashlink.serve import ServeOptions, serve
from mashlink.settings import Settings
from mashlink.summary import show_build, show_evaluation, show_made_up_users
from mashlink.wiring import open_ledger
from records.ledger import Actor, seal
from records.snapshot import Store


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """A region of ``people`` from ``seed`` under ``folder``, served on ``port`` (0: not at all)."""

    people: int
    seed: int
    port: int
    folder: Path


def run_demo(request: DemoRequest, settings: Settings) -> None:
    """Make the region, seal its adoptions, build, measure against the truth, and serve."""
    region, store_folder = request.folder / "region", request.folder / "store"
    for folder in (region, store_folder):
        # Only what an earlier demonstration left: a new one starts from nothing.
        shutil.rmtree(folder, ignore_errors=True)
    with stage_progress(f"Making a region of {request.people:,} people") as progress:
        synthesise(request.people, request.seed, region, progress)
    _seal_adoptions(store_folder, region / "truth", settings)
    with stage_progress("Building") as progress:
        report = build(BuildRequest(feeds=region / "feeds", store=store_folder), settings, progress)
    show_build(screen, report)
    with stage_progress("Measuring against the known truth") as progress:
        quality = evaluate_store(store_folder, region / "truth", settings, progress)
    show_evaluation(screen, quality)
    if request.port:

        def ready() -> None:
            show_made_up_users(screen, request.port)
            errors.print("Stop with Ctrl+C.")

        serve(store_folder, settings, ServeOptions(demo=True, port=request.port), ready)


def _seal_adoptions(store_folder: Path, truth: Path, settings: Settings) -> None:
    """Do what the hub's seal keeper does on adoption: the truth names the pairs."""
    pairs = pq.read_table(truth / "seals.parquet").to_pylist()
    keeper = Actor(
        "demo:seal-keeper", "seal_keeper", settings.hub, "safeguarding_s17", "Adoption order (made up)"
    )
    with open_ledger(Store(store_folder), settings) as ledger:
        for pair in pairs:
            seal(ledger, keeper, [pair["record_id_a"]], [pair["record_id_b"]])
