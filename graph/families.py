"""Who is related to whom among some people, by what agencies asserted and by who lived together."""

from collections.abc import Collection, Mapping
from typing import Final

import duckdb

# Ties that make two people relatives; partners and carers too, so that a stepfather is no stranger.
KIN: Final = (
    "parent", "child", "sibling", "kin", "partner", "ex_partner", "carer", "cared_for", "next_of_kin", "has_next_of_kin",
)  # fmt: skip


def related_pairs(connection: duckdb.DuckDBPyConnection, person_ids: Collection[str]) -> dict[str, set[str]]:
    """Of each of these people, those among them who are relatives; read from ``pattern_edge``.

    Relatives: an asserted tie of ``KIN``, a parent or carer in common, or a household in common at any time.
    """
    rows = connection.execute(
        """WITH asked AS (SELECT unnest($people::VARCHAR[]) AS person_id),
           own AS (SELECT e.source_id AS a, e.target_id AS b, e.kind FROM pattern_edge e
                   SEMI JOIN asked ON asked.person_id = e.source_id
                   WHERE e.kind = 'member' OR e.kind IN (SELECT unnest($kin::VARCHAR[]))),
           shared AS (SELECT * FROM own WHERE kind IN ('member', 'child', 'cared_for'))
           SELECT a, b FROM own SEMI JOIN asked ON asked.person_id = own.b
           UNION SELECT one.a, other.a FROM shared one JOIN shared other ON one.b = other.b AND one.a <> other.a
           ORDER BY ALL""",
        {"people": sorted(person_ids), "kin": list(KIN)},
    ).fetchall()
    related: dict[str, set[str]] = {}
    for one, other in rows:
        related.setdefault(one, set()).add(other)
        related.setdefault(other, set()).add(one)
    return related


def families_apart(people: Collection[str], related: Mapping[str, set[str]]) -> int:
    """How many families these people are: groups without a relative in common among them."""
    left = set(people)
    families = 0
    while left:
        families += 1
        waiting = [left.pop()]
        while waiting:
            near = related.get(waiting.pop(), set()) & left
            left -= near
            waiting += near
    return families
