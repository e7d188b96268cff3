"""``mashlink judge`` and ``review``: links for people to look at, judgements on them, and judgements in conflict."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from access import ConflictList, JudgementGiven, ReviewPair, ReviewQueue, as_plain
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
from mashlink.settings import Settings, load_settings
from mashlink.wiring import open_ledger
from records.errors import StoreUnavailable
from records.ledger import Actor, JudgementTerms
from records.ledger import judge as note_judgement
from records.snapshot import Store


class Listed(StrEnum):
    """What of the review is listed."""

    queue = "queue"
    conflicts = "conflicts"
    seal_conflicts = "seal_conflicts"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("judge")(judge)
    app.command("review")(review)


def judge(
    store: StoreFolder,
    record_a: Annotated[str, typer.Argument(help="One record, as <agency>:<id>.")],
    record_b: Annotated[str, typer.Argument(help="The other record.")],
    decision: Annotated[str, typer.Argument(help="same, not_same or cannot_say.")],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    settle: Annotated[
        bool, typer.Option("--settle", help="Take back what others judged of these two records.")
    ] = False,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Say whether two records are one person; the next build is bound by it, for all their records.

    Tells the conflicts that the judgement stands in. Before the first build the ids are taken as they are.
    """
    settings = load_settings(settings_file)
    given = JudgementGiven(decision, reason or "", settle)
    if not _is_built(store):
        why = required_purpose(purpose, reason, case)
        _note_unseen(
            store,
            settings,
            (record_a, record_b),
            given,
            Actor(
                operating_system_user(), "operator", settings.hub, why.code, why.reason, why.case_reference
            ),
        )
        return
    with operator_view(store, settings, purpose_of(purpose, reason, case), "judge") as view:
        taken = view.judge_records(record_a, record_b, given)
    if as_json:
        print_json(as_plain(taken))
        return
    screen.print(f"Noted in the ledger: {decision}. The next build obeys it.")
    _show_conflicts(ConflictList(taken.conflicts))


def review(
    store: StoreFolder,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    what: Annotated[
        Listed, typer.Option(help="The queue, judgements in conflict, or those that a seal overrules.")
    ] = Listed.queue,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most entries of the queue.")] = 20,
    pair: Annotated[
        str | None, typer.Option(help="Open this pair, as the queue names it with --json.")
    ] = None,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List links for people to look at, what a judgement would change most first, or open one of them.

    Leaves one entry in the ledger.
    """
    settings = load_settings(settings_file)
    act = "seal_conflicts" if what == Listed.seal_conflicts and pair is None else "review"
    with operator_view(store, settings, purpose_of(purpose, reason, case), act) as view:
        answer: ReviewQueue | ReviewPair | ConflictList
        if pair is not None:
            answer = view.review_pair(pair)
        elif what == Listed.queue:
            answer = view.review(0, limit)
        else:
            answer = view.conflicts() if what == Listed.conflicts else view.seal_conflicts()
    if as_json:
        print_json(as_plain(answer))
    elif isinstance(answer, ReviewQueue):
        _show_queue(answer)
    elif isinstance(answer, ReviewPair):
        _show_pair(answer)
    else:
        _show_conflicts(answer)


def _is_built(store: Path) -> bool:
    try:
        Store(store).current_path()
    except StoreUnavailable:
        return False
    return True


def _note_unseen(
    store: Path, settings: Settings, records: tuple[str, str], given: JudgementGiven, actor: Actor
) -> None:
    """Note a judgement on records that no build has seen yet."""
    terms = JudgementTerms(settles=given.settles)
    with open_ledger(Store(store), settings) as ledger:
        note_judgement(ledger, actor, *records, given.decision, terms)
    screen.print(f"Noted in the ledger: {given.decision}. Nothing is built yet; the first build obeys it.")


def _show_queue(queue: ReviewQueue) -> None:
    screen.print(f"{queue.total:,} pairs to look at. {queue.order}", highlight=False)
    for line in queue.lines:
        chance = "" if line.probability is None else f", chance {_percent(line.probability)}"
        second = "" if line.second_opinion is None else f", second opinion {_percent(line.second_opinion)}"
        change = "first" if line.expected_change is None else f"{line.expected_change:.2f}"
        sides = f"{', '.join(line.agencies_a)} and {', '.join(line.agencies_b)}"
        screen.print(
            f"{change:>6}  {line.kind}: {sides}{chance}{second}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _percent(chance: float) -> str:
    """A chance that never claims certainty."""
    return f"{min(max(chance, 0.001), 0.999):.1%}"


def _show_pair(pair: ReviewPair) -> None:
    link = pair.explanation
    screen.print(f"{link.record_a} and {link.record_b}: {link.sentence}", highlight=False, markup=False)
    for step in link.comparisons:
        values = f" ({step.value_a or 'not known'} | {step.value_b or 'not known'})" if step.value_a else ""
        screen.print(
            f"{step.weight:>+7.1f}  {step.label}: {step.level}{values}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    screen.print(f"{link.weight:>+7.1f}  Together", highlight=False)
    _show_conflicts(ConflictList(pair.conflicts))


def _show_conflicts(answer: ConflictList) -> None:
    for conflict in answer.conflicts:
        screen.print(conflict.why, highlight=False)
        for said in conflict.judgements:
            when = f"{said.at:%Y-%m-%d %H:%M} UTC" if said.at else "at a time not known"
            screen.print(
                f"  {said.record_a} and {said.record_b}: {said.decision}, by {said.by}, {when}: {said.reason}",
                highlight=False,
                markup=False,
            )
