"""What people decided about links, taken from the ledger's state: judgements and seals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol


class Judged(Protocol):
    """A human judgement on two records; ``decision`` is ``same``, ``not_same`` or ``cannot_say``."""

    @property
    def record_id_a(self) -> str:
        """The first of the two records."""

    @property
    def record_id_b(self) -> str:
        """The second."""

    @property
    def decision(self) -> str:
        """What was judged."""


class Sealed(Protocol):
    """Two sets of records that must never join; the protected side is as not there to all but the seal keeper."""

    @property
    def protected_record_ids(self) -> Collection[str]:
        """Records of the side that is as not there."""

    @property
    def other_record_ids(self) -> Collection[str]:
        """Records of the side that is found as anyone is."""


@dataclass(frozen=True, slots=True)
class Rulings:
    """The judgements and seals in force. A seal is stronger than a judgement, ``not_same`` stronger than ``same``."""

    judgements: tuple[Judged, ...] = ()
    seals: tuple[Sealed, ...] = ()

    def same(self) -> list[tuple[str, str]]:
        """Pairs of records that a human said are one person."""
        return [
            (found.record_id_a, found.record_id_b) for found in self.judgements if found.decision == "same"
        ]

    def not_same(self) -> list[tuple[str, str]]:
        """Pairs of records that a human said are two people."""
        return [
            (found.record_id_a, found.record_id_b)
            for found in self.judgements
            if found.decision == "not_same"
        ]

    def record_ids(self) -> frozenset[str]:
        """Every record that a ruling names."""
        named = {record_id for pair in (*self.same(), *self.not_same()) for record_id in pair}
        for seal in self.seals:
            named.update(seal.protected_record_ids, seal.other_record_ids)
        return frozenset(named)


NO_RULINGS = Rulings()


def sealed_pairs(seals: Sequence[Sealed]) -> list[tuple[str, str]]:
    """Every pair of record ids that a seal keeps apart, the protected side first; sorted."""
    return sorted(
        {
            (protected, other)
            for seal in seals
            for protected in seal.protected_record_ids
            for other in seal.other_record_ids
        }
    )
