"""Evidence as a reader takes it in: one fact, and under it everyone's part in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from access import EvidenceLine, FindingPage
from api.console import words


@dataclass(frozen=True, slots=True)
class Fact:
    """What one agency says happened on one day; ``parts`` are the lines that say it, a person and role each."""

    agency: str
    happened_on: date
    known_on: date
    statement: str | None
    parts: tuple[EvidenceLine, ...]


def facts_of(evidence: Iterable[EvidenceLine]) -> list[Fact]:
    """Lines of the same agency, days and words together, in the order of the evidence; no line is left out."""
    grouped: dict[tuple[str, date, date, str | None], list[EvidenceLine]] = {}
    for line in evidence:
        grouped.setdefault((line.agency, line.happened_on, line.known_on, line.statement), []).append(line)
    return [Fact(*key, tuple(lines)) for key, lines in grouped.items()]


def names_of(finding: FindingPage) -> dict[str, str]:
    """How the subjects of a finding are called on its page, by handle."""
    return {subject.person.handle: words.who(subject.person) for subject in finding.line.subjects}
