"""The words every mapping maps to; detectors, policies and screens use no others."""

from typing import Final

EVENT_KINDS: Final = frozenset(
    {
        "contact",
        "referral",
        "assessment",
        "strategy_discussion",
        "s47_enquiry",
        "plan",
        "incident",
        "missing_episode",
        "ed_attendance",
        "admission",
        "clinic_attendance",
        "missed_appointment",
        "midwifery_booking",
        "attendance",
        "exclusion",
        "off_roll",
        "school_concern",
        "tenancy_start",
        "tenancy_end",
        "antisocial_behaviour",
        "arrears",
        "homelessness",
        "marac_referral",
        "gp_registration",
        "gp_deregistration",
        "call",
        "custody",
        "order",
    }
)
PLAN_KINDS: Final = frozenset({"cin", "cp", "early_help", "looked_after"})
CONCERNS: Final = frozenset(
    {
        "neglect",
        "physical",
        "emotional",
        "sexual",
        "domestic_abuse",
        "sexual_exploitation",
        "criminal_exploitation",
        "missing",
        "substance_misuse",
        "mental_health",
        "self_harm",
        "parental_conflict",
        "honour_based",
        "weapons",
        "drugs_supply",
        "violence",
        "other",
    }
)
ROLES: Final = frozenset(
    {
        "subject",
        "victim",
        "suspect",
        "offender",
        "witness",
        "parent_carer",
        "associate",
        "professional",
        "reporter",
    }
)
RELATIONSHIPS: Final = frozenset(
    {
        "parent",
        "child",
        "sibling",
        "partner",
        "ex_partner",
        "carer",
        "cared_for",
        "kin",
        "associate",
        "co_tenant",
        "school_contact",
        "next_of_kin",
    }
)
RAG: Final = frozenset({"red", "amber", "green", "blue"})
SEXES: Final = frozenset({"female", "male", "other"})
MARKINGS: Final = frozenset({"shareable", "ask_originator", "restricted"})
CATEGORIES: Final = frozenset(
    {
        "ordinary",
        "health",
        "sexual_health",
        "mental_health",
        "substance_misuse",
        "police_intelligence",
        "youth_justice",
        "adoption",
        "staff_or_relative",
        "protected_address",
    }
)
# Categories that the standing scope "hub_ordinary" leaves out (a hub's profile may change the list).
RESTRICTED_CATEGORIES: Final = frozenset(
    {"sexual_health", "police_intelligence", "adoption", "staff_or_relative", "protected_address"}
)
IDENTIFIER_KINDS: Final = frozenset({"nhs_number", "upn", "pnc_id", "cro_number"})
THING_KINDS: Final = frozenset({"phone", "vehicle"})
ORGANISATION_KINDS: Final = frozenset({"school", "gp_practice", "hostel", "employer", "other"})
ADDRESS_KINDS: Final = frozenset({"home", "temporary", "tenancy", "correspondence"})
NAME_KINDS: Final = frozenset({"current", "alias", "maiden", "former"})
# The questions of the DASH risk checklist of SafeLives by their numbers, and what may be answered.
RISK_QUESTIONS: Final = frozenset(f"dash_{number}" for number in range(1, 25))
RISK_ANSWERS: Final = frozenset({"yes", "no", "not_known"})
# How and when somebody can be reached without danger to them, and who must not learn of it.
ARRANGEMENT_KINDS: Final = frozenset({"safe_contact", "safe_time", "unsafe_to_tell"})
DATE_PRECISIONS: Final = frozenset({"time", "day", "month", "year"})
DETECTORS: Final = (
    "repeat_notifications",
    "escalating_harm",
    "repeat_marac",
    "serial_perpetrator",
    "exploitation_network",
    "gang_network",
    "cross_boundary_family",
    "missing_from_view",
    "cumulative_concern",
    "bridging_adult",
)
