"""Whom someone looks for, and how a description is made comparable to the records."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from linkage.model.calibration import LinkageCalibration
from linkage.values.addresses import AddressParts, PostcodeParts, address_parts, postcode_parts
from linkage.values.family_spellings import family_roots
from linkage.values.lone_names import readings_of
from linkage.values.names import NameParts, name_parts, nickname_roots
from linkage.values.phonetics import sound, sounds_of
from linkage.values.standardise import frequency_bits, household_bits, together_bits
from linkage.values.traditions import borne_traditions, family_traditions
from records import identifiers
from records.errors import BadInput


@dataclass(frozen=True, slots=True)
class Description:
    """Whom someone looks for: what they know, None for the rest; ``identifiers`` are (kind, value) pairs."""

    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    date_of_birth: date | None = None
    birth_year: int | None = None
    sex: str | None = None
    postcode: str | None = None
    address: str | None = None
    phone: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()

    @property
    def is_name_alone(self) -> bool:
        """Whether it says nothing of the person but a name, and perhaps the sex."""
        born = self.date_of_birth or self.birth_year
        return not (born or self.postcode or self.address or self.phone or self.identifiers)


# The columns of comparison_record that a description fills, with their types there.
COLUMNS: Final = {
    "forename": "VARCHAR", "forename_sound": "VARCHAR", "forename_roots": "VARCHAR[]", "given_tokens": "VARCHAR[]",
    "given_sounds": "VARCHAR[]", "surname": "VARCHAR", "surname_sound": "VARCHAR", "family_roots": "VARCHAR[]", "family_tokens": "VARCHAR[]",
    "family_sounds": "VARCHAR[]", "birth_date": "DATE", "birth_year": "SMALLINT", "sex": "VARCHAR",
    "postcodes": "VARCHAR[]", "sectors": "VARCHAR[]", "districts": "VARCHAR[]", "dwellings": "VARCHAR[]",
    "doors": "VARCHAR[]", "address_words": "VARCHAR[]", "phones": "VARCHAR[]", "nhs_numbers": "VARCHAR[]",
    "identifiers": "VARCHAR[]", "identifier_kinds": "VARCHAR[]", "forename_bits": "FLOAT", "household_bits": "FLOAT",
    "surname_bits": "FLOAT", "together_bits": "FLOAT", "given_traditions": "VARCHAR[]", "family_traditions": "VARCHAR[]",
}  # fmt: skip


_TEXTS: Final = ("given_name", "family_name", "full_name", "sex", "postcode", "address", "phone")
_OTHERS: Final = ("date_of_birth", "birth_year", "identifiers")


def as_stored(description: Description) -> Description:
    """The description with its numbers and postcode in the form that the feeds' are stored in.

    One whose check does not hold is left out, as it is when a feed is read: it would deny whom it belongs to.

    Raises:
        BadInput: nothing at all was given, or a year that is none.
    """
    texts = {name: (getattr(description, name) or "").strip() or None for name in _TEXTS}
    if not any(texts.values()) and not any(getattr(description, name) for name in _OTHERS):
        raise BadInput(
            "The description is empty. Say something about the person: a name, a date of birth, an identifier, "
            "a phone or a postcode."
        )
    if description.birth_year is not None and not 1 <= description.birth_year <= date.max.year:
        raise BadInput(f"The year of birth {description.birth_year} is no year; give it in four digits.")
    postcode, phone = texts["postcode"], texts["phone"]
    return Description(
        given_name=texts["given_name"],
        family_name=texts["family_name"],
        full_name=texts["full_name"],
        date_of_birth=description.date_of_birth,
        birth_year=description.birth_year,
        sex=texts["sex"],
        postcode=identifiers.postcode(postcode) if postcode else None,
        address=texts["address"],
        phone=identifiers.phone(phone) if phone else None,
        identifiers=tuple(
            (kind, number)
            for kind, value in description.identifiers
            if (number := identifiers.BY_KIND.get(kind, identifiers.other_identifier)(value))
        ),
    )


def readings(description: Description, calibration: LinkageCalibration) -> list[dict[str, Any]]:
    """The description as ``standardise`` would store it: column of comparison_record to value.

    A full name has two readings when it does not say which end of it is the family name, or which of the two its one word is.
    """
    parts = name_parts(description.given_name, description.family_name, description.full_name)
    is_full = not (description.given_name or description.family_name)
    readings = (readings_of(description.full_name) if is_full else []) or [parts]
    if is_full and "," not in (description.full_name or ",") and parts.given and parts.family:
        tokens = (*parts.given, *parts.family)
        readings.append(NameParts(tokens[1:], tokens[:1]))
    rest = _facts(description, calibration)
    return [_name(reading, calibration) | rest for reading in readings]


def _name(parts: NameParts, calibration: LinkageCalibration) -> dict[str, Any]:
    forename = parts.given[0] if parts.given else None
    surname = "".join(parts.family) or None
    of_given = borne_traditions(forename) if forename else ()
    return {
        "forename": forename,
        "forename_sound": sound(forename) if forename else None,
        "forename_roots": (list(nickname_roots(forename)) or None) if forename else None,
        "given_tokens": list(parts.given) or None,
        "given_sounds": list(sounds_of(parts.given)) or None,
        "given_traditions": list(of_given) or None,
        "family_traditions": (list(family_traditions(surname)) or None) if surname else None,
        "family_roots": (list(family_roots(surname, of_given)) or None) if surname else None,
        "surname": surname,
        "surname_sound": sound(surname) if surname else None,
        "family_tokens": list(parts.family) or None,
        "family_sounds": list(sounds_of(parts.family)) or None,
        "forename_bits": frequency_bits(calibration, "forename", forename) if forename else None,
        "household_bits": household_bits(calibration, forename) if forename else None,
        "surname_bits": frequency_bits(calibration, "surname", surname) if surname else None,
        "together_bits": together_bits(calibration, forename, surname),
    }


def _facts(description: Description, calibration: LinkageCalibration) -> dict[str, Any]:
    born = description.date_of_birth
    postcode, address = _place(description, calibration)
    house = address.house if address and postcode else None
    common = calibration.over_common
    numbers = [
        (kind, value)
        for kind, value in description.identifiers
        if f"{kind}:{value}" not in common.get("identifier", ())
    ]
    others = [(kind, value) for kind, value in numbers if kind != "nhs_number"]
    has_phone = description.phone and description.phone not in common.get("phone", ())
    return {
        "birth_date": None if born is None or (born.day, born.month) == (1, 1) else born,
        "birth_year": born.year if born else description.birth_year,
        "sex": description.sex if description.sex in ("female", "male") else None,
        "postcodes": [postcode.postcode] if postcode else None,
        "sectors": [postcode.sector] if postcode else None,
        "districts": [postcode.district] if postcode else None,
        "dwellings": [f"{postcode.postcode}|{house}"] if postcode and house else None,
        "doors": [address.door] if address and address.door else None,
        "address_words": list(address.words) or None if address else None,
        "phones": [description.phone] if has_phone else None,
        "nhs_numbers": sorted({value for kind, value in numbers if kind == "nhs_number"}) or None,
        "identifiers": sorted({f"{kind}:{value}" for kind, value in others}) or None,
        "identifier_kinds": sorted({kind for kind, _ in others}) or None,
    }


def _place(
    description: Description, calibration: LinkageCalibration
) -> tuple[PostcodeParts | None, AddressParts | None]:
    """Where the person is said to live; nothing where so many live that it says nothing of anyone."""
    address = address_parts(description.address) if description.address else None
    written = description.postcode or (address.postcode if address else None)
    postcode = postcode_parts(written) if written else None
    if postcode and postcode.postcode in calibration.over_common.get("postcode", ()):
        return None, None
    return postcode, address
