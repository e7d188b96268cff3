"""Evidence as a reader takes it in: one fact, and under it everyone's part in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from access import EvidenceLine, FindingPage
from api.console import words


@dataclass(frozen=True, slots=True)
class Fact:
    """What one agency says of one day; ``parts`` are the lines that say it, a person and role each."""

    agency: str
    happened_on: date
    known_on: date
    parts: tuple[EvidenceLine, ...]

    @property
    def said(self) -> dict[str | None, list[EvidenceLine]]:
        """The lines by what they say, so that words which several people share stand once."""
        by_words: dict[str | None, list[EvidenceLine]] = {}
        for part in self.parts:
            by_words.setdefault(part.statement, []).append(part)
        return by_words


def facts_of(evidence: Iterable[EvidenceLine]) -> list[Fact]:
    """Lines of the same agency and days together, in the order of the evidence; no line is left out."""
    grouped: dict[tuple[str, date, date], list[EvidenceLine]] = {}
    for line in evidence:
        grouped.setdefault((line.agency, line.happened_on, line.known_on), []).append(line)
    return [Fact(*key, tuple(lines)) for key, lines in grouped.items()]


def names_of(finding: FindingPage) -> dict[str, str]:
    """How the subjects of a finding are called on its page, by handle."""
    return {subject.person.handle: words.who(subject.person) for subject in finding.line.subjects}
