"""``mashlink ledger``, ``seal`` and ``hide``: acts on the ledger, and its proof."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mashlink.commands.terminal import operating_system_user, print_json, screen
from mashlink.settings import Settings, load_settings
from mashlink.summary import show_verification
from mashlink.wiring import open_ledger
from records import ledger as ledger_room
from records.ledger import Actor, Ledger, Receipt
from records.snapshot import Store

StoreFolder = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
PurposeCode = Annotated[str, typer.Option("--purpose", help="Why, as a code of docs/access.md.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in your own words; it stands in the ledger.")]
Case = Annotated[str | None, typer.Option("--case", help="Case reference, where there is one.")]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML) of the hub.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="The record of what people did.", no_args_is_help=True)
    group.command("verify")(verify)
    app.add_typer(group, name="ledger")
    app.command("seal")(seal)
    app.command("hide")(hide)


def verify(
    store: StoreFolder,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check every entry, the tree and the signed heads: a change, deletion, reorder or truncation shows.

    Ends with status 1 when something is wrong, and says where.
    """
    with open_ledger(Store(store), load_settings(settings_file)) as opened:
        report = opened.verify()
    if as_json:
        print_json({"sound": report.sound, **asdict(report)})
    else:
        show_verification(screen, report)
    if not report.sound:
        raise typer.Exit(1)


def seal(
    store: StoreFolder,
    protected: Annotated[list[str], typer.Option(help="A record of the protected side (repeatable).")],
    other: Annotated[list[str], typer.Option(help="A record of the other side (repeatable).")],
    purpose: PurposeCode,
    reason: Reason,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """Keep two sets of records apart for good; the protected side is as not there to all but the seal keeper."""
    _act(
        store,
        load_settings(settings_file),
        (purpose, reason, case),
        lambda ledger, actor: ledger_room.seal(ledger, actor, protected, other),
    )


def hide(
    store: StoreFolder,
    record: Annotated[list[str], typer.Option(help="A record of the protected person (repeatable).")],
    named: Annotated[list[str], typer.Option(help="A worker who still finds the person (repeatable).")],
    purpose: PurposeCode,
    reason: Reason,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """Answer lookups of these records as unknown to all but the named workers."""
    _act(
        store,
        load_settings(settings_file),
        (purpose, reason, case),
        lambda ledger, actor: ledger_room.hide(ledger, actor, record, named),
    )


def _act(
    store: Path,
    settings: Settings,
    why: tuple[str, str, str | None],
    act: Callable[[Ledger, Actor], Receipt],
) -> None:
    purpose, reason, case = why
    actor = Actor(operating_system_user(), "operator", settings.hub, purpose, reason, case)
    with open_ledger(Store(store), settings) as opened:
        receipt = act(opened, actor)
    screen.print(
        f"Entry {receipt.sequence} of the ledger, {receipt.at:%Y-%m-%d %H:%M} UTC. The next build obeys it."
    )
