"""Who asks, and why: the two values that every read begins with."""

from dataclasses import dataclass
from typing import Final

ROLES: Final[dict[str, str]] = {
    "contributor": "Works for one agency in the hub: its own records, and what others shared and the hub released.",
    "decision_maker": "Social-care manager: sees everything in the hub, decides on findings and says who may see what.",
    "analyst": "Data analyst: the network under pseudonyms, without restricted rows.",
    "link_reviewer": "Judges whether two records are one person: the pair compared, each pair logged.",
    "marac_coordinator": "Prepares a meeting: the people on its list and those tied to them.",
    "exchange_officer": "Answers and asks across borders: one subject at a time, hit or no hit, status, contact.",
    "referrer": "Referred someone: the outcome of own referrals.",
    "seal_keeper": "Keeps the seals, and nothing else.",
    "privacy_officer": "Alerts and the review of break-glass; no case content.",
    "auditor": "The ledger; no case content.",
    "administrator": "Mappings, tried on samples handed in for it; no data of the hub.",
    "operator": "The command line of the host itself.",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person in one role.

    ``subject`` is the id that the sign-in provider vouches for and the ledger records; ``authorities`` are the
    local authorities the person works for. ``role`` is a key of ``ROLES``.
    """

    subject: str
    name: str
    role: str
    agency: str
    hub: str
    authorities: tuple[str, ...] = ()


PURPOSES: Final[dict[str, str]] = {
    "safeguarding_s47": "A child may be suffering significant harm (Children Act 1989 s47); consent is not needed.",
    "safeguarding_s17": "A child may be in need (Children Act 1989 s17); consent is expected, or an override recorded.",
    "adult_safeguarding": "An adult with care needs may be at risk of abuse or neglect (Care Act 2014 s42).",
    "marac": "Preparing or holding a Multi-Agency Risk Assessment Conference.",
    "crime_prevention": "Preventing or detecting crime (Crime and Disorder Act 1998 s115).",
    "emerging_harm": "Research and analysis to identify victims and emerging harm (Core Element 5).",
    "cross_border": "A lookup between hubs for a family that moves, lives or is harmed across borders.",
    "data_quality": "Checking links, duplicates and the correctness of what was handed in.",
    "service_planning": "Needs by area, commissioning and statistics; no restricted rows.",
    "data_rights": "Answering a person's rights over what is held of them (UK GDPR Arts 15 to 21), and ending its keeping.",
    "audit": "Reviewing who looked at what and why.",
}
# Purposes for which what others hold is shared with consent, or with an override that says why without.
CONSENT_EXPECTED: Final = frozenset({"safeguarding_s17"})


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why someone looks: a code of ``PURPOSES``, a reason in their own words, a case reference where there is one."""

    code: str
    reason: str
    case_reference: str | None = None
