"""The tables that statistics are counted from, each cut to a scope."""

from dataclasses import dataclass

from records.scope import Scope
from records.snapshot.near import parts_near
from records.snapshot.scoped import rows_in_scope


@dataclass(frozen=True, slots=True)
class ScopeTables:
    """SQL of sub-queries, in brackets: the rows of these tables that a scope holds."""

    scope: Scope
    event: str
    record: str

    @classmethod
    def of(cls, scope: Scope) -> "ScopeTables":
        """The tables of a scope."""
        return cls(scope, rows_in_scope("event", scope), rows_in_scope("record", scope))

    def parts_in(self, events: str) -> str:
        """The parts in the events that the relation ``events`` names in ``event_id``."""
        return parts_near(self.scope, "event_id", f"SELECT event_id FROM {events}")

    def parts_of(self, records: str) -> str:
        """The parts of the records that the relation ``records`` names in ``record_id``."""
        return parts_near(self.scope, "record_id", f"SELECT record_id FROM {records}")
