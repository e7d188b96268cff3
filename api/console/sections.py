"""The parts of the console, and which of them the policy opens to a person."""

from dataclasses import dataclass
from typing import Final

from access import PURPOSES
from api.sessions import Session


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the console, as the home page offers it; ``act`` is what it takes to enter.

    ``in_navigation``: it stands at the top of every page too; what is used once a week need not.
    """

    address: str
    name: str
    what: str
    act: str
    in_navigation: bool = True


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
        "/compare",
        "Compare",
        "Ask why two records are, or are not, held to be one person.",
        "explain_link",
        False,
    ),
    Section("/sharing", "Sharing", "What is released, restricted or refused, and until when.", "grants"),
    Section(
        "/contributions",
        "Our reports",
        "What became of what your agency handed in.",
        "contributions",
        False,
    ),
    Section("/privacy", "Privacy", "Broken glass to review, alerts, access to ask about.", "glass_reviews"),
    Section(
        "/hide-orders",
        "Hide orders",
        "People whom lookups answer as unknown, to all but named workers.",
        "hide_orders",
    ),
    Section(
        "/seals",
        "Seals",
        "Sets of records that must never join, and judgements against one.",
        "seal_conflicts",
    ),
    Section(
        "/settings",
        "Thresholds",
        "The numbers that findings are decided by, and what another would do.",
        "findings",
        False,
    ),
    Section(
        "/mappings",
        "Mappings",
        "Try a mapping on a sample of an agency's file: what would be taken in, and what would not.",
        "try_mapping",
    ),
    Section(
        "/profile",
        "Profile",
        "The rules in force at this hub, and what they let each role do.",
        "explain_access",
        False,
    ),
    Section("/meetings", "Meetings", "MARAC meetings: the list, packs, minutes and actions.", "meetings"),
    Section(
        "/statistics",
        "Statistics",
        "What the hub does, counted; each figure opens the rows it counts.",
        "statistics",
    ),
    Section(
        "/feedback", "Tell referrers", "The outcome of each referral, back to who made it.", "feedback", False
    ),
    Section("/outcomes", "Outcomes", "What became of the referrals you made.", "outcomes", False),
    Section(
        "/exchange",
        "Other hubs",
        "Ask another hub about one person; see who asked about people known here, and decide on requests.",
        "exchange_inbox",
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
    ("grants", "Sharing", "/sharing"),
)
# Anyone may see what waits and ask why, for any purpose: that alone makes no purpose worth offering.
ALWAYS: Final = frozenset({"waiting", "explain_access"})


def sections_of(session: Session | None) -> tuple[Section, ...]:
    """The parts of the console that the policy opens, none before signing in."""
    return tuple(section for section in SECTIONS if session and session.may(section.act))


def in_navigation(session: Session | None) -> tuple[Section, ...]:
    """Those that stand at the top of every page."""
    return tuple(section for section in sections_of(session) if section.in_navigation)


def purposes_of(session: Session) -> dict[str, str]:
    """The purposes for which this person may do anything here, each with its sentence."""
    return {
        code: sentence
        for code, sentence in PURPOSES.items()
        if session.offers.get(code, frozenset()) - ALWAYS
    }
