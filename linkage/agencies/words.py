"""Words of agencies' names as they are compared: folded, digits read as letters, joined forms taken apart."""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from linkage.values.names import fold

_A_AND_E: Final = re.compile(r"\ba\s*(?:&|\+|/|and)\s*e\b")
_WORD: Final = re.compile(r"[a-z0-9]+")
_READ_AS_LETTERS: Final = str.maketrans("013457", "oleast")
MOST_WORDS: Final = 12
# In shorter words a slip makes another abbreviation (HPU and PPU, EDT and ED): they count only as they are.
LETTERS_THAT_BEAR_A_SLIP: Final = 5
LETTERS_THAT_BEAR_TWO: Final = 10
# Words of everyday referrals that are a letter away from a name.
_NEVER_A_SLIP: Final = frozenset(
    {"other", "others", "rather", "further", "count", "policy", "person", "mister"}
)


def agency_words(text: str) -> tuple[str, ...]:
    """The words of a name in order; ``"Hospital A&E"`` gives ``hospital`` and ``ae``, ``"Sch00l"`` gives ``school``."""
    folded = _A_AND_E.sub("ae", fold(text)).replace("'", "").replace("\u2019", "")
    words = []
    for word in _WORD.findall(folded):
        mixed = any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word)
        words.append(word.translate(_READ_AS_LETTERS) if mixed else word)
    return tuple("st" if word == "saint" else word for word in words[:MOST_WORDS])


@lru_cache(maxsize=262_144)
def likeness(word: str, name: str) -> float:
    """How far ``word`` may be ``name``: 1 the same, 0.97 but for a plural, 0.9 a slip, 0.8 two in a long word, else 0."""
    if word == name:
        return 1.0
    if len(name) < 3 or word in _NEVER_A_SLIP or abs(len(word) - len(name)) > 2:
        return 0.0
    if (len(name) > 3 and word + "s" == name) or (len(name) > 2 and word == name + "s" and len(word) > 4):
        return 0.97
    if len(name) < LETTERS_THAT_BEAR_A_SLIP:
        return 0.0
    slips = OSA.distance(word, name, score_cutoff=2)
    if slips == 1:
        return 0.9
    return 0.8 if slips == 2 and len(name) >= LETTERS_THAT_BEAR_TWO else 0.0
