"""Organisations by name: schools, practices and hostels that the feeds know, found in a referrer's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from linkage.agencies.words import agency_words, likeness

# Words that many organisations share, with the ways they are cut short. They say of which sort it is, not which.
_SHARED_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "primary": ("prim", "pri"),
    "secondary": ("sec",),
    "school": ("sch", "schl"),
    "academy": ("acad",),
    "infant": ("infants", "inf"),
    "junior": ("juniors", "jnr", "jun"),
    "high": (),
    "grammar": (),
    "college": ("coll",),
    "nursery": ("nurs",),
    "catholic": ("rc", "cath"),
    "church": ("ce", "cofe"),
    "community": ("comm",),
    "foundation": (),
    "surgery": ("surg",),
    "practice": ("prac",),
    "medical": ("med",),
    "health": (),
    "centre": ("ctr", "center", "cen"),
    "clinic": (),
    "hospital": ("hosp",),
    "hostel": (),
    "house": ("hse",),
    "group": ("grp",),
}
_FULL: Final = {short: word for word, shorts in _SHARED_WORDS.items() for short in (word, *shorts)}
_PASSED_OVER: Final = frozenset(
    {"the", "of", "and", "at", "for", "in", "england", "c", "e", "dsl", "headteacher", "head", "office"}
)
# A cut-off word of so many letters still tells which it is ("Oakf" for Oakfield).
LETTERS_OF_A_CUT_WORD: Final = 4


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the list; ``kind`` is one of the shipped kinds."""

    key: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationFound:
    """An organisation that a name may stand for; ``score`` 1 as written."""

    organisation: Organisation
    score: float


@dataclass(frozen=True, slots=True)
class _Parts:
    own: tuple[str, ...]
    shared: frozenset[str]


def _parts(words: Iterable[str]) -> _Parts:
    own, shared = [], set()
    for word in words:
        full = _FULL.get(word)
        if full is not None:
            shared.add(full)
        elif word not in _PASSED_OVER:
            own.append(word)
    return _Parts(tuple(own), frozenset(shared))


class OrganisationIndex:
    """Organisations by the words that are theirs alone; made once a build and only read."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._parts: list[tuple[Organisation, _Parts]] = []
        self._holders: dict[str, set[int]] = {}
        for organisation in sorted(set(organisations), key=lambda one: (one.key, one.name)):
            parts = _parts(agency_words(organisation.name))
            if parts.own:
                for word in parts.own:
                    self._holders.setdefault(word, set()).add(len(self._parts))
                self._parts.append((organisation, parts))

    def find(self, words: Sequence[str]) -> list[OrganisationFound]:
        """The organisations whose own words are all among ``words``, best first; one an organisation.

        Words of a sort ("Prim") must not be of another sort than the organisation's; a word of nobody's lowers the score.
        """
        asked = _parts(words)
        near = {word: self._near(word) for word in asked.own}
        candidates = sorted(
            {number for found in near.values() for name in found for number in self._holders[name]}
        )
        best: dict[str, OrganisationFound] = {}
        for number in candidates:
            organisation, parts = self._parts[number]
            scores = [
                max((near[word].get(name, 0.0) for word in asked.own), default=0.0) for name in parts.own
            ]
            if min(scores) == 0 or not asked.shared <= parts.shared:
                continue
            strangers = sum(1 for word in asked.own if not set(near[word]) & set(parts.own))
            if strangers >= len(parts.own):
                continue
            score = round(sum(scores) / len(scores) * (1 - 0.1 * min(strangers, 3)), 3)
            held = best.get(organisation.key)
            if held is None or held.score < score:
                best[organisation.key] = OrganisationFound(organisation, score)
        return sorted(best.values(), key=lambda found: (-found.score, found.organisation.key))

    def _near(self, word: str) -> dict[str, float]:
        exact = {word: 1.0} if word in self._holders else {}
        return exact or {
            name: score
            for name in sorted(self._holders)
            if (score := max(likeness(word, name), _is_cut(word, name))) > 0
        }


def _is_cut(word: str, name: str) -> float:
    return 0.85 if len(word) >= LETTERS_OF_A_CUT_WORD and name.startswith(word) else 0.0
