"""The words by which a free text names a place: its address in whole or in part, its street, its postcode, as people write them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

# How people write the last word of a street.
_STREETS: Final = (
    ("avenue", "ave", "av"),
    ("close", "cl"),
    ("court", "ct"),
    ("crescent", "cres", "cresc"),
    ("drive", "dr", "drv"),
    ("gardens", "gdns", "gdn"),
    ("grove", "gr", "gro"),
    ("lane", "ln"),
    ("place", "pl"),
    ("road", "rd"),
    ("square", "sq"),
    ("street", "st", "str"),
    ("terrace", "terr", "ter"),
)
_WRITTEN: Final = {word: "|".join(alike) for alike in _STREETS for word in alike}
# A part of an address that says which door of many, and nothing of where the house is.
_DOOR: Final = re.compile(r"(flat|unit|room|apartment|apt|floor|studio)\b", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\d\S*(?:\s*-\s*\d\S*)?\s+(?=\S)")
_POSTCODE: Final = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001 - an apostrophe as word processors write it
_BETWEEN: Final = r"[\s,.\-]+"


def telling_words(places: Iterable[tuple[str | None, str | None]]) -> tuple[str, ...]:
    """The words of places, each an address and a postcode, that tell where they are; the longest first.

    An address tells by its whole, by each line with a number and a street, by the street alone, and by the name of a
    house: "12 Larch Row, Larkhaven" is told by "12 Larch Row" and "Larch Row", not by the town.
    """
    words: set[str] = set()
    for address, postcode in places:
        words |= {postcode} if postcode else set()
        words |= _of_address(address) if address else set()
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=64)
def pattern_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of the words in a text, in capitals or not, spaced and shortened in any way."""
    ways = dict.fromkeys(way for word in words if (way := _way_of(word)))
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways) or '(?!)'})(?!\w)", re.IGNORECASE)


def _of_address(address: str) -> set[str]:
    lines = [line.strip() for line in address.replace("\n", ",").split(",") if line.strip()]
    words = {address}
    for number, line in enumerate(lines):
        if (numbered := _NUMBERED.match(line)) is not None:
            words.add(line)
        # A last line without a number is the town; one word alone is as often a name of something else.
        elif _DOOR.match(line) or (number and number == len(lines) - 1):
            continue
        named = line[numbered.end() :] if numbered else line
        if len(_TOKEN.findall(named)) > 1:
            words.add(named)
    return words


def _way_of(word: str) -> str:
    postcode = _POSTCODE.fullmatch(word.strip())
    if postcode is not None:
        return rf"{postcode[1]}[\s\-]*{postcode[2]}"
    tokens = _TOKEN.findall(word)
    return _BETWEEN.join(
        f"(?:{_WRITTEN[token.casefold()]})" if token.casefold() in _WRITTEN else re.escape(token)
        for token in tokens
    )
