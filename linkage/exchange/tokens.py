"""What two hubs compare in place of names and numbers: texts of a person in fixed forms, and keyed digests of them.

Both sides form the texts by the functions below, so that a digest of the one's equals a digest of the other's exactly
where the texts are the same. ``docs/exchange-protocol.md`` gives the forms with test vectors.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Final

from linkage.values.names import NameParts, name_parts, nickname_roots
from linkage.values.phonetics import sound
from records import identifiers

TOKEN_BYTES: Final = 16
# Tokens of each kind in a question. The numbers never change, so that a question does not tell how much is known.
TOKEN_SLOTS: Final[dict[str, int]] = {
    "number": 2,
    "named": 4,
    "called": 8,
    "turned": 4,
    "part": 9,
    "slip": 36,
    "heard": 6,
    "sound": 3,
}
# Kinds that name one person alone: how often they come back tells how often a subject was asked about.
TELLING_KINDS: Final = ("number", "named")
_MOST_NAMES: Final = 3
_MOST_LETTERS: Final = 16


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One description of a person: a record's, or what somebody typed. Sex is female, male or None."""

    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    date_of_birth: date | None = None
    sex: str | None = None
    nhs_number: str | None = None


def texts_of(facts: PersonFacts) -> dict[str, tuple[str, ...]]:
    """Kind -> texts of one description, the most telling first; a kind without texts is left out.

    The 1st of January stands for a birthday of which only the year is known, and gives none.
    """
    found: dict[str, tuple[str, ...]] = {}
    number = identifiers.nhs_number(facts.nhs_number) if facts.nhs_number else None
    if number:
        found["number"] = (f"number|{number}",)
    born = facts.date_of_birth
    if born is None or (born.month, born.day) == (1, 1):
        return found
    parts = _parts(facts.given_name, facts.family_name, facts.full_name)
    if not parts.given or not parts.family:
        return found
    families = tuple(dict.fromkeys(("".join(parts.family), *parts.family)))[:_MOST_NAMES]
    first = (parts.given[0], families[0])
    pairs = [(given, family) for given in parts.given[:_MOST_NAMES] for family in families]
    found |= {
        kind: tuple(dict.fromkeys(texts)) for kind, texts in _of_name_and_day(first, pairs, born).items()
    }
    if facts.sex in ("female", "male"):
        rest = f"{born.isoformat()}|{facts.sex}"
        heard = (f"{first[0]}|{sound(first[1])}", f"{sound(first[0])}|{first[1]}")
        found["heard"] = tuple(dict.fromkeys(f"heard|{one}|{rest}" for one in heard))
        found["sound"] = (f"sound|{_sounded(*first)}|{rest}",)
    return {kind: texts for kind, texts in found.items() if texts}


def _of_name_and_day(
    first: tuple[str, str], pairs: list[tuple[str, str]], born: date
) -> dict[str, Iterator[str]]:
    """``first``: the names somebody is called by; ``pairs``: those and every other of their names, two and two."""
    day, name = born.isoformat(), _in_order(*first)
    given, family = first
    low, high = sorted((born.day, born.month))
    others = [(called, of_family) for one, of_family in pairs for called in (one, *nickname_roots(one))]
    return {
        "named": iter([f"named|{name}|{day}"]),
        "called": (f"called|{_in_order(*pair)}|{day}" for pair in others),
        "turned": iter([f"turned|{name}|{born:%Y}|{low:02d}|{high:02d}"]),
        "part": (
            f"part|{name}|{part}"
            for part in (
                f"{born:%Y-%m}-??",
                f"{born:%Y}-??-{born:%d}",
                f"{born.year // 10:03d}?-{born:%m-%d}",
            )
        ),
        "slip": chain(
            (f"slip|{given}|{left}|{day}" for left in _with_one_left_out(family)),
            (f"slip|{left}|{family}|{day}" for left in _with_one_left_out(given)),
        ),
    }


@lru_cache(maxsize=1 << 16)
def _parts(given: str | None, family: str | None, full: str | None) -> NameParts:
    return name_parts(given, family, full)


def _in_order(one: str, other: str) -> str:
    # Whichever of the two somebody took for the given name.
    return "|".join(sorted((one, other)))


@lru_cache(maxsize=1 << 16)
def _sounded(given: str, family: str) -> str:
    return "|".join(sorted((sound(given), sound(family))))


@lru_cache(maxsize=1 << 16)
def _with_one_left_out(name: str) -> tuple[str, ...]:
    """The name, and the name without each of its letters: two names that differ by a slip share one of these.

    Names of up to three letters stand alone: a slip turns too many of them into another name.
    """
    name = name[:_MOST_LETTERS]
    shorter = [f"{name[:place]}{name[place + 1 :]}" for place in range(len(name))] if len(name) > 3 else []
    return tuple(dict.fromkeys((name, *shorter)))


def gathered(descriptions: Iterable[PersonFacts]) -> dict[str, tuple[str, ...]]:
    """Kind -> the texts of several descriptions of one person, as many as a question has room for.

    What most descriptions say comes first; of equals, by the text.
    """
    told: dict[str, Counter[str]] = {kind: Counter() for kind in TOKEN_SLOTS}
    for facts in descriptions:
        for kind, texts in texts_of(facts).items():
            told[kind].update(texts)
    return {
        kind: tuple(sorted(texts, key=lambda text: (-texts[text], text))[: TOKEN_SLOTS[kind]])
        for kind, texts in told.items()
        if texts
    }


def token(key: bytes, text: str) -> bytes:
    """The token of a text under the key of a pair of hubs and an epoch: HMAC-SHA-256, its first 16 bytes."""
    return hmac.digest(key, text.encode(), hashlib.sha256)[:TOKEN_BYTES]


def tokens(key: bytes, texts: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Kind -> tokens in hexadecimal, every kind filled up to its number and in the order of the tokens.

    What fills up is made of the key and of all texts, so the same question has the same tokens, and only whoever
    holds the key and knows the texts can tell which is which.
    """
    whole = "\n".join(sorted(text for several in texts.values() for text in several))
    filled: dict[str, tuple[str, ...]] = {}
    for kind, slots in TOKEN_SLOTS.items():
        known = [token(key, text) for text in texts.get(kind, ())][:slots]
        filling = [token(key, f"filling|{kind}|{place}|{whole}") for place in range(slots - len(known))]
        filled[kind] = tuple(sorted(one.hex() for one in (*known, *filling)))
    return filled
