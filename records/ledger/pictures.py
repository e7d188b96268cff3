"""Pictures of a network that somebody kept for a case: what was asked and where nodes were put, never what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.errors import BadInput
from records.ledger.acts import Actor, write_act
from records.ledger.entry import LoggedEntry, Receipt
from records.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Picture:
    """A kept picture. ``centre``: the record it is about; ``terms``: what was asked, (name, value).

    ``places``: node to (x, y) in pixels, by the references that ``namespace``'s readers share.
    """

    picture_id: str
    centre: str
    title: str
    case_reference: str
    terms: tuple[tuple[str, str], ...]
    places: dict[str, tuple[float, float]]
    namespace: str
    by: str
    at: datetime


def save_picture(ledger: Ledger, actor: Actor, centre: str, facts: Mapping[str, object]) -> Receipt:
    """Keep a picture for the actor's case; ``facts``: ``terms``, ``places`` and ``namespace`` of a ``Picture``.

    Raises BadInput without a case.
    """
    if not actor.case_reference:
        raise BadInput("A picture is kept for a case. Name the case in your purpose, then save it.")
    return write_act(ledger, actor, "save_picture", (centre,), {"centre": centre, **facts})


def pictures_of(ledger: Ledger, case_reference: str) -> list[Picture]:
    """The pictures kept for a case, latest first."""
    kept = ledger.entries(act="save_picture", outcome="answered", newest_first=True)
    return [_picture(one) for one in kept if one.entry.case_reference == case_reference and not one.erased]


def _picture(logged: LoggedEntry) -> Picture:
    entry, facts = logged.entry, logged.entry.details
    places: dict[str, Any] = facts["places"]
    return Picture(
        picture_id=f"picture-{logged.sequence}",
        centre=facts["centre"],
        title=entry.reason or "",
        case_reference=entry.case_reference or "",
        terms=tuple((name, value) for name, value in facts["terms"]),
        places={node: (float(x), float(y)) for node, (x, y) in places.items()},
        namespace=facts["namespace"],
        by=entry.actor,
        at=logged.at,
    )
