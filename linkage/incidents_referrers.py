"""Which kind of agency a free-text referrer stands for: "Polcie", "NHS - ED", "Sch00l", "Member of public"."""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

PUBLIC: Final = "public"
_WORDS: Final[dict[str, frozenset[str]]] = {
    "police": frozenset(
        {"police", "constabulary", "officer", "ppn", "ppu", "merlin", "custody", "constable"}
    ),
    "health": frozenset(
        {
            "nhs",
            "health",
            "hospital",
            "midwife",
            "midwifery",
            "doctor",
            "surgery",
            "clinic",
            "ambulance",
            "nurse",
            "paramedic",
            "camhs",
            "gp",
            "ed",
            "ae",
            "visitor",
        }
    ),
    "education": frozenset(
        {"education", "school", "college", "nursery", "teacher", "headteacher", "dsl", "academy"}
    ),
    "housing": frozenset({"housing", "landlord", "homelessness", "tenancy", "homes"}),
    "social_care": frozenset({"social", "childrens", "adults", "council", "la", "authority", "worker"}),
    "probation": frozenset({"probation"}),
    PUBLIC: frozenset(
        {
            "neighbour",
            "anonymous",
            "public",
            "family",
            "self",
            "parent",
            "mother",
            "father",
            "relative",
            "friend",
            "nspcc",
            "caretaker",
            "childline",
            "grandparent",
        }
    ),
}
# Words that other kinds of agency use too ("housing officer", "health visitor", "school nurse"): they count only alone.
_WEAK: Final = frozenset({"officer", "visitor", "worker", "social", "nurse", "family", "homes", "ed", "la"})
_READ_AS_LETTERS: Final = str.maketrans("01345", "oleas")


@lru_cache(maxsize=65_536)
def sector_of(text: str) -> str | None:
    """The kind of agency that ``text`` names, ``public`` for people who are none, None when it cannot be told.

    Words of five letters and more may be misspelt by one letter or a swap. Several kinds named outright ("school
    and police") cannot be told either.
    """
    words = re.findall(r"[a-z]+", text.lower().replace("&", "").translate(_READ_AS_LETTERS))
    for weak in (False, True):
        found = {
            sector
            for word in words
            for sector, known in _WORDS.items()
            if any((name in _WEAK) == weak and _is_written(word, name) for name in known)
        }
        if len(found) > 1:
            found.discard(PUBLIC)
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _is_written(word: str, name: str) -> bool:
    if word == name or (word.startswith(name) and len(word) == len(name) + 1 and word.endswith("s")):
        return True
    return (
        len(name) >= 5 and word[0] == name[0] and DamerauLevenshtein.distance(word, name, score_cutoff=1) <= 1
    )
