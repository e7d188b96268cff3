"""``mashlink exchange``: cards and partners, one question, and whether two hubs' ledgers agree."""

import secrets
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from access import LEGAL_BASES, Description, QuestionGiven, as_plain, fingerprint
from mashlink.commands.operator import operator, purpose_of
from mashlink.commands.terminal import operating_system_user, print_json, screen
from mashlink.reconciling import Reconciled, exchange_witnesses, reconcile_with
from mashlink.serve import ExchangeListening, serve_exchange
from mashlink.settings import Settings, load_settings
from mashlink.wiring import card_in, card_of, card_text, hub_client, open_desk, open_ledger
from mashlink.writing import write_whole
from records.ledger import Actor, end_partner, keep_partner
from records.snapshot import Store

StoreFolder = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
PurposeCode = Annotated[
    str | None, typer.Option("--purpose", help="Why, as a code of docs/access.md; required.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, in your own words; required.")]
Case = Annotated[str | None, typer.Option("--case", help="Case reference, where there is one.")]
Hub = Annotated[str, typer.Option("--with", help="The partner hub's key.")]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML) of the hub.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="Ask other hubs, and be asked.", no_args_is_help=True)
    for name, command in (
        ("card", card),
        ("partner", partner),
        ("partners", partners),
        ("end", end),
        ("ask", ask),
        ("reconcile", reconcile),
        ("witness", witness),
        ("serve", serve),
    ):
        group.command(name)(command)
    app.add_typer(group, name="exchange")


def card(
    store: StoreFolder,
    out: Annotated[Path | None, typer.Option(help="File to write; standard output without it.")] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write this hub's card for partners to keep: its name, address, contact and public keys; nothing in it is secret."""
    own = card_of(store, load_settings(settings_file))
    if out is None:
        typer.echo(card_text(own))
    else:
        write_whole(out, f"{card_text(own)}\n".encode())
    screen.print(f"Read this to the partner over the telephone: {fingerprint(own)}", highlight=False)


def partner(
    store: StoreFolder,
    file: Annotated[Path, typer.Option("--card", help="The partner hub's card.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in your own words; it stands in the ledger.")],
    settings_file: SettingsFile = None,
) -> None:
    """Exchange with a hub from now on; first compare what is printed with what the partner reads out to you."""
    settings, given = load_settings(settings_file), card_in(file)
    with open_ledger(Store(store), settings) as ledger:
        receipt = keep_partner(ledger, _actor(settings, reason), given)
    screen.print(
        f"Entry {receipt.sequence} of the ledger: {given.name} ({given.hub}). It has to read to you: {fingerprint(given)}",
        soft_wrap=True,
        highlight=False,
    )


def partners(store: StoreFolder, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """List the hubs that are exchanged with."""
    with open_ledger(Store(store), load_settings(settings_file)) as ledger:
        kept = sorted(ledger.state().exchange.partners.values(), key=lambda one: one.hub)
    if as_json:
        print_json([asdict(one) for one in kept])
        return
    for one in kept:
        screen.print(
            f"{one.hub}: {one.name}, {one.address}, {fingerprint(one)}", soft_wrap=True, highlight=False
        )


def end(
    store: StoreFolder,
    hub: Hub,
    reason: Annotated[str, typer.Option("--reason", help="Why, in your own words; it stands in the ledger.")],
    settings_file: SettingsFile = None,
) -> None:
    """Exchange with a hub no longer; what was granted runs out on its day."""
    settings = load_settings(settings_file)
    with open_ledger(Store(store), settings) as ledger:
        receipt = end_partner(ledger, _actor(settings, reason), hub)
    screen.print(f"Entry {receipt.sequence} of the ledger.")


def ask(
    store: StoreFolder,
    hub: Hub,
    basis: Annotated[str, typer.Option("--basis", help=f"Legal basis: {', '.join(LEGAL_BASES)}.")],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    given: Annotated[str | None, typer.Option(help="Given name or names.")] = None,
    family: Annotated[str | None, typer.Option(help="Family name.")] = None,
    dob: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], help="Date of birth.")
    ] = None,
    sex: Annotated[str | None, typer.Option(help="female or male.")] = None,
    nhs: Annotated[str | None, typer.Option(help="NHS number.")] = None,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask a partner hub whether it knows one person; leaves an entry on either ledger."""
    settings = load_settings(settings_file)
    described = Description(
        given_name=given,
        family_name=family,
        date_of_birth=dob.date() if dob else None,
        sex=sex,
        identifiers=(("nhs_number", nhs),) if nhs else (),
    )
    question = QuestionGiven(hub, secrets.token_hex(16), basis, description=described)
    with (
        open_desk(store, settings) as desk,
        hub_client(desk, settings) as client,
        desk.open(operator(settings), purpose_of(purpose, reason, case), "exchange_ask") as view,
    ):
        answer = view.ask_hub(question, client.send)
    if as_json:
        print_json(as_plain(answer))
    else:
        screen.print(f"{answer.hub_name}: {answer.status}. {answer.contact}", soft_wrap=True, highlight=False)


def reconcile(
    store: StoreFolder,
    hub: Hub,
    days: Annotated[int, typer.Option(min=1, help="How many days back, up to now.")] = 7,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare what the two hubs' ledgers hold of the messages between them; ends with status 1 where they differ."""
    settings = load_settings(settings_file)
    until = datetime.now(UTC)
    with open_desk(store, settings) as desk, hub_client(desk, settings) as client:
        found = reconcile_with(
            desk,
            client,
            _actor(settings, f"Comparing with {hub}"),
            hub,
            (until - timedelta(days=days), until),
        )
    if as_json:
        print_json(asdict(found))
    else:
        _show(found)
    if not found.agrees:
        raise typer.Exit(1)


def witness(store: StoreFolder, hub: Hub, settings_file: SettingsFile = None) -> None:
    """Hand this ledger's checkpoint to a partner and keep the partner's, each as the other's witness."""
    settings = load_settings(settings_file)
    with open_desk(store, settings) as desk, hub_client(desk, settings) as client:
        sizes = exchange_witnesses(desk, client, _actor(settings, f"Witness for {hub}"), hub)
    screen.print(f"Kept {hub} at {sizes[0]:,} entries; it keeps this hub at {sizes[1]:,}.", highlight=False)


def serve(
    store: StoreFolder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8443,
    settings_file: SettingsFile = None,
) -> None:
    """Take other hubs' messages over TLS with client certificates (exchange_certificate, exchange_authority)."""
    settings = load_settings(settings_file)
    serve_exchange(store, settings, ExchangeListening(host, port))


def _actor(settings: Settings, reason: str) -> Actor:
    return Actor(operating_system_user(), "operator", settings.hub, "audit", reason)


def _show(found: Reconciled) -> None:
    screen.print(
        f"{found.compared} messages with {found.hub}, {len(found.differing)} differ.", highlight=False
    )
    for line in found.differing:
        screen.print(f"{line.message_id} {line.act}: here {line.here or 'nothing'}, there {line.there or 'nothing'}", highlight=False)  # fmt: skip
