"""What stated relationships say of identity: kin are two people, and a parent is of a parent's age."""

from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.columns import column
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

Numbers = NDArray[np.int64]
# No parent is younger than this; a father is not the son who bears his name.
YOUNGEST_PARENT: Final = 12
_ANY_YEAR: Final = 9999


@dataclass(frozen=True, slots=True)
class Kinship:
    """What is known of the families of the records asked for.

    By record, in the order of record ids: ``birth_year`` (-9999 unknown) and ``born_by``, the latest year that a parent can
    be born in (9999 for no parent). ``kin_a``, ``kin_b``: pairs of records stated to be two people.
    """

    birth_year: Numbers
    born_by: Numbers
    kin_a: Numbers
    kin_b: Numbers

    def know(self, place_a: Numbers, place_b: Numbers) -> NDArray[np.bool_]:
        """Of which pairs (by position among the records) the one is known to be a parent and the other's age is known."""
        is_aged, is_parent = self.birth_year > -_ANY_YEAR, self.born_by < _ANY_YEAR
        return np.asarray((is_aged[place_a] & is_parent[place_b]) | (is_aged[place_b] & is_parent[place_a]))

    def exclude(self, place_a: Numbers, place_b: Numbers) -> NDArray[np.bool_]:
        """Which pairs (by position among the records) the ages of parents rule out."""
        return np.asarray(
            (self.birth_year[place_a] > self.born_by[place_b])
            | (self.birth_year[place_b] > self.born_by[place_a])
        )


def kinship_of(connection: duckdb.DuckDBPyConnection, scope: Scope) -> Kinship:
    """Kinship of the records of temporary ``resolving``, from the relationships that ``scope`` holds.

    Their kin may be any records of the scope, so that a request for one person and a build see the same.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE related AS
        SELECT a.record_number AS number_a, b.record_number AS number_b, t.kind, a.birth_year AS year_a, b.birth_year AS year_b,
            a.record_number IN (SELECT record_number FROM resolving) AS asked_a,
            b.record_number IN (SELECT record_number FROM resolving) AS asked_b
        FROM {rows_in_scope("relationship", scope)} t
        JOIN comparison_record a ON a.record_id = t.record_id
        JOIN comparison_record b ON b.record_id = t.other_record_id
        WHERE t.record_id <> t.other_record_id AND (asked_a OR asked_b)"""
    )
    years = connection.execute(
        f"""
        WITH child AS (
            SELECT number_a AS parent, year_b AS born FROM related WHERE kind = 'parent' UNION ALL
            SELECT number_b, year_a FROM related WHERE kind = 'child'),
        -- Whoever is too young by their own record has a child of whom the day of birth is wrong, which says nothing of other records.
        oldest AS (
            SELECT parent, min(born) AS born FROM child JOIN comparison_record p ON p.record_number = parent
            WHERE born >= coalesce(p.birth_year, 0) + {YOUNGEST_PARENT} GROUP BY parent)
        SELECT coalesce(c.birth_year, -{_ANY_YEAR})::BIGINT AS birth_year,
            coalesce(o.born - {YOUNGEST_PARENT}, {_ANY_YEAR})::BIGINT AS born_by
        FROM resolving r JOIN comparison_record c ON c.record_number = r.record_number
        LEFT JOIN oldest o ON o.parent = r.record_number ORDER BY r.record_id"""
    ).fetchnumpy()
    kin = connection.execute(
        "SELECT DISTINCT least(number_a, number_b) AS kin_a, greatest(number_a, number_b) AS kin_b FROM related"
        " WHERE asked_a AND asked_b ORDER BY ALL"
    ).fetchnumpy()
    connection.execute("DROP TABLE temp.related")
    return Kinship(
        column(years, "birth_year", np.int64),
        column(years, "born_by", np.int64),
        column(kin, "kin_a", np.int64),
        column(kin, "kin_b", np.int64),
    )
