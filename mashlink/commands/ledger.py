"""``mashlink ledger``, ``seal`` and ``hide``: acts on the ledger, and its proof."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mashlink.commands.operator import required_purpose
from mashlink.commands.terminal import operating_system_user, print_json, screen
from mashlink.settings import Settings, load_settings
from mashlink.summary import show_verification
from mashlink.wiring import check_store, open_ledger, store_at
from mashlink.writing import write_whole
from records import ledger as ledger_room
from records.errors import BadInput, NotThere, StoreUnavailable
from records.ledger import Actor, Checkpoint, Entry, Ledger, Receipt, keep_checkpoint
from records.snapshot import Store

StoreFolder = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
PurposeCode = Annotated[str, typer.Option("--purpose", help="Why, as a code of docs/access.md.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in your own words; it stands in the ledger.")]
Case = Annotated[str | None, typer.Option("--case", help="Case reference, where there is one.")]
OutFile = Annotated[Path | None, typer.Option("--out", help="File to write; standard output without it.")]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML) of the hub.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="The record of what people did.", no_args_is_help=True)
    group.command("verify")(verify)
    group.command("checkpoint")(checkpoint)
    group.command("witness")(witness)
    group.command("witnessed")(witnessed)
    group.command("change-key")(change_key)
    app.add_typer(group, name="ledger")
    app.command("seal")(seal)
    app.command("hide")(hide)


def verify(
    store: StoreFolder,
    witness_file: Annotated[
        list[Path] | None,
        typer.Option("--witness", help="A checkpoint of this ledger that a partner hub kept (repeatable)."),
    ] = None,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check every entry, the tree and the signed heads: a change, deletion, reorder or truncation shows.

    A rollback of the whole store shows against a partner's checkpoint alone: name one with --witness. Ends with
    status 1 when something is wrong, and says where.
    """
    witnesses = tuple(_checkpoint_in(file).head for file in witness_file or ())
    with _present_ledger(store, load_settings(settings_file)) as opened:
        report = opened.verify(witnesses)
    if as_json:
        print_json({"sound": report.sound, **asdict(report)})
    else:
        show_verification(screen, report)
    if not report.sound:
        raise typer.Exit(1)


def checkpoint(
    store: StoreFolder,
    since: Annotated[
        int, typer.Option(min=0, help="Entries of the checkpoint that the partner keeps already; 0 for none.")
    ] = 0,
    out: OutFile = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write this ledger's checkpoint for partner hubs to keep: its signed size and root, no entry and no name."""
    settings = load_settings(settings_file)
    with _present_ledger(store, settings) as opened:
        made = opened.checkpoint(settings.hub, since)
    _hand_over(made, out)


def witness(
    store: StoreFolder,
    file: Annotated[Path, typer.Option("--checkpoint", help="The partner hub's checkpoint.")],
    settings_file: SettingsFile = None,
) -> None:
    """Keep a partner hub's checkpoint, when it continues what is kept of that hub; else end with status 1."""
    given = _checkpoint_in(file)
    settings = load_settings(settings_file)
    actor = Actor(operating_system_user(), "operator", settings.hub, "audit", f"Witness for {given.hub}")
    with open_ledger(Store(store), settings) as opened:
        receipt = keep_checkpoint(opened, actor, given)
    screen.print(
        f"Kept as entry {receipt.sequence}: {given.hub}, {given.head.tree_size:,} entries, key {given.head.key_id}. "
        f"Next time ask for --since {given.head.tree_size}.",
        soft_wrap=True,
        highlight=False,
    )


def witnessed(
    store: StoreFolder,
    hub: Annotated[str, typer.Option("--of", help="The partner hub's key.")],
    out: OutFile = None,
    settings_file: SettingsFile = None,
) -> None:
    """Give back the checkpoint kept of a partner hub, for it to verify its ledger against."""
    with _present_ledger(store, load_settings(settings_file)) as opened:
        kept = opened.state().witnessed.get(hub)
    if kept is None:
        raise NotThere(f"No checkpoint of {hub} is kept here.")
    _hand_over(kept, out)


def change_key(store: StoreFolder, reason: Reason, settings_file: SettingsFile = None) -> None:
    """Sign the ledger with a new key from now on: an entry signed by both keys, so that all before it still verifies.

    Running services go over to it by themselves. Keep a copy of keys/ as it is now, apart from the data.
    """
    settings = load_settings(settings_file)
    by = Entry(
        operating_system_user(), "operator", settings.hub, "change_key", "answered", "audit", reason=reason
    )
    with _present_ledger(store, settings) as opened:
        receipt = opened.change_key(by)
    screen.print(
        f"Entry {receipt.sequence} of the ledger is signed by the old key and the new one; what follows, by the new."
    )


def _present_ledger(folder: Path, settings: Settings) -> Ledger:
    """A ledger that is there already: to begin one here would find an empty one sound. Raises NotThere without any."""
    store = Store(folder)
    check_store(store)
    if settings.ledger_url is None and not store.ledger_path.is_file():
        raise NotThere(
            f"{store.ledger_path}: there is no ledger. Check --store; where it was lost, restore it (docs/operations.md); "
            "where it lives in PostgreSQL, name the hub's --settings."
        )
    return open_ledger(store, settings)


def _checkpoint_in(file: Path) -> Checkpoint:
    try:
        return Checkpoint.from_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: the checkpoint cannot be read ({type(error).__name__}).") from error


def _hand_over(made: Checkpoint, out: Path | None) -> None:
    if out is None:
        typer.echo(made.as_json())
    else:
        write_whole(out, f"{made.as_json()}\n".encode())


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
    settings = load_settings(settings_file)
    _act(
        store,
        settings,
        (purpose, reason, case),
        lambda ledger, actor: ledger_room.seal(ledger, actor, protected, other),
    )
    _note_unknown(store_at(store, settings), [*protected, *other])


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
    settings = load_settings(settings_file)
    _act(
        store,
        settings,
        (purpose, reason, case),
        lambda ledger, actor: ledger_room.hide(ledger, actor, record, named),
    )
    _note_unknown(store_at(store, settings), record)


def _note_unknown(store: Store, records: list[str]) -> None:
    """Say which records the snapshot does not hold: one that was mistyped would protect nobody, and nobody would know."""
    try:
        connection = store.open_current()
    except StoreUnavailable:
        return  # Nothing is built yet: every id is taken as it is.
    with connection:
        known = connection.execute(
            "SELECT record_id FROM record WHERE record_id IN (SELECT unnest($1::VARCHAR[]))", [records]
        ).fetchall()
    for record_id in sorted(set(records) - {found for (found,) in known}):
        screen.print(
            f"[yellow]Note:[/] {escape(record_id)}: no record of that id is in the snapshot. Check it; if it is yet to "
            "be handed in, the build that reads it obeys the entry.",
            soft_wrap=True,
            highlight=False,
        )


def _act(
    store: Path,
    settings: Settings,
    why: tuple[str, str, str | None],
    act: Callable[[Ledger, Actor], Receipt],
) -> None:
    stated = required_purpose(*why)
    actor = Actor(
        operating_system_user(), "operator", settings.hub, stated.code, stated.reason, stated.case_reference
    )
    with open_ledger(Store(store), settings) as opened:
        receipt = act(opened, actor)
    screen.print(
        f"Entry {receipt.sequence} of the ledger, {receipt.at:%Y-%m-%d %H:%M} UTC. The next build obeys it."
    )
