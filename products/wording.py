"""Values in the words of a document: days, codes of the vocabulary, people."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from access import PersonCard, end_as_told

NOT_KNOWN: Final = "not known"
# Shorter stretches are told in days.
MONTHS_IN_WORDS: Final = 12
# Codes whose words are not just the code with its underscores taken out.
SPELLED: Final[dict[str, str]] = {
    "s47_enquiry": "Section 47 enquiry",
    "ed_attendance": "Emergency department attendance",
    "marac_referral": "Referral to MARAC",
    "gp_practice": "GP practice",
    "gp_registration": "GP registration",
    "gp_deregistration": "GP deregistration",
    "antisocial_behaviour": "Anti-social behaviour",
    "parent_carer": "parent or carer",
    "cin": "child in need",
    "cp": "child protection",
    "safe_contact": "Safe way to make contact",
    "safe_time": "Safe times",
    "unsafe_to_tell": "Unsafe to tell",
    "marac": "MARAC",
    "nspcc": "NSPCC",
    "rag_initial": "Initial rating",
    "rag_final": "Final rating",
    "repeat_marac": "Repeat MARAC",
    "safeguarding_s47": "safeguarding, section 47",
    "safeguarding_s17": "safeguarding, section 17",
}

# ISO 639-3 codes of the languages that hubs meet most; others are shown as their code.
LANGUAGES: Final[dict[str, str]] = {
    "ara": "Arabic",
    "ben": "Bengali",
    "eng": "English",
    "fas": "Persian",
    "guj": "Gujarati",
    "lit": "Lithuanian",
    "pan": "Punjabi",
    "pol": "Polish",
    "por": "Portuguese",
    "ron": "Romanian",
    "som": "Somali",
    "spa": "Spanish",
    "sqi": "Albanian",
    "tam": "Tamil",
    "tur": "Turkish",
    "urd": "Urdu",
    "vie": "Vietnamese",
    "zho": "Chinese",
}


def day(value: date | datetime | None) -> str:
    """A day: 2 May 2013."""
    return NOT_KNOWN if value is None else f"{value.day} {value:%B %Y}"


def moment(value: datetime | None, precision: str | None) -> str:
    """When something happened, as exactly as it is known."""
    if value is None:
        return NOT_KNOWN
    if precision == "year":
        return f"{value:%Y}"
    if precision == "month":
        return f"{value:%B %Y}"
    if precision == "time" and (value.hour or value.minute):
        return f"{day(value)}, {value:%H:%M}"
    return day(value)


def code(value: str | None) -> str:
    """A code of the vocabulary in words."""
    return NOT_KNOWN if not value else SPELLED.get(value) or value.replace("_", " ").capitalize()


def language(value: str) -> str:
    """A language by name where its code is known."""
    return LANGUAGES.get(value.lower(), value)


def inside(value: str | None) -> str:
    """A code in words, fit to stand inside a sentence."""
    words = code(value)
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def person(card: PersonCard) -> str:
    """A person by name, or by what may be seen of them."""
    if card.name:
        return card.name
    known = [code(card.sex) if card.sex else "Person", card.age_band or ""]
    return ", ".join(part for part in known if part) + f" ({card.handle[-6:]})"


def listed(values: Iterable[str]) -> str:
    """Words as a list in prose: a, b and c."""
    found = list(values)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)


def own_reference(event: str, agency: str) -> str:
    """A report by the number that its agency knows it by; by the end of its reference for readers without identities."""
    own = event.removeprefix(f"{agency}:")
    return own if len(own) <= 40 else f"reference {own[-6:]}"


def sentence(text: str) -> str:
    """What somebody wrote, ended as a sentence is."""
    words = text.strip()
    return words if not words or words[-1] in ".!?:;…)\"”'" else f"{words}."


def lasting(days: int) -> str:
    """How long a stretch of days is, as people say it, in whole months: 12 years and 2 months."""
    months = days * 12 // 365
    if months < MONTHS_IN_WORDS:
        return f"{days} days"
    years, rest = divmod(months, 12)
    parts = [
        f"{number} {unit}{'s' if number > 1 else ''}"
        for number, unit in ((years, "year"), (rest, "month"))
        if number
    ]
    return " and ".join(parts)


def spell(since: date | None, until: date | None) -> str:
    """A spell of time in words, nothing where both ends are unknown; ends as exactly as ``access.end_as_told`` says them."""
    begins, ends = (end_as_told(one) if one else None for one in (since, until))
    if begins is None:
        return f"until {ends}" if ends else ""
    return f"since {begins}" if ends is None else begins if begins == ends else f"{begins} to {ends}"
