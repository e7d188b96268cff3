"""Payloads without the erased: which entries name a record, what is left of each, and the writing of it."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from records.ledger.entry import payload_digest
from records.ledger.erasures import redacted
from records.ledger.stored import indexed_of
from records.ledger.tables import PAYLOAD, SUBJECT

# Ids in one statement; databases bound their number.
_AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What an erasure does to payloads: entries to blank, and what is left of others, each with its new salt."""

    blanked: tuple[int, ...]
    left: dict[int, tuple[bytes, str]]

    def told(self) -> dict[str, Any]:
        """The same for the erasing entry, which vouches for it: numbers, and digests of what is left."""
        digests = {str(one): payload_digest(salt, body) for one, (salt, body) in self.left.items()}
        return {"blanked": list(self.blanked), "redacted": digests}

    def carry_out(self, connection: Connection, erased_by: int) -> None:
        """Write it, under the number of the entry that logs the erasure."""
        blank(connection, self.blanked, erased_by)
        for sequence, (salt, body) in self.left.items():
            connection.execute(
                update(PAYLOAD)
                .where(PAYLOAD.c.sequence == sequence)
                .values(salt=salt, body=body, erased_by=erased_by)
            )
            subjects, _ = indexed_of(sequence, body)
            connection.execute(
                delete(SUBJECT).where(
                    SUBJECT.c.sequence == sequence, SUBJECT.c.record_id.not_in(sorted(subjects))
                )
            )


def rewrite_about(connection: Connection, record_ids: Collection[str], words: Collection[str]) -> Rewritten:
    """What is to become of every entry that concerns one of the records."""
    numbers: set[int] = set()
    ids = sorted(set(record_ids))
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        found = connection.execute(select(SUBJECT.c.sequence).where(SUBJECT.c.record_id.in_(some)).distinct())
        numbers.update(int(row.sequence) for row in found)
    blanked: list[int] = []
    left: dict[int, tuple[bytes, str]] = {}
    for sequence in sorted(numbers):
        body = connection.execute(select(PAYLOAD.c.body).where(PAYLOAD.c.sequence == sequence)).scalar()
        rest = redacted(body, record_ids, words) if body is not None else None
        if rest is None:
            blanked.append(sequence)
        else:
            left[sequence] = (secrets.token_bytes(16), rest)
    return Rewritten(tuple(blanked), left)


def blank(connection: Connection, sequences: Sequence[int], erased_by: int) -> None:
    """Empty the payloads of these entries and their index of subjects."""
    for start in range(0, len(sequences), _AT_A_TIME):
        some = sequences[start : start + _AT_A_TIME]
        connection.execute(
            update(PAYLOAD)
            .where(PAYLOAD.c.sequence.in_(some))
            .values(salt=None, body=None, erased_by=erased_by)
        )
        connection.execute(delete(SUBJECT).where(SUBJECT.c.sequence.in_(some)))
