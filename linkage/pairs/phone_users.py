"""Evidence from a phone: a caller of whom a family name and a number is all that is known, and who else has that number.

A whole household shares its name and may share its phone, so that the two records alone cannot tell mother from daughter. But
where all that the hub knows of the number is one grown-up of that name, any other caller of that name would be somebody whom
no agency ever met with the phone that they use.
"""

from typing import Final

import duckdb

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

PHONE: Final = "phone"
# Of one person's records that hold a phone 96 pairs in 100 share it (the shipped calibration): whoever else used this one
# would have left it with somebody in all but one case of sixteen.
PHONE_BITS_AT_HOME: Final = 4.0
# A number on a child's record is a parent's: whoever was younger when the call came did not make it.
GROWN_UP: Final = 16
# The number of an office or a hostel is nobody's.
RECORDS_OF_A_PHONE: Final = 40
# Names and a number, and nothing more.
_BARE: Final = (
    "surname_sound IS NOT NULL AND birth_year IS NULL AND nhs_numbers IS NULL"
    " AND identifiers IS NULL AND postcodes IS NULL AND address_words IS NULL"
)


def _gives_no_given_name(caller: str, holder: str) -> str:
    """SQL: whether all the names of a caller are family names of a holder: "Mrs Hart", or "Lopes Monteiro" of Natalia Lopes Monteiro."""
    return f"({caller}.forename IS NULL OR list_contains({holder}.family_tokens, {caller}.forename))"


def make_phone_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary ``phone_pair`` (number_a < number_b): a bare caller, and a record of that family name with that phone."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE phone_pair AS
        WITH bare AS MATERIALIZED (
            SELECT record_number, forename, surname_sound, unnest(phones) AS phone FROM comparison_record
            WHERE phones IS NOT NULL AND {_BARE}),
        holder AS (
            SELECT *, count(*) OVER (PARTITION BY phone) AS records FROM (
                SELECT record_number, family_sounds, family_tokens, ({_BARE}) AND forename IS NULL AS is_bare, unnest(phones) AS phone
                FROM comparison_record WHERE phones IS NOT NULL)
            WHERE phone IN (SELECT phone FROM bare))
        SELECT DISTINCT least(b.record_number, h.record_number) AS number_a, greatest(b.record_number, h.record_number) AS number_b
        FROM bare b JOIN holder h ON h.phone = b.phone
        WHERE NOT h.is_bare AND h.records <= {RECORDS_OF_A_PHONE} AND list_contains(h.family_sounds, b.surname_sound)
            AND h.record_number <> b.record_number AND {_gives_no_given_name("b", "h")}"""
    )


def phone_ties_query(scope: Scope) -> str:
    """SQL of the pairs (number_a, number_b) of temporary ``asked_tie`` whose phone is that of one grown-up of the name in ``scope``.

    Temporary ``first_person`` (record_number, person) says who each record in question is so far.
    """
    events, involvements = (rows_in_scope(table, scope) for table in ("event", "involvement"))
    return f"""
        WITH caller AS MATERIALIZED (
            SELECT c.record_number AS caller, c.record_id, c.forename, p.person FROM comparison_record c
            JOIN first_person p USING (record_number) WHERE {_BARE} AND c.record_number IN (
                SELECT number_a FROM asked_tie WHERE kind = '{PHONE}'
                UNION SELECT number_b FROM asked_tie WHERE kind = '{PHONE}')),
        met AS (
            SELECT c.record_number, p.person, c.birth_year, ({_BARE}) AS is_bare FROM comparison_record c
            JOIN first_person p USING (record_number) WHERE p.person IN (
                SELECT person_a FROM asked_tie WHERE kind = '{PHONE}' UNION SELECT person_b FROM asked_tie WHERE kind = '{PHONE}')),
        born AS (SELECT person, min(birth_year) AS birth_year, bool_and(is_bare) AS is_bare FROM met GROUP BY person),
        called AS (
            SELECT c.caller, min(year(e.started_at)) AS called_in FROM caller c
            JOIN {involvements} i ON i.record_id = c.record_id JOIN {events} e ON e.event_id = i.event_id GROUP BY c.caller),
        pair AS (
            SELECT c.caller, k.number_a, k.number_b, CASE WHEN k.number_a = c.caller THEN k.person_b ELSE k.person_a END AS person
            FROM asked_tie k JOIN caller c ON c.caller IN (k.number_a, k.number_b)
            JOIN comparison_record h ON h.record_number = CASE WHEN k.number_a = c.caller THEN k.number_b ELSE k.number_a END
            JOIN born alone ON alone.person = c.person AND alone.is_bare
            WHERE k.kind = '{PHONE}' AND {_gives_no_given_name("c", "h")}),
        grown AS (
            SELECT p.* FROM pair p JOIN born b USING (person) LEFT JOIN called c USING (caller)
            WHERE coalesce(b.birth_year + {GROWN_UP} <= c.called_in, true)),
        alone AS (SELECT caller FROM grown GROUP BY caller HAVING count(DISTINCT person) = 1)
        SELECT number_a, number_b FROM grown SEMI JOIN alone USING (caller)"""
