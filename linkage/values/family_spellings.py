"""One family name written in several ways: Chow and Zhou, Cheung and Zhang, Chaudhry and Choudhury, Faarax and Farah.

An interpreter writes a name as their own language romanises it, a passport as the country did that issued it. What two such
spellings share may be a single letter, so that no measure of likeness finds them. The names are in
``family_spellings.txt``; the function is pure and works on folded tokens, as ``names.name_tokens`` gives them.
"""

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Final

from linkage.values.traditions import CHINESE, PERHAPS_CHINESE, is_family_name_of_several

# The Arabic article, written as one with the name.
_ARTICLES: Final = ("al", "el")
_SHORTEST_BEHIND_ARTICLE: Final = 3


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for line in files(__package__).joinpath("family_spellings.txt").read_text(encoding="utf-8").splitlines():
        root, colon, spellings = line.partition(":")
        if colon and not line.startswith("#"):
            for spelling in spellings.split():
                found.setdefault(spelling, set()).add(root)
    return {spelling: tuple(sorted(roots)) for spelling, roots in found.items()}


def family_roots(family: str, given_traditions: Collection[str]) -> tuple[str, ...]:
    """The names that ``family`` may be a spelling of (王 and 黃 for ``wong``); none for a name not listed.

    A name that others in England bear as often (Lee, Young) is a spelling of one only beside a given name that is, or may be, of
    that tradition: Wai Ming Lee is Wai Ming Li, John Lee is not John Li.
    """
    if is_family_name_of_several(family) and not {CHINESE, PERHAPS_CHINESE} & set(given_traditions):
        return ()
    roots = _spellings().get(family)
    if roots is None and family.startswith(_ARTICLES) and len(family) - 2 >= _SHORTEST_BEHIND_ARTICLE:
        roots = _spellings().get(family[2:])
    return roots or ()
