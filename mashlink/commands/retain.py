"""``mashlink retain``, ``erase``, ``hold`` and ``lift-hold``: how long things are kept, and letting them go."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from access import ErasurePlan, RetentionPlan, RetentionSchedule, as_plain
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
from records.errors import BadInput

Record = Annotated[str, typer.Option("--record", help="Any record of the person, as <agency>:<id>.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and let nothing go.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
_BUILD = "Nobody is shown it from now on; the next build leaves it out of the snapshot for good."


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("retain")(retain)
    app.command("erase")(erase)
    app.command("hold")(hold)
    app.command("lift-hold")(lift_hold)


def retain(
    store: StoreFolder,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    day: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day to count from (default: the snapshot's)."),
    ] = None,
    dry_run: DryRun = False,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Let go what the hub's retention schedule says is due: erased whole, or kept with its key features alone.

    Open cases and litigation holds keep theirs. Run it before a build: until then what is due is shown to nobody.
    """
    settings = load_settings(settings_file)
    schedule = RetentionSchedule.of(settings.retention)
    if not schedule.rules:
        raise BadInput(
            "No retention schedule is set: write one under retention in the settings (docs/retention.md)."
        )
    on = day.date() if day else None
    why, done = purpose_of(purpose, reason, case), None
    with operator_view(store, settings, why, "erasure_plan") as view:
        plan = view.retention_plan(schedule, on)
    if not dry_run and plan.records_erased + plan.events_erased + plan.events_reduced:
        with operator_view(store, settings, why, "erasure") as view:
            done = view.retain(schedule, reason or "", on)
    if as_json:
        print_json(as_plain(plan) | {"done": None if done is None else asdict(done)})
        return
    _show_plan(plan, dry_run)
    if done is not None:
        written = ", ".join(map(str, done.entries))
        screen.print(
            f"Done: {'entry' if len(done.entries) == 1 else 'entries'} {written} of the ledger. {_BUILD}",
            soft_wrap=True,
        )


def erase(
    store: StoreFolder,
    record: Record,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    dry_run: DryRun = False,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Erase one person, at once and for good; rows of theirs that are handed in again stay out.

    Events that others take part in stay with their key features. The ledger keeps who erased when and why, and no id.
    """
    settings = load_settings(settings_file)
    why, done = purpose_of(purpose, reason, case), None
    with operator_view(store, settings, why, "erasure_plan") as view:
        plan = view.erasure_plan(record)
    if not dry_run:
        with operator_view(store, settings, why, "erasure") as view:
            done = view.erase(record, reason or "")
    if as_json:
        print_json(as_plain(plan) | {"done": None if done is None else asdict(done)})
        return
    _show_erasure(plan, dry_run)
    if done is not None:
        screen.print(f"Done: entry {done.entries[0]} of the ledger. {_BUILD}", soft_wrap=True)


def hold(
    store: StoreFolder,
    record: Record,
    reference: Annotated[str, typer.Option("--reference", help="Reference of the proceedings.")],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """Keep everything of one person from being erased, whatever the schedule says, until the hold is lifted."""
    settings = load_settings(settings_file)
    with operator_view(store, settings, purpose_of(purpose, reason, case), "hold") as view:
        held = view.hold(record, reference, reason or "")
    screen.print(
        f"Set: {held}. Lift it with mashlink lift-hold --hold {held}.", highlight=False, soft_wrap=True
    )


def lift_hold(
    store: StoreFolder,
    held: Annotated[str, typer.Option("--hold", help="The hold, by its name.")],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settings_file: SettingsFile = None,
) -> None:
    """End a litigation hold."""
    settings = load_settings(settings_file)
    with operator_view(store, settings, purpose_of(purpose, reason, case), "hold") as view:
        view.lift_hold(held, reason or "")
    screen.print(f"Lifted: {held}.", highlight=False)


def _show_plan(plan: RetentionPlan, dry_run: bool) -> None:
    verb = "Would go" if dry_run else "Goes"
    screen.print(f"{verb} on {plan.day} by “{plan.schedule}”:", highlight=False, soft_wrap=True)
    for line in plan.lines:
        kept = [
            f"{count:,} kept for {why}"
            for count, why in (
                (line.events_kept_by_open_case, "an open case"),
                (line.events_kept_by_hold, "a litigation hold"),
            )
            if count
        ]
        screen.print(
            f"  {line.agency}, {line.category}: {line.records_erased:,} records and {line.events_erased:,} events erased,"
            f" {line.events_reduced:,} events to key features{'; ' if kept else ''}{', '.join(kept)}",
            highlight=False,
            soft_wrap=True,
        )
    if not plan.lines:
        screen.print("  nothing.")
    if plan.undated_events:
        screen.print(
            f"  {plan.undated_events:,} events have no date to count from, and stay.", highlight=False
        )


def _show_erasure(plan: ErasurePlan, dry_run: bool) -> None:
    screen.print(
        f"{'Would be erased' if dry_run else 'Erased'}: {plan.records:,} records ({', '.join(plan.agencies)}) and "
        f"{plan.events_erased:,} events; {plan.events_reduced:,} events of others too keep their key features; "
        f"{plan.entries:,} entries of the ledger lose who it was.",
        highlight=False,
        soft_wrap=True,
    )
    for held in plan.held_by:
        screen.print(f"  Held by {held}: lift the hold first.", highlight=False, soft_wrap=True)
    for one in plan.left_the_hub:
        screen.print(
            f"  Left the hub on {one.at:%Y-%m-%d}: {one.did.rstrip('.').lower()} ({one.to}), by {one.by}. Ask for it back.",
            highlight=False,
            soft_wrap=True,
        )
