"""The words of a finding's evidence: what an agency recorded, in whose part, and how surely a record is held."""

from typing import Final

# Each kind of event as what "Police recorded …" goes on with; a kind of a hub's own is said as it is spelt.
_RECORDED: Final[dict[str, str]] = {
    "contact": "a contact",
    "referral": "a referral",
    "assessment": "an assessment",
    "strategy_discussion": "a strategy discussion",
    "s47_enquiry": "a section 47 enquiry",
    "plan": "a plan",
    "incident": "an incident",
    "missing_episode": "a missing episode",
    "ed_attendance": "an emergency department attendance",
    "admission": "a hospital admission",
    "clinic_attendance": "a clinic attendance",
    "missed_appointment": "a missed appointment",
    "midwifery_booking": "a midwifery booking",
    "attendance": "attendance at school",
    "exclusion": "an exclusion from school",
    "off_roll": "a removal from the school roll",
    "school_concern": "a concern at school",
    "tenancy_start": "the start of a tenancy",
    "tenancy_end": "the end of a tenancy",
    "antisocial_behaviour": "anti-social behaviour",
    "arrears": "rent arrears",
    "homelessness": "homelessness",
    "marac_referral": "a referral to MARAC",
    "gp_registration": "a registration with a GP",
    "gp_deregistration": "a removal from a GP's list",
    "call": "a call",
    "custody": "a detention in custody",
    "order": "an order",
}
_PLANS: Final[dict[str, str]] = {
    "cin": "a child in need plan",
    "cp": "a child protection plan",
    "early_help": "an early help plan",
    "looked_after": "a plan for a looked-after child",
}
_CONCERNS: Final[dict[str, str]] = {
    "physical": "physical harm",
    "emotional": "emotional harm",
    "sexual": "sexual harm",
    "self_harm": "self-harm",
    "honour_based": "honour-based abuse",
    "drugs_supply": "drug supply",
    "other": "another concern",
}
# Concerns that say no more than the kind does.
_SAID_ALREADY: Final = frozenset({("missing_episode", "missing")})
_ROLES: Final[dict[str, str]] = {"parent_carer": "parent or carer"}
# Detectors whose baseline is a rate; that of the others is the most that makes no pattern yet.
_RATED: Final = frozenset({"repeat_notifications", "cumulative_concern"})
# Odds beyond these are said as more than a million to one.
_SURE_BITS: Final = 20.0


def happening_sentence(
    agency: str, kind: str, plan_kind: str | None, concern: str | None, role: str, told: str | None
) -> str:
    """Say who recorded what, as in ``Police recorded a contact (neglect); in it as subject``.

    ``told``: the month or year where no day is told.
    """
    recorded = (_PLANS.get(plan_kind or "") if kind == "plan" else None) or _RECORDED.get(kind) or spelt(kind)
    about = ""
    if concern and (kind, concern) not in _SAID_ALREADY:
        about = f" ({_CONCERNS.get(concern) or spelt(concern)})"
    when = f" in {told}" if told else ""
    return (
        f"{agency_name(agency)} recorded {recorded}{about}{when}; in it as {_ROLES.get(role) or spelt(role)}."
    )


def record_sentence(agency: str, what: str) -> str:
    """What a record says of itself, as in ``Education: the record states the date of birth``."""
    return f"{agency_name(agency)}: the record {what}."


def agency_name(agency: str) -> str:
    """An agency at the beginning of a sentence."""
    return spelt(agency).capitalize()


def spelt(code: str) -> str:
    """A code of the vocabulary without its underscores."""
    return code.replace("_", " ")


def seen_against(detector: str, observed: float, baseline: float) -> str:
    """What was seen beside what is ordinary: ``10 seen, 0.09 usual``, or ``5 seen, no pattern up to 4``."""
    seen, ordinary = (f"{value:,.2f}".rstrip("0").rstrip(".") for value in (observed, baseline))
    return f"{seen} seen, " + (f"{ordinary} usual" if detector in _RATED else f"no pattern up to {ordinary}")


def odds_in_words(bits: float) -> str:
    """How surely a link of this weight holds a record to its person, ``odds of about 25,000 to 1``.

    ``bits``: log2 of the posterior odds, as in ``membership.weight``.
    """
    if bits >= _SURE_BITS:
        return "odds of more than a million to 1"
    if bits < 1:
        return "odds no better than even"
    odds = 2**bits
    step = 10 ** max(len(str(int(odds))) - 2, 0)
    return f"odds of about {round(odds / step) * step:,} to 1"


def share_of(some: int, total: int, things: str) -> str:
    """How many of a finding's things, as people count: ``2 of its 5 incidents``, ``both of its incidents``, ``its only incident``.

    ``things``: in the plural.
    """
    if some == total:
        every = {1: f"its only {things.removesuffix('s')}", 2: f"both of its {things}"}
        return every.get(total, f"all {total} of its {things}")
    return f"{some} of its {total} {things}"


def falling_away(some: int, total: int, things: str) -> str:
    """As ``share_of``, with the verb: ``1 of its 5 incidents falls away``."""
    return f"{share_of(some, total, things)} {'falls' if some == 1 else 'fall'} away"
