"""Two hubs' ledgers against each other: what both hold of the messages between them, and each other's checkpoints."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from access import PAIRED_ACTS, PROTOCOL_VERSION, Desk
from api import HubClient
from records.errors import NotThere
from records.ledger import Actor, Checkpoint, Partner

_BASIS: Final = "children_act_2004_s10_s11"
_Told = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A message of which the two ledgers say different things; None where a ledger has nothing of it."""

    message_id: str
    act: str
    here: str | None
    there: str | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of comparing: messages compared, and those that differ."""

    hub: str
    compared: int
    differing: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether both ledgers say the same."""
        return not self.differing


def reconcile_with(
    desk: Desk, client: HubClient, actor: Actor, hub: str, period: tuple[datetime, datetime]
) -> Reconciled:
    """Compare the entries of both ledgers on every message of a period. Raises PartnerUnavailable, NotThere for no partner."""
    partner = _partner(desk, hub)
    since, until = period
    message = _message(actor, partner, "reconcile") | {
        "since": since.astimezone(UTC).isoformat(),
        "until": until.astimezone(UTC).isoformat(),
    }
    told = client.send(partner, "comparisons", message)
    differing: list[Difference] = []
    compared = 0
    for ours, name in ((True, "answered"), (False, "asked")):
        here = Counter(
            (one.message_id, _as_asked(one.act), one.status)
            for one in desk.exchanged_with(hub, ours, since, until)
        )
        there = Counter((str(row[0]), _as_asked(str(row[1])), row[2]) for row in told[name])
        # The same question sent again is answered again: that either side wrote it down is what counts.
        compared += len({one[:2] for one in (*here, *there)})
        differing += _differences(set(here), set(there))
    actor_details = {"hub": hub, "differing": len(differing)}
    desk.note_reconciled(actor, actor_details)
    return Reconciled(hub, compared, tuple(differing))


def _as_asked(act: str) -> str:
    """The asking side's name of an act that either side's ledger names in its own way."""
    return next((asked for asked, answered in PAIRED_ACTS.items() if act in (asked, answered)), act)


def _differences(here: set[_Told], there: set[_Told]) -> list[Difference]:
    known_here, known_there = ({one[:2]: one[2] or "answered" for one in side} for side in (here, there))
    return [
        Difference(message_id, act, known_here.get((message_id, act)), known_there.get((message_id, act)))
        for message_id, act in sorted(known_here.keys() | known_there.keys())
        if known_here.get((message_id, act)) != known_there.get((message_id, act))
    ]


def exchange_witnesses(desk: Desk, client: HubClient, actor: Actor, hub: str) -> tuple[int, int]:
    """Keep a partner's checkpoint and hand it this hub's; gives both sizes kept.

    Raises Conflict where the partner's past was changed, PartnerUnavailable.
    """
    partner = _partner(desk, hub)
    first = client.send(
        partner, "witnesses", _message(actor, partner, "witness") | {"kept": desk.checkpoint_kept(hub)}
    )
    desk.keep_checkpoint_of(actor, Checkpoint.from_json(str(first["checkpoint"])))
    own = desk.checkpoint_for(actor.hub, int(first["kept"]))
    message = _message(actor, partner, "witness") | {
        "kept": desk.checkpoint_kept(hub),
        "checkpoint": own.as_json(),
    }
    second = client.send(partner, "witnesses", message)
    return desk.checkpoint_kept(hub), int(second["kept"])


def _partner(desk: Desk, hub: str) -> Partner:
    known = {one.hub: one for one in desk.partners()}
    if hub not in known:
        raise NotThere(f"{hub} is no partner of this hub.")
    return known[hub]


def _message(actor: Actor, partner: Partner, kind: str) -> dict[str, Any]:
    return {
        "version": PROTOCOL_VERSION,
        "kind": kind,
        "from": actor.hub,
        "to": partner.hub,
        "id": secrets.token_hex(16),
        "worker": "0" * 32,
        "role": actor.role,
        "purpose": actor.purpose,
        "legal_basis": _BASIS,
    }
