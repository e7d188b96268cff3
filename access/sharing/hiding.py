"""Hide orders as the privacy officer works with them: set, listed and lifted by record ids; nobody is shown or described."""

from access.sharing.keepers import require_records
from access.sight import Sight
from access.values import HideGiven, HideOrderLine, HideOrderList
from records.ledger import hide, lift_hide


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
        require_records(sight, named)
        hide(sight.ledger, sight.actor(given.grounds), named, given.workers)
        sight.log.logged = True

    def lift(self, order: str, grounds: str) -> None:
        """Lift a hide order. Raises Conflict when it does not stand."""
        lift_hide(self._sight.ledger, self._sight.actor(grounds), order)
        self._sight.log.logged = True
