"""Seals as their keeper works with them: set, listed and lifted by record ids; nobody is shown or described."""

from access.sight import Sight
from access.values import SealGiven, SealLine, SealList
from records.errors import BadInput
from records.ledger import Actor, lift_seal, seal


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
        held = sight.connection.execute(
            "SELECT record_id FROM record WHERE record_id IN (SELECT unnest($1::VARCHAR[]))", [named]
        ).fetchall()
        missing = [one for one in named if (one,) not in set(held)]
        if missing:
            raise BadInput(
                f"No such record: {', '.join(missing)}. Write agency and id, like social_care:C-1."
            )
        seal(sight.ledger, self._actor(given.grounds), given.protected, given.other)
        sight.log.logged = True

    def lift(self, seal_id: str, grounds: str) -> None:
        """Lift a seal. Raises Conflict when it does not stand."""
        lift_seal(self._sight.ledger, self._actor(grounds), seal_id)
        self._sight.log.logged = True

    def _actor(self, grounds: str) -> Actor:
        principal, purpose = self._sight.principal, self._sight.purpose
        return Actor(
            principal.subject, principal.role, principal.hub, purpose.code, grounds, purpose.case_reference
        )
