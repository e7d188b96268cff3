"""Which records are the same person, household, incident; which addresses one place."""

from linkage.places import resolve_places
from linkage.scope_rows import label_condition, scope_rows

__all__ = [
    "label_condition",
    "resolve_places",
    "scope_rows",
]
