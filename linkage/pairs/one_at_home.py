"""Evidence from a home: somebody without a date of birth, and the one of that sex and family name who is known to live there.

A school notes a child's mother as Fang Wu, the practice knows Emily Wu at that address: one woman with a Chinese and a Western
name, or two of a family? Had the mother not been Emily, she would be a grown woman whom no practice, landlord or social worker
ever noted at her own home.
"""

from typing import Final

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS
from linkage.pairs.scoring import BARRING_LIST
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# Sorts before the tie by family, beside which it would not count.
AT_HOME: Final = "at home"
# Of those who live at an address nineteen in twenty are on some agency's books there with their date of birth.
AT_HOME_BITS: Final = 4.0
# Whoever is not so much older than the child is not the parent that the record is of.
GROWN_UP: Final = 16
# The address of an office or a hostel is nobody's home.
RECORDS_OF_A_HOME: Final = 40
_UNDATED: Final = "birth_year IS NULL AND sex IS NOT NULL AND dwellings IS NOT NULL AND surname IS NOT NULL"


def _level(field: str) -> str:
    """SQL of the level of ``field`` in ``link.comparisons``, -1 where it is not known."""
    place = next(number for number, one in enumerate(COMPARISONS, start=1) if one.field == field)
    return f"(substr(comparisons, {place}, 1)::TINYINT - 1)"


# Sex and dwelling agree and so does the family name but for a slip, no date of birth tells, and the given names are not
# known to be quite different.
_IN_QUESTION: Final = (
    f"{_level('birth')} = -1 AND {_level('sex')} = 1 AND {_level('place')} = 8"
    f" AND {_level('surname')} >= 2 AND {_level('forename')} >= 1"
)


def make_home_pairs(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    """Temporary ``home_pair`` (number_a < number_b): a record without a date of birth, and each of its name at its home.

    Asked of those whom a link too weak to join them ties to somebody there; those of another sex are left out.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE home_pair AS
        WITH doubted AS (
            SELECT number_a, number_b FROM link WHERE weight < {calibration.join_bits:.9e} AND {_IN_QUESTION}
                AND NOT coalesce(rule IN ({BARRING_LIST}), false)),
        undated AS MATERIALIZED (
            SELECT record_number, sex, family_sounds, unnest(dwellings) AS dwelling FROM comparison_record
            WHERE {_UNDATED} AND record_number IN (SELECT number_a FROM doubted UNION SELECT number_b FROM doubted)),
        there AS (
            SELECT *, count(*) OVER (PARTITION BY dwelling) AS records FROM (
                SELECT record_number, sex, family_sounds, unnest(dwellings) AS dwelling
                FROM comparison_record WHERE dwellings IS NOT NULL)
            WHERE dwelling IN (SELECT dwelling FROM undated))
        SELECT DISTINCT least(u.record_number, t.record_number) AS number_a,
            greatest(u.record_number, t.record_number) AS number_b
        FROM undated u JOIN there t ON t.dwelling = u.dwelling
        WHERE t.record_number <> u.record_number AND t.records <= {RECORDS_OF_A_HOME}
            AND coalesce(t.sex = u.sex, true) AND list_has_any(t.family_sounds, u.family_sounds)"""
    )


def home_ties_query(scope: Scope) -> str:
    """SQL of the pairs (number_a, number_b) of temporary ``asked_tie`` whose home holds nobody else of the sex and name in ``scope``.

    Temporary ``first_person`` (record_number, person) says who each record in question is so far. Of a parent, those
    who are not old enough to be it count for nobody; of anybody else, everybody counts.
    """
    return f"""
        WITH pair AS MATERIALIZED (
            SELECT number_a AS undated, number_b AS other, person_a AS own, person_b AS person, number_a, number_b
            FROM asked_tie WHERE kind = '{AT_HOME}'
            UNION ALL SELECT number_b, number_a, person_b, person_a, number_a, number_b
            FROM asked_tie WHERE kind = '{AT_HOME}'),
        met AS (
            SELECT p.person, min(c.birth_year) AS birth_year FROM first_person p
            JOIN comparison_record c USING (record_number)
            WHERE p.person IN (SELECT own FROM pair) GROUP BY p.person),
        child AS (
            SELECT t.record_id, t.other_record_id AS child_id FROM {rows_in_scope("relationship", scope)} t
            WHERE t.kind = 'parent'
            UNION ALL SELECT t.other_record_id, t.record_id FROM {rows_in_scope("relationship", scope)} t
            WHERE t.kind = 'child'),
        eldest AS (
            SELECT c.record_number AS undated, min(k.birth_year) AS born FROM comparison_record c
            JOIN child t ON t.record_id = c.record_id JOIN comparison_record k ON k.record_id = t.child_id
            WHERE c.record_number IN (SELECT undated FROM pair) GROUP BY c.record_number),
        could AS (
            SELECT p.*, there.birth_year FROM pair p
            JOIN comparison_record c ON c.record_number = p.undated AND {_UNDATED}
            JOIN met own ON own.person = p.own AND own.birth_year IS NULL
            JOIN met there ON there.person = p.person
            LEFT JOIN eldest e USING (undated)
            WHERE coalesce(there.birth_year + {GROWN_UP} <= e.born, true)),
        alone AS (SELECT undated FROM could GROUP BY undated HAVING count(DISTINCT person) = 1)
        SELECT number_a, number_b FROM could SEMI JOIN alone USING (undated) WHERE birth_year IS NOT NULL"""
