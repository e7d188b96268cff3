"""Names as order-free tokens, with nickname roots and a phonetic key that is not tied to English spelling.

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

# Letters that Unicode decomposition leaves as they are. Arabic and Hebrew are written without short vowels; the
# phonetic key drops vowels, so a transliterated spelling still meets the romanised one there.
_LETTERS: Final = {
    **dict(
        zip("øłđðßþæœıħŋſ", ["o", "l", "d", "d", "ss", "th", "ae", "oe", "i", "h", "n", "s"], strict=True)
    ),
    **dict(
        zip(
            "абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґјљњћџђ",
            [
                "a",
                "b",
                "v",
                "g",
                "d",
                "e",
                "zh",
                "z",
                "i",
                "i",
                "k",
                "l",
                "m",
                "n",
                "o",
                "p",
                "r",
                "s",
                "t",
                "u",
                "f",
                "kh",
                "ts",
                "ch",
                "sh",
                "shch",
                "",
                "y",
                "",
                "e",
                "yu",
                "ya",
                "ye",
                "i",
                "i",
                "g",
                "j",
                "lj",
                "nj",
                "c",
                "dz",
                "dj",
            ],
            strict=True,
        )
    ),
    **dict(
        zip(
            "αβγδεζηθικλμνξοπρσςτυφχψω",
            [
                "a",
                "v",
                "g",
                "d",
                "e",
                "z",
                "i",
                "th",
                "i",
                "k",
                "l",
                "m",
                "n",
                "x",
                "o",
                "p",
                "r",
                "s",
                "s",
                "t",
                "y",
                "f",
                "ch",
                "ps",
                "o",
            ],
            strict=True,
        )
    ),
    **dict(
        zip(
            "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءپچژگکیؤئ",
            [
                "a",
                "b",
                "t",
                "th",
                "j",
                "h",
                "kh",
                "d",
                "dh",
                "r",
                "z",
                "s",
                "sh",
                "s",
                "d",
                "t",
                "z",
                "a",
                "gh",
                "f",
                "q",
                "k",
                "l",
                "m",
                "n",
                "h",
                "w",
                "y",
                "a",
                "a",
                "",
                "p",
                "ch",
                "zh",
                "g",
                "k",
                "y",
                "w",
                "y",
            ],
            strict=True,
        )
    ),
    **dict(
        zip(
            "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
            [
                "a",
                "b",
                "g",
                "d",
                "h",
                "v",
                "z",
                "h",
                "t",
                "y",
                "k",
                "k",
                "l",
                "m",
                "m",
                "n",
                "n",
                "s",
                "a",
                "p",
                "p",
                "ts",
                "ts",
                "k",
                "r",
                "sh",
                "t",
            ],
            strict=True,
        )
    ),
}
_TRANSLITERATION: Final = str.maketrans(_LETTERS)
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
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_TRANSLITERATION)
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


# Longest first: each turns one spelling of a sound, in any of the languages of the feeds, into one letter.
_SOUNDS: Final = (
    ("chr", "kr"), ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("dzh", "j"), ("cz", "c"), ("sz", "s"), ("rz", "s"),
    ("zh", "s"), ("sh", "s"), ("ch", "c"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "t"),
    ("bh", "b"), ("ck", "k"), ("qu", "k"), ("ks", "x"), ("dj", "j"), ("gy", "j"), ("ie", "i"), ("ng", "n"),
    ("kn", "n"), ("wr", "r"), ("ts", "s"), ("tz", "s"),
)  # fmt: skip
_SOUND: Final = dict(_SOUNDS)
_SOUND_PATTERN: Final = re.compile("|".join(spelling for spelling, _ in _SOUNDS))
_SOFT_C: Final = re.compile("c(?=[eiy])")
_LETTER_CLASS: Final = str.maketrans({"q": "k", "z": "s", "w": "v", "d": "t", "p": "b", "y": "i", "h": None})
_REPEATS: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile("(?<=.)[aeiou]+")


def sound(token: str) -> str:
    """A phonetic key: consonant classes in order, the first letter kept, vowels after it dropped.

    ``mohammed``, ``muhamad`` and ``mohamet`` share a key, and so do ``yusuf`` and ``yousef``, ``kowalski`` and
    ``kovalsky``. Keys of one letter are too coarse to block on and come back as the whole token.
    """
    heard = _SOUND_PATTERN.sub(lambda found: _SOUND[found.group()], _SOFT_C.sub("s", token))
    heard = (
        heard.replace("c", "k") if "ch" not in token and "cz" not in token and "tch" not in token else heard
    )
    heard = heard.translate(_LETTER_CLASS) or token
    key = _REPEATS.sub(r"\1", _VOWELS.sub("", _REPEATS.sub(r"\1", heard)))
    if key and key[0] in "aeiou":
        key = "a" + key[1:]
    return key if len(key) > 1 else token


def sounds_of(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The distinct phonetic keys of tokens, and of all of them written as one word."""
    words = (*tokens, "".join(tokens)) if len(tokens) > 1 else tokens
    return tuple(sorted({sound(word[:MAX_TOKEN_LENGTH]) for word in words}))


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
