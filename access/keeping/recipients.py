"""Who got something of a person, by the ledger: looks, releases, meeting lists, packs, exports, reveals."""

from collections.abc import Sequence
from typing import Any

from access.acts import CHANGES, LEDGER_ACTS
from access.values import Recipient
from records.ledger import Ledger


def recipients_of(
    ledger: Ledger, record_ids: Sequence[str], without: Sequence[str] = ()
) -> tuple[Recipient, ...]:
    """Every answered entry that concerns one of the records, oldest first, but for acts ``without``.

    ``to`` is empty for a look inside the hub.
    """
    entries = {
        logged.sequence: logged
        for record_id in record_ids
        for logged in ledger.entries(subject=record_id, outcome="answered")
        if logged.entry.act not in without
    }
    return tuple(
        Recipient(
            at=logged.at,
            did=LEDGER_ACTS.get(logged.entry.act, logged.entry.act),
            by=logged.entry.actor,
            role=logged.entry.role,
            purpose=logged.entry.purpose,
            to=_destination(logged.entry.act, logged.entry.details),
        )
        for _, logged in sorted(entries.items())
    )


def _destination(act: str, details: dict[str, Any]) -> str:
    """Where an act let something go, in words."""
    agencies = details.get("agencies") or details.get("recipients") or []
    named = [str(one) for one in agencies] if isinstance(agencies, list) else []
    for name in ("recipient", "peer", "reference", "file"):
        value = details.get(name)
        if isinstance(value, str) and value and (act not in CHANGES or name != "file"):
            named.append(value)
    return ", ".join(named)
