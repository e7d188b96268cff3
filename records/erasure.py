"""What was erased, known by keyed digests alone, so that a row handed in again stays out and nobody can read who it was.

The ledger keeps digests of the ids of erased records and events; the key lies in the store's ``keys`` folder. Without it
a row that an agency hands in again would come back unnoticed, so a build whose key is not the one that made a digest
refuses to run.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from records.errors import LedgerUnavailable
from records.ledger import Erasure, secret_file

ERASURE_KEY: Final = "erasure.key"
# What stands where the raw text of a quarantined row of an erased person stood.
ERASED_TEXT: Final = "(erased)"
# Columns of an event that is kept with its key features alone: all else is emptied (Brent: six months, then key features).
EMPTIED_COLUMNS: Final = (
    "referrer",
    "reference",
    "place",
    "postcode",
    "uprn",
    "summary",
    "opinion",
    "flags",
    "wait_seconds",
    "duration_seconds",
)
_KEY_BYTES: Final = 64
# 128 bits: two ids share one by chance in no store there will ever be.
_SHOWN: Final = 32


@dataclass(frozen=True, slots=True)
class ErasureKey:
    """The store's key for digests of erased ids. A digest is SHA-256 twice under two halves of the key, as HMAC nests it."""

    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, keys: Path) -> "ErasureKey":
        """The key in the folder of a store's keys, made on first use. Raises LedgerUnavailable when it cannot be read."""
        return cls(secret_file(keys, ERASURE_KEY, _KEY_BYTES))

    @property
    def key_id(self) -> str:
        """A short name of the key, that tells nothing of it."""
        return hashlib.sha256(b"erasure key" + self.secret).hexdigest()[:16]

    def digest(self, kind: str, one_id: str) -> str:
        """The digest of the id of a ``record`` or an ``event``."""
        inner = hashlib.sha256(f"{self._inner}{kind} {one_id}".encode()).hexdigest()
        return hashlib.sha256(f"{self._outer}{inner}".encode()).hexdigest()[:_SHOWN]

    def digests(self, kind: str, ids: Iterable[str]) -> frozenset[str]:
        """The digests of several ids."""
        return frozenset(self.digest(kind, one) for one in ids)

    def sql(self, kind: str, column: str) -> str:
        """SQL of the same digest of a column. The key stands in the text: keep the statement out of every log."""
        inner = f"sha256('{self._inner}{kind} ' || {column})"
        return f"substr(sha256('{self._outer}' || {inner}), 1, {_SHOWN})"

    @property
    def _inner(self) -> str:
        return self.secret[: _KEY_BYTES // 2].hex()

    @property
    def _outer(self) -> str:
        return self.secret[_KEY_BYTES // 2 :].hex()


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """All that was erased, as digests: what a build leaves out and readers are not shown.

    ``records`` stay out for good. ``inactive_records`` went with their last event when its time had run out; one comes
    back when it takes part in an event that was not erased, because a child who is seen again must be found.
    ``reduced_events`` are kept with their key features alone.
    """

    key: ErasureKey
    records: frozenset[str] = frozenset()
    inactive_records: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    reduced_events: frozenset[str] = frozenset()

    @classmethod
    def of(cls, erasures: Collection[Erasure], key: ErasureKey) -> "ErasedRows | None":
        """What these acts erased, None where there are none. Raises LedgerUnavailable when another key made a digest."""
        if not erasures:
            return None
        others = sorted({one.key_id for one in erasures} - {key.key_id})
        if others:
            raise LedgerUnavailable(
                f"keys/{ERASURE_KEY}: what was erased is known by the key {others[0]}, which is not the one here; put it "
                "back from a backup, or rows of erased people would come back."
            )

        def joined(sets: Iterable[frozenset[str]]) -> frozenset[str]:
            return frozenset[str]().union(*sets)

        events = joined(one.events for one in erasures)
        return cls(
            key,
            records=joined(one.records for one in erasures if one.kind == "person"),
            inactive_records=joined(one.records for one in erasures if one.kind == "retention"),
            events=events,
            reduced_events=joined(one.reduced_events for one in erasures) - events,
        )
