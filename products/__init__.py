"""What leaves the hub: documents as values, made from a scoped view."""

from products.chronology import (
    GAP_DAYS,
    ChronologyChoice,
    ChronologyProforma,
    Gap,
    Happening,
    Version,
    arrange,
    chronology_proforma,
)

__all__ = [
    "GAP_DAYS",
    "ChronologyChoice",
    "ChronologyProforma",
    "Gap",
    "Happening",
    "Version",
    "arrange",
    "chronology_proforma",
]
