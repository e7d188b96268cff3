"""The last three row tables: quarantine with raw texts, set_aside, and the count of every file."""

import pyarrow as pa

from records.intake.compiling import LINE_BITS
from records.intake.erasing import RawTextEraser
from records.intake.report import FileCount, IntakeReport
from records.intake.staging import Intake

_LINE = f"row_id & ((1::BIGINT << {LINE_BITS}) - 1)"


def report(intake: Intake, eraser: RawTextEraser | None = None) -> IntakeReport:
    """Fill ``quarantine``, ``set_aside`` and ``file_count``; the counts as a value.

    ``eraser`` empties raw texts that are of somebody who was erased.
    """
    connection = intake.connection
    connection.register("raw_texts", _raw_texts(intake, eraser))
    if eraser is not None:
        eraser.empty_unusable(intake)
    connection.execute(
        f"""
        INSERT INTO quarantine
        SELECT file_names.feed, file_names.name, line, field, reason, mend, raw FROM (
            SELECT file_id, line, field, reason, mend, raw FROM unusable
            UNION ALL
            SELECT (rejected.row_id >> {LINE_BITS})::INTEGER, {_LINE.replace("row_id", "rejected.row_id")}, field, reason, mend, raw_texts.raw
            FROM rejected LEFT JOIN raw_texts USING (row_id)
        ) AS rows JOIN file_names USING (file_id) ORDER BY ALL
        """
    )
    connection.unregister("raw_texts")
    connection.execute(
        f"""
        INSERT INTO set_aside
        SELECT DISTINCT file_names.feed, file_names.name, {_LINE}, field, reason, mend, original, about
        FROM left_aside JOIN file_names ON file_names.file_id = left_aside.row_id >> {LINE_BITS} ORDER BY ALL
        """
    )
    counts = tuple(_counts(intake))
    for count in counts:
        connection.execute(
            "INSERT INTO file_count VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                count.feed,
                count.source_file,
                count.rows_read,
                count.rows_accepted,
                count.rows_quarantined,
                count.fields_set_aside,
                count.rows_left_out,
                count.extracted_on,
            ],
        )
    return IntakeReport(counts, _count(intake, "record"), _count(intake, "event"), tuple(intake.notes))


def _raw_texts(intake: Intake, eraser: RawTextEraser | None) -> pa.Table:
    """The raw text of every rejected row, read again from its file."""
    ids: list[int] = []
    texts: list[str] = []
    for file in intake.files:
        wanted = dict(
            intake.connection.execute(
                f"SELECT {_LINE}, last_line FROM last_lines WHERE row_id >> {LINE_BITS} = ?", [file.file_id]
            ).fetchall()
        )
        if wanted:
            for line, text in file.reader.raw(wanted).items():
                ids.append((file.file_id << LINE_BITS) + line)
                texts.append(text if eraser is None else eraser.cleared(file.feed, text))
    return pa.table({"row_id": pa.array(ids, pa.int64()), "raw": pa.array(texts, pa.string())})


def _counts(intake: Intake) -> list[FileCount]:
    connection = intake.connection

    def by_file(query: str) -> dict[str, int]:
        return {str(name): int(number) for name, number in connection.execute(query).fetchall()}

    quarantined = by_file("SELECT source_file, count(*) FROM quarantine GROUP BY source_file")
    aside = by_file("SELECT source_file, count(*) FROM set_aside GROUP BY source_file")
    extracted = dict(connection.execute("SELECT file_id, extracted_on FROM file_extract").fetchall())
    return [
        FileCount(
            feed=file.feed,
            source_file=file.name,
            rows_read=file.rows_read,
            rows_accepted=file.rows_read - quarantined.get(file.name, 0),
            rows_quarantined=quarantined.get(file.name, 0),
            fields_set_aside=aside.get(file.name, 0),
            rows_left_out=file.rows_left_out,
            extracted_on=extracted.get(file.file_id),
        )
        for file in intake.files
    ]


def _count(intake: Intake, table: str) -> int:
    found = intake.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0
