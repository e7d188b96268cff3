"""Which rows of a feed cannot be used and which values are left out, before anything is handed on."""

import pyarrow as pa

from records.intake.compiling import LINE_BITS, raw_table
from records.intake.fields import Field, id_kind
from records.intake.readings import ADD_THE_CODE, UNKNOWN_CODE
from records.intake.sql import content_of, literal
from records.intake.staging import Intake, row_id
from records.intake.stated import Stated
from records.mapping import Event, Mapping, Record

TABLES = (
    "unusable (file_id INTEGER, line BIGINT, field VARCHAR, reason VARCHAR, mend VARCHAR, raw VARCHAR)",
    "rejected (row_id BIGINT, field VARCHAR, reason VARCHAR, mend VARCHAR)",
    "left_aside (row_id BIGINT, field VARCHAR, reason VARCHAR, mend VARCHAR, original VARCHAR, about VARCHAR)",
    "last_lines (row_id BIGINT, last_line BIGINT)",
)


def reject_duplicates(intake: Intake, mapping: Mapping, number: int) -> None:
    """Reject rows identical to another of the same files; of several the one of the latest extract stands."""
    for name in mapping.files:
        table = raw_table(number, name)
        order = "PARTITION BY digest ORDER BY extracted_on DESC NULLS LAST, file_id DESC, line"
        intake.connection.register("file_names", intake.file_names())
        intake.connection.execute(
            f"""
            INSERT INTO rejected
            SELECT (copies.file_id::BIGINT << {LINE_BITS}) + copies.line, NULL,
                'identical to line ' || kept_line || ' of ' || file_names.name,
                'hand each row in once'
            FROM (
                SELECT file_id, line, first_value(file_id) OVER same AS kept_file, first_value(line) OVER same AS kept_line
                FROM {table}
                WHERE digest IN (SELECT digest FROM {table} GROUP BY digest HAVING count(*) > 1)
                WINDOW same AS ({order})
            ) AS copies JOIN file_names ON file_names.file_id = copies.kept_file
            WHERE (copies.file_id, copies.line) <> (kept_file, kept_line)
            """
        )
        intake.connection.unregister("file_names")


def sift(intake: Intake, mapping: Mapping, stated: Stated, fields: list[Field], table: str) -> None:
    """Sort the faults of one statement's rows into rejected rows and values set aside."""
    has_faults = intake.connection.execute(f"SELECT 1 FROM {table} WHERE bad IS NOT NULL LIMIT 1").fetchone()
    if has_faults:
        about = next(
            (column for column in ("record_id", "event_id") if column in columns_of(intake, table)), "NULL"
        )
        intake.connection.register("field_facts", _field_facts(stated, fields))
        intake.connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE fault AS
            SELECT row_id, about, facts.field, facts.required, original, reason,
                CASE WHEN original IS NULL THEN 'fill the field in' WHEN reason = {literal(UNKNOWN_CODE)} THEN {literal(ADD_THE_CODE)}
                    ELSE facts.mend END AS mend
            FROM (SELECT row_id, {about} AS about, unnest(bad, recursive := true) FROM {table}) AS faults
            JOIN field_facts AS facts ON facts.number = faults.field
            WHERE row_id NOT IN (SELECT row_id FROM rejected)
            """
        )
        intake.connection.unregister("field_facts")
        intake.connection.execute(
            "INSERT INTO rejected SELECT row_id, min(field), arg_min(reason, field), arg_min(mend, field) "
            "FROM fault WHERE required GROUP BY row_id"
        )
        intake.connection.execute(
            "INSERT INTO left_aside SELECT DISTINCT row_id, field, reason, mend, original, about FROM fault "
            "WHERE NOT required"
        )
    if mapping.on_same_id == "error" and isinstance(stated.statement, Record | Event):
        _reject_second_contents(intake, stated, table)


def _reject_second_contents(intake: Intake, stated: Stated, table: str) -> None:
    own_id = f"{id_kind('id', stated)}_id"
    columns = [
        name for name in columns_of(intake, table) if name not in {"row_id", "copy", "extracted_on", "bad"}
    ]
    intake.connection.execute(
        f"""
        INSERT INTO rejected
        SELECT row_id, 'id', 'the id was used before, on line ' || (first_row & ((1::BIGINT << {LINE_BITS}) - 1))
            || ', with other content', 'give each its own id, or let the mapping say on_same_id = "version"'
        FROM (
            SELECT row_id, content, first_value(content) OVER same AS first_content, first_value(row_id) OVER same AS first_row
            FROM (
                SELECT row_id, copy, extracted_on, {own_id}, {content_of(columns)} AS content
                FROM {table} WHERE row_id NOT IN (SELECT row_id FROM rejected)
            )
            WINDOW same AS (PARTITION BY {own_id} ORDER BY extracted_on NULLS FIRST, row_id, copy)
        )
        WHERE content <> first_content
        """
    )


def drop_rejected(intake: Intake, mapping: Mapping, number: int, tables: list[str]) -> None:
    """Take rejected rows out of the statements' tables, remember where they end, and let the raw tables go."""
    connection = intake.connection
    for table in tables:
        connection.execute(f"DELETE FROM {table} WHERE row_id IN (SELECT row_id FROM rejected)")
    connection.execute("DELETE FROM left_aside WHERE row_id IN (SELECT row_id FROM rejected)")
    for name in mapping.files:
        raw = raw_table(number, name)
        connection.execute(
            f"INSERT INTO last_lines SELECT {row_id()}, last_line FROM {raw} "
            f"WHERE {row_id()} IN (SELECT row_id FROM rejected)"
        )
        connection.execute(f"DROP TABLE {raw}")


def _field_facts(stated: Stated, fields: list[Field]) -> pa.Table:
    kind = getattr(stated.statement, "kind", None)
    of_kind = kind.constant if kind is not None and kind.constant is not None else None
    names = [of_kind if field.name == "value" and of_kind else field.reported for field in fields]
    return pa.table(
        {
            "number": pa.array(range(len(fields)), pa.int32()),
            "field": pa.array(names, pa.string()),
            "required": pa.array([field.required for field in fields], pa.bool_()),
            "mend": pa.array([field.reading.mend for field in fields], pa.string()),
        }
    )


def columns_of(intake: Intake, table: str) -> list[str]:
    """The columns of a temporary table."""
    return [str(row[0]) for row in intake.connection.execute(f"DESCRIBE {table}").fetchall()]
