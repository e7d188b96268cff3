"""Parts of a scope in the events, or of the records, that another query finds, without a walk over everybody's parts.

The rule of the scope is that of ``records.snapshot.scoped`` and stands there alone: here it is asked of the rows that come
into question. For few ids that are known, ``records.snapshot.about`` is quicker still.
"""

from typing import Final

from records.errors import BadInput
from records.scope import Scope
from records.snapshot.scoped import condition, guarded_labels, told_columns

_ENDS: Final = ("event_id", "record_id")
_NEAR: Final = "near_part"


def parts_near(scope: Scope, column: str, ids: str) -> str:
    """SQL of a sub-query, in brackets: the rows of ``rows_in_scope("involvement", scope)`` whose ``column`` ``ids`` gives.

    ``ids`` is a query of one column; ``column`` is ``event_id`` or ``record_id``.

    Raises:
        BadInput: ``column`` is neither.
    """
    if column not in _ENDS:
        raise BadInput(f"{column} is no end of a part; those are {', '.join(_ENDS)}.")
    held = _Near(scope)
    return (
        f"(WITH {_NEAR} AS MATERIALIZED (SELECT * FROM involvement WHERE {column} IN ({ids})) "
        f"SELECT {told_columns('involvement', held)} FROM {_NEAR} t WHERE {condition('involvement', scope, held)})"
    )


class _Near:
    """Asks of the records and events that the parts in question point at."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def holds(self, table: str, column: str) -> str:
        return (
            f"{column} IN (SELECT t.{table}_id FROM {table} t WHERE t.{table}_id IN "
            f"(SELECT {table}_id FROM {_NEAR}) AND {condition(table, self._scope, self)})"
        )

    def guards_label(self, column: str) -> str:
        return f"{column} IN ({guarded_labels(self._scope)})"

    def guards_event(self, column: str) -> str:
        return (
            f"{column} IN (SELECT event_id FROM event WHERE event_id IN (SELECT event_id FROM {_NEAR}) "
            f"AND {self.guards_label('label_id')})"
        )
