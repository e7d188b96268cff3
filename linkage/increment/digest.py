"""Digests of all that linkage reads of a record: its rows, its relationships, the rulings that name it; and its events."""

import duckdb
import pyarrow as pa

from linkage.people.rulings import Rulings, sealed_pairs
from linkage.values.comparison_rows import COMPARED_TABLES

# What moves from one extract to the next without saying anything of the person.
_OF_THE_FILE = ("extracted_on", "source_file", "source_line")


def store_digests(connection: duckdb.DuckDBPyConnection, rulings: Rulings) -> None:
    """Temporary ``digest_now`` (record_id, digest), one row a record of ``record``, and ``moment_digest_now``.

    Labels count by their content, since their ids are those of one snapshot. Whole rows count, not only what is
    compared today: a row too many is linked again for nothing, one too few would leave a stale link.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE label_digest AS SELECT label_id, hash(hub, agency, marking, category) AS digest FROM label"
    )
    _register_rulings(connection, rulings)
    beside = [_rows(connection, table, "record_id") for table in COMPARED_TABLES if table != "record"]
    beside += [_rows(connection, "relationship", end) for end in ("record_id", "other_record_id")]
    beside.append(
        "SELECT hash(record_id) AS owner, hash('ruling', other_record_id, kind) AS digest FROM ruling_end"
    )
    # Rows of one record are told by a hash of its id, which is quicker to group by than text: two records whose hashes
    # fell together would but be linked again together. A sum has no order, and counts a row that stands there twice.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE digest_now AS
        SELECT r.record_id, hash(r.digest, b.digest) AS digest
        FROM (SELECT record_id, digest, owner FROM ({_rows(connection, "record", "record_id", "t.record_id, ")})) r
        LEFT JOIN (
            SELECT owner, sum((digest >> 12)::BIGINT) AS digest FROM ({" UNION ALL ".join(beside)}) GROUP BY owner) b
        ON b.owner = r.owner"""
    )
    connection.unregister("ruling_end")
    store_moment_digests(connection)
    connection.execute("DROP TABLE temp.label_digest")


def store_moment_digests(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary ``moment_digest_now`` (record_id, digest): a digest of every event that a record has a part in.

    No link comes of an event, but two records may be tied by the moment of theirs (``moments``).
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE moment_digest_now AS
        WITH part AS (SELECT i.record_id, i.event_id, hash(i.role, l.digest) AS digest FROM involvement i
            LEFT JOIN label_digest l USING (label_id)),
        happening AS (SELECT event_id, digest FROM ({_rows(connection, "event", "event_id", "t.event_id, ")}))
        SELECT p.record_id, sum((hash(p.digest, h.digest) >> 12)::BIGINT)::HUGEINT AS digest
        FROM part p LEFT JOIN happening h ON h.event_id = p.event_id GROUP BY p.record_id"""
    )


def _rows(connection: duckdb.DuckDBPyConnection, table: str, end: str, kept: str = "") -> str:
    """SQL of a digest of each row of ``table`` and its ``owner``, the record at its ``end``, hashed; and columns ``kept``."""
    described = connection.execute(f"SELECT * FROM {table} LIMIT 0").description or ()
    columns = [f"t.{column[0]}" for column in described if column[0] not in (*_OF_THE_FILE, "label_id")]
    return (
        f"SELECT {kept}hash(t.{end}) AS owner, hash('{table}.{end}', l.digest, {', '.join(columns)}) AS digest"
        f" FROM {table} t LEFT JOIN label_digest l USING (label_id)"
    )


def _register_rulings(connection: duckdb.DuckDBPyConnection, rulings: Rulings) -> None:
    """View ``ruling_end`` (record_id, other_record_id, kind): each ruling between two records, from both of them."""
    ruled = [(one, other, "seal") for one, other in sealed_pairs(rulings.seals)]
    ruled += [(one, other, "same") for one, other in rulings.same()]
    ruled += [(one, other, "not_same") for one, other in rulings.not_same()]
    ruled += [(other, one, kind) for one, other, kind in ruled]
    ends = sorted(set(ruled))
    connection.register(
        "ruling_end",
        pa.table(
            {
                name: pa.array([row[place] for row in ends], pa.string())
                for place, name in enumerate(("record_id", "other_record_id", "kind"))
            }
        ),
    )
