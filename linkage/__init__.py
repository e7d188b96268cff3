"""Which records are the same person, household, incident; which addresses one place."""

from linkage.households import HouseholdSpell, households_of, resolve_households
from linkage.households_rows import records_around
from linkage.incidents import incidents_of, resolve_incidents
from linkage.places import resolve_places
from linkage.scope_rows import scope_rows

__all__ = [
    "HouseholdSpell",
    "households_of",
    "incidents_of",
    "records_around",
    "resolve_households",
    "resolve_incidents",
    "resolve_places",
    "scope_rows",
]
