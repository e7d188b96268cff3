"""The steps of the review queue in SQL: which pairs of people stand in it, and what a judgement on them would move.

All work on temporary tables: ``review_member`` (the members of the scope), ``review_entry`` (record_id_a,
record_id_b, person_id_a, person_id_b, kind, weight, rule, record_ids_a, record_ids_b), ``review_together``, ``review_stake``.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import duckdb
import pyarrow as pa

from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import BARRING_LIST, levels_query, weights_query
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

YEARS_OF_CHILDHOOD: Final = 18
# Of a side with more records than this, so many stand for all: two crowds of fifty are 2,500 pairs to no more purpose.
MOST_OF_A_SIDE: Final = 12


def draw_apart(connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration) -> None:
    """Make ``review_entry`` with the pairs of people between whom a link was kept, by the heaviest of their links.

    ``near_threshold``: too light to join; ``kept_apart``: heavy enough, and yet apart. Kin by anyone's statement and
    two numbers of one feed without duplicates are left out: whatever the weight, they are two people.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE review_entry AS
        WITH between_people AS (
            SELECT l.record_id_a, l.record_id_b, a.person_id AS person_id_a, b.person_id AS person_id_b, l.weight,
                CASE WHEN l.rule IN ({BARRING_LIST}) THEN l.rule END AS rule
            FROM link l JOIN review_member a ON a.record_number = l.number_a
            JOIN review_member b ON b.record_number = l.number_b WHERE a.person_id <> b.person_id),
        heaviest AS (
            SELECT * FROM between_people QUALIFY row_number() OVER (
                PARTITION BY least(person_id_a, person_id_b), greatest(person_id_a, person_id_b)
                ORDER BY weight DESC, record_id_a, record_id_b) = 1),
        kin AS (
            SELECT a.person_id AS one, b.person_id AS other FROM {rows_in_scope("relationship", scope)} t
            JOIN review_member a ON a.record_id = t.record_id JOIN review_member b ON b.record_id = t.other_record_id
            WHERE a.person_id <> b.person_id),
        settled AS (SELECT one, other FROM kin UNION SELECT other, one FROM kin),
        person_side AS (
            SELECT person_id, list(record_id ORDER BY record_id) AS record_ids,
                coalesce(list(DISTINCT feed) FILTER (duplicate_free), []) AS once_feeds
            FROM review_member WHERE person_id IN (
                SELECT person_id_a FROM heaviest UNION SELECT person_id_b FROM heaviest)
            GROUP BY person_id)
        SELECT CASE WHEN h.weight >= {calibration.join_bits:.9e} THEN 'kept_apart' ELSE 'near_threshold' END AS kind,
            h.*, a.record_ids AS record_ids_a, b.record_ids AS record_ids_b
        FROM heaviest h ANTI JOIN settled s ON s.one = h.person_id_a AND s.other = h.person_id_b
        JOIN person_side a ON a.person_id = h.person_id_a JOIN person_side b ON b.person_id = h.person_id_b
        WHERE NOT list_has_any(a.once_feeds, b.once_feeds)"""
    )


def draw_doubted(connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]]) -> None:
    """Add the memberships whose holding link is among ``pairs``: the record on one side, its person's others on the other."""
    connection.register(
        "arriving",
        pa.table(
            {
                "low": pa.array([pair[0] for pair in pairs], pa.string()),
                "high": pa.array([pair[1] for pair in pairs], pa.string()),
            }
        ),
    )
    connection.execute(
        """
        INSERT INTO review_entry BY NAME
        WITH doubted AS (
            SELECT m.* FROM review_member m
            JOIN arriving p ON p.low = least(m.record_id, m.via_record_id) AND p.high = greatest(m.record_id, m.via_record_id)
            ANTI JOIN review_entry e ON e.record_id_a = p.low AND e.record_id_b = p.high
            QUALIFY row_number() OVER (PARTITION BY p.low, p.high ORDER BY m.record_id) = 1)
        SELECT 'doubted' AS kind, d.record_id AS record_id_a, d.via_record_id AS record_id_b, d.person_id AS person_id_a,
            d.person_id AS person_id_b, d.weight, [d.record_id] AS record_ids_a,
            list(o.record_id ORDER BY o.record_id) AS record_ids_b
        FROM doubted d JOIN review_member o ON o.person_id = d.person_id AND o.record_id <> d.record_id
        GROUP BY d.record_id, d.via_record_id, d.person_id, d.weight"""
    )
    connection.unregister("arriving")


def weigh_together(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    """Make ``review_together`` (record_id_a, record_id_b, together): the mean bits of the pairs between two sides.

    The two records that stand for an entry are the most alike of all its pairs: of two people with many records some
    pair nearly always is. A large side is told by ``MOST_OF_A_SIDE`` of its records, picked by digests of their ids.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE review_across AS
        WITH one AS ({_some_of("record_ids_a")}), other AS ({_some_of("record_ids_b")})
        SELECT o.record_id_a, o.record_id_b, least(a.record_number, b.record_number) AS number_a,
            greatest(a.record_number, b.record_number) AS number_b
        FROM one o JOIN other r USING (record_id_a, record_id_b)
        JOIN review_member a ON a.record_id = o.record_id JOIN review_member b ON b.record_id = r.record_id"""
    )
    pairs = "(SELECT DISTINCT number_a, number_b FROM review_across)"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE review_together AS
        SELECT record_id_a, record_id_b, avg(w.weight) AS together FROM review_across
        JOIN ({weights_query(levels_query(pairs), calibration)}) w USING (number_a, number_b) GROUP BY ALL"""
    )
    connection.execute("DROP TABLE temp.review_across")


def _some_of(side: str) -> str:
    """SQL of the records that stand for one side of every entry."""
    return f"""SELECT record_id_a, record_id_b, record_id
        FROM (SELECT record_id_a, record_id_b, unnest({side}) AS record_id FROM review_entry)
        QUALIFY row_number() OVER (
            PARTITION BY record_id_a, record_id_b ORDER BY md5(record_id), record_id) <= {MOST_OF_A_SIDE}"""


def measure_stakes(connection: duckdb.DuckDBPyConnection, scope: Scope, as_of: date) -> None:
    """Make ``review_stake``: for each entry what a judgement would move; see ``linkage.review.queue``.

    An event is open when its status says so. A child is a person whose 18th birthday is after ``as_of``, or who was
    born within 18 years of it where the year alone is known.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE review_stake AS
        WITH side AS (
            SELECT record_id_a, record_id_b, 'a' AS side, unnest(record_ids_a) AS record_id FROM review_entry UNION ALL
            SELECT record_id_a, record_id_b, 'b', unnest(record_ids_b) FROM review_entry),
        open_part AS (
            SELECT DISTINCT i.record_id, e.event_id FROM {rows_in_scope("event", scope)} e
            JOIN {rows_in_scope("involvement", scope)} i ON i.event_id = e.event_id WHERE e.status = 'open'),
        opened AS (
            SELECT record_id_a, record_id_b, count(DISTINCT event_id) AS open_events
            FROM side JOIN open_part USING (record_id) GROUP BY ALL),
        known AS (
            SELECT record_id_a, record_id_b, agency, count(DISTINCT side) AS sides
            FROM side JOIN review_member USING (record_id) GROUP BY ALL),
        joined AS (
            SELECT record_id_a, record_id_b, count(*) FILTER (sides = 1) AS agencies FROM known GROUP BY ALL),
        child AS (
            SELECT person_id FROM person WHERE scope = $1 AND coalesce(
                date_of_birth > $2::DATE - INTERVAL {YEARS_OF_CHILDHOOD} YEAR,
                birth_year > year($2::DATE) - {YEARS_OF_CHILDHOOD}, false))
        SELECT e.record_id_a, e.record_id_b, least(len(record_ids_a), len(record_ids_b))::INTEGER AS records_moved,
            coalesce(o.open_events, 0)::INTEGER AS open_events,
            ((a.person_id IS NOT NULL)::INTEGER
                + (b.person_id IS NOT NULL AND person_id_a <> person_id_b)::INTEGER)::INTEGER AS children,
            coalesce(j.agencies, 0)::INTEGER AS agencies_joined
        FROM review_entry e LEFT JOIN opened o USING (record_id_a, record_id_b)
        LEFT JOIN joined j USING (record_id_a, record_id_b)
        LEFT JOIN child a ON a.person_id = e.person_id_a LEFT JOIN child b ON b.person_id = e.person_id_b""",
        [scope.name, as_of],
    )
