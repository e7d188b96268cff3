"""``mashlink thresholds``: what the detectors decide by, what a change would do, and saving it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from access import Purpose, WhatIf, as_plain
from detectors import Thresholds, seen_against, source_in_words
from mashlink.commands.operator import (
    Case,
    PurposeCode,
    Reason,
    SettingsFile,
    StoreFolder,
    operator_view,
    purpose_of,
    required_purpose,
)
from mashlink.commands.terminal import operating_system_user, print_json, screen
from mashlink.hub_thresholds import SavedThresholds, save_thresholds, undo_thresholds
from mashlink.settings import Settings, load_settings
from mashlink.wiring import configuration_of, open_ledger, thresholds_of
from records.errors import BadInput
from records.ledger import Entry, utc_now
from records.snapshot import Store

Set = Annotated[
    list[str],
    typer.Option(
        "--set", help="A setting to try: <detector>.<setting>=<value>, a list as JSON; may be repeated."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="The numbers that the detectors decide by.", no_args_is_help=True)
    group.callback()(_thresholds)
    group.command("show")(show)
    group.command("what-if")(what_if)
    group.command("save")(save)
    group.command("undo")(undo)
    app.add_typer(group, name="thresholds")


def _thresholds() -> None:
    """The numbers that the detectors decide by."""


def show(store: StoreFolder, settings_file: SettingsFile = None, as_json: Json = False) -> None:
    """Every threshold of the hub, with the shipped value where it differs and where the number comes from."""
    settings = load_settings(settings_file)
    held, kept = thresholds_of(settings, Store(store)), Store(store)
    if as_json:
        print_json(
            {"configuration": configuration_of(settings, kept), "thresholds": held.model_dump(mode="json")}
        )
        return
    shipped = Thresholds()
    table = Table("Setting", "Value", "Shipped", "What it is, and its source", box=None, pad_edge=False)
    for group in type(held).model_fields:
        limits, usual = getattr(held, group), getattr(shipped, group)
        for name, field in type(limits).model_fields.items():
            value, before = getattr(limits, name), getattr(usual, name)
            table.add_row(
                f"{group}.{name}",
                str(value),
                "" if value == before else str(before),
                source_in_words(field.description or ""),
            )
    screen.print(table)
    screen.print(f"\nConfiguration: {configuration_of(settings, kept)}.", highlight=False)


def what_if(
    store: StoreFolder,
    change: Set,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Which findings would come and go on the current snapshot if thresholds were changed; nothing is saved."""
    settings = load_settings(settings_file)
    changes = parse_changes(change)
    with operator_view(store, settings, purpose_of(purpose, reason, case), "findings") as view:
        answer = view.what_if(changes)
    if as_json:
        print_json(as_plain(answer))
    else:
        _show_answer(answer)


def save(
    store: StoreFolder,
    change: Set,
    purpose: PurposeCode = None,
    reason: Reason = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Save thresholds as the hub's next version; the next build decides by them, and the ledger says who changed what."""
    changes = parse_changes(change)

    def saving(kept: Store, user: str, why: str) -> tuple[SavedThresholds, dict[str, Any]]:
        saved = save_thresholds(kept, changes, user, why, utc_now())
        return saved, {"thresholds": {group: dict(settings) for group, settings in changes.items()}}

    _keep(
        Store(store), load_settings(settings_file), required_purpose(purpose, reason, None), saving, as_json
    )


def undo(
    store: StoreFolder,
    purpose: PurposeCode = None,
    reason: Reason = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Take back the thresholds saved last: what stood before them becomes the next version; no version is removed."""

    def undoing(kept: Store, user: str, why: str) -> tuple[SavedThresholds, dict[str, Any]]:
        saved = undo_thresholds(kept, user, why, utc_now())
        return saved, {"undoes": saved.version - 1}

    _keep(
        Store(store), load_settings(settings_file), required_purpose(purpose, reason, None), undoing, as_json
    )


def _keep(
    kept: Store,
    settings: Settings,
    why: Purpose,
    act: Callable[[Store, str, str], tuple[SavedThresholds, dict[str, Any]]],
    as_json: bool,
) -> None:
    """Do ``act``, which makes a version and says what it changed, and put it on the ledger."""
    user = operating_system_user()
    with open_ledger(kept, settings) as ledger:
        before = thresholds_of(settings, kept)
        saved, said = act(kept, user, why.reason)
        details = {"version": saved.version, **said}
        ledger.append(
            Entry(
                user,
                "operator",
                settings.hub,
                "save_thresholds",
                "answered",
                why.code,
                why.reason,
                details=details,
            )
        )
    if as_json:
        print_json(asdict(saved))
        return
    screen.print(f"Saved as version {saved.version}. The next build decides by it.", highlight=False)
    _show_what_changed(before, thresholds_of(settings, kept))


def _show_what_changed(before: Thresholds, after: Thresholds) -> None:
    """Each setting that differs, as it was and as it is: who takes back a version sees what that took back."""
    shipped, now = Thresholds().model_dump(mode="json"), after.model_dump(mode="json")
    for group, held in before.model_dump(mode="json").items():
        for name, value in held.items():
            if now[group][name] != value:
                as_shipped = ", as shipped" if now[group][name] == shipped[group][name] else ""
                screen.print(
                    f"  {group}.{name}: {value} before, {now[group][name]} now{as_shipped}",
                    highlight=False,
                    markup=False,
                    soft_wrap=True,
                )


def parse_changes(written: list[str]) -> dict[str, dict[str, Any]]:
    """``gang_network.least_members=4`` and the like as detector to setting to value. Raises BadInput for another form."""
    changes: dict[str, dict[str, Any]] = {}
    for one in written:
        place, equals, value = one.partition("=")
        group, dot, name = place.strip().partition(".")
        if not (equals and dot and group and name and value.strip()):
            raise BadInput(
                f"--set {one}: write it as <detector>.<setting>=<value>, gang_network.least_members=4."
            )
        try:
            parsed = json.loads(value)
        except ValueError:
            parsed = value.strip()
        changes.setdefault(group, {})[name] = parsed
    return changes


def _show_answer(answer: WhatIf) -> None:
    if not answer.detectors:
        screen.print("No setting differs from what is in force; nothing would change.")
        return
    table = Table("Detector", "Now", "Then", "Stay", "Come", "Go", box=None, pad_edge=False)
    for one in answer.detectors:
        table.add_row(
            one.detector, *(f"{n:,}" for n in (one.before, one.after, one.stayed, one.comes, one.goes))
        )
    screen.print(table)
    for one in answer.detectors:
        for words, findings in (("would come", one.coming), ("would go", one.going)):
            for finding in findings:
                people = ", ".join(f"{s.person.name or s.person.handle} ({s.role})" for s in finding.subjects)
                screen.print(
                    f"\n[bold]{one.detector}[/], {words}: {people}; "
                    f"{seen_against(one.detector, finding.observed, finding.baseline)}, {finding.window_from} to {finding.window_to}",
                    highlight=False,
                )
