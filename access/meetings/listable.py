"""What a coordinator could open by putting people on a meeting's list: the wider sight that candidates are read in."""

from dataclasses import replace

from access.person.cards import Cards
from access.scope.scoping import listable_scope
from access.sight import Sight


def listable(sight: Sight) -> Sight:
    """The sight of everything that a meeting's list could open to this reader; their own where that is more.

    A referral to MARAC is addressed to whoever prepares the meeting, so its own facts are read before its people are on a
    list; nothing else is answered from it but what rules found, without names.
    """
    scope = sight.scope_formed_by(listable_scope)
    if scope.label_ids <= sight.scope.label_ids:
        return sight
    cards = Cards(sight.people_of(scope), sight.cards.handles, sight.cards.mask, sight.log, sight.as_of)
    return replace(sight, scope=scope, cards=cards)
