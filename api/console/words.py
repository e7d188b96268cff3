"""Values in the words of a page: dates, codes of the vocabulary, people with and without a name."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import phonenumbers

from access import NetworkEdge, PersonCard, end_as_told
from api.console.languages import language

DETECTORS: Final[dict[str, str]] = {
    "repeat_notifications": "Repeat notifications",
    "escalating_harm": "Escalating harm",
    "repeat_marac": "Repeat MARAC",
    "serial_perpetrator": "Serial perpetrator",
    "exploitation_network": "Exploitation network",
    "gang_network": "Gang network",
    "cross_boundary_family": "Cross-boundary family",
    "missing_from_view": "Missing from view",
    "cumulative_concern": "Cumulative concern",
    "bridging_adult": "Bridging adult",
}
DECISIONS: Final[dict[str, str]] = {
    "confirmed": "Confirmed",
    "not_confirmed": "Not confirmed",
    "watch": "Watch",
    "escalated_to_manager": "Escalated to manager",
}
UNKNOWN: Final = "\N{EN DASH}"
# Codes whose words are not just the code with its underscores taken out.
SPELLED: Final[dict[str, str]] = {
    "nhs_number": "NHS number",
    "vehicle": "Vehicle",
    "upn": "Unique pupil number",
    "pnc_id": "PNC ID",
    "cro_number": "CRO number",
    "s47_enquiry": "Section 47 enquiry",
    "ed_attendance": "Emergency department attendance",
    "marac_referral": "MARAC referral",
    "marac": "MARAC",
    "nspcc": "NSPCC",
    "rag_initial": "Initial rating",
    "rag_final": "Final rating",
    "marac_coordinator": "MARAC coordinator",
    "gp_practice": "GP practice",
    "gp_registration": "GP registration",
    "gp_deregistration": "GP deregistration",
    "cin": "Child in need",
    "cp": "Child protection",
    "antisocial_behaviour": "Anti-social behaviour",
    "safeguarding_s47": "Safeguarding, section 47",
    "safeguarding_s17": "Safeguarding, section 17",
    "parent_carer": "Parent or carer",
    "ex_partner": "Former partner",
    "co_tenant": "Shares a tenancy",
    "not_confirmed": "Not confirmed",
    "Match": "Match",
    "PotentialMatch": "Potential match",
    "LowConfidenceMatch": "Low-confidence match",
    "ManyMatch": "Several people match",
    "NoMatch": "No match",
    "date_of_birth": "Date of birth",
    "decision_maker": "Decision-maker",
    "cross_border": "Cross-border lookup",
    "ask_originator": "Ask the originator",
}


HERE: Final = ZoneInfo("Europe/London")
HOME_COUNTRY: Final = 44
ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def here(value: date | datetime) -> date | datetime:
    """A moment as the clocks of the hub show it; a date, or a time without a zone, as it is."""
    return value.astimezone(HERE) if isinstance(value, datetime) and value.tzinfo else value


def day(value: date | datetime | None) -> str:
    """A date as GOV.UK writes it: 2 May 2013; an unknown one is a dash."""
    value = None if value is None else here(value)
    return f"{value.day} {value:%B %Y}" if value is not None else UNKNOWN


def as_day(value: str) -> str:
    """A date in ISO form as a page writes it."""
    return day(date.fromisoformat(value))


def moment(value: date | datetime | None, precision: str | None = "time") -> str:
    """A date as exactly as it is known: to the minute, the day, the month or the year."""
    if value is None:
        return "Date not known"
    value = here(value)
    if precision == "year":
        return f"{value:%Y}"
    if precision == "month":
        return f"{value:%B %Y}"
    if precision == "time" and isinstance(value, datetime) and (value.hour or value.minute):
        return f"{day(value)}, {value:%H:%M}"
    return day(value)


def told_at(text: str | None, precision: str | None = "time") -> str:
    """A moment as another hub wrote it, in ISO form as a rule; whatever else it wrote stands as it is."""
    try:
        return moment(datetime.fromisoformat(text) if text else None, precision or "time")
    except ValueError:
        return str(text)


def spell(valid_from: date | None, valid_to: date | None, precision: str | None = None) -> str:
    """A spell of time: both ends, one, or that it is not known; ``precision``: month or year where no day of it is told.

    An end on the first of January is said by its year alone (``access.end_as_told``).
    """
    if valid_from is not None and precision in ("month", "year"):
        begins = moment(valid_from, precision)
        return begins if valid_to in (None, valid_from) else f"{begins} to {day(valid_to)}"
    if valid_from is None and valid_to is None:
        return "Dates not known"
    if valid_from is not None and valid_from == valid_to:
        return day(valid_from)
    first, last = (end_as_told(one) if one else None for one in (valid_from, valid_to))
    if first is None:
        return f"Until {last}"
    return f"Since {first}" if last is None else first if first == last else f"{first} to {last}"


def code(value: str | None) -> str:
    """A code of the vocabulary in words."""
    if not value:
        return UNKNOWN
    return SPELLED.get(value) or DETECTORS.get(value) or value.replace("_", " ").capitalize()


def short_handle(handle: str) -> str:
    """The end of a handle, enough to tell two pseudonyms on a page apart."""
    return handle[-6:]


def written(kind: str, value: str) -> str:
    """A number as people write and read it out: a phone number as it is dialled, an NHS number in three groups."""
    if kind == "nhs_number" and len(value) == 10 and value.isdigit():
        return f"{value[:3]} {value[3:6]} {value[6:]}"
    if kind == "phone" and value.startswith("+"):
        try:
            parsed = phonenumbers.parse(value)
        except phonenumbers.NumberParseException:
            return value
        at_home = parsed.country_code == HOME_COUNTRY
        formats = phonenumbers.PhoneNumberFormat
        return phonenumbers.format_number(parsed, formats.NATIONAL if at_home else formats.INTERNATIONAL)
    return value


# What a comparison shows of a number of another kind: the kind as a code, then the number.
_NAMED_NUMBER: Final = re.compile(r"(\b[a-z]+(?:_[a-z]+)*) (?=[A-Z0-9])")


def compared(value: str | None, field: str) -> str:
    """A value of a comparison as a page writes it; an unknown one is a dash."""
    if not value:
        return UNKNOWN
    parts = value.split(", ")
    if field == "birth" and all(ISO_DAY.fullmatch(part) for part in parts):
        return ", ".join(as_day(part) for part in parts)
    if field in ("phone", "nhs_number"):
        return ", ".join(written(field, part) for part in parts)
    if field == "identifier":
        return _NAMED_NUMBER.sub(lambda found: f"{code(found[1])} ", value)
    return value


def happening(name: str, codes: dict[str, str] | None = None) -> str:
    """The name of a happening in a network, "ed attendance 2026-01-30", with its words and its day written out."""
    what, _, when = name.rpartition(" ")
    if not (what and ISO_DAY.fullmatch(when)):
        return sentence(name)
    key = what.replace(" ", "_")
    return f"{(codes or {}).get(key) or code(key)}, {as_day(when)}"


# A keyed reference that access gives in place of an agency's own id.
REFERENCE: Final = re.compile(r"\b[a-z2-7]{40,}\b")


def shortened(text: str) -> str:
    """``text`` with each keyed reference cut to its end: enough to tell two of them on a page apart."""
    return REFERENCE.sub(lambda found: found[0][-6:], text)


def sentence(text: str) -> str:
    """``text`` with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """``text`` with a small first letter, to stand inside a sentence."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def listed(values: Iterable[str]) -> str:
    """Words as a list in prose: a, b and c."""
    *most, last = list(values)
    return f"{', '.join(most)} and {last}" if most else last


def who(card: PersonCard) -> str:
    """A person's name; for a reader who sees no names, what they may see and the end of the handle."""
    if card.name:
        return card.name
    known = [code(card.sex)] if card.sex else []
    if card.age_band:
        known.append(ages(card.age_band))
    described = ", ".join(known) if known else "Person"
    return f"{described} ({short_handle(card.handle)})"


def ages(band: str) -> str:
    """An age band in words: ``10-15`` is 10 to 15."""
    low, dash, high = band.partition("-")
    return f"{low} to {high}" if dash and low and high else band


def number(value: float) -> str:
    """A figure without false precision: whole where it is whole, else two significant places after the point."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")


def chance(value: float) -> str:
    """A probability as a percentage that never claims certainty."""
    if value > 0.999:
        return "more than 99.9%"
    return "less than 0.1%" if value < 0.001 else f"{value * 100:.1f}%"


def bits(weight: float) -> str:
    """A weight with its sign and unit; the minus is as wide as the plus."""
    return f"{weight:+.1f} bits".replace("-", "\N{MINUS SIGN}")


def level(value: str) -> str:
    """How alike two values are, as the model names it, fit to stand inside a line."""
    return value.replace("_", " ")


def agencies(edges: Iterable[NetworkEdge]) -> str:
    """Every agency that states any of the ties, once."""
    return ", ".join(dict.fromkeys(code(agency) for edge in edges for agency in edge.agencies))


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "agencies": agencies,
    "ages": ages,
    "as_day": as_day,
    "bits": bits,
    "chance": chance,
    "code": code,
    "compared": compared,
    "day": day,
    "language": language,
    "level": level,
    "listed": listed,
    "lower_first": lower_first,
    "moment": moment,
    "number": number,
    "short_handle": short_handle,
    "sentence": sentence,
    "told_at": told_at,
    "shortened": shortened,
    "who": who,
    "written": written,
}
