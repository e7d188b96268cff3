"""A published snapshot without rows that were erased since its build, served until the next build leaves them out for good.

Nothing is written to the snapshot. Beside it, in memory, stand lists of what is gone and a view for each of its tables, under
the table's name, of the rows that remain. So every reader asks as ever, and what is gone is not there for any of them; what
the build made of everybody else stands as long as nothing of theirs was made of a row that is gone (``remaining_lists``).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from records.snapshot.encryption import ATTACHED_AS, SnapshotKeys
from records.snapshot.opening import REMAINING, connect_beside
from records.snapshot.remaining_lists import LISTS, MENDED, LeftOut, fill_lists

# Columns that name whom or what a row is about: a row goes with any one of them.
_RECORDS: Final = ("record_id", "other_record_id", "record_id_a", "record_id_b", "anchor_record_id")
_NUMBERS: Final = ("record_number", "other_number", "number_a", "number_b", "first_number")
_PEOPLE: Final = ("person_id", "person_id_a", "person_id_b")
# What stands without its event, or without the one it refers to.
_EMPTIED_EVENTS: Final = ("related_event_id", "via_event_id")
_KEPT_WITHOUT_EVENT: Final = ("thing_use", "lookup_thing_use_part")
_EVENT_TABLES: Final = ("event", "lookup_event")


class RemainingSnapshot:
    """One snapshot, open for reading, on whose cursors the rows left out are not there."""

    def __init__(self, path: Path, keys: SnapshotKeys, emptied: Sequence[str]) -> None:
        """Open the snapshot; ``emptied`` are the columns of an event that go when its key features alone are kept.

        Raises ``duckdb.Error``, and ``SnapshotLocked`` when no key fits.
        """
        self.connection = connect_beside(path, keys)
        self.connection.execute(f"ATTACH ':memory:' AS {REMAINING}")
        for name, columns in LISTS.items():
            self.connection.execute(f"CREATE TABLE {REMAINING}.{name} ({columns})")
        self.tables = self._tables()
        for name in MENDED:
            if name in self.tables:
                self.connection.execute(
                    f"CREATE TABLE {REMAINING}.mended_{name} AS FROM {ATTACHED_AS}.main.{name} LIMIT 0"
                )
        for name, held in self.tables.items():
            query = _remaining(name, held, emptied)
            self.connection.execute(f'CREATE VIEW {REMAINING}.main."{name}" AS {query}')

    def leave_out(self, rows: LeftOut) -> None:
        """Show these rows to nobody from now on; they are all that is left out, not some more."""
        fill_lists(self.connection, self.tables, rows)

    def close(self) -> None:
        """Let the snapshot go."""
        self.connection.close()

    def _tables(self) -> dict[str, list[str]]:
        # Names are those of our own tables: the snapshot was written by a build.
        return dict(
            self.connection.execute(
                """SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()
                   WHERE database_name = ? GROUP BY table_name ORDER BY table_name""",
                [ATTACHED_AS],
            ).fetchall()
        )


def _remaining(table: str, columns: Sequence[str], emptied: Sequence[str]) -> str:
    """SQL of the rows of a table that remain, as they are to be shown."""
    conditions = [_gone("gone_record", "record_id", one) for one in _RECORDS if one in columns]
    conditions += [_gone("gone_record", "record_number", one) for one in _NUMBERS if one in columns]
    if "event_id" in columns and table not in _KEPT_WITHOUT_EVENT:
        conditions.append(_gone("gone_event", "event_id", "event_id"))
    if table == "set_aside":
        conditions += [_gone("gone_record", "record_id", "row_id"), _gone("gone_event", "event_id", "row_id")]
    if "scope" in columns:
        conditions += [_gone_in_scope("gone_person", "person_id", one) for one in _PEOPLE if one in columns]
        conditions += [
            _gone_in_scope("gone_finding", "finding_id", one) for one in ("finding_id",) if one in columns
        ]
        if table != "identity":
            conditions.append(f"ANTI JOIN {REMAINING}.unfit_scope u ON u.scope = t.scope")
    if table in MENDED:
        conditions.append(
            f"ANTI JOIN {REMAINING}.touched_row r ON r.table_name = '{table}' AND r.id = t.rowid"
        )
    query = (
        f'SELECT {_shown(table, columns, emptied)} FROM {ATTACHED_AS}.main."{table}" t {" ".join(conditions)}'
    )
    return f"{query} UNION ALL FROM {REMAINING}.mended_{table}" if table in MENDED else query


def _shown(table: str, columns: Sequence[str], emptied: Sequence[str]) -> str:
    replaced = [
        f"{_unless_gone('gone_event', 'event_id', one)} AS {one}"
        for one in (*_EMPTIED_EVENTS, *(("event_id",) if table in _KEPT_WITHOUT_EVENT else ()))
        if one in columns
    ]
    if "via_record_id" in columns:
        replaced.append(f"{_unless_gone('gone_record', 'record_id', 'via_record_id')} AS via_record_id")
    if table in _EVENT_TABLES:
        replaced += [
            f"CASE WHEN t.event_id NOT IN (SELECT event_id FROM {REMAINING}.reduced_event) THEN t.{one} END AS {one}"
            for one in emptied
        ]
    return f"t.* REPLACE ({', '.join(replaced)})" if replaced else "t.*"


def _gone(name: str, key: str, column: str) -> str:
    return f"ANTI JOIN {REMAINING}.{name} AS gone_{column} ON gone_{column}.{key} = t.{column}"


def _gone_in_scope(name: str, key: str, column: str) -> str:
    alias = f"gone_{column}"
    return (
        f"ANTI JOIN {REMAINING}.{name} AS {alias} ON {alias}.scope = t.scope AND {alias}.{key} = t.{column}"
    )


def _unless_gone(name: str, key: str, column: str) -> str:
    return f"CASE WHEN t.{column} IN (SELECT {key} FROM {REMAINING}.{name}) THEN NULL ELSE t.{column} END"
