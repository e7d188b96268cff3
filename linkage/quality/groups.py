"""The groups that quality is told for: by ethnic group, sex and age band of the person, and by agency of the record."""

from typing import Final

import duckdb

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

EVERYONE: Final = "everyone"
# In the order of the report.
DIMENSIONS: Final = (EVERYONE, "ethnic_group", "sex", "age_band", "agency")
NOT_STATED: Final = "not stated"
# Ages by the years between birth and the snapshot's day, upper bounds included: what children's, youth and adult
# services go by.
AGE_BANDS: Final = ((4, "0 to 4"), (10, "5 to 10"), (15, "11 to 15"), (17, "16 to 17"), (24, "18 to 24"), (44, "25 to 44"), (64, "45 to 64"))  # fmt: skip
OLDEST: Final = "65 and over"


def list_groups(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Fill temporary ``quality_group`` (record_id, record_number, person_id, dimension, value) for ``scope``.

    A row for each record of the scope and each of ``DIMENSIONS``. Ethnic group, sex and age are those of the person
    that the record belongs to, as the feeds together describe them; where no feed states them, ``NOT_STATED``.
    """
    bands = " ".join(f"WHEN age <= {most} THEN '{words}'" for most, words in AGE_BANDS)
    facts = {
        EVERYONE: f"'{EVERYONE}'",
        "ethnic_group": "ethnic_group",
        "sex": "sex",
        "age_band": f"CASE WHEN age IS NULL THEN NULL {bands} ELSE '{OLDEST}' END",
        "agency": "agency",
    }
    parts = " UNION ALL ".join(
        f"SELECT record_id, record_number, person_id, '{dimension}' AS dimension,"
        f" coalesce({facts[dimension]}, '{NOT_STATED}') AS value FROM described"
        for dimension in DIMENSIONS
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE quality_group AS
        WITH described AS (
            SELECT r.record_id, c.record_number, m.person_id, r.agency, p.ethnic_group, p.sex,
                (SELECT year(max(as_of)) FROM build) - p.birth_year AS age
            FROM {rows_in_scope("record", scope)} r
            JOIN comparison_record c ON c.record_id = r.record_id
            JOIN membership m ON m.record_id = r.record_id AND m.scope = ?
            LEFT JOIN person p ON p.person_id = m.person_id AND p.scope = m.scope)
        {parts}""",
        [scope.name],
    )


def report_order(group: tuple[str, str]) -> tuple[int, bool, int, str]:
    """A sorting key for (dimension, value): dimensions as listed, ages ascending, what is not stated last."""
    dimension, value = group
    ages = [words for _, words in AGE_BANDS]
    age = ages.index(value) if value in ages else len(ages)
    return DIMENSIONS.index(dimension), value == NOT_STATED, age, value
