"""Tellings of which one names the other: by its id, by a reference that both carry, or by a number in its words."""

import duckdb

from linkage.incidents.grouping import NAMED

DAYS_OF_A_REFERENCE = 30
# Fewer digits are a house, an age or a year.
DIGITS_OF_A_REFERENCE = 5


def add_named_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to ``telling_pair`` the pairs of two agencies of which one names the other: above any other evidence.

    A number in the words of a report (its referrer, reference or summary: "Police, ref 2403/11872") counts where the
    other's id or reference is that number, signs aside, and somebody is in both: a number alone may be anybody's.
    """
    connection.execute(_written())
    connection.execute(_named())
    connection.execute("DROP TABLE temp.written_number")


def _number(text: str) -> str:
    """SQL: the letters and digits of a reference, however it is set."""
    return f"regexp_replace(upper({text}), '[^0-9A-Z]', '', 'g')"


def _written() -> str:
    return f"""CREATE OR REPLACE TEMP TABLE written_number AS
        WITH word AS (
            SELECT event_id, unnest(regexp_extract_all(upper(concat_ws(' ', e.referrer, e.reference, e.summary)),
                                                       '[0-9A-Z][0-9A-Z/-]*[0-9A-Z]')) AS word
            FROM scope_event e JOIN telling t USING (event_id) WHERE t.is_retold)
        SELECT DISTINCT event_id, {_number("word")} AS number FROM word
        WHERE length(regexp_replace(word, '[^0-9]', '', 'g')) >= {DIGITS_OF_A_REFERENCE}"""


def _named() -> str:
    apart = "abs(CAST(start_one AS DATE) - CAST(start_other AS DATE))"
    return f"""INSERT INTO telling_pair BY NAME
        WITH numbered AS (
            SELECT event_id, agency, started_at, {_number("substr(event_id, strpos(event_id, ':') + 1)")} AS number FROM telling
            UNION SELECT event_id, agency, started_at, {_number("reference")} FROM telling WHERE reference IS NOT NULL),
        named AS (
            SELECT a.event_id AS one, b.event_id AS other, a.started_at AS start_one, b.started_at AS start_other
            FROM telling a JOIN telling b ON b.event_id = a.related_event_id AND a.agency <> b.agency
            UNION SELECT a.event_id, b.event_id, a.started_at, b.started_at
            FROM telling a JOIN telling b ON b.reference = a.reference AND a.agency < b.agency
            UNION SELECT a.event_id, b.event_id, a.started_at, b.started_at
            FROM written_number w JOIN telling a ON a.event_id = w.event_id
            JOIN numbered b ON b.number = w.number AND b.agency <> a.agency
            WHERE EXISTS (SELECT 1 FROM telling_part p JOIN telling_part o ON o.shared_id = p.shared_id
                          WHERE p.is_person AND p.event_id = a.event_id AND o.event_id = b.event_id))
        SELECT least(one, other) AS event_id_a, greatest(one, other) AS event_id_b, {NAMED} AS score,
               'the one names the other, or both carry one reference' AS why, min({apart}) AS days_apart
        FROM named WHERE one <> other AND {apart} <= {DAYS_OF_A_REFERENCE}
        GROUP BY ALL"""
