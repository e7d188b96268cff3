"""Feeds into row tables: stage, compile, sift, settle, report."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from records.erasure import ErasedRows
from records.intake import sifting
from records.intake.compiling import compile_statement, raw_table
from records.intake.erasing import ERASED_TABLES, RawTextEraser, leave_out_erased
from records.intake.expressions import StagedColumns
from records.intake.fields import fields_of
from records.intake.readings import register_functions
from records.intake.report import IntakeReport
from records.intake.reporting import report
from records.intake.settling import StatementTable, settle
from records.intake.staging import Intake, Progress, stage_files
from records.intake.stated import stated_by
from records.mapping import Mapping


def take_in(
    connection: duckdb.DuckDBPyConnection,
    feeds: Path,
    mappings: Sequence[Mapping],
    *,
    hub: str,
    erased: ErasedRows | None = None,
    progress: Progress | None = None,
) -> IntakeReport:
    """Fill every row table of the snapshot that ``connection`` writes (they exist and are empty).

    Rows that were ``erased`` are left out before anything is settled, and the raw text of quarantined ones is emptied;
    they count as read like any. ``progress`` is told in words how far the reading is. Raises ``BadFeed`` when a file
    cannot be read at all; nothing may then be published from this connection.
    """
    intake = Intake(connection, feeds, progress)
    ordered = sorted(mappings, key=lambda mapping: mapping.feed)
    functions = register_functions(connection, frozenset(mapping.phone_region for mapping in ordered))
    for table in (*sifting.TABLES, "file_extract (file_id INTEGER, extracted_on DATE)"):
        connection.execute(f"CREATE TEMP TABLE {table}")
    tables: list[StatementTable] = []
    for number, mapping in enumerate(ordered):
        tables += _take_feed(intake, mapping, number)
    connection.register("file_names", intake.file_names())
    eraser: RawTextEraser | None = None
    if erased is not None:
        intake.say("leaving out what was erased")
        eraser = leave_out_erased(intake, tables, ordered, erased)
    intake.say("settling versions")
    settle(intake, tables, hub)
    result = report(intake, eraser)
    _clean_up(intake, functions)
    return result


def _take_feed(intake: Intake, mapping: Mapping, number: int) -> list[StatementTable]:
    """The accepted statements of one feed, each in its own temporary table."""
    connection = intake.connection
    statements = stated_by(mapping)
    staged = {name: StagedColumns() for name in mapping.files}
    queries = [compile_statement(mapping, stated, staged, number) for stated in statements]
    stage_files(intake, mapping, number, staged)
    sifting.reject_duplicates(intake, mapping, number)
    for name in mapping.files:
        connection.execute(
            f"INSERT INTO file_extract SELECT file_id, max(extracted_on) FROM {raw_table(number, name)} GROUP BY file_id"
        )
    tables: list[StatementTable] = []
    for stated, query in zip(statements, queries, strict=True):
        table = f"stated_{number}_{stated.rank}"
        intake.say(f"{mapping.feed}: {stated.place}")
        connection.execute(f"CREATE TEMP TABLE {table} AS {query}")
        sifting.sift(intake, mapping, stated, fields_of(mapping, stated), table)
        tables.append(
            StatementTable(
                table=table,
                kind=type(stated.statement).__name__,
                columns=frozenset(sifting.columns_of(intake, table)),
                feed=mapping.feed,
                agency=mapping.agency,
                system=mapping.system,
                duplicate_free=mapping.duplicate_free,
                rank=stated.rank,
                both_ways=getattr(stated.statement, "both_ways", False),
            )
        )
    sifting.drop_rejected(intake, mapping, number, [one.table for one in tables])
    return tables


def _clean_up(intake: Intake, functions: list[str]) -> None:
    """Leave nothing behind on the connection but the row tables."""
    temporary = [text.partition(" ")[0] for text in sifting.TABLES]
    for table in (
        *temporary,
        "file_extract",
        "superseded_record",
        "superseded_event",
        "fault",
        *ERASED_TABLES,
    ):
        intake.connection.execute(f"DROP TABLE IF EXISTS {table}")
    intake.connection.unregister("file_names")
    for function in functions:
        intake.connection.remove_function(function)
