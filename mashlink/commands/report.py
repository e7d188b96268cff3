"""``mashlink report linkage`` and ``detectors``: how good the current snapshot is, as pages to read."""

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from linkage import LinkageCalibration
from mashlink.calibration import load_calibration
from mashlink.commands.operator import Case, PurposeCode, Reason, SettingsFile, operator_view, purpose_of
from mashlink.commands.terminal import screen, stage_progress
from mashlink.detector_report import DetectorReport, Replaying, draw_detector_report
from mashlink.detector_report_page import detector_page
from mashlink.report import LinkageReport, check_page, draw_linkage_report
from mashlink.report_page import linkage_page
from mashlink.settings import load_settings
from mashlink.stages import by_name
from mashlink.wiring import detecting_of
from mashlink.writing import write_whole
from records.scope import Scope
from records.snapshot import Store


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="Reports on a store.", no_args_is_help=True)
    group.callback()(_reports)
    group.command("linkage")(linkage)
    group.command("detectors")(detectors)
    app.add_typer(group, name="report")


def _reports() -> None:
    """Reports on a store."""


def linkage(
    store: Annotated[Path, typer.Option("--store", help="Folder of the store.")],
    out: Annotated[Path, typer.Option(help="HTML file to write.")],
    truth: Annotated[
        Path | None, typer.Option(help="Folder of the truth files, to measure beside the estimates.")
    ] = None,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """Say how good the linkage is, in one HTML file: completeness, precision and recall by group, people to look at.

    Without truth, every figure of quality is estimated from the weights and labelled so. Leaves one entry in the ledger.
    """
    check_page(out)
    settings = load_settings(settings_file)
    with stage_progress(f"Drawing up the linkage of {store}") as progress:
        begun = by_name(progress)

        def draw(
            connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
        ) -> LinkageReport:
            return draw_linkage_report(connection, scope, calibration, truth, begun)

        with operator_view(store, settings, purpose_of(purpose, reason, case), "export") as view:
            report = view.draw_up("linkage report", draw)
        begun("Writing the page")
        write_whole(out, linkage_page(report.quality, settings.hub_name, report.measured).encode())
        begun("")
    screen.print(f"Wrote {out}.", highlight=False, soft_wrap=True)


def detectors(
    store: Annotated[Path, typer.Option("--store", help="Folder of the store.")],
    out: Annotated[Path, typer.Option(help="HTML file to write.")],
    truth: Annotated[
        Path | None, typer.Option(help="Folder of the truth files, for precision, recall and decoys.")
    ] = None,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """Say how the detectors do, in one HTML file: volume a week, disparity between groups, what people confirmed.

    With truth also precision and recall at the hub's capacity and decoys flagged. Leaves one entry in the ledger.
    """
    check_page(out)
    settings = load_settings(settings_file)
    kept = Store(store)
    with stage_progress(f"Drawing up the detectors of {store}") as progress:
        begun = by_name(progress)
        baselines = load_calibration(kept.calibration_path).detectors
        replaying = Replaying(detecting_of(settings, kept, baselines), truth, begun)
        with operator_view(store, settings, purpose_of(purpose, reason, case), "export") as view:
            records = view.track_records()

            def draw(
                connection: duckdb.DuckDBPyConnection, scope: Scope, _calibration: LinkageCalibration
            ) -> DetectorReport:
                return draw_detector_report(connection, scope, replaying, records)

            report = view.draw_up("detector report", draw)
        begun("Writing the page")
        write_whole(out, detector_page(report, settings.hub_name).encode())
        begun("")
    screen.print(f"Wrote {out}.", highlight=False, soft_wrap=True)
