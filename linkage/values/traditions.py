"""Which tradition a name comes from, as far as that is plain: whoever bears two given names is apt to bear one of each.

Xiaoming Chen is called Jason at school, and either name alone may stand in an agency's file. Only names that are plainly
of a tradition have one: a slip of the pen has none. A name that is common in several (Kim, Min, Lina) is only perhaps of one, which
counts beside a family name that is hardly met elsewhere: Min Zhang is called Grace, but Kim Lee need not be. The words
are in ``traditions.txt``; every function is pure and works on one folded token, as ``names.name_tokens`` gives them.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

ENGLISH: Final = "english"
CHINESE: Final = "chinese"
VIETNAMESE: Final = "vietnamese"
# A slip makes another name of a shorter one.
_TOLD_IN_SPITE_OF_A_SLIP: Final = 4
# What a name that is common in several traditions is of, and a family name that is met in no other stands for too.
_PERHAPS: Final = "perhaps "
# The romanisations of the mainland, of Hong Kong, of Taiwan, and of Singapore and Malaysia.
_OF_CHINA: Final = ("pinyin", "cantonese", "wade_giles", "hokkien")
PERHAPS_CHINESE: Final = f"{_PERHAPS}{CHINESE}"


@cache
def _words(kind: str) -> frozenset[str]:
    found: set[str] = set()
    for line in files(__package__).joinpath("traditions.txt").read_text(encoding="utf-8").splitlines():
        named, _, words = line.partition(":")
        if named == kind:
            found.update(words.split())
    return frozenset(found)


@cache
def _syllables(kind: str) -> re.Pattern[str]:
    """One or two syllables of one romanisation, as given names of China, Hong Kong and Vietnam are made of."""
    one = "|".join(sorted(_words(kind), key=lambda syllable: (-len(syllable), syllable)))
    return re.compile(f"(?:{one}){{1,2}}")


def given_traditions(token: str) -> tuple[str, ...]:
    """The traditions of a given name (``chinese``, ``vietnamese``, ``english``); none of a name that is plainly of another.

    ``perhaps chinese`` and ``perhaps vietnamese`` of a name as common elsewhere.
    """
    if token in _words("english"):
        return (ENGLISH,)
    is_chinese = any(_syllables(kind).fullmatch(token) for kind in _OF_CHINA)
    is_vietnamese = _syllables("vietnamese").fullmatch(token) is not None
    found = ((CHINESE, is_chinese), (VIETNAMESE, is_vietnamese))
    perhaps = _PERHAPS if token in _words("either") else ""
    return tuple(f"{perhaps}{tradition}" for tradition, holds in found if holds and len(token) > 1)


@cache
def _one_letter_less() -> frozenset[str]:
    names = (name for name in _words("english") if len(name) >= _TOLD_IN_SPITE_OF_A_SLIP)
    return frozenset(less for name in names for less in (name, *_without_a_letter(name)))


def _without_a_letter(token: str) -> list[str]:
    return [token[:place] + token[place + 1 :] for place in range(len(token))]


def borne_traditions(token: str) -> tuple[str, ...]:
    """As ``given_traditions``, and of a longer name that is no other but for one slip an English one (Jesssie, Erik for Eric).

    For comparing with a name of another tradition beside a family name of it: alone it would tell too little.
    """
    found = given_traditions(token)
    if found or len(token) < _TOLD_IN_SPITE_OF_A_SLIP:
        return found
    misspelt = not _one_letter_less().isdisjoint((token, *_without_a_letter(token)))
    return (ENGLISH,) if misspelt else ()


def family_traditions(token: str) -> tuple[str, ...]:
    """The traditions (``chinese``, ``vietnamese``) that bear ``token`` as one of their commoner family names.

    ``perhaps chinese`` and ``perhaps vietnamese`` too where hardly anybody else bears it (Zhang, but not Lee or Young).
    """
    found = tuple(name for name in (CHINESE, VIETNAMESE) if token in _words(f"{name}_family"))
    if is_family_name_of_several(token):
        return found
    return (*found, *(f"{_PERHAPS}{name}" for name in found))


def is_family_name_of_several(token: str) -> bool:
    """Whether people of other traditions bear this Chinese or Vietnamese family name as often in England (Lee, Young)."""
    return token in _words("family_of_several")
