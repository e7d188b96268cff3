"""Addresses and postcodes as comparable parts; one value at a time, the same for the build and for a lookup."""

import re
from dataclasses import dataclass
from typing import Final

from linkage.values.names import fold
from linkage.values.phonetics import sound

MAX_WORDS: Final = 16
# Words that most addresses hold, long or short; they tell no two addresses apart.
GENERIC_WORDS: Final = frozenset(
    [
        "street",
        "st",
        "road",
        "rd",
        "avenue",
        "ave",
        "av",
        "lane",
        "ln",
        "close",
        "cl",
        "drive",
        "dr",
        "court",
        "ct",
        "crescent",
        "cres",
        "cr",
        "place",
        "pl",
        "square",
        "sq",
        "terrace",
        "tce",
        "terr",
        "way",
        "walk",
        "grove",
        "gr",
        "gardens",
        "gdns",
        "garden",
        "park",
        "pk",
        "hill",
        "row",
        "mews",
        "house",
        "hse",
        "the",
        "of",
        "and",
        "at",
        "flat",
        "apartment",
        "apt",
        "unit",
        "room",
        "floor",
        "block",
        "no",
        "number",
        "parade",
        "pde",
        "circuit",
        "cct",
        "boulevard",
        "blvd",
        "green",
        "rise",
        "view",
        "north",
        "south",
        "east",
        "west",
        "upper",
        "lower",
        "england",
        "uk",
        "united",
        "kingdom",
    ]
)
_WORDS: Final = re.compile("[a-z0-9]+")
_UK_POSTCODE: Final = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
# At the end of an address, where it is no "Flat B2, 1st".
_LAST_IN_ADDRESS: Final = re.compile(
    r"\b([a-z]{1,2}[0-9][a-z0-9]?)\s*((?!1st|2nd|3rd|[04-9]th)[0-9][a-z]{2})\W*(?:(?:england|uk|united kingdom)\W*)?$"
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """``words``: distinct telling words and numbers, sorted. ``house``: flat and house number, or the house's name.

    ``door``: the house and how the first word of the street sounds; it finds a home whose postcode is wrong.
    ``postcode``: the British one that the address ends with, no part of the others.
    """

    words: tuple[str, ...]
    house: str | None
    door: str | None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class PostcodeParts:
    """A postcode without spaces, the part shared by a few streets, and the part shared by a town quarter."""

    postcode: str
    sector: str
    district: str


def address_parts(address: str) -> AddressParts:
    """The parts of one written address; ``"Flat 2, 14 High Street"`` has the house ``2-14``."""
    text = fold(address)
    last = _LAST_IN_ADDRESS.search(text)
    postcode = (last[1] + last[2]).upper() if last else None
    text = text[: last.start()] if last else text
    words = [word for word in _WORDS.findall(text) if word not in GENERIC_WORDS][:MAX_WORDS]
    if not words:
        return AddressParts((), None, None, postcode)
    numbers = [word for word in words if word[0].isdigit()]
    house = "-".join(numbers[:3]) if numbers else words[0]
    street = next((word for word in words if not word[0].isdigit() and word != house and len(word) > 2), None)
    door = f"{house}|{sound(street)}" if street else None
    return AddressParts(tuple(sorted(set(words))), house, door, postcode)


def postcode_parts(written: str) -> PostcodeParts | None:
    """The parts of a postcode, British or not; None when nothing is left of it."""
    postcode = "".join(letter for letter in written.upper() if letter.isalnum())[:10]
    if not postcode:
        return None
    if _UK_POSTCODE.fullmatch(postcode):
        return PostcodeParts(postcode, postcode[:-2], postcode[:-3])
    return PostcodeParts(postcode, postcode[:-1] or postcode, postcode[:-2] or postcode)
