"""Scopes worked out before, kept in memory for the requests that follow, and given only while they would come out the same."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

import duckdb

from access.scope.granting import Reading
from records.ledger import LedgerState
from records.scope import Scope

# A reader, a purpose and a day each.
SCOPES_KEPT: Final = 2000
Forming = Callable[[duckdb.DuckDBPyConnection, Reading], Scope]


@dataclass(frozen=True, slots=True)
class _KnownScope:
    """A scope with what of the ledger it rests on."""

    standing: tuple[object, ...]
    scope: Scope

    def rests_on(self, state: LedgerState) -> bool:
        # The fold hands unchanged tuples on, so a look at which they are does for a comparison.
        return all(one is other for one, other in zip(self.standing, _standing(state), strict=True))


def _standing(state: LedgerState) -> tuple[object, ...]:
    """What of the ledger's state a scope depends on."""
    return (
        state.seals,
        state.hide_orders,
        state.grants,
        state.consents,
        state.refusals,
        state.marks,
        state.erasures,
    )


class KnownScopes:
    """The scopes of readers, by snapshot, reader, purpose and day. Safe to share between threads."""

    def __init__(self) -> None:
        self._scopes: dict[tuple[object, ...], _KnownScope] = {}
        self._lock = Lock()

    def of(
        self, snapshot: Path, connection: duckdb.DuckDBPyConnection, reading: Reading, forming: Forming
    ) -> Scope:
        """What ``forming`` gives for the reading: from memory when neither the snapshot nor what it rests on has changed."""
        principal, state = reading.principal, reading.state
        key = (
            forming,
            snapshot,
            principal.subject,
            principal.role,
            principal.agency,
            principal.hub,
            reading.purpose.code,
            reading.on,
        )
        with self._lock:
            known = self._scopes.get(key)
        if known is None or not known.rests_on(state):
            known = _KnownScope(_standing(state), forming(connection, reading))
            with self._lock:
                if len(self._scopes) >= SCOPES_KEPT:
                    self._scopes.clear()
                self._scopes[key] = known
        return known.scope
