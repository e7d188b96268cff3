"""The facts of one scope as of some dates: temporary tables on a connection of their own, and the evidence in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Any

import duckdb

from detectors.baselines import Baselines
from detectors.fact_tables import FACT_TABLES, SCOPED_VIEWS
from detectors.harm_weights import HarmWeights, shipped_harm_weights
from detectors.thresholds import Thresholds
from records.scope import Scope
from records.snapshot import cursor_on, rows_in_scope


@dataclass(frozen=True, slots=True)
class EvidenceRows:
    """The rows that a finding names: parts in events, and records whose own statements count."""

    parts: frozenset[tuple[str, str, str]]
    own_records: frozenset[str]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the rules decide by: a hub's thresholds, the calibrated baselines, how grave an offence is."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    baselines: Baselines = field(default_factory=Baselines)
    harm: HarmWeights = field(default_factory=shipped_harm_weights)


class Facts:
    """One scope's rows, resolved to people, ready for the detectors.

    Opens its own cursor, so that the temporary tables (``detectors.fact_tables``) are not seen by others and
    the snapshot may be read-only; use it in a ``with``. ``only`` restricts it to the evidence of one finding
    (a replay, invariant 6).
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        scope: Scope,
        dates: Sequence[date],
        settings: Settings,
        only: EvidenceRows | None = None,
    ) -> None:
        if not dates:
            raise ValueError("facts need at least one date")
        self.dates: tuple[date, ...] = tuple(sorted(set(dates)))
        self.thresholds = settings.thresholds
        self.baselines = settings.baselines
        self.harm = settings.harm
        self._cursor = cursor_on(connection)
        self._fill(scope, only)

    def __enter__(self) -> "Facts":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cursor.close()

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """All rows of a query over the fact tables; ``values`` are bound as ``$name``."""
        return self._cursor.execute(sql, values or None).fetchall()

    def make(self, name: str, sql: str, **values: object) -> None:
        """A temporary table ``name`` of a detector's own, from a query over the fact tables."""
        self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", values or None)

    def load(self, name: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """A temporary table ``name`` with ``columns`` (SQL), filled with ``rows``."""
        listed = [tuple(row) for row in rows]
        self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        if listed:
            width = len(listed[0])
            names = [f"c{index}" for index in range(width)]
            packed = {label: [row[index] for row in listed] for index, label in enumerate(names)}
            unnested = ", ".join(f"unnest(${label})" for label in names)
            self._cursor.execute(f"INSERT INTO {name} SELECT {unnested}", packed)

    def _fill(self, scope: Scope, only: EvidenceRows | None) -> None:
        for view, rows in SCOPED_VIEWS.items():
            self._cursor.execute(
                f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {rows_in_scope(rows, scope)}"
            )
        self.load("as_of", "day DATE", [(day,) for day in self.dates])
        parts = sorted(only.parts) if only else []
        self.load("part_only", "event_id VARCHAR, record_id VARCHAR, role VARCHAR", parts)
        own = sorted(only.own_records) if only else []
        self.load("own_only", "record_id VARCHAR", [(record_id,) for record_id in own])
        values: dict[str, object] = {
            "scope": scope.name,
            "replay": only is not None,
            "last_day": self.dates[-1],
        }
        for table in FACT_TABLES:
            sql = table()
            used = {name: value for name, value in values.items() if f"${name}" in sql}
            self.make(table.__name__, sql, **used)
