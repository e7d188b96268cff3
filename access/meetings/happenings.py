"""Which reports tell of one happening, and who lived together, in a reader's scope; of a list's people found once."""

from collections.abc import Iterable
from typing import Final

from access.person.people import KnownPerson
from access.sight import Sight
from linkage import HouseholdSpell, households_of, incidents_of
from records.snapshot.about import stored_about

MOST_AT_ONCE: Final = 5000


def incidents_of_everyone(sight: Sight) -> dict[str, str] | None:
    """Event -> happening over all people of a scope that a list opened, found once; None where the scope is larger."""
    known = sight.cards.people.of_everyone
    if known.happenings is None and (everyone := everyone_listed(sight)):
        known.happenings = incidents_of(sight.connection, sight.scope, members_of(everyone))
    return known.happenings


def households_of_everyone(sight: Sight) -> list[HouseholdSpell] | None:
    """The households of all people of a scope that a list opened, formed once; None where the scope is larger."""
    known = sight.cards.people.of_everyone
    if known.spells is None and (everyone := everyone_listed(sight)):
        person_ids = [person.person_id for person in everyone]
        known.spells = households_of(sight.connection, sight.scope, members_of(everyone), person_ids)
    return known.spells


def members_of(people: Iterable[KnownPerson]) -> dict[str, str]:
    """Record id -> person id of some people."""
    return {record_id: person.person_id for person in people for record_id in person.record_ids}


def everyone_listed(sight: Sight) -> tuple[KnownPerson, ...]:
    """The people of a scope that a meeting's list opened, resolved at once: one by one they would take as long each.

    Nobody where the scope stands in the snapshot, holds rows by label as well, or is too large for it.
    """
    scope = sight.scope
    if scope.standing or scope.label_ids or len(scope.added_record_ids) > MOST_AT_ONCE:
        return ()
    holders = sight.cards.people.holding(sorted(scope.added_record_ids))
    return tuple({person.person_id: person for person in holders.values()}.values())


def incidents_among(sight: Sight, event_ids: list[str], people: Iterable[KnownPerson]) -> dict[str, str]:
    """Event -> a name that the reports of one happening share within this read; ``people``: everyone in the events."""
    if sight.scope.standing:
        rows = sight.connection.execute(
            f"SELECT event_id, incident_id FROM {stored_about('incident', sight.scope, 'event_id', event_ids)}"
        ).fetchall()
        found = dict(rows)
    else:
        members = members_of(people)
        found = incidents_of(sight.connection, sight.scope, members) if members else {}
    return {event_id: found.get(event_id, event_id) for event_id in event_ids}
