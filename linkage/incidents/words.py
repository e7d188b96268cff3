"""Which kinds, concerns and roles can be two tellings of one happening."""

from itertools import combinations
from typing import Final

# Kinds that tell of something that happened to people. The rest are an agency's own acts, in answer to it or on its
# own calendar (an arrest, a plan, an assessment, an appointment, a registration, a tenancy): each is an incident of its own.
FIRST_HAND: Final = frozenset(
    {
        "incident",
        "missing_episode",
        "ed_attendance",
        "admission",
        "antisocial_behaviour",
        "exclusion",
        "school_concern",
        "call",
    }
)
RETOLD: Final = frozenset({"contact", "referral", "school_concern", "call"})
TELLING: Final = FIRST_HAND | RETOLD
# What people need after something happened to them.
ANSWERS: Final = frozenset({"ed_attendance", "admission"})

# An agency that was told writes the day it was told, or the next working day: a Friday night is a Monday's contact.
DAYS_TO_RETELL: Final = 3
# A notice that waited over a holiday or in a queue, where whoever got it names the sender.
DAYS_TO_HEAR: Final = 7

# What only an agency of that sector writes down, by which one whose name says nothing is known.
KINDS_OF_A_SECTOR: Final = {
    "police": frozenset({"incident", "custody"}),
    "health": frozenset(
        {
            "ed_attendance",
            "admission",
            "clinic_attendance",
            "missed_appointment",
            "midwifery_booking",
            "gp_registration",
            "gp_deregistration",
        }
    ),
    "education": frozenset({"school_concern", "exclusion", "attendance", "off_roll"}),
    "housing": frozenset({"tenancy_start", "tenancy_end", "arrears"}),
    "social_care": frozenset({"assessment", "strategy_discussion", "s47_enquiry", "plan"}),
}
# Kinds of the health sector that know nothing first hand of who came to an emergency department.
NOT_OF_A_HOSPITAL: Final = frozenset(
    {"general_practice", "health_visiting", "midwifery", "school_nursing", "sexual_health", "therapy"}
)

# Of one agency these are stations of one case: what was told, and the decision to take it on. The second is no report.
STEPS_OF_A_CASE: Final = frozenset({"contact", "referral"})

# First-hand kinds that describe one happening from two sides; any other two are two happenings.
_SIDES: Final = frozenset(
    {
        frozenset({"incident", "ed_attendance"}),
        frozenset({"incident", "admission"}),
        frozenset({"incident", "antisocial_behaviour"}),
        frozenset({"incident", "exclusion"}),
        frozenset({"ed_attendance", "admission"}),
    }
)

# Concerns that agencies use for one and the same happening, seen from the adult's side and from the child's.
_KINDRED: Final = (
    frozenset({"domestic_abuse", "physical", "violence", "emotional", "parental_conflict", "honour_based"}),
    frozenset({"domestic_abuse", "emotional", "neglect", "parental_conflict"}),
    frozenset({"sexual", "sexual_exploitation"}),
    frozenset({"criminal_exploitation", "drugs_supply", "weapons"}),
    frozenset({"violence", "weapons", "physical"}),
    frozenset({"missing", "sexual_exploitation", "criminal_exploitation"}),
    frozenset({"mental_health", "self_harm", "substance_misuse"}),
    frozenset({"neglect", "substance_misuse"}),
)


def kind_pairs() -> list[tuple[str, str]]:
    """Every two kinds, in either order, that may tell one happening."""
    kinds = sorted(TELLING)
    allowed = [(kind, kind) for kind in kinds]
    for one, other in combinations(kinds, 2):
        retold = one in RETOLD or other in RETOLD
        if retold or frozenset({one, other}) in _SIDES:
            allowed += [(one, other), (other, one)]
    return allowed


def concern_pairs() -> list[tuple[str, str]]:
    """Every two different concerns, in either order, that may stand for one happening."""
    return sorted({(one, other) for group in _KINDRED for one in group for other in group if one != other})


# A person who suffered in one telling and did it in the other is in two happenings.
OPPOSED_ROLES: Final = (("victim", "suspect"), ("victim", "offender"))
ROLES_OF_THE_HARMED: Final = ("victim",)
ROLES_OF_THE_ACCUSED: Final = ("suspect", "offender")
# These are named on many events that have nothing else in common.
ROLES_THAT_TIE_NOTHING: Final = ("professional", "reporter")
