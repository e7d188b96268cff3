"""Evidence from a register: somebody of whom a name is all that is known, and the one person who bears it.

"Skye Hengate" rings, and the log holds no more. Two records of a name alone are one person's or two namesakes'; but where the
practices hold nearly everybody, and one Skye Hengate, a second one would be among the few whom no practice knows.
"""

from typing import Final

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS

ONLY_BEARER: Final = "only bearer"
# Of those whom the agencies meet at least six in seven are on the register (linkage/model/registers.py).
BEARER_BITS: Final = 2.5
# Nothing to be found by but names.
_BARE: Final = "birth_year IS NULL AND nhs_numbers IS NULL AND postcodes IS NULL AND doors IS NULL AND address_words IS NULL"
# An initial is many people's; a worker is not whoever else has their name.
_NAMED: Final = "length(forename) > 1 AND length(surname) > 1 AND NOT is_professional"
# Every word of a name, whichever field it stands in: Carla, Jimenez Pereira is Carla Jimenez, Pereira.
_WORDS: Final = "list_distinct(list_concat(coalesce(given_tokens, []), coalesce(family_tokens, [])))"


def _names_bits(calibration: LinkageCalibration) -> float:
    """The weight of two records that share both names, but for how rare these are."""
    best = {one.field: calibration.bits(one, len(one.levels) - 1)[0] for one in COMPARISONS}
    return calibration.prior_bits[0] + best["forename"] + best["surname"]


def make_bearer_pairs(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    """Temporary ``bearer_pair`` (number_a < number_b): a record of a name alone, and each of that name who may be its person.

    That name is theirs who are called by the same given name and bear all the other words of it, and perhaps more. Names so common that they could be tied to nobody are left out, by the calibration alone: who else bears one is for the
    scope to say. Without a register there are no pairs.
    """
    least = calibration.join_bits - BEARER_BITS - _names_bits(calibration) if calibration.registers else 1e9
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE bearer_pair AS
        WITH bare AS (
            SELECT record_number, forename, sex, {_WORDS} AS words,
                coalesce(family_tokens[-1], surname) AS word FROM comparison_record
            WHERE {_BARE} AND {_NAMED} AND forename_bits + surname_bits + together_bits >= {least:.9e}),
        named AS (
            SELECT record_number, forename, sex, words, unnest(words) AS word
            FROM (SELECT record_number, forename, sex, {_WORDS} AS words FROM comparison_record
                WHERE forename IN (SELECT forename FROM bare) AND NOT is_professional))
        SELECT DISTINCT least(b.record_number, n.record_number) AS number_a, greatest(b.record_number, n.record_number) AS number_b
        FROM bare b JOIN named n ON n.forename = b.forename AND n.word = b.word
        WHERE n.record_number <> b.record_number AND coalesce(n.sex = b.sex, true) AND list_has_all(n.words, b.words)"""
    )


def bearer_ties_query() -> str:
    """SQL of the pairs (number_a, number_b) of temporary ``asked_tie`` whose name one person bears, who is on a register.

    Temporary ``first_person`` (record_number, person) says who each record in question is so far, ``register_label``
    (label_id) which labels are registers. Others of whom a name is all that is known are nobody's namesakes.
    """
    return f"""
        WITH pair AS MATERIALIZED (
            SELECT number_a AS bare, person_a AS own, person_b AS person, number_a, number_b
            FROM asked_tie WHERE kind = '{ONLY_BEARER}'
            UNION ALL SELECT number_b, person_b, person_a, number_a, number_b FROM asked_tie WHERE kind = '{ONLY_BEARER}'),
        met AS (
            SELECT p.person, bool_and({_BARE}) AS is_bare,
                bool_or(birth_year IS NOT NULL AND r.label_id IN (SELECT label_id FROM register_label)) AS is_listed
            FROM first_person p JOIN comparison_record c USING (record_number)
            JOIN (SELECT record_id, label_id FROM record) r USING (record_id)
            WHERE p.person IN (SELECT own FROM pair) GROUP BY p.person),
        could AS (
            SELECT p.*, there.is_listed FROM pair p JOIN met own ON own.person = p.own AND own.is_bare
            JOIN met there ON there.person = p.person AND NOT there.is_bare),
        alone AS (SELECT bare FROM could GROUP BY bare HAVING count(DISTINCT person) = 1)
        SELECT number_a, number_b FROM could SEMI JOIN alone USING (bare) WHERE is_listed"""
