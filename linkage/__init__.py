"""Which records are the same person, household, incident; which addresses one place."""

from linkage.incidents import incidents_of, resolve_incidents
from linkage.places import resolve_places
from linkage.scope_rows import scope_rows

__all__ = [
    "incidents_of",
    "resolve_incidents",
    "resolve_places",
    "scope_rows",
]
