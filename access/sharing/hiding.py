"""Hide orders as the privacy officer works with them: set, listed and lifted by record ids; nobody is shown or described."""

from access.sight import Sight
from access.values import HideGiven, HideOrderLine, HideOrderList
from records.errors import BadInput
from records.ledger import Actor, hide, lift_hide


class HidingViews:
    """Acts on hide orders; each is one entry on the ledger and in force on the next request."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def standing(self) -> HideOrderList:
        """The hide orders that stand, latest first, with how many records each hides and from whom it does not."""
        orders = reversed(self._sight.state.hide_orders)
        lines = tuple(
            HideOrderLine(one.order_id, len(one.record_ids), tuple(sorted(one.named_actors)))
            for one in orders
        )
        self._sight.log.answered = bool(lines)
        return HideOrderList(lines)

    def set(self, given: HideGiven) -> None:
        """Set a hide order. Raises BadInput for a record that is not in the data: an order with a slip in it hides nobody."""
        sight = self._sight
        named = sorted(set(given.records))
        held = sight.connection.execute(
            "SELECT record_id FROM record WHERE record_id IN (SELECT unnest($1::VARCHAR[]))", [named]
        ).fetchall()
        missing = [one for one in named if (one,) not in set(held)]
        if missing:
            raise BadInput(
                f"No such record: {', '.join(missing)}. Write agency and id, like social_care:C-1."
            )
        hide(sight.ledger, self._actor(given.grounds), named, given.workers)
        sight.log.logged = True

    def lift(self, order: str, grounds: str) -> None:
        """Lift a hide order. Raises Conflict when it does not stand."""
        lift_hide(self._sight.ledger, self._actor(grounds), order)
        self._sight.log.logged = True

    def _actor(self, grounds: str) -> Actor:
        principal, purpose = self._sight.principal, self._sight.purpose
        return Actor(
            principal.subject, principal.role, principal.hub, purpose.code, grounds, purpose.case_reference
        )
