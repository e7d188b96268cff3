"""One line of text as a description: names, dates of birth, identifiers, postcodes, phones and plates, in any order.

What fits a form of its own (a number with a valid check digit, a date, a postcode) is taken out first; what is left is
names and addresses. Nothing is dropped in silence: ``unused`` says what was not understood, and why.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from access.values import Description
from records.identifiers import cro_number, nhs_number, phone, pnc_id, postcode, upn, vehicle

LONGEST_SEARCH: Final = 300
# A year before this is nobody's whom a hub looks for.
_FIRST_YEAR: Final = 1900
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class UnderstoodPart:
    """A piece of the text: ``kind`` is a field of the description, or of identifiers; ``value`` as it is looked up."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class UnderstoodSearch:
    """What a line of text was taken for. ``vehicle`` is a plate: things are looked for beside people."""

    description: Description
    vehicle: str | None
    parts: tuple[UnderstoodPart, ...]
    unused: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """The text as far as it is not understood yet, and what was."""

    left: str
    known: dict[str, str] = field(default_factory=dict)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    parts: list[UnderstoodPart] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    born: date | None = None
    birth_year: int | None = None

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], bool]) -> None:
        """Hand every match to ``read`` and take out those that it understood."""
        self.left = pattern.sub(lambda found: " | " if read(found) else found[0], self.left)

    def note(self, kind: str, value: str | None) -> bool:
        """Keep a value of a kind, unless there is none; a second one of the same kind is not used, and said so."""
        if value is None:
            return False
        if kind in self.known:
            self.unused.append(f"{value}: a search takes one {kind.replace('_', ' ')}")
            return True
        self.known[kind] = value
        self.parts.append(UnderstoodPart(kind, value))
        return True


_EDGE: Final = r"(?<![\w/+])(?:{})(?![\w/])"
_DATE: Final = re.compile(
    _EDGE.format(
        r"(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
        r"|(?P<d2>\d{1,2})\s*[./-]\s*(?P<m2>\d{1,2})\s*[./-]\s*(?P<y2>\d{4}|\d{2})"
        r"|(?P<d3>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m3>[A-Za-z]{3,9})\.?,?\s+(?P<y3>\d{4})"
        r"|(?P<d4>\d{1,2})\s+(?P<m4>\d{1,2})\s+(?P<y4>\d{4})"
    )
)
_PHONE: Final = re.compile(r"(?<![\w/])(?:\+\d[\d ()-]{7,16}\d|0[\d][\d ()-]{7,12}\d)(?![\w/])")
_TEN_DIGITS: Final = re.compile(r"(?<!\+44 )" + _EDGE.format(r"\d{3}[ -]?\d{3}[ -]?\d{4}"))
_UPN: Final = re.compile(_EDGE.format(r"[A-Za-z]\d{11}[\dA-Za-z]"))
_POLICE: Final = re.compile(_EDGE.format(r"(?:SF)?\d{2,6}/\d{1,7}[A-Za-z]"), re.IGNORECASE)
_POSTCODE: Final = re.compile(_EDGE.format(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}"))
# The British forms: from 2001, with a year letter after or before, and Northern Irish or dateless ones.
_PLATE: Final = re.compile(
    _EDGE.format(
        r"[A-Za-z]{2}\d{2}\s?[A-Za-z]{3}|[A-Za-z]\d{1,3}\s?[A-Za-z]{3}|[A-Za-z]{3}\s?\d{1,4}[A-Za-z]?"
    )
)
_YEAR: Final = re.compile(_EDGE.format(r"(?:born\s+)?(?P<year>(?:19|20)\d{2})"), re.IGNORECASE)
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019\-.])*")
_ADDRESS: Final = re.compile(
    r"^(?:flat|unit|apartment|room)\b.*\d|^\d+[A-Za-z]?\s+[^\W\d_]{2,}", re.IGNORECASE
)


def understand(text: str, today: date) -> UnderstoodSearch:
    """The description in a line of text; ``today`` tells which century a year of two digits is of."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST_SEARCH])
    reading = _Reading(f" {' '.join(printable.split())} ")
    reading.take(_DATE, lambda found: _born(reading, found, today))
    # Numbers whose check holds before phones, which have none: side by side their digits run into each other.
    reading.take(_TEN_DIGITS, lambda found: nhs_number(found[0]) is not None and _nhs(reading, found))
    reading.take(_PHONE, lambda found: reading.note("phone", phone(found[0])))
    reading.take(_TEN_DIGITS, lambda found: _nhs(reading, found))
    reading.take(_UPN, lambda found: _identifier(reading, found[0], (("upn", upn),)))
    police = (("pnc_id", pnc_id), ("cro_number", cro_number))
    reading.take(_POLICE, lambda found: _identifier(reading, found[0], police))
    reading.take(_POSTCODE, lambda found: reading.note("postcode", postcode(found[0])))
    reading.take(_PLATE, lambda found: reading.note("vehicle", vehicle(found[0])))
    address = [chunk for chunk in _chunks(reading.left) if _ADDRESS.search(chunk)]
    for chunk in address:
        reading.left = reading.left.replace(chunk, " | ", 1)
    if address:
        reading.note("address", ", ".join(address))
    reading.take(_YEAR, lambda found: _year(reading, int(found["year"]), today))
    _names(reading)
    known = reading.known
    return UnderstoodSearch(
        Description(
            given_name=known.get("given_name"),
            family_name=known.get("family_name"),
            full_name=known.get("name"),
            date_of_birth=reading.born,
            birth_year=reading.birth_year,
            postcode=known.get("postcode"),
            address=known.get("address"),
            phone=known.get("phone"),
            identifiers=tuple(sorted(reading.identifiers)),
        ),
        known.get("vehicle"),
        tuple(reading.parts),
        tuple(reading.unused),
    )


def _born(reading: _Reading, found: re.Match[str], today: date) -> bool:
    told = {name[0]: value for name, value in found.groupdict().items() if value}
    month = told["m"]
    number = int(month) if month.isdigit() else _month(month)
    year = int(told["y"])
    if len(told["y"]) == 2:
        year += 2000 if year <= today.year % 100 else 1900
    try:
        born = date(year, number, int(told["d"]))
    except ValueError:
        # Not a date after all: 12 Acacia 2013 may be part of an address; figures alone are a slip to point out.
        if month.isdigit():
            reading.unused.append(f"{found[0].strip()}: not a real date")
        return month.isdigit()
    if year < _FIRST_YEAR or born > today:
        reading.unused.append(f"{found[0].strip()}: not a date of birth")
        return True
    if reading.note("date_of_birth", born.isoformat()):
        reading.born = reading.born or born
    return True


def _month(word: str) -> int:
    short = word[:3].casefold()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _year(reading: _Reading, year: int, today: date) -> bool:
    if reading.born is not None or year > today.year:
        return False
    reading.birth_year = reading.birth_year or year
    return reading.note("birth_year", str(year))


def _nhs(reading: _Reading, found: re.Match[str]) -> bool:
    return _identifier(reading, found[0], (("nhs_number", nhs_number),))


def _identifier(
    reading: _Reading, text: str, kinds: tuple[tuple[str, Callable[[str], str | None]], ...]
) -> bool:
    for kind, normal in kinds:
        if (kept := normal(text)) is not None:
            if (kind, kept) not in reading.identifiers:
                reading.identifiers.append((kind, kept))
                reading.parts.append(UnderstoodPart(kind, kept))
            return True
    named = " or ".join(kind.replace("_", " ") for kind, _ in kinds)
    reading.unused.append(f"{text.strip()}: its check digit does not hold for a {named}")
    return True


def _chunks(text: str) -> Iterator[str]:
    for chunk in re.split(r"[|,;]", text):
        if chunk.strip():
            yield chunk.strip()


def _names(reading: _Reading) -> None:
    """What is left are names: "FAMILY, Given" with a comma, in any order without."""
    named = []
    for chunk in re.split(r"[,;]", reading.left):
        words = _NAME.findall(chunk)
        odd = [word for word in re.findall(r"[^\s|]+", _NAME.sub(" ", chunk)) if any(map(str.isalnum, word))]
        reading.unused.extend(f"{word}: not understood" for word in odd)
        if words:
            named.append(" ".join(words))
    # A comma between two names says which is which; other commas only part what stands beside them.
    if len(named) == 2 and "|" not in reading.left.strip(" |"):
        reading.note("family_name", named[0])
        reading.note("given_name", named[1])
    elif named:
        reading.note("name", " ".join(named))
