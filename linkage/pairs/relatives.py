"""Evidence from relatives: two records of like name who share a child, or of whom one lives with the other's child.

A school's contact for a pupil often has a name and nothing else. That the pupil is, in another feed, the child of a
tenant of that name says who the contact is; no comparison of the two records alone can.
"""

from typing import Final

import duckdb

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# Two strangers share no child, sister or partner; that two records do is worth this much against strangers, and
# nothing against two people of one household, who share them all.
FAMILY_BITS: Final = 15.0
# A dwelling of more records than this is an institution; who lives there is nobody's family.
RECORDS_OF_A_DWELLING: Final = 60
# Ties between members of a family, by the generation of the one who holds it; a co-tenant, next of kin or school's contact may be any.
_SIDE: Final = {
    "parent": 1, "carer": 1, "child": -1, "cared_for": -1, "sibling": 0, "partner": 0, "ex_partner": 0,
}  # fmt: skip
_ANY_SIDE: Final = 9
_OPEN: Final = ("kin", "next_of_kin", "school_contact", "co_tenant")


def _ties(relationships: str, records: str) -> str:
    """SQL of (number, relative, side): every family tie of ``relationships``, seen from both of its ends."""
    sides = " ".join(f"WHEN '{kind}' THEN {side}" for kind, side in _SIDE.items())
    known = ", ".join(f"'{kind}'" for kind in (*_SIDE, *_OPEN))
    return f"""
        WITH stated AS MATERIALIZED (
            SELECT DISTINCT a.record_number AS one, b.record_number AS other, CASE t.kind {sides} ELSE {_ANY_SIDE} END AS side
            FROM {relationships} t JOIN {records} a ON a.record_id = t.record_id
            JOIN {records} b ON b.record_id = t.other_record_id WHERE t.kind IN ({known}) AND t.record_id <> t.other_record_id)
        SELECT one AS number, other AS relative, side FROM stated
        UNION SELECT other, one, CASE WHEN side = {_ANY_SIDE} THEN side ELSE -side END FROM stated"""


_SIDES_FIT: Final = f"(x.side = y.side OR x.side = {_ANY_SIDE} OR y.side = {_ANY_SIDE})"


def make_family_pairs(connection: duckdb.DuckDBPyConnection, changed: str | None = None) -> None:
    """Temporary ``family_pair`` (number_a < number_b): records of like given names whom relatives may tie in some scope.

    Relatives count as one where any chain of links could make them so, whom temporary ``near`` (record_number, component)
    names. With ``changed``, a table of the records (record_number) that say something else than before, live where as many
    did not live before, or share a component with one of these: the pairs alone that may be others than before. Those
    have an end in temporary ``affected`` (record_number).
    """
    for name, query in (("tie", _ties("relationship", "comparison_record")), ("lives", _LIVES)):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    if changed:
        _keep_near(connection, changed)
    for name, query in (
        ("lived", "SELECT DISTINCT n.component, l.dwelling FROM lives l JOIN near n USING (record_number)"),
        ("called", _CALLED),
        ("kin", _KIN),
        ("family_pair", f"{_SHARING} UNION {_WITH_KIN}"),
    ):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    if changed:
        connection.execute(f"DELETE FROM family_pair WHERE NOT {HAS_AFFECTED_END}")
    connection.execute(
        "".join(f"DROP TABLE temp.{name};" for name in ("tie", "called", "kin", "lives", "lived"))
    )


# Of a pair (number_a, number_b).
HAS_AFFECTED_END: Final = (
    "(number_a IN (SELECT record_number FROM affected) OR number_b IN (SELECT record_number FROM affected))"
)


def _keep_near(connection: duckdb.DuckDBPyConnection, changed: str) -> None:
    """Temporary ``affected``: the records of ``changed`` and their relatives. Leaves in ``near`` what decides on their pairs.

    A pair is made by a relative of one end, and by that relative's component or by whoever lives with it. So where both
    ends are not affected nothing that made the pair has changed; and a pair with an end that is needs the components of
    its relatives, or of those who live where it lives.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE affected AS SELECT record_number FROM {changed}"
        f" UNION SELECT number FROM tie WHERE relative IN (SELECT record_number FROM {changed})"
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE near AS
        WITH deciding AS (
            SELECT relative AS record_number FROM tie WHERE number IN (SELECT record_number FROM affected)
            UNION SELECT record_number FROM lives
            WHERE dwelling IN (SELECT dwelling FROM lives SEMI JOIN affected USING (record_number)))
        SELECT * FROM near WHERE component IN (SELECT component FROM near SEMI JOIN deciding USING (record_number))"""
    )


# What people are called by, one row a name; a record is bare when it has no date of birth to speak for itself. Of two records that
# are not bare the comparison itself tells, whoever their relatives are.
_CALLED: Final = """
    SELECT record_number, birth_date IS NULL AS is_bare, unnest(list_distinct(
        list_concat(coalesce(given_sounds, []), coalesce(forename_roots, [])))) AS name FROM comparison_record
    WHERE record_number IN (SELECT number FROM tie WHERE relative IN (SELECT record_number FROM near)
        UNION SELECT record_number FROM lives SEMI JOIN lived USING (dwelling))"""
_KIN: Final = """
    SELECT DISTINCT t.number, t.side, n.component, c.name, c.is_bare FROM tie t JOIN near n ON n.record_number = t.relative
    JOIN called c ON c.record_number = t.number"""
_LIVES: Final = f"""
    SELECT record_number, dwelling FROM (
        SELECT record_number, dwelling, count(*) OVER (PARTITION BY dwelling) AS records
        FROM (SELECT record_number, unnest(dwellings) AS dwelling FROM comparison_record))
    WHERE records BETWEEN 2 AND {RECORDS_OF_A_DWELLING}"""
_SHARING: Final = f"""
    SELECT x.number AS number_a, y.number AS number_b FROM kin x JOIN kin y ON x.component = y.component AND x.name = y.name
    WHERE x.number < y.number AND (x.is_bare OR y.is_bare) AND {_SIDES_FIT}"""
# Either side may be the bare one; apart they are two small joins instead of one large.
_WITH_KIN: Final = """
    SELECT least(k.number, l.record_number), greatest(k.number, l.record_number) FROM (
        SELECT DISTINCT k.number, k.name, h.dwelling FROM kin k JOIN lived h USING (component) WHERE k.is_bare) k
    JOIN lives l ON l.dwelling = k.dwelling JOIN called c ON c.record_number = l.record_number AND c.name = k.name
    WHERE l.record_number <> k.number
    UNION ALL
    SELECT least(k.number, b.record_number), greatest(k.number, b.record_number) FROM (
        SELECT DISTINCT k.number, k.name, h.dwelling FROM kin k JOIN lived h USING (component) WHERE NOT k.is_bare) k
    JOIN (SELECT l.dwelling, l.record_number, c.name FROM lives l JOIN called c USING (record_number) WHERE c.is_bare) b
        ON b.dwelling = k.dwelling AND b.name = k.name
    WHERE b.record_number <> k.number"""


def family_ties_query(scope: Scope) -> str:
    """SQL of the pairs (number_a, number_b) of temporary ``asked_tie`` whom relatives tie in ``scope``.

    Temporary ``resolving`` holds the records in question, ``first_person`` (record_number, person) who each is so far.
    The two share a relative, in the same generation, who is one person; or one lives where a relative of the other does.
    """
    ties = _ties(rows_in_scope("relationship", scope), "resolving")
    return f"""
        WITH kin_tie AS MATERIALIZED ({ties}),
        pair AS (SELECT * FROM asked_tie WHERE kind = 'family'),
        sharing AS (
            SELECT k.number_a, k.number_b FROM pair k JOIN kin_tie x ON x.number = k.number_a
            JOIN kin_tie y ON y.number = k.number_b JOIN first_person p ON p.record_number = x.relative
            JOIN first_person q ON q.record_number = y.relative WHERE p.person = q.person AND {_SIDES_FIT}),
        either AS (
            SELECT number_a, number_b, number_a AS one, number_b AS other, person_b AS other_person FROM pair
            UNION ALL SELECT number_a, number_b, number_b, number_a, person_a FROM pair),
        with_kin AS (
            SELECT k.number_a, k.number_b FROM either k JOIN kin_tie x ON x.number = k.one
            JOIN first_person p ON p.record_number = x.relative JOIN first_person m ON m.person = p.person
            JOIN comparison_record h ON h.record_number = m.record_number
            JOIN comparison_record o ON o.record_number = k.other
            WHERE p.person <> k.other_person AND list_has_any(h.dwellings, o.dwellings))
        SELECT number_a, number_b FROM sharing UNION SELECT number_a, number_b FROM with_kin"""
