"""The line at the foot of each page, whatever form a document leaves in."""

from products.documents.model import Handling
from products.wording import day


def copy_line(handling: Handling) -> str:
    """Whose copy it is, for what, which one, issued when and by whom, from rows up to which day."""
    said = (
        f"For {handling.recipient} · {handling.purpose} · {handling.copy} · {day(handling.on)} · by {handling.by} · "
        f"rows up to {day(handling.as_of)}"
    )
    return said if handling.may_print else f"{said} · not to be printed"
