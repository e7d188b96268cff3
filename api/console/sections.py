"""The parts of the console, and which of them the policy opens to a person."""

from dataclasses import dataclass
from typing import Final

from access import PURPOSES
from api.sessions import Session


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the console, as the navigation and the home page offer it; ``act`` is what it takes to enter."""

    address: str
    name: str
    what: str
    act: str


SECTIONS: Final = (
    Section("/search", "Search", "Find a person by name, date of birth, number, address or phone.", "lookup"),
    Section(
        "/findings",
        "Findings",
        "Patterns that no single agency could see, each with its evidence.",
        "findings",
    ),
    Section(
        "/review",
        "Link review",
        "Pairs of records that may or may not be one person, what a judgement would change most first.",
        "review",
    ),
    Section(
        "/compare", "Compare", "Ask why two records are, or are not, held to be one person.", "explain_link"
    ),
    Section("/audit", "Audit", "Who looked at what, why, and whether the record is whole.", "ledger"),
)
# The pages about one person: act, name, the end of the address.
TABS: Final = (
    ("person", "Who", ""),
    ("households", "Households", "/households"),
    ("chronology", "Chronology", "/chronology"),
    ("network", "Network", "/network"),
    ("links", "Why linked", "/links"),
)
# Anyone may see what waits and ask why, for any purpose: that alone makes no purpose worth offering.
ALWAYS: Final = frozenset({"waiting", "explain_access"})


def sections_of(session: Session | None) -> tuple[Section, ...]:
    """The parts of the console that the policy opens, none before signing in."""
    return tuple(section for section in SECTIONS if session and session.may(section.act))


def purposes_of(session: Session) -> dict[str, str]:
    """The purposes for which this person may do anything here, each with its sentence."""
    return {
        code: sentence
        for code, sentence in PURPOSES.items()
        if session.offers.get(code, frozenset()) - ALWAYS
    }
