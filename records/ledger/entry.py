"""One thing that somebody did, and the exact bytes that stand for it in the tree."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from records.errors import BadInput
from records.ledger.merkle import leaf_hash

_CANONICAL: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
OUTCOMES: Final = ("answered", "denied", "empty", "failed")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be logged. ``subjects`` are the record ids it is about; ``details`` is anything JSON can hold.

    ``outcome`` is answered, empty (looked, found nothing), denied or failed. ``reason``, ``case_reference``,
    ``subjects`` and ``details`` may be blanked later by a logged erasure; the rest stays for good.
    """

    actor: str
    role: str
    hub: str
    act: str
    outcome: str
    purpose: str | None = None
    reason: str | None = None
    case_reference: str | None = None
    subjects: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise BadInput(f"A ledger entry's outcome is one of {', '.join(OUTCOMES)}, not {self.outcome!r}.")
        for name in ("actor", "role", "hub", "act"):
            if not getattr(self, name):
                raise BadInput(
                    f"A ledger entry needs {name}; hand in who acted, in which role and hub, and how."
                )


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry as it stands in the ledger. ``erased`` says that its payload was blanked by a logged erasure."""

    sequence: int
    at: datetime
    entry: Entry
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an entry was taken: its number, and the signed size and root of the tree that ends with it."""

    sequence: int
    at: datetime
    tree_size: int
    root_hash: str
    signature: str


def alert_kinds(details: Mapping[str, Any]) -> set[str]:
    """The kinds of alert that an entry with these details raises for the privacy officer."""
    return {str(alert["kind"]) for alert in details.get("alerts", ())}


def canonical(value: object) -> str:
    """The one JSON text of ``value``: sorted keys, no spaces, so that equal values give equal bytes."""
    return _CANONICAL.encode(value)


def payload_text(entry: Entry) -> str:
    """The erasable part of an entry."""
    try:
        return canonical(
            {
                "reason": entry.reason,
                "case_reference": entry.case_reference,
                "subjects": list(entry.subjects),
                "details": entry.details,
            }
        )
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"The details of the ledger entry {entry.act!r} are not plain JSON: {error}."
        ) from error


def payload_digest(salt: bytes, text: str) -> str:
    """The salted digest that stands in the leaf for the payload, so that a blanked one cannot be guessed back."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def leaf_of(sequence: int, at: str, facts: dict[str, str | None], digest: str) -> bytes:
    """The leaf hash of an entry: its number, its time, its lasting facts and its payload's digest."""
    return leaf_hash(canonical({**facts, "sequence": sequence, "at": at, "payload": digest}).encode())


def instant_text(instant: datetime) -> str:
    """A time as the ledger keeps it: UTC, to the microsecond, so that text order is time order."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_of(text: str) -> datetime:
    """The time that ``instant_text`` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def plain_details(**facts: Any) -> dict[str, Any]:
    """Details as the ledger keeps them: sets in order, dates in ISO form."""

    def plain(value: Any) -> Any:
        if isinstance(value, frozenset | set | tuple | list):
            return sorted(value)
        return value.isoformat() if isinstance(value, date) else value

    return {name: plain(value) for name, value in facts.items()}
