"""``mashlink report linkage``: how good the linkage of the current snapshot is, as a page to read."""

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from linkage import LinkageCalibration
from mashlink.commands.lookup import Case, PurposeCode, Reason, SettingsFile, operator, purpose_of
from mashlink.commands.terminal import screen, stage_progress
from mashlink.report import LinkageReport, check_page, draw_linkage_report, write_page
from mashlink.settings import load_settings
from mashlink.stages import by_name
from mashlink.wiring import open_desk
from records.scope import Scope


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="Reports on a store.", no_args_is_help=True)
    group.callback()(_reports)
    group.command("linkage")(linkage)
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

        with (
            open_desk(store, settings) as desk,
            desk.open(operator(settings), purpose_of(purpose, reason, case), "export") as view,
        ):
            report = view.draw_up("linkage report", draw)
        begun("Writing the page")
        write_page(out, report, settings.hub_name)
        begun("")
    screen.print(f"Wrote {out}.", highlight=False, soft_wrap=True)
