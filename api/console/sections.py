"""Which parts of the console a role works in; the policy decides what each part shows."""

from dataclasses import dataclass
from typing import Final

from access import Principal


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the console, as the navigation and the home page offer it."""

    address: str
    name: str
    what: str


SEARCH: Final = Section(
    "/search", "Search", "Find a person by name, date of birth, number, address or phone."
)
FINDINGS: Final = Section(
    "/findings", "Findings", "Patterns that no single agency could see, each with its evidence."
)
AUDIT: Final = Section("/audit", "Audit", "Who looked at what, why, and whether the record is whole.")

SECTIONS: Final[dict[str, tuple[Section, ...]]] = {
    "contributor": (SEARCH,),
    "decision_maker": (SEARCH, FINDINGS),
    "analyst": (SEARCH, FINDINGS),
    "marac_coordinator": (SEARCH,),
    "exchange_officer": (SEARCH,),
    "auditor": (AUDIT,),
}


def sections_of(principal: Principal | None) -> tuple[Section, ...]:
    """The parts of the console that ``principal`` works in, none before signing in."""
    return SECTIONS.get(principal.role, ()) if principal else ()
