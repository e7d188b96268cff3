"""Evidence from relatives: two records of like name who share a child, or of whom one lives with the other's child.

A school's contact for a pupil often has a name and nothing else. That the pupil is, in another feed, the child of a
tenant of that name says who the contact is; no comparison of the two records alone can.
"""

from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.calibration import LinkageCalibration
from linkage.columns import column
from linkage.scoring import component_numbers
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

Numbers = NDArray[np.int64]
# A dwelling of more records than this is an institution; who lives there is nobody's family.
RECORDS_OF_A_DWELLING: Final = 60
# Ties between members of a family, by the generation of the one who holds it; a co-tenant or next of kin may be any.
_SIDE: Final = {
    "parent": 1, "carer": 1, "child": -1, "cared_for": -1, "sibling": 0, "partner": 0, "ex_partner": 0,
}  # fmt: skip
_ANY_SIDE: Final = 9
_OPEN: Final = ("kin", "next_of_kin", "co_tenant")


def _ties(relationships: str, records: str) -> str:
    """SQL of (number, relative, side): every family tie of ``relationships``, seen from both of its ends."""
    sides = " ".join(f"WHEN '{kind}' THEN {side}" for kind, side in _SIDE.items())
    known = ", ".join(f"'{kind}'" for kind in (*_SIDE, *_OPEN))
    return f"""
        SELECT number_a AS number, number_b AS relative, side FROM (
            SELECT a.record_number AS number_a, b.record_number AS number_b, CASE t.kind {sides} ELSE {_ANY_SIDE} END AS side
            FROM {relationships} t JOIN {records} a ON a.record_id = t.record_id
            JOIN {records} b ON b.record_id = t.other_record_id WHERE t.kind IN ({known}) AND t.record_id <> t.other_record_id)
        UNION SELECT number_b, number_a, CASE WHEN side = {_ANY_SIDE} THEN side ELSE -side END FROM (
            SELECT a.record_number AS number_a, b.record_number AS number_b, CASE t.kind {sides} ELSE {_ANY_SIDE} END AS side
            FROM {relationships} t JOIN {records} a ON a.record_id = t.record_id
            JOIN {records} b ON b.record_id = t.other_record_id WHERE t.kind IN ({known}) AND t.record_id <> t.other_record_id)"""


_SIDES_FIT: Final = f"(x.side = y.side OR x.side = {_ANY_SIDE} OR y.side = {_ANY_SIDE})"
_NAMES_ALIKE: Final = (
    "(list_has_any(a.given_sounds, b.given_sounds) OR list_has_any(a.forename_roots, b.forename_roots)"
    " OR list_has_any(a.given_sounds, b.family_sounds))"
)


def make_kin_pairs(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    """Fill ``kin_pair`` (number_a < number_b) and ``circle`` (record_number, circle) from links and relationships.

    ``kin_pair``: records of like given names whom relatives may tie in some scope and no link joins; relatives count as one
    where any chain of links could make them so. ``circle``: records that links and kin pairs hold together, so that
    what a person is made of never reaches beyond its circle.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE tie AS {_ties('relationship', 'comparison_record')}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE near AS SELECT c.record_number, coalesce(l.component, -1 - c.record_number) AS component"
        " FROM comparison_record c LEFT JOIN link_component l USING (record_number)"
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE kin_pair AS
        WITH tied AS (SELECT DISTINCT t.number, t.side, n.component FROM tie t JOIN near n ON n.record_number = t.relative),
        sharing AS (
            SELECT x.number AS number_a, y.number AS number_b FROM tied x JOIN tied y ON x.component = y.component
            WHERE x.number < y.number AND {_SIDES_FIT}),
        lives AS (SELECT record_number, unnest(dwellings) AS dwelling FROM comparison_record),
        home AS (SELECT dwelling FROM lives GROUP BY dwelling HAVING count(*) <= {RECORDS_OF_A_DWELLING}),
        lived AS (
            SELECT DISTINCT n.component, l.dwelling FROM lives l SEMI JOIN home USING (dwelling)
            JOIN near n USING (record_number)),
        with_kin AS (
            SELECT least(t.number, l.record_number) AS number_a, greatest(t.number, l.record_number) AS number_b
            FROM tied t JOIN lived h ON h.component = t.component JOIN lives l ON l.dwelling = h.dwelling
            JOIN near n ON n.record_number = l.record_number WHERE n.component <> t.component AND l.record_number <> t.number),
        found AS (SELECT * FROM sharing UNION SELECT * FROM with_kin),
        joined AS (
            SELECT least(number_a, number_b) AS number_a, greatest(number_a, number_b) AS number_b FROM link
            WHERE weight >= {calibration.join_bits:.9e} AND rule IS NULL),
        apart AS (SELECT * FROM found ANTI JOIN joined USING (number_a, number_b))
        SELECT number_a, number_b FROM apart
        JOIN comparison_record a ON a.record_number = number_a JOIN comparison_record b ON b.record_number = number_b
        WHERE {_NAMES_ALIKE} ORDER BY number_a, number_b"""
    )
    _make_circles(connection)
    connection.execute("DROP TABLE temp.tie; DROP TABLE temp.near")


def _make_circles(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT number_a, number_b FROM kin_pair UNION ALL"
        " SELECT record_number, min(record_number) OVER (PARTITION BY component) FROM link_component"
    ).fetchnumpy()
    number_a, number_b = column(found, "number_a", np.int64), column(found, "number_b", np.int64)
    numbers = np.unique(np.concatenate([number_a, number_b]))
    circles = component_numbers(
        len(numbers), np.searchsorted(numbers, number_a), np.searchsorted(numbers, number_b)
    )
    connection.register("arriving", pa.table({"record_number": numbers.astype(np.int32), "circle": circles}))
    connection.execute(
        "CREATE OR REPLACE TABLE circle AS SELECT record_number, circle FROM arriving ORDER BY circle, record_number"
    )
    connection.unregister("arriving")


def family_pairs(
    connection: duckdb.DuckDBPyConnection, scope: Scope, numbers: Numbers, person: Numbers
) -> tuple[Numbers, Numbers]:
    """Pairs of records (by number) of two people whom relatives tie in ``scope``.

    ``numbers`` are those of temporary ``resolving``, ``person`` who each is so far. Two share a relative, in the same generation,
    who is one person; or one lives where a relative of the other does.
    """
    connection.register("so_far", pa.table({"record_number": numbers, "person": person}))
    connection.execute("CREATE OR REPLACE TEMP TABLE first_person AS SELECT * FROM so_far")
    connection.unregister("so_far")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE kin_tie AS {_ties(rows_in_scope('relationship', scope), 'resolving')}"
    )
    found = connection.execute(
        f"""
        WITH pair AS (
            SELECT k.number_a, k.number_b, p.person AS person_a, q.person AS person_b FROM kin_pair k
            JOIN first_person p ON p.record_number = k.number_a JOIN first_person q ON q.record_number = k.number_b
            WHERE p.person <> q.person),
        sharing AS (
            SELECT DISTINCT k.number_a, k.number_b FROM pair k JOIN kin_tie x ON x.number = k.number_a
            JOIN kin_tie y ON y.number = k.number_b JOIN first_person p ON p.record_number = x.relative
            JOIN first_person q ON q.record_number = y.relative WHERE p.person = q.person AND {_SIDES_FIT}),
        either AS (
            SELECT number_a, number_b, number_a AS one, number_b AS other, person_b AS other_person FROM pair
            UNION ALL SELECT number_a, number_b, number_b, number_a, person_a FROM pair),
        with_kin AS (
            SELECT DISTINCT k.number_a, k.number_b FROM either k JOIN kin_tie x ON x.number = k.one
            JOIN first_person p ON p.record_number = x.relative JOIN first_person m ON m.person = p.person
            JOIN comparison_record h ON h.record_number = m.record_number
            JOIN comparison_record o ON o.record_number = k.other
            WHERE p.person <> k.other_person AND list_has_any(h.dwellings, o.dwellings))
        SELECT * FROM sharing UNION SELECT * FROM with_kin ORDER BY ALL"""
    ).fetchnumpy()
    connection.execute("DROP TABLE temp.kin_tie; DROP TABLE temp.first_person")
    return column(found, "number_a", np.int64), column(found, "number_b", np.int64)
