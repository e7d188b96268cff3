"""The tables that statistics are counted from, each cut to a scope."""

from dataclasses import dataclass

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope


@dataclass(frozen=True, slots=True)
class ScopeTables:
    """SQL of sub-queries, in brackets: the rows of these tables that a scope holds."""

    event: str
    involvement: str
    record: str

    @classmethod
    def of(cls, scope: Scope) -> "ScopeTables":
        """The tables of a scope."""
        return cls(
            rows_in_scope("event", scope), rows_in_scope("involvement", scope), rows_in_scope("record", scope)
        )
