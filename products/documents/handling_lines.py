"""The lines at the foot of each page, whatever form a document leaves in."""

from products.documents.model import Handling
from products.wording import day


def copy_line(handling: Handling) -> str:
    """Whose copy it is, for what, and which one."""
    said = f"For {handling.recipient} · {handling.purpose} · {handling.copy}"
    return said if handling.may_print else f"{said} · not to be printed"


def issue_line(handling: Handling) -> str:
    """When and by whom it was issued, and up to which day the rows tell."""
    return f"{day(handling.on)} · by {handling.by} · rows up to {day(handling.as_of)}"
