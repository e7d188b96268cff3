"""``mashlink demo``: the whole walk over a made-up region, from agency files to a served hub."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from mashlink.build import BuildRequest, build
from mashlink.commands.terminal import errors, screen, stage_progress
from mashlink.connections import check_free
from mashlink.demo_hubs import (
    NEIGHBOUR,
    NEIGHBOUR_NAME,
    home_settings,
    make_partners,
    neighbour_settings,
    served_beside,
)
from mashlink.evaluate import evaluate_store
from mashlink.region import synthesise
from mashlink.serve import ServeOptions, serve
from mashlink.settings import Settings
from mashlink.summary import show_build, show_evaluation, show_made_up_users
from mashlink.wiring import begin_ledger
from records.ledger import Actor, seal
from records.snapshot import Store


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """A region of ``people`` from ``seed`` under ``folder``, served on ``port`` (0: not at all).

    ``hubs``: 2 builds the neighbouring hub as well and serves it on the port after, each the other's partner.
    """

    people: int
    seed: int
    port: int
    folder: Path
    hubs: int = 1


def run_demo(request: DemoRequest, settings: Settings) -> None:
    """Make the region, seal its adoptions, build, measure against the truth, and serve.

    Raises:
        BadInput: somebody else listens on its ports.
    """
    for port in range(request.port, request.port + request.hubs) if request.port else ():
        check_free("127.0.0.1", port)
    region, store_folder = request.folder / "region", request.folder / "store"
    for folder in (region, store_folder, request.folder / NEIGHBOUR):
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
    with _second_hub(request, settings, store_folder):
        if request.port:
            _serve(request, settings, store_folder)


def _serve(request: DemoRequest, settings: Settings, store_folder: Path) -> None:
    def ready() -> None:
        show_made_up_users(screen, request.port)
        if request.hubs > 1:
            errors.print(f"The other hub, {NEIGHBOUR_NAME}: http://localhost:{request.port + 1}")
        errors.print("Stop with Ctrl+C.")

    own = home_settings(settings, request.port) if request.hubs > 1 else settings
    serve(store_folder, own, ServeOptions(demo=True, port=request.port), ready)


@contextmanager
def _second_hub(request: DemoRequest, settings: Settings, store_folder: Path) -> Iterator[None]:
    """Build the neighbouring hub, make the two partners, and serve it while the block lasts; nothing for one hub."""
    if request.hubs < 2:
        yield
        return
    folder, port = request.folder / NEIGHBOUR, request.port + 1
    theirs = neighbour_settings(settings, port)
    with stage_progress(f"Building {NEIGHBOUR_NAME}") as progress:
        feeds = request.folder / "region" / "neighbour" / "feeds"
        build(BuildRequest(feeds=feeds, store=folder), theirs, progress)
    make_partners((store_folder, home_settings(settings, request.port)), (folder, theirs))
    if not request.port:
        yield
        return
    with served_beside(folder, theirs, port):
        yield


def _seal_adoptions(store_folder: Path, truth: Path, settings: Settings) -> None:
    """Do what the hub's seal keeper does on adoption: the truth names the pairs."""
    pairs = pq.read_table(truth / "seals.parquet").to_pylist()
    keeper = Actor(
        "demo:seal-keeper", "seal_keeper", settings.hub, "safeguarding_s17", "Adoption order (made up)"
    )
    with begin_ledger(Store(store_folder), settings) as ledger:
        for pair in pairs:
            seal(ledger, keeper, [pair["record_id_a"]], [pair["record_id_b"]])
