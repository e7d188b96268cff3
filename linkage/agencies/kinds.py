"""The shipped kinds of agencies and of people who refer, and the search for them in a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from linkage.agencies.words import agency_words, likeness

PUBLIC: Final = "public"
# Words that say nothing of who it is: an unknown word lowers the score, these do not.
_FILLERS: Final = frozenset(
    {
        "the", "of", "and", "at", "from", "for", "in", "a", "to", "via", "team", "service", "services", "officer", "unit", "dept",
        "department", "worker", "staff", "other", "local", "office", "report", "referral", "trust", "manager", "duty",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of writing a kind, in words."""

    kind: str
    sector: str
    words: tuple[str, ...]

    @property
    def letters(self) -> int:
        """Length, by which the more telling of two spellings is known."""
        return sum(len(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class KindFound:
    """A kind that a name holds; ``score`` 1 as written."""

    kind: str
    sector: str
    score: float


@dataclass(frozen=True, slots=True)
class _Claim:
    spelling: Spelling
    start: int
    end: int
    likeness: float
    letters: int

    @property
    def rank(self) -> tuple[int, float, int, str, tuple[str, ...]]:
        return (-self.letters, -self.likeness, self.start, self.spelling.kind, self.spelling.words)


@cache
def spellings() -> tuple[Spelling, ...]:
    """All spellings of ``agencies.txt``, in its order."""
    lines = files(__package__).joinpath("agencies.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            kind, sector, names = (part.strip() for part in line.split("|"))
            found += [Spelling(kind, sector, agency_words(name)) for name in names.split(",")]
    return tuple(dict.fromkeys(found))


@cache
def sector_of_kind(kind: str) -> str | None:
    """The sector of a shipped kind, None for a kind that is not shipped."""
    return next((spelling.sector for spelling in spellings() if spelling.kind == kind), None)


def find_kinds(words: Sequence[str]) -> list[KindFound]:
    """The kinds that ``words`` name, the most telling first; more than one sector means that it cannot be told.

    A longer spelling takes its words from a shorter one ("school nurse" is no school), and an agency goes before the
    people behind it ("mother via school"). A slip that lies as near to another sector's word is taken for neither.
    """
    claims = sorted(_claims(words), key=lambda claim: claim.rank)
    taken: list[_Claim] = []
    used: set[int] = set()
    for claim in claims:
        span = set(range(claim.start, claim.end))
        if span & used:
            continue
        used |= span
        if claim.likeness >= 1 or not _is_as_near_elsewhere(claim, claims):
            taken.append(claim)
    if len({claim.spelling.sector for claim in taken}) > 1:
        taken = [claim for claim in taken if claim.spelling.sector != PUBLIC]
    unknown = sum(1 for place, word in enumerate(words) if place not in used and word not in _FILLERS)
    best: dict[str, KindFound] = {}
    for claim in sorted(taken, key=lambda one: (one.spelling.kind == one.spelling.sector, one.rank)):
        kind = claim.spelling.kind
        score = round(claim.likeness * (1 - 0.1 * min(unknown, 3)), 3)
        best.setdefault(kind, KindFound(kind, claim.spelling.sector, score))
    return list(best.values())


def _claims(words: Sequence[str]) -> list[_Claim]:
    found = []
    for spelling in spellings():
        length = len(spelling.words)
        for start in range(len(words)):
            near = [
                likeness(word, name)
                for word, name in zip(words[start : start + length], spelling.words, strict=False)
            ]
            if len(near) == length and min(near) > 0:
                letters = sum(len(word) for word in words[start : start + length])
                found.append(_Claim(spelling, start, start + length, min(near), letters))
            elif length > 1 and spelling.letters >= 8:
                joined = likeness(words[start], "".join(spelling.words))
                if joined > 0:
                    found.append(_Claim(spelling, start, start + 1, joined, len(words[start])))
    return found


def _is_as_near_elsewhere(claim: _Claim, claims: Sequence[_Claim]) -> bool:
    return any(
        (other.start, other.end) == (claim.start, claim.end)
        and other.likeness >= claim.likeness
        and other.spelling.sector != claim.spelling.sector
        for other in claims
    )
