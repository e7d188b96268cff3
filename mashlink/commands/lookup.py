"""``mashlink lookup`` and ``export``: reads by the operator of the host, with purpose and reason, on the ledger."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from access import Description, as_plain
from mashlink.commands.operator import (
    Case,
    PurposeCode,
    Reason,
    SettingsFile,
    StoreFolder,
    operator_view,
    purpose_of,
)
from mashlink.commands.terminal import print_json, screen
from mashlink.settings import load_settings
from mashlink.summary import show_lookup


class What(StrEnum):
    """What can be exported."""

    memberships = "memberships"
    households = "households"
    incidents = "incidents"
    findings = "findings"
    findings_evidence = "findings_evidence"
    graph = "graph"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("lookup")(lookup)
    app.command("export")(export)


def lookup(
    store: StoreFolder,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    given: Annotated[str | None, typer.Option(help="Given name or names.")] = None,
    family: Annotated[str | None, typer.Option(help="Family name.")] = None,
    dob: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], help="Date of birth.")
    ] = None,
    postcode: Annotated[str | None, typer.Option(help="Postcode of any address lived at.")] = None,
    nhs: Annotated[str | None, typer.Option(help="NHS number.")] = None,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Who is this, and what is known? Says how sure it is, and leaves one entry in the ledger."""
    settings = load_settings(settings_file)
    description = Description(
        given_name=given,
        family_name=family,
        date_of_birth=dob.date() if dob else None,
        postcode=postcode,
        identifiers=(("nhs_number", nhs),) if nhs else (),
    )
    with operator_view(store, settings, purpose_of(purpose, reason, case), "lookup") as view:
        answer = view.lookup(description)
    if as_json:
        print_json(as_plain(answer))
    else:
        show_lookup(screen, answer)


def export(
    store: StoreFolder,
    what: Annotated[What, typer.Option(help="What to export.")],
    out: Annotated[
        Path, typer.Option(help="File to write: .parquet or .csv; a graph: .graphml, .gexf or .csv.")
    ],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write a table or the graph of the hub's scope to a file; leaves one entry in the ledger."""
    settings = load_settings(settings_file)
    with operator_view(store, settings, purpose_of(purpose, reason, case), "export") as view:
        files = view.export(what.value, out)
    screen.print(f"Wrote {', '.join(str(file) for file in files)}.", highlight=False, soft_wrap=True)
