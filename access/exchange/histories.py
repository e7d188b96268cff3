"""What other hubs granted, shown beside this hub's own chronology under their names, and never among its rows."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from access.policy import NO_GRANT, Label
from access.sight import Sight
from access.values.other_hub import OtherHubHistory, OtherHubLine
from records.ledger import HistoryReceived


def histories_about(sight: Sight, record_ids: Collection[str]) -> tuple[OtherHubHistory, ...]:
    """The histories received about a person that this reader may see and that have not run out, the latest first.

    They are the other hub's: handled as its restricted rows, and open besides to the worker who asked.
    """
    held = frozenset(record_ids)
    found = [
        one
        for one in sight.state.exchange.received.values()
        if one.record_ids & held and one.lasts(sight.today) and _may_see(sight, one)
    ]
    return tuple(
        _as_shown(sight, history_shown(one))
        for one in sorted(found, key=lambda one: (one.at, one.request_id), reverse=True)
    )


def _as_shown(sight: Sight, history: OtherHubHistory) -> OtherHubHistory:
    """The history with as much of it as this reader is shown for this purpose, whoever of them asked for it."""
    shown, whereabouts = sight.cards.mask.usual, sight.cards.mask.whereabouts
    lines = tuple(
        replace(
            line,
            summary=whereabouts.left_out_of(line.summary) if shown.narrative else None,
            opinion=whereabouts.left_out_of(line.opinion) if shown.narrative else None,
        )
        for line in history.lines
    )
    return replace(history, person=history.person if shown.identity else {}, lines=lines)


def _may_see(sight: Sight, history: HistoryReceived) -> bool:
    if history.asked_by == sight.principal.subject:
        return True
    label = Label(sight.principal.hub, f"hub:{history.hub}", "restricted", "ordinary")
    decisions = sight.policies.may_see(sight.principal, [label], sight.purpose.code, NO_GRANT, sight.today)
    return decisions[0].allowed


def history_shown(history: HistoryReceived) -> OtherHubHistory:
    """A history as it is shown."""
    package = history.package
    return OtherHubHistory(
        hub=history.hub,
        hub_name=_text(package.get("hub_name")) or history.hub,
        request_id=history.request_id,
        granted=_text(package.get("granted")) or "granted",
        conditions=_text(package.get("conditions")) or "",
        granted_on=date.fromisoformat(package["granted_on"]),
        ends_on=history.ends_on,
        person={name: _text(value) for name, value in dict(package.get("person") or {}).items()},
        lines=tuple(_line(one) for one in package["lines"] if isinstance(one, dict)),
    )


def _line(told: Mapping[str, Any]) -> OtherHubLine:
    return OtherHubLine(
        happened_at=_text(told.get("happened_at")),
        date_precision=_text(told.get("date_precision")),
        agency=_text(told.get("agency")) or "",
        kind=_text(told.get("kind")) or "",
        concern=_text(told.get("concern")),
        outcome=_text(told.get("outcome")),
        roles=tuple(str(one) for one in told.get("roles") or ()),
        summary=_text(told.get("summary")),
        opinion=_text(told.get("opinion")),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
