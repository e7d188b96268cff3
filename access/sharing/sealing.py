"""Seals as their keeper works with them: set, listed and lifted by record ids; nobody is shown or described."""

from access.sharing.keepers import require_records
from access.sight import Sight
from access.values import SealGiven, SealLine, SealList
from records.ledger import lift_seal, seal


class SealingViews:
    """Acts on seals for the seal keeper alone; each is one entry on the ledger and in force on the next request."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def standing(self) -> SealList:
        """The seals that stand, latest first, with how many records they hold apart."""
        seals = reversed(self._sight.state.seals)
        lines = tuple(
            SealLine(one.seal_id, len(one.protected_record_ids), len(one.other_record_ids)) for one in seals
        )
        self._sight.log.answered = bool(lines)
        return SealList(lines)

    def set(self, given: SealGiven) -> None:
        """Set a seal. Raises BadInput for a record that is not in the data: a seal with a slip in it protects nobody."""
        sight = self._sight
        named = sorted({*given.protected, *given.other})
        require_records(sight, named)
        seal(sight.ledger, sight.actor(given.grounds), given.protected, given.other)
        sight.log.logged = True

    def lift(self, seal_id: str, grounds: str) -> None:
        """Lift a seal. Raises Conflict when it does not stand."""
        lift_seal(self._sight.ledger, self._sight.actor(grounds), seal_id)
        self._sight.log.logged = True
