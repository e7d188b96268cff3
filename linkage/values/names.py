"""Names as order-free tokens, with nickname roots.

Every function here is pure and works on one value, so that the build (on the distinct values of a column) and a
lookup (on one description) cannot differ. The words with a meaning of their own are in ``name_words.txt``.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from linkage.values.traditions import family_traditions, given_traditions

MAX_TOKENS: Final = 8
MAX_TOKEN_LENGTH: Final = 40
MAX_NAME_LENGTH: Final = 400


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _transliteration() -> dict[int, str]:
    entries = [entry.partition("=") for line in _lines("letters.txt") for entry in line.split()]
    return {ord(letter): latin for letter, _, latin in entries if len(letter) == 1}


@cache
def _letter_pairs() -> tuple[re.Pattern[str], dict[str, str]]:
    """Pairs of letters that are one sound in their own script (Greek), looked at before single letters are."""
    entries = [entry.partition("=") for line in _lines("letters.txt") for entry in line.split()]
    pairs = {letters: latin for letters, _, latin in entries if len(letters) == 2}
    return re.compile("|".join(sorted(pairs))), pairs


@cache
def _words(kind: str) -> frozenset[str]:
    found: set[str] = set()
    for line in _lines("name_words.txt"):
        named, _, words = line.partition(":")
        if named == kind:
            found.update(words.split())
    return frozenset(found)


# Apostrophe, grave and acute accent, and the modifier letters and quotation marks that stand for them.
_APOSTROPHES: Final = re.compile("['`\u00b4\u02bb\u02bc\u2018\u2019]")
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")
# A digit among letters is a letter that a scanner read wrong, or that a hurried hand typed.
_DIGIT_AMONG_LETTERS: Final = re.compile("(?:(?<=[a-z])|\\b)[01358](?=[a-z])")
_LETTER_OF_DIGIT: Final = {"0": "o", "1": "l", "3": "e", "5": "s", "8": "b"}
# The Arabic article, written as one with the word after it.
_ARABIC_ARTICLE: Final = re.compile("\\b\u0627\u0644(?=\\w{2})")
_HAN: Final = "[\u3400-\u4dbf\u4e00-\u9fff]"
_HAN_NAME: Final = re.compile(f"{_HAN}{{2,4}}")
# Chinese family names of two characters; any other has one.
_HAN_DOUBLE: Final = re.compile(
    "^[欧歐]阳|^[欧歐]陽|^司[马馬徒空]|^[诸諸]葛|^上官|^皇甫|^[东東]方|^慕容|^夏侯|^令狐"
)
# A filled-in abbreviation; as "Na" it is a name that many people bear.
_NOT_APPLICABLE: Final = re.compile(r"\s*(NA|na|n\.a\.?|N\.A\.?|[Nn]/[Aa])\s*")


def markers() -> tuple[str, ...]:
    """Words such as Singh, Kaur and Begum that stand for a family name where no other is written, in alphabetical order."""
    return tuple(sorted(_words("markers")))


@dataclass(frozen=True, slots=True)
class NameParts:
    """The tokens of a given name and of a family name, in the order written; either may be empty."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def fold(text: str) -> str:
    """Lower case, no accents, Latin letters: ``"Łukasz Żółć"`` becomes ``"lukasz zolc"``.

    Marks that nobody sees (joiners, directions, soft hyphens) are gone.
    """
    text = text[:MAX_NAME_LENGTH]
    if text.isascii():
        return text.lower()
    # Taken apart before and after the case goes: a letterlike sign hides a capital, a capital an accent.
    plain = unicodedata.normalize("NFKD", _ARABIC_ARTICLE.sub("", text)).casefold()
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", plain)
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )
    pattern, pairs = _letter_pairs()
    return pattern.sub(lambda found: pairs[found.group()], bare).translate(_transliteration())


def name_tokens(text: str | None) -> tuple[str, ...]:
    """The tokens of one name field, in order: folded, titles and particles gone, ``Mc Donald`` as one token.

    Words such as Begum, Kaur and Singh, which many share and few are told by, go too where another name is left. A
    field that holds only placeholders ("baby boy", "not known") has no tokens.
    """
    if not text or _NOT_APPLICABLE.fullmatch(text):
        return ()
    folded = _DIGIT_AMONG_LETTERS.sub(
        lambda found: _LETTER_OF_DIGIT[found.group()], _APOSTROPHES.sub("", fold(text))
    )
    written = _NOT_LETTERS.sub(" ", folded).split()
    words = [word[:MAX_TOKEN_LENGTH] for word in written if word not in _words("titles")]
    words = _without(words, _words("styles"))[: 2 * MAX_TOKENS]
    words = _without_placeholders(words)
    if not words:
        return ()
    joined = [_bare(word) for word in _joined(words)]
    leaving = _words("particles")
    kept = [word for place, word in enumerate(joined) if word not in leaving or _is_name(word, place)]
    return tuple(_without(kept or joined, _words("markers"))[:MAX_TOKENS])


@cache
def _glued() -> re.Pattern[str]:
    names, particles = (
        "|".join(sorted(_words("after_particle"))),
        "|".join(sorted(_words("glued"), reverse=True)),
    )
    return re.compile(f"(?:d|da|das|de|di|do|dos)({names})|(?:{particles})([a-z]{{4,}})")


def _bare(word: str) -> str:
    """A word without the particle that is written as one with it: ``dsouza`` and ``vandenberg``."""
    found = _glued().fullmatch(word)
    return (found[1] or found[2]) if found else word


def _is_name(word: str, place: int) -> bool:
    return place == 0 and word in _words("also_names")


def _without(words: list[str], left_out: frozenset[str]) -> list[str]:
    """The words but those left out; all of them where nothing else is there."""
    return [word for word in words if word not in left_out] or words


def _without_placeholders(words: list[str]) -> list[str]:
    """The words but those that fill a field where no name is known: "Twin One", or the "Unknown" of "Unknown Poppy"."""
    fillers, companions = _words("placeholders"), _words("placeholder_companions")
    if fillers.isdisjoint(words):
        return words
    return [word for word in words if word not in fillers and word not in companions]


def _joined(words: list[str]) -> list[str]:
    """Words that belong together as one: prefixes with what follows, ``Abd al-Rahman`` as ``abdulrahman``."""
    prefixes, servant, articles = _words("joined"), _words("servant"), _words("servant_articles")
    joined: list[str] = []
    waiting = ""
    for word in words:
        if waiting == "abdul":
            if word not in articles:
                joined.append((waiting + word)[:MAX_TOKEN_LENGTH])
                waiting = ""
        elif waiting:
            joined.append((waiting + word)[:MAX_TOKEN_LENGTH])
            waiting = ""
        elif word in servant:
            waiting = "abdul"
        elif word in prefixes:
            waiting = word
        else:
            joined.append(word)
    return [*joined, waiting] if waiting else joined


def name_parts(given: str | None, family: str | None, full: str | None) -> NameParts:
    """Given and family tokens of a name however it was written.

    A full name is used when neither part is there: ``FAMILY, Given`` where it has a comma, else the order that its
    words tell (Nguyen Thi Lan, Petrov Ivan Sergeevich), else the last token is taken for the family name; the
    comparison does not rely on that order. One name behind a title ("Mrs Hart") is a family name. Singh and Kaur are nobody's
    given name: "Kaur Harjinder" was written in the other order. So was "Zhou Fiona".
    """
    parts = _parts_as_written(given, family, full)
    swapped = len(parts.given) == 1 and parts.given[0] in _words("markers")
    if swapped and parts.family and _words("markers").isdisjoint(parts.family):
        return NameParts(parts.family, parts.given)
    if stands_first(parts.given) and are_given_names(parts.family):
        return NameParts(parts.family, parts.given)
    return parts


def stands_first(tokens: tuple[str, ...]) -> bool:
    """Whether the tokens of a given name are one family name that hardly anybody bears as a given name (Zhou, Nguyen)."""
    return len(tokens) == 1 and tokens[0] in _words("family_first")


def are_given_names(tokens: tuple[str, ...]) -> bool:
    """Whether the tokens of a family name are all given names of China, Vietnam or England, and none a family name of the first two."""
    return bool(tokens) and all(given_traditions(token) and not family_traditions(token) for token in tokens)


def _parts_as_written(given: str | None, family: str | None, full: str | None) -> NameParts:
    if given or family:
        return NameParts(name_tokens(given), name_tokens(family))
    if not full:
        return NameParts((), ())
    before, comma, after = full.partition(",")
    if comma:
        return NameParts(name_tokens(after), name_tokens(before))
    if _HAN_NAME.fullmatch(full.strip()):
        written = full.strip()
        length = 2 if len(written) > 2 and _HAN_DOUBLE.match(written) else 1
        return NameParts(name_tokens(written[length:]), name_tokens(written[:length]))
    return _split(name_tokens(full), tuple(fold(full).replace(".", " ").split()))


def _split(tokens: tuple[str, ...], words: tuple[str, ...]) -> NameParts:
    """The parts of a full name that was written in these words."""
    if len(tokens) > 1:
        first = _family_comes_first(tokens)
        return NameParts(tokens[1:] if first else tokens[:-1], tokens[:1] if first else tokens[-1:])
    if len(words) > 1 and tokens and tokens[0].startswith("abdul") and tokens[0] != "abdul":
        # Nothing but "Abdul Rahman": the second word serves as the family name.
        return NameParts(("abdul",), (tokens[0].removeprefix("abdul"),))
    if len(words) > 1 and words[0] in _words("titles_of_family_names"):
        return NameParts((), tokens)
    return NameParts(tokens, ())


def _family_comes_first(tokens: tuple[str, ...]) -> bool:
    families = _words("family_first")
    if tokens[0] in families:
        return tokens[-1] not in families
    if len(tokens[-1]) == 1 < len(tokens[0]) and not nickname_roots(tokens[0]):
        # "Hage H": an initial stands for a given name; behind one that is known for a given name ("Anna B") it may not.
        return True
    after_father = [token.endswith(tuple(_words("patronymics"))) for token in tokens]
    return len(tokens) == 3 and after_father[-1] and not after_father[1]


@cache
def _nicknames() -> dict[str, tuple[str, ...]]:
    roots: dict[str, list[str]] = {}
    for line in _lines("nicknames.txt"):
        names = line.partition("#")[0].split()
        for name in names:
            roots.setdefault(name, []).append(names[0])
    return {name: tuple(sorted(set(heads))) for name, heads in roots.items()}


def nickname_roots(token: str) -> tuple[str, ...]:
    """The formal names a forename may stand for (``alex`` for alexander and alexandra); none for a name not listed."""
    return _nicknames().get(token, ())
