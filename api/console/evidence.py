"""Evidence as a reader takes it in: one fact, and under it everyone's part in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from access import EvidenceLine, FindingPage, FindingSubject, PersonCard
from api.console import words

# What a detector adds to the sentence of a happening for those who read it without its parts beside it.
_ROLE_IN_IT: Final = re.compile(r"; in it as [a-z ]+(?=\.$)")


def without_role(statement: str | None) -> str | None:
    """The sentence less the part that somebody had in it."""
    return _ROLE_IN_IT.sub("", statement) if statement else statement


@dataclass(frozen=True, slots=True)
class Fact:
    """What one agency says of one day; ``parts`` are the lines that say it, a person and role each."""

    agency: str
    happened_on: date
    known_on: date
    parts: tuple[EvidenceLine, ...]
    precision: str | None = None

    @property
    def said(self) -> dict[str | None, list[EvidenceLine]]:
        """The lines by what they say, so that words which several people share stand once; a part has its role beside it."""
        by_words: dict[str | None, list[EvidenceLine]] = {}
        for part in self.parts:
            by_words.setdefault(without_role(part.statement), []).append(part)
        return by_words

    @property
    def is_new(self) -> bool:
        """Whether any of it came since people last decided."""
        return any(part.is_new for part in self.parts)


@dataclass(frozen=True, slots=True)
class Facts:
    """The evidence of a finding: what happened, and apart from it the records that say who the people are."""

    happenings: tuple[Fact, ...]
    records: tuple[Fact, ...]


def argued(evidence: Iterable[EvidenceLine]) -> Facts:
    """Happenings (somebody has a role in each) and records (nobody has), each in the order of the evidence."""
    lines = list(evidence)
    return Facts(
        tuple(facts_of(line for line in lines if line.role)),
        tuple(facts_of(line for line in lines if not line.role)),
    )


def people_of(subjects: Iterable[FindingSubject]) -> list[tuple[PersonCard, list[str]]]:
    """Whom a finding is about, each person once with every role that the evidence gives them."""
    people: dict[str, tuple[PersonCard, list[str]]] = {}
    for subject in subjects:
        people.setdefault(subject.person.handle, (subject.person, []))[1].append(subject.role)
    return list(people.values())


def facts_of(evidence: Iterable[EvidenceLine]) -> list[Fact]:
    """Lines of the same agency and days together, in the order of the evidence; no line is left out."""
    grouped: dict[tuple[str, date, date, str | None], list[EvidenceLine]] = {}
    for line in evidence:
        key = (line.agency, line.happened_on, line.known_on, line.precision)
        grouped.setdefault(key, []).append(line)
    return [
        Fact(agency, happened_on, known_on, tuple(lines), precision)
        for (agency, happened_on, known_on, precision), lines in grouped.items()
    ]


def names_of(finding: FindingPage) -> dict[str, str]:
    """How the subjects of a finding are called on its page, by handle."""
    return {subject.person.handle: words.who(subject.person) for subject in finding.line.subjects}
