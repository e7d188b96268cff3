"""The files of a feed into temporary tables, one for each ``[files.NAME]``: only the columns in use, and the lines."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import duckdb
import pyarrow as pa

from records.errors import BadFeed
from records.intake.compiling import LINE_BITS, raw_table
from records.intake.csv_rows import CsvReader
from records.intake.expressions import RowsOf, StagedColumns
from records.intake.json_rows import JsonReader
from records.intake.parquet_rows import ParquetReader
from records.intake.readings import day
from records.intake.rows import Reader
from records.intake.sql import cleaned, literal, literals
from records.intake.workbook_rows import WorkbookReader
from records.mapping import Files, Mapping, Statement, Value

Progress = Callable[[str], None]


@dataclass(slots=True)
class StagedFile:
    """One file of a feed: its number, and what was counted while it was read."""

    file_id: int
    feed: str
    name: str
    reader: Reader
    rows_read: int = 0
    rows_left_out: int = 0


@dataclass(slots=True)
class Intake:
    """One intake under way: the connection, the files so far, notes for the report."""

    connection: duckdb.DuckDBPyConnection
    feeds: Path
    progress: Progress | None = None
    files: list[StagedFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def say(self, message: str) -> None:
        """Tell whoever watches how far the intake is."""
        if self.progress is not None:
            self.progress(message)

    def file_names(self) -> pa.Table:
        """``file_id``, ``feed`` and ``name`` of the files so far, to be registered for a query."""
        return pa.table(
            {
                "file_id": pa.array([file.file_id for file in self.files], pa.int32()),
                "feed": pa.array([file.feed for file in self.files], pa.string()),
                "name": pa.array([file.name for file in self.files], pa.string()),
            }
        )


def stage_files(intake: Intake, mapping: Mapping, number: int, staged: dict[str, StagedColumns]) -> None:
    """Read the files of ``mapping`` into its raw tables. Raises ``BadFeed``, naming the file and the mend."""
    for name, files in mapping.files.items():
        rows = RowsOf(mapping, Statement.model_validate({"from": name}), staged)
        extracted = files.extracted_on or mapping.extracted_on
        extracted_sql = _extract_day(mapping, rows, extracted)
        columns = staged[name]
        keep = rows.condition(files.where) if files.where is not None else None
        table = raw_table(number, name)
        texts = "".join(f", c{place} VARCHAR" for place in range(len(columns.names)))
        texts += "".join(f", f{place} VARCHAR" for place in range(len(columns.patterns)))
        intake.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} (file_id INTEGER, line BIGINT, last_line BIGINT, "
            f"digest UHUGEINT, extracted_on DATE{texts})"
        )
        for path in _paths(intake.feeds, mapping, name, files):
            relative = path.relative_to(intake.feeds).as_posix()
            file = StagedFile(len(intake.files), mapping.feed, relative, _open(path, relative, files))
            intake.files.append(file)
            insert = _insert(table, file, files, columns, extracted_sql)
            _read_file(intake, file, insert)
            if extracted is not None and extracted.file_name is not None:
                _check_extract_day(intake, table, file)
        if keep is not None:
            _leave_out(intake, table, keep)


def _read_file(intake: Intake, file: StagedFile, insert: str) -> None:
    for batch in file.reader.batches():
        file.rows_read += len(batch.rows) + len(batch.unusable)
        if len(batch.rows):
            intake.connection.register("batch", batch.rows)
            intake.connection.execute(insert)
            intake.connection.unregister("batch")
        if batch.unusable:
            intake.connection.register("unusable_rows", _unusable_table(file, batch.unusable))
            intake.connection.execute("INSERT INTO unusable SELECT * FROM unusable_rows")
            intake.connection.unregister("unusable_rows")
        intake.say(f"{file.name}: {file.rows_read:,} rows")
    if not file.rows_read:
        intake.notes.append(f"{file.name} has no rows below its header.")


def _unusable_table(file: StagedFile, rows: tuple[object, ...]) -> pa.Table:
    names = ("line", "field", "reason", "mend", "raw")
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    return pa.table(
        {
            "file_id": pa.array([file.file_id] * len(rows), pa.int32()),
            "line": pa.array(columns["line"], pa.int64()),
        }
        | {name: pa.array(columns[name], pa.string()) for name in names[1:]}
    )


def _insert(table: str, file: StagedFile, files: Files, columns: StagedColumns, extracted: str) -> str:
    """INSERT of the batch at hand: content digest, extract date, then every column in use, cleaned."""
    nothing = literals(tuple(text.strip().lower() for text in files.null_values))
    texts: list[str] = []
    for place, name in enumerate(columns.names):
        there = file.reader.has(name)
        if not there and not any(fnmatchcase(name, pattern) for pattern in files.optional_columns):
            raise BadFeed(_vanished(file, name, columns.names))
        text = cleaned(file.reader.expression(name)) if there else "CAST(NULL AS VARCHAR)"
        text = f"CASE WHEN lower({text}) NOT IN ({nothing}) THEN {text} END" if nothing else text
        texts.append(f"{text} AS c{place}")
    for place, pattern in enumerate(columns.patterns):
        texts.append(f"{_found_in_name(file.name, pattern)} AS f{place}")
    inner = "".join(f", {text}" for text in texts)
    outer = "".join(f", {text.rpartition(' AS ')[2]}" for text in texts)
    return (
        f"INSERT INTO {table} SELECT {file.file_id}, line, last_line, digest, {extracted}{outer} FROM "
        f"(SELECT line, last_line, md5_number({file.reader.content()}) AS digest{inner} FROM batch) AS r"
    )


def _found_in_name(name: str, pattern: str) -> str:
    found = re.search(pattern, name)
    text = (found.group(1) if found.re.groups else found.group()) if found else None
    return literal(text) if text else "CAST(NULL AS VARCHAR)"


def _extract_day(mapping: Mapping, rows: RowsOf, extracted: Value | None) -> str:
    if extracted is None:
        return "CAST(NULL AS DATE)"
    formats = tuple(dict.fromkeys((*(extracted.dates or mapping.dates), "%Y-%m-%d", "%Y%m%d")))
    return day(formats).value.replace("$v", f"({rows.text(extracted)})")


def _check_extract_day(intake: Intake, table: str, file: StagedFile) -> None:
    missing = intake.connection.execute(
        f"SELECT count(*) FROM {table} WHERE file_id = ? AND extracted_on IS NULL", [file.file_id]
    ).fetchone()
    if missing is not None and missing[0]:
        raise BadFeed(
            f"{file.name}: its name does not hold an extract date as the mapping's extracted_on expects; "
            "rename the file or correct the pattern and its dates"
        )


def _leave_out(intake: Intake, table: str, keep: str) -> None:
    for file_id, rows in intake.connection.execute(
        f"SELECT file_id, count(*) FROM {table} AS r WHERE NOT {keep} GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        intake.files[file_id].rows_left_out += rows
    intake.connection.execute(f"DELETE FROM {table} AS r WHERE NOT {keep}")


def _vanished(file: StagedFile, column: str, used: Iterable[str]) -> str:
    there = file.reader.columns()
    near = get_close_matches(column, there, n=1, cutoff=0.6)
    hint = f'it has "{near[0]}"' if near else f"it has {', '.join(there[:30])}"
    if not near and not set(used) & set(there):
        # The first row of a file without a header is somebody's, and this goes into logs and mails.
        hint = (
            "nor is any other that it uses: its first line may be data; the mapping's columns then name them"
        )
    return (
        f'{file.name}: the column "{column}" that the mapping of {file.feed} uses is not in the file ({hint}); '
        "ask for the extract with the column, or correct the mapping (optional_columns where it may be missing)"
    )


def _paths(feeds: Path, mapping: Mapping, name: str, files: Files) -> Iterator[Path]:
    found = {path for pattern in files.path for path in feeds.glob(pattern) if path.is_file()}
    if not found and not files.optional:
        raise BadFeed(
            f"{mapping.feed}: no file {' or '.join(files.path)} below {feeds} (files.{name}); "
            "put the file there, correct the path in the mapping, or mark it optional = true"
        )
    root = feeds.resolve()
    for path in sorted(found, key=lambda one: one.relative_to(feeds).as_posix()):
        if not path.resolve().is_relative_to(root):
            raise BadFeed(
                f"{path.relative_to(feeds)}: a link that leads out of the feeds directory; copy the file in"
            )
        yield path


def _open(path: Path, name: str, files: Files) -> Reader:
    try:
        match files.file_format(str(PurePosixPath(name))):
            case "csv":
                return CsvReader(path, name, files)
            case "json_lines":
                return JsonReader(path, name)
            case "parquet":
                return ParquetReader(path, name)
            case "xlsx":
                return WorkbookReader(path, name, files)
    except OSError as error:
        raise BadFeed(
            f"{name}: cannot be read ({error.strerror}); check the file and its permissions"
        ) from None


def row_id() -> str:
    """SQL: the number of a staged row."""
    return f"(file_id::BIGINT << {LINE_BITS}) + line"
