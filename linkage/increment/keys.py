"""Blocking keys of an incremental build, and the cap on them.

A key's cap counts the records that share it, so a new record may close a key to pairs that it brought together
before, and one that is gone may open it. Where that happens, the pairs in question are looked at again.
"""

from typing import Final

import duckdb

from linkage.pairs.blocking import (
    USABLE,
    BlockingReport,
    blocking_report,
    drop_pairs_of_one_feed,
    key_query,
    make_pairs,
)

# Of two rows of one key: each pair with a touched end, once.
_TOUCHED_PAIR = "a.touched AND (NOT b.touched OR a.record_number < b.record_number)"


def take_out_touched(connection: duckdb.DuckDBPyConnection) -> None:
    """Take the records of ``touched_record`` out of ``comparison_record`` and ``blocking_key``, as they were.

    Their keys stay in temporary ``gone_key`` (key, record_number, label_id), their homes in ``gone_home`` (dwelling).
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gone_home AS SELECT unnest(dwellings) AS dwelling FROM comparison_record"
        " WHERE record_number IN (SELECT record_number FROM touched_record WHERE was_there)"
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE gone_key AS
        WITH gone AS (
            SELECT c.record_number, c.label_id FROM comparison_record c
            SEMI JOIN (SELECT record_number FROM touched_record WHERE was_there) t USING (record_number))
        SELECT k.key, k.record_number, g.label_id FROM blocking_key k JOIN gone g ON g.record_number = k.record_number"""
    )
    for table in ("blocking_key", "comparison_record"):
        connection.execute(
            f"DELETE FROM {table} WHERE record_number IN (SELECT record_number FROM touched_record WHERE was_there)"
        )


def make_touched_pairs(
    connection: duckdb.DuckDBPyConnection, block_cap: int, looks_widely: bool
) -> BlockingReport:
    """Bring ``blocking_key`` up to date and fill ``candidate_pair``: the pairs that are to be weighed again.

    Temporary ``rescored`` (record_number) are the records all of whose links are made anew: the touched ones that are
    there, and those that lose a key to a cap. Pairs that a cap lets in come besides. The lower record id comes first.
    """
    _add_keys(connection, looks_widely)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rescored AS SELECT record_number FROM touched_record WHERE is_there"
    )
    _find_turned(connection, block_cap)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE near_key AS
        WITH asked AS (
            SELECT key FROM blocking_key SEMI JOIN rescored USING (record_number) UNION SELECT key FROM gone_key)
        SELECT k.*, r.record_number IS NOT NULL AS touched
        FROM blocking_key k SEMI JOIN asked a ON a.key = k.key LEFT JOIN rescored r ON r.record_number = k.record_number"""
    )
    make_pairs(connection, block_cap, "near_key", _TOUCHED_PAIR)
    _add_opened(connection)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE candidate_pair AS
        SELECT CASE WHEN a.record_id < b.record_id THEN number_a ELSE number_b END AS number_a,
            CASE WHEN a.record_id < b.record_id THEN number_b ELSE number_a END AS number_b
        FROM candidate_pair p JOIN comparison_record a ON a.record_number = p.number_a
        JOIN comparison_record b ON b.record_number = p.number_b"""
    )
    connection.execute(
        "DELETE FROM crowded_key WHERE key IN (SELECT key FROM near_key UNION SELECT key FROM gone_key)"
    )
    connection.execute("INSERT INTO crowded_key SELECT * FROM temp.left_out_key ORDER BY key")
    for name in ("near_key", "gone_key", "arrived_key", "left_out_key", "crowded", "turned"):
        connection.execute(f"DROP TABLE temp.{name}")
    return blocking_report(connection, "crowded_key")


def _add_keys(connection: duckdb.DuckDBPyConnection, looks_widely: bool) -> None:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE arrived_key AS SELECT * FROM ({key_query('arrived_record', looks_widely)})"
    )
    connection.execute("INSERT INTO blocking_key SELECT * FROM arrived_key ORDER BY key, record_number")


def _find_turned(connection: duckdb.DuckDBPyConnection, block_cap: int) -> None:
    """What the cap treats otherwise than before: temporary ``turned`` (key, label_a, label_b, opens) of rows ``crowded``.

    Records with a link that may have come of a key and labels that are now closed are added to ``rescored``.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE key_change AS
        SELECT key, label_id, sum(change)::INTEGER AS change FROM (
            SELECT k.key, c.label_id, 1 AS change FROM arrived_key k JOIN arrived_record c USING (record_number)
            UNION ALL SELECT key, label_id, -1 FROM gone_key)
        GROUP BY key, label_id HAVING sum(change) <> 0"""
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE crowded AS
        WITH changed AS (SELECT key, sum(change) AS change FROM key_change GROUP BY key),
        held AS (
            SELECT k.key, count(*) AS size, any_value(c.change) AS change
            FROM blocking_key k JOIN changed c ON c.key = k.key GROUP BY k.key)
        SELECT k.key, k.record_number, k.asks, r.label_id FROM blocking_key k
        SEMI JOIN (SELECT key FROM held WHERE greatest(size, size - change) > ?) h ON h.key = k.key
        JOIN comparison_record r USING (record_number)""",
        [block_cap],
    )
    now, before = USABLE.format(size="size"), USABLE.format(size="former")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE turned AS
        WITH held AS (
            SELECT key, label_id, count(*) AS size, count(*) - coalesce(any_value(k.change), 0) AS former
            FROM crowded LEFT JOIN key_change k USING (key, label_id) GROUP BY key, label_id)
        SELECT a.key, a.label_id AS label_a, b.label_id AS label_b, {now} AS opens
        FROM held a JOIN held b ON b.key = a.key WHERE ({now}) <> ({before})""",
        {"cap": block_cap},
    )
    connection.execute(
        f"INSERT INTO rescored SELECT DISTINCT a.record_number {_TURNED_PAIRS} JOIN link l ON l.number_a = a.record_number"
        " AND l.number_b = b.record_number WHERE NOT a.opens AND a.record_number NOT IN (SELECT record_number FROM rescored)"
    )
    for name in ("key_change", "arrived_record"):
        connection.execute(f"DROP TABLE temp.{name}")


_TURNED_PAIRS: Final = (
    "FROM (SELECT c.*, t.label_b, t.opens FROM crowded c JOIN turned t ON t.key = c.key AND t.label_a = c.label_id) a"
    " JOIN crowded b ON b.key = a.key AND b.label_id = a.label_b"
)


def _add_opened(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to ``candidate_pair`` the pairs of untouched records that the cap now lets in, but those linked as it is."""
    connection.execute(
        f"""
        INSERT INTO candidate_pair
        SELECT DISTINCT a.record_number, b.record_number {_TURNED_PAIRS} AND a.record_number < b.record_number
        WHERE a.opens AND (a.asks OR b.asks)
            AND a.record_number NOT IN (SELECT record_number FROM rescored)
            AND b.record_number NOT IN (SELECT record_number FROM rescored)
            AND NOT EXISTS (SELECT 1 FROM link l WHERE l.number_a = a.record_number AND l.number_b = b.record_number)
            AND NOT EXISTS (SELECT 1 FROM link l WHERE l.number_a = b.record_number AND l.number_b = a.record_number)"""
    )
    drop_pairs_of_one_feed(connection)
