"""``mashlink statistics``: a table of the hub's statistics, or the audit extract, as a file; one entry on the ledger."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from access import StatisticRequest
from mashlink.commands.operator import (
    Case,
    PurposeCode,
    Reason,
    SettingsFile,
    StoreFolder,
    operator_view,
    purpose_of,
)
from mashlink.commands.terminal import screen
from mashlink.settings import load_settings
from mashlink.writing import write_whole
from products import HEADING_LINES, as_csv, as_workbook, extract_table, statistic_export
from records.errors import BadInput


class What(StrEnum):
    """What can be written."""

    cases = "cases"
    areas = "areas"
    outcomes = "outcomes"
    needs = "needs"
    turnaround = "turnaround"
    rag_change = "rag_change"
    re_referrals = "re_referrals"
    contribution = "contribution"
    languages = "languages"
    disabilities = "disabilities"
    calls = "calls"
    call_durations = "call_durations"
    caseload = "caseload"
    costs = "costs"
    costed_families = "costed_families"
    audit_extract = "audit_extract"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("statistics")(statistics)


def statistics(
    store: StoreFolder,
    what: Annotated[What, typer.Option(help="Which statistic; docs/statistics.md defines them.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the period.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of the period.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv or .xlsx.")],
    district: Annotated[str | None, typer.Option(help="Only this district.")] = None,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write a statistic to a file, small numbers suppressed; or the pan-London audit extract, a row a case."""
    if out.suffix not in (".csv", ".xlsx"):
        raise BadInput(f"{out}: a statistic is written as .csv or .xlsx; give the file one of these endings.")
    settings = load_settings(settings_file)
    is_extract = what is What.audit_extract
    asked = StatisticRequest("cases" if is_extract else what.value, since.date(), until.date(), district)
    act = "extract" if is_extract else "statistics"
    with operator_view(store, settings, purpose_of(purpose, reason, case), act) as view:
        if is_extract:
            found = view.audit_extract(asked)
            if found.count > len(found.rows):
                raise BadInput(
                    f"{found.count} cases are too many for one extract; ask for a shorter period or one district."
                )
            title, top = "Audit extract", 0
            names, lines = extract_table(found.rows)
            rows = [list[str | int](line) for line in (names, *lines)]
        else:
            title, rows = statistic_export(view, asked)
            top = HEADING_LINES
    write_whole(
        out, as_csv(rows) if out.suffix == ".csv" else as_workbook(title, rows, top), asked_on_ledger=True
    )
    screen.print(f"Wrote {out}.", highlight=False, soft_wrap=True)
