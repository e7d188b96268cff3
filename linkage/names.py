"""Names as order-free tokens, with nickname roots.

Every function here is pure and works on one value, so that the build (on the distinct values of a column) and a
lookup (on one description) cannot differ.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

MAX_TOKENS: Final = 8
MAX_TOKEN_LENGTH: Final = 40
MAX_NAME_LENGTH: Final = 400


@cache
def _transliteration() -> dict[int, str]:
    lines = files(__package__).joinpath("letters.txt").read_text(encoding="utf-8").splitlines()
    entries = [entry for line in lines if not line.startswith("#") for entry in line.split()]
    return {ord(letter): latin for letter, _, latin in (entry.partition("=") for entry in entries)}


# Apostrophe, grave and acute accent, and the modifier letters and quotation marks that stand for them.
_APOSTROPHES: Final = re.compile("['`\u00b4\u02bb\u02bc\u2018\u2019]")
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")

TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "miss",
        "ms",
        "mx",
        "dr",
        "prof",
        "sir",
        "dame",
        "lady",
        "rev",
        "revd",
        "fr",
        "hon",
        "jr",
        "jnr",
        "snr",
        "junior",
        "senior",
        "esq",
    ]
)
# Words that stand before or inside a family name and come and go between agencies.
PARTICLES: Final = frozenset(
    [
        "van",
        "von",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "les",
        "el",
        "al",
        "ul",
        "ur",
        "bin",
        "ibn",
        "ben",
        "bint",
        "bte",
        "binti",
        "abu",
        "af",
        "av",
        "zu",
        "ter",
        "ten",
        "y",
        "e",
    ]
)
_JOINED_PREFIXES: Final = frozenset(("mc", "mac", "o", "fitz", "st", "abd"))
PLACEHOLDERS: Final = frozenset(
    [
        "unknown",
        "unk",
        "nk",
        "na",
        "none",
        "null",
        "not",
        "known",
        "given",
        "stated",
        "recorded",
        "name",
        "baby",
        "babe",
        "infant",
        "newborn",
        "boy",
        "girl",
        "male",
        "female",
        "twin",
        "triplet",
        "one",
        "two",
        "three",
        "i",
        "ii",
        "iii",
        "unborn",
        "tbc",
        "tba",
        "test",
        "anonymous",
        "anon",
        "withheld",
        "refused",
        "xx",
        "xxx",
    ]
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """The tokens of a given name and of a family name, in the order written; either may be empty."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def fold(text: str) -> str:
    """Lower case, no accents, Latin letters: ``"Łukasz Żółć"`` becomes ``"lukasz zolc"``."""
    text = text[:MAX_NAME_LENGTH]
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_transliteration())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def name_tokens(text: str | None) -> tuple[str, ...]:
    """The tokens of one name field, in order: folded, titles and particles gone, ``Mc Donald`` as one token.

    A field that holds only placeholders ("baby boy", "not known") has no tokens.
    """
    if not text:
        return ()
    words = _NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", fold(text))).split()
    words = [word[:MAX_TOKEN_LENGTH] for word in words if word not in TITLES][: 2 * MAX_TOKENS]
    if all(word in PLACEHOLDERS for word in words):
        return ()
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _JOINED_PREFIXES:
            joined[-1] = (joined[-1] + word)[:MAX_TOKEN_LENGTH]
        else:
            joined.append(word)
    kept = [word for word in joined if word not in PARTICLES]
    return tuple((kept or joined)[:MAX_TOKENS])


def name_parts(given: str | None, family: str | None, full: str | None) -> NameParts:
    """Given and family tokens of a name however it was written.

    A full name is used when neither part is there: ``FAMILY, Given`` where it has a comma, else the last token
    is taken for the family name; the comparison does not rely on that order.
    """
    if given or family:
        return NameParts(name_tokens(given), name_tokens(family))
    if not full:
        return NameParts((), ())
    if "," in full:
        before, after = full.split(",", 1)
        return NameParts(name_tokens(after), name_tokens(before))
    tokens = name_tokens(full)
    return NameParts(tokens[:-1], tokens[-1:]) if len(tokens) > 1 else NameParts(tokens, ())


@cache
def _nicknames() -> dict[str, tuple[str, ...]]:
    roots: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("nicknames.txt").read_text(encoding="utf-8").splitlines():
        names = line.partition("#")[0].split()
        for name in names:
            roots.setdefault(name, []).append(names[0])
    return {name: tuple(sorted(set(heads))) for name, heads in roots.items()}


def nickname_roots(token: str) -> tuple[str, ...]:
    """The formal names a forename may stand for (``alex`` for alexander and alexandra); none for a name not listed."""
    return _nicknames().get(token, ())
