"""Which records are the same person, household, incident; which addresses one place."""

from linkage.places import resolve_places
from linkage.scope_rows import scope_rows

__all__ = [
    "resolve_places",
    "scope_rows",
]
