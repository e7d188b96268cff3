"""Which entries of the ledger are asked for, as one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import Select, select

from records.errors import BadInput
from records.ledger.entry import instant_text
from records.ledger.tables import ALERT, ENTRY, FACTS, PAYLOAD, SUBJECT

ANY_ALERT: Final = "any"
_OWN: Final = ("subject", "alert", "after", "before", "since", "until", "limit", "newest_first")


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters that all hold: ``facts`` by equality, ``subject`` a record id, ``alert`` a kind or ``any``.

    ``after`` and ``before`` are sequences, exclusive; ``since`` and ``until`` times, until exclusive.
    """

    subject: str | None = None
    alert: str | None = None
    after: int | None = None
    before: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    newest_first: bool = False
    facts: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, filters: Mapping[str, Any]) -> Self:
        """The selection that filters by name describe. Raises BadInput for a name that is none."""
        own = {name: value for name, value in filters.items() if name in _OWN}
        facts = {name: value for name, value in filters.items() if name not in _OWN}
        unknown = sorted(set(facts) - set(FACTS))
        if unknown:
            raise BadInput(
                f"The ledger has no filter {unknown[0]!r}; use {', '.join(FACTS)}, subject, alert, after, since, until."
            )
        return cls(**own, facts=facts)

    def statement(self) -> Select[Any]:
        """The entries with their payloads, oldest first unless asked otherwise."""
        statement = select(ENTRY, PAYLOAD.c.body, PAYLOAD.c.erased_by).outerjoin(
            PAYLOAD, PAYLOAD.c.sequence == ENTRY.c.sequence
        )
        for name, value in self.facts.items():
            if value is not None:
                statement = statement.where(ENTRY.c[name] == value)
        if self.subject is not None:
            concerned = select(SUBJECT.c.sequence).where(SUBJECT.c.record_id == self.subject)
            statement = statement.where(ENTRY.c.sequence.in_(concerned))
        if self.alert is not None:
            raised = select(ALERT.c.sequence)
            if self.alert != ANY_ALERT:
                raised = raised.where(ALERT.c.kind == self.alert)
            statement = statement.where(ENTRY.c.sequence.in_(raised))
        if self.after is not None:
            statement = statement.where(ENTRY.c.sequence > self.after)
        if self.before is not None:
            statement = statement.where(ENTRY.c.sequence < self.before)
        if self.since is not None:
            statement = statement.where(ENTRY.c.at >= instant_text(self.since))
        if self.until is not None:
            statement = statement.where(ENTRY.c.at < instant_text(self.until))
        order = ENTRY.c.sequence.desc() if self.newest_first else ENTRY.c.sequence
        return statement.order_by(order).limit(self.limit)
