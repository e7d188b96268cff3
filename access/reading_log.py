"""What a read touched, gathered while it runs, and the one ledger entry made of it."""

from dataclasses import dataclass, field
from typing import Any

from access.principal import Principal, Purpose
from records.ledger import Entry


@dataclass(slots=True)
class ReadLog:
    """Gathers what one read shows. ``logged`` says that the act wrote its own entry (a disposition)."""

    subjects: set[str] = field(default_factory=set)
    details: dict[str, Any] = field(default_factory=dict)
    answered: bool = False
    logged: bool = False

    def saw(self, record_ids: tuple[str, ...] | list[str] | set[str] | frozenset[str]) -> None:
        """People were shown who hold these records."""
        self.subjects.update(record_ids)
        self.answered = self.answered or bool(record_ids)

    def entry(
        self, principal: Principal, purpose: Purpose | None, act: str, outcome: str | None = None
    ) -> Entry:
        """The entry of this read; without ``outcome`` it was answered, or empty when nothing was found."""
        return Entry(
            actor=principal.subject or "unknown",
            role=principal.role or "unknown",
            hub=principal.hub or "unknown",
            act=act,
            outcome=outcome or ("answered" if self.answered else "empty"),
            purpose=purpose.code if purpose else None,
            reason=purpose.reason if purpose else None,
            case_reference=purpose.case_reference if purpose else None,
            subjects=tuple(sorted(self.subjects)),
            details=self.details,
        )
