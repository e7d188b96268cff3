"""What a mapping makes of its files, without building: the dry run behind ``mashlink mapping check``."""

from dataclasses import replace
from pathlib import Path

import duckdb

from records.database import open_database
from records.intake.intake import take_in
from records.intake.report import Complaint, MappingCheck
from records.intake.settling import LOOSE_ENDS
from records.mapping import Mapping, load_mapping
from records.snapshot import ROW_TABLES, create_table

_ASIDE = frozenset({"label", "quarantine", "set_aside", "file_count"})


def check_mapping(path: Path, *, feeds: Path | None = None, sample: int = 5) -> MappingCheck:
    """Take in the feed of the mapping at ``path`` alone, in memory, and show what came of it.

    ``feeds`` is the feeds directory; left out, the folder of the mapping. Up to ``sample`` complaints of each sort
    and rows of each table are given. Raises ``BadFeed`` as ``load_mapping`` and ``take_in`` do. Statements about
    records and events of the agency's other feeds show as set aside, since only this feed is read.
    """
    with open_database() as connection:
        return checked(connection, load_mapping(path), feeds or path.parent, sample)


def checked(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, feeds: Path, sample: int
) -> MappingCheck:
    """What ``check_mapping`` gives, of a mapping at hand, by way of an empty database in memory."""
    for table in ROW_TABLES:
        connection.execute(create_table(table))
    report = take_in(connection, feeds, [mapping], hub="check")
    return MappingCheck(
        report=replace(report, notes=(*report.notes, *_loose_ends(connection))),
        quarantined=_complaints(connection, "quarantine", "raw", sample),
        set_aside=_complaints(connection, "set_aside", "original", sample),
        rows={table: _rows(connection, table, sample) for table in ROW_TABLES if table not in _ASIDE},
        totals={table: _total(connection, table) for table in ROW_TABLES if table not in _ASIDE},
    )


def _loose_ends(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """A note where statements hang on records or events that another feed may state."""
    found = connection.execute(
        "SELECT count(*) FROM set_aside WHERE reason IN (SELECT unnest(?))", [list(LOOSE_ENDS.values())]
    ).fetchone()
    if found is None or not found[0]:
        return ()
    return (
        f"{found[0]:,} statements are about records or events that these files do not hold. Only this mapping is looked at: "
        "where another feed of the agency states them, a build keeps the statements.",
    )


def _complaints(
    connection: duckdb.DuckDBPyConnection, table: str, shown: str, sample: int
) -> tuple[Complaint, ...]:
    found = connection.execute(
        f"SELECT source_file, source_line, field, reason, mend, {shown} FROM {table} ORDER BY ALL LIMIT ?",
        [sample],
    ).fetchall()
    return tuple(Complaint(*row) for row in found)


def _rows(connection: duckdb.DuckDBPyConnection, table: str, sample: int) -> tuple[dict[str, object], ...]:
    """The first rows of ``table``, without the columns that say nothing."""
    found = connection.execute(f"SELECT * EXCLUDE label_id FROM {table} ORDER BY ALL LIMIT ?", [sample])
    names = [column[0] for column in found.description or ()]
    return tuple(
        {name: value for name, value in zip(names, row, strict=True) if value not in (None, [])}
        for row in found.fetchall()
    )


def _total(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0
