"""The best-supported description of each person of a scope, from the rows of that scope alone."""

from typing import Final

import duckdb

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# Columns whose most frequent value stands for the person; the latest extract decides among equals.
_FACTS: Final = ("sex", "ethnic_group", "authority", "birth_year")
_NAMES: Final = ("given_name", "family_name", "full_name")


def describe_people(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Fill ``person`` for ``scope`` from ``membership``: each value is the one that most records hold.

    A date of birth on 1 January yields to any other, since it often stands for a year alone. A person is a
    professional only when every record says so.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE described AS SELECT m.person_id, r.* FROM membership m"
        f" JOIN {rows_in_scope('record', scope)} r ON r.record_id = m.record_id WHERE m.scope = ?",
        [scope.name],
    )
    birth = "CASE WHEN day(date_of_birth) = 1 AND month(date_of_birth) = 1 THEN 0 ELSE 1 END"
    chosen = [_best_supported(fact, "0") for fact in _FACTS] + [_best_supported("date_of_birth", birth)]
    chosen += [_best_written(name) for name in _NAMES]
    joins = " ".join(f"LEFT JOIN ({sql}) f{place} USING (person_id)" for place, sql in enumerate(chosen))
    connection.execute("DELETE FROM person WHERE scope = ?", [scope.name])
    connection.execute(
        f"""
        INSERT INTO person BY NAME
        SELECT ? AS scope, p.person_id, p.anchor_record_id, given_name, family_name,
            coalesce(nullif(concat_ws(' ', given_name, family_name), ''), full_name) AS full_name,
            date_of_birth, coalesce(year(date_of_birth), birth_year)::SMALLINT AS birth_year, sex, ethnic_group,
            p.died_on, authority, p.is_professional, p.agencies, p.record_count
        FROM (
            SELECT person_id, min(record_id) AS anchor_record_id, max(died_on) AS died_on,
                bool_and(coalesce(is_professional, false)) AS is_professional,
                list_sort(list(DISTINCT agency)) AS agencies, count(*)::INTEGER AS record_count
            FROM described GROUP BY person_id) p {joins}
        ORDER BY p.person_id""",
        [scope.name],
    )
    connection.execute("DROP TABLE temp.described")


def _best_supported(fact: str, firmness: str) -> str:
    """SQL of (person_id, fact): the firmest value, then the most frequent, the latest, the first in order."""
    return (
        f"SELECT person_id, max_by({fact}, (firm, held, latest, {fact})) AS {fact} FROM ("
        f"SELECT person_id, {fact}, {firmness} AS firm, count(*) AS held, max(extracted_on) AS latest FROM described"
        f" WHERE {fact} IS NOT NULL GROUP BY person_id, {fact}) GROUP BY person_id"
    )


def _best_written(name: str) -> str:
    """SQL of (person_id, name) as ``_best_supported``, where capitals do not count: SMITH and Smith are one, shown Smith."""
    return (
        f"SELECT person_id, max_by(shown, (held, latest, folded)) AS {name} FROM ("
        f"SELECT person_id, upper({name}) AS folded, count(*) AS held, max(extracted_on) AS latest,"
        f" max_by({name}, ({name} <> upper({name}), {name})) AS shown FROM described"
        f" WHERE {name} IS NOT NULL GROUP BY person_id, upper({name})) GROUP BY person_id"
    )
