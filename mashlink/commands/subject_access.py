"""``mashlink subject-access``: everything held about one person, as one document for that person."""

from pathlib import Path
from typing import Annotated, Final

import typer

from access import as_plain
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
from mashlink.writing import write_whole
from products import as_docx, as_page, subject_access_document
from records.errors import BadInput

_FORMS: Final = (".docx", ".html")


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("subject-access")(subject_access)


def subject_access(
    store: StoreFolder,
    record: Annotated[str, typer.Option("--record", help="Any record of the person, as <agency>:<id>.")],
    out: Annotated[Path, typer.Option(help="File to write: .docx for a word processor, .html to print.")],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON too.")] = False,
) -> None:
    """Draw up everything held about one person, with sources and recipients, other people left out.

    Read it before it leaves: only a person can tell whether a sentence gives somebody away or would do serious harm.
    """
    if out.suffix.lower() not in _FORMS:
        raise BadInput(f"{out}: name a file that ends in {' or '.join(_FORMS)}.")
    settings = load_settings(settings_file)
    with operator_view(store, settings, purpose_of(purpose, reason, case), "subject_access") as view:
        held = view.subject_access(record)
    document = subject_access_document(held, settings.hub_name)
    write_whole(
        out,
        as_docx(document) if out.suffix.lower() == ".docx" else as_page(document).encode(),
        asked_on_ledger=True,
    )
    if as_json:
        print_json(as_plain(held))
        return
    screen.print(
        f"Wrote {out}: {len(held.records)} records, {len(held.events)} events, {len(held.recipients)} looks and disclosures.",
        highlight=False,
        soft_wrap=True,
    )
    if held.withheld_rows:
        screen.print(
            f"{held.withheld_rows} rows of police intelligence are left out, without a word in the document: the police decide "
            "whether they may be told (DPA 2018 s45).",
            highlight=False,
            soft_wrap=True,
        )
    screen.print("Read it before it leaves: free text may give somebody away.", highlight=False)
