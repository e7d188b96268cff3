"""How a name sounds, in a key that is not tied to the spelling of any one language."""

import re
from functools import lru_cache
from typing import Final

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
# Women's forms of family names whose consonants differ from the men's: Greek and Lithuanian. Slavic ones, which end
# in a vowel (Ivanova, Kowalska), meet the men's without it.
_FAMILY_FORMS: Final = (
    ("poulou", "poulos"), ("idou", "idis"), ("iadou", "iadis"), ("akou", "akos"),
    ("auskiene", "auskas"), ("auskaite", "auskas"), ("iciene", "icius"), ("iciute", "icius"), ("oniene", "onis"), ("onyte", "onis"),
)  # fmt: skip
_VOWELS: Final = re.compile("(?<=.)[aeiou]+")

# Names and streets come again and again in what is written; so many are kept.
_KEPT: Final = 1 << 17


@lru_cache(maxsize=_KEPT)
def sound(token: str) -> str:
    """A phonetic key: consonant classes in order, the first letter kept, vowels after it dropped.

    ``mohammed``, ``muhamad`` and ``mohamet`` share a key, and so do ``yusuf`` and ``yousef``, ``kowalski`` and
    ``kovalsky``. Keys of one letter are too coarse to block on and come back as the whole token.
    """
    spoken = next(
        (token.removesuffix(hers) + his for hers, his in _FAMILY_FORMS if token.endswith(hers)), token
    )
    heard = _SOUND_PATTERN.sub(lambda found: _SOUND[found.group()], _SOFT_C.sub("s", spoken))
    heard = (
        heard.replace("c", "k") if "ch" not in token and "cz" not in token and "tch" not in token else heard
    )
    # An h is silent inside a name, not at its beginning, where leaving it out would lay the next vowel bare.
    heard = ("h" if heard[:1] == "h" else "") + heard.translate(_LETTER_CLASS) or token
    key = _REPEATS.sub(r"\1", _VOWELS.sub("", _REPEATS.sub(r"\1", heard)))
    if key and key[0] in "aeiou":
        key = "a" + key[1:]
    return key if len(key) > 1 else token


def sounds_of(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The distinct phonetic keys of tokens, and of all of them written as one word."""
    words = (*tokens, "".join(tokens)) if len(tokens) > 1 else tokens
    return tuple(sorted({sound(word) for word in words}))
