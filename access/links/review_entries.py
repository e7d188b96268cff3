"""The stored queue of a scope, less what was judged since: rows of ``review_pair`` as plain values."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from records.ledger import Judgement
from records.scope import Scope
from records.snapshot.about import among, rows_about

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A row of ``review_pair`` (see the schema); ``reopened``: judged before, on fewer records."""

    record_id_a: str
    record_id_b: str
    kind: str
    rule: str | None
    weight: float
    second_opinion: float | None
    uncertainty: float
    records_moved: int
    open_events: int
    children: int
    agencies_joined: int
    expected_change: float
    record_ids_a: tuple[str, ...]
    record_ids_b: tuple[str, ...]
    reopened: bool = False


# The two ids of a pair as one text, which tells where the first one ends; as ``_as_one`` writes it.
_AS_ONE: Final = "strlen(p.record_id_a) || ':' || p.record_id_a || p.record_id_b"
_COLUMNS: Final = tuple(ReviewEntry.__dataclass_fields__)[:-1]


@dataclass(frozen=True, slots=True)
class Sides:
    """All records of either side of a pair."""

    a: tuple[str, ...]
    b: tuple[str, ...]

    def judged_in(self, judgements: Iterable[Judgement]) -> list[Judgement]:
        """The judgements on a record of the one side and a record of the other."""
        a, b = frozenset(self.a), frozenset(self.b)
        return [
            one
            for one in judgements
            if (one.record_id_a in a and one.record_id_b in b)
            or (one.record_id_a in b and one.record_id_b in a)
        ]

    def hold_news_for(self, judgements: Sequence[Judgement]) -> bool:
        """Whether there are records that none of the judges saw; of one who noted none, all were seen."""
        records = {*self.a, *self.b}
        return all(one.seen_record_ids and not records <= one.seen_record_ids for one in judgements)


class ReviewEntries:
    """Reads the queue that the build formed for a standing scope; a scope formed on demand has none."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, scope: Scope, judgements: Sequence[Judgement]
    ) -> None:
        self._connection = connection
        self._scope = scope
        self._gone, self._reopened = self._judged(judgements)

    def count(self) -> int:
        """How many entries are open."""
        return int(self._select("count(*)", "")[0][0])

    def page(self, offset: int, limit: int) -> list[ReviewEntry]:
        """Open entries, what would change most first."""
        order = "ORDER BY expected_change DESC, record_id_a, record_id_b"
        rows = self._select(", ".join(_COLUMNS), f"{order} LIMIT {int(limit)} OFFSET {int(offset)}")
        return [self._entry(row) for row in rows]

    def on(self, record_a: str, record_b: str) -> ReviewEntry | None:
        """The entry that is shown by these two records, judged or not; None when there is none."""
        rows = self._connection.execute(
            f"""SELECT {", ".join(_COLUMNS)} FROM review_pair WHERE scope = $1
                AND ((record_id_a = $2 AND record_id_b = $3) OR (record_id_a = $3 AND record_id_b = $2))""",
            [self._scope.name, record_a, record_b],
        ).fetchall()
        return self._entry(rows[0]) if rows else None

    def agencies(self, record_ids: Iterable[str]) -> dict[str, str]:
        """Record id -> agency, of records of the scope."""
        records = rows_about(self._connection, "record", self._scope, "record_id", set(record_ids))
        return dict(self._connection.execute(f"SELECT record_id, agency FROM {records}").fetchall())

    def _entry(self, row: Sequence[Any]) -> ReviewEntry:
        facts: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
        for side in ("record_ids_a", "record_ids_b"):
            facts[side] = tuple(facts[side])
        return ReviewEntry(**facts, reopened=(facts["record_id_a"], facts["record_id_b"]) in self._reopened)

    def _select(self, columns: str, rest: str) -> list[tuple[Any, ...]]:
        # Spelled out: beside a sub-query the database would sort every entry with all its columns to show one page.
        gone = among(_AS_ONE, map(_as_one, self._gone))
        return self._connection.execute(
            f"SELECT {columns} FROM review_pair p WHERE scope = $1 AND NOT ({gone}) {rest}",
            [self._scope.name],
        ).fetchall()

    def _judged(self, judgements: Sequence[Judgement]) -> tuple[frozenset[Pair], frozenset[Pair]]:
        """Entries that were judged: those that leave the queue, and those that new records open again."""
        if not judgements:
            return frozenset(), frozenset()
        by_record: dict[str, list[Judgement]] = defaultdict(list)
        for one in judgements:
            by_record[one.record_id_a].append(one)
            by_record[one.record_id_b].append(one)
        rows = self._connection.execute(
            """SELECT record_id_a, record_id_b, record_ids_a, record_ids_b FROM review_pair
               WHERE scope = $1 AND list_has_any(record_ids_a, $2::VARCHAR[]) AND list_has_any(record_ids_b, $2::VARCHAR[])""",
            [self._scope.name, sorted(by_record)],
        ).fetchall()
        gone: set[Pair] = set()
        reopened: set[Pair] = set()
        for record_a, record_b, side_a, side_b in rows:
            sides = Sides(tuple(side_a), tuple(side_b))
            judged = sides.judged_in(one for record_id in sides.a for one in by_record.get(record_id, ()))
            if judged:
                (reopened if sides.hold_news_for(judged) else gone).add((record_a, record_b))
        return frozenset(gone), frozenset(reopened)


def _as_one(pair: Pair) -> str:
    first, second = pair
    return f"{len(first.encode())}:{first}{second}"
