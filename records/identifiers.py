"""Identifiers in their normal form: each function gives the form to store and compare, or None when it is not one.

NHS numbers and phones go through python-stdnum and phonenumbers. UPNs have their own check, because
python-stdnum 2.2 refuses authorities that exist (838, 839, 940-943).
"""

import re
from collections.abc import Callable
from typing import Final

import phonenumbers
from stdnum.exceptions import ValidationError
from stdnum.gb import nhs

_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_POLICE_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"
_UPN: Final = re.compile(r"[A-HJ-NP-RT-Z]([2-9]\d\d)\d{8}[\dA-HJ-NP-RT-Z]", re.ASCII)
_PNC: Final = re.compile(r"(\d{4}|\d{2})/?(\d{1,7})([A-Z])", re.ASCII)
_CRO: Final = re.compile(r"(\d{1,6})/(\d{2})([A-Z])", re.ASCII)
_CRO_FILE: Final = re.compile(r"SF(\d{2})/(\d{1,6})([A-Z])", re.ASCII)
# National numbers that phonenumbers takes as they are: ten digits behind the trunk zero.
_PLAIN_BRITISH_PHONE: Final = re.compile(r"(?:\+44|0044|0)([1237]\d{9})", re.ASCII)
_POSTCODE: Final = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", re.ASCII)
_SEPARATORS: Final = str.maketrans("", "", " \t\u00a0-.")
# A two-digit year of a PNC id up to this one is of the 2000s; the Police National Computer began in 1974.
_PNC_PIVOT: Final = 60

Normaliser = Callable[[str], str | None]


def nhs_number(text: str) -> str | None:
    """Ten digits whose check holds (mod 11); one digit ten times is a filler, not a number."""
    number = text.translate(_SEPARATORS)
    if len(set(number)) == 1:
        return None
    try:
        return str(nhs.validate(number))
    except ValidationError:
        return None


def upn(text: str) -> str | None:
    """A unique pupil number: check letter, authority (from 201), eleven more; a final letter marks a temporary one."""
    number = text.translate(_SEPARATORS).upper()
    if not _UPN.fullmatch(number):
        return None
    weighted = sum(
        place * (int(sign) if sign.isdigit() else _UPN_LETTERS.index(sign))
        for place, sign in enumerate(number[1:], start=2)
    )
    return number if _UPN_LETTERS[weighted % 23] == number[0] else None


def pnc_id(text: str) -> str | None:
    """``YYYY/NNNNNNND``, also from the short form (``20/9N``): letter = (YY and the 7-digit serial) mod 23."""
    found = _PNC.fullmatch(text.replace(" ", "").upper())
    if not found:
        return None
    year, serial, letter = found[1], found[2].zfill(7), found[3]
    if _POLICE_LETTERS[int(year[-2:] + serial) % 23] != letter:
        return None
    if len(year) == 2:
        year = ("20" if int(year) <= _PNC_PIVOT else "19") + year
    return f"{year}/{serial}{letter}"


def cro_number(text: str) -> str | None:
    """``NNNNNN/YYD`` or ``SFYY/N…D``; letter as in a PNC id. 000000/00Z is a filler."""
    number = text.replace(" ", "").upper()
    if found := _CRO.fullmatch(number):
        serial, year, letter = found[1].zfill(6), found[2], found[3]
        holds = int(serial) > 0 and _POLICE_LETTERS[int(year + serial) % 23] == letter
        return f"{serial}/{year}{letter}" if holds else None
    if found := _CRO_FILE.fullmatch(number):
        year, serial, letter = found[1], found[2], found[3]
        # Forces have computed the letter both with and without leading zeros in the serial.
        letters = {_POLICE_LETTERS[int(year + digits) % 23] for digits in (serial, serial.zfill(6))}
        return f"SF{year}/{serial.lstrip('0') or '0'}{letter}" if letter in letters and int(serial) else None
    return None


def phone(text: str, region: str = "GB") -> str | None:
    """The number in E.164 when it is a possible one of ``region`` or carries its country; extensions are dropped."""
    plain = text.translate(_SEPARATORS).replace("(", "").replace(")", "")
    if plain.isdigit() and len(set(plain.lstrip("0"))) <= 1:
        return None
    if region == "GB" and (found := _PLAIN_BRITISH_PHONE.fullmatch(plain)):
        return f"+44{found[1]}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def vehicle(text: str) -> str | None:
    """A plate in capitals without spaces: two to eight letters and digits, one a digit at least."""
    plate = text.translate(_SEPARATORS).upper()
    fits = 2 <= len(plate) <= 8 and plate.isascii() and plate.isalnum()
    return plate if fits and any(sign.isdigit() for sign in plate) else None


def postcode(text: str) -> str | None:
    """``AB1 2CD`` for a British one, else as written in capitals; one without a digit, or of no fixed abode (ZZ99), is none."""
    written = " ".join(text.upper().split())
    squeezed = written.replace(" ", "")
    if not any(sign.isdigit() for sign in squeezed) or len(squeezed) > 10 or squeezed.startswith("ZZ99"):
        return None
    found = _POSTCODE.fullmatch(squeezed)
    return f"{found[1]} {found[2]}" if found else written


def uprn(text: str) -> str | None:
    """A unique property reference number: 1 to 12 digits, without leading zeros."""
    number = text.translate(_SEPARATORS).lstrip("0")
    return number if number.isdigit() and number.isascii() and len(number) <= 12 else None


def other_identifier(text: str) -> str | None:
    """An identifier without a known check: capitals without spaces; one sign four times or more is a filler."""
    number = "".join(text.upper().split())
    is_filler = len(number) >= 4 and len(set(number)) == 1
    return number if any(sign.isalnum() for sign in number) and not is_filler else None


# The kinds whose check is known; a mapping's own kinds go through `other_identifier`.
BY_KIND: Final[dict[str, Normaliser]] = {
    "nhs_number": nhs_number,
    "upn": upn,
    "pnc_id": pnc_id,
    "cro_number": cro_number,
}
