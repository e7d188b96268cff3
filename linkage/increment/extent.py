"""How much a build links anew: everything, or the records that changed since the last build.

A build that starts from the tables of the last one (``CARRIED_TABLES``) redoes the *touched* records alone: those that
are new, changed or gone, by a digest of all that linkage reads of a record. Links between the others stay, because
a weight depends on two records and the calibration only. ``increment_keys`` says how a cap stays right.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import duckdb

from linkage.columns import count
from linkage.increment.digest import store_digests
from linkage.model.calibration import LinkageCalibration
from linkage.people.rulings import NO_RULINGS, Rulings

# What a build takes over from the last one; linkage alone reads those that the schema of a snapshot does not list.
CARRIED_TABLES: Final = (
    "comparison_record",
    "blocking_key",
    "crowded_key",
    "link",
    "link_component",
    "tied_pair",
    "membership",
    "identity",
    "resolved_scope",
    "record_digest",
    "moment_digest",
    "linkage_state",
    "linkage_label",
)
# Beyond this share of the records a build from scratch is quicker, and its tables are in good order for lookups again.
# It counts all that was touched since the last such build.
MOST_TOUCHED: Final = 0.25


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a build links: ``why_full`` says why everything, and is None for the touched records alone.

    ``records`` are there now; of these ``new`` and ``changed`` ones were touched, and ``removed`` ones are gone.
    """

    why_full: str | None
    records: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0
    touched_before: int = 0

    @property
    def is_full(self) -> bool:
        """Whether every record is linked anew."""
        return self.why_full is not None

    @property
    def touched(self) -> int:
        """How many records are new, changed or gone."""
        return self.new + self.changed + self.removed

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a build's report."""
        return {
            "kind": "full" if self.is_full else "incremental",
            "why_full": self.why_full,
            "records": self.records,
            "new": self.new,
            "changed": self.changed,
            "removed": self.removed,
        }


EVERYTHING: Final = Extent("nothing was asked of an earlier build")


def carries_on(previous: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> bool:
    """Whether the tables of the snapshot ``previous`` were made with this calibration by this program."""
    return _state(previous)[0] == model_digest(calibration)


def find_extent(
    connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration, rulings: Rulings = NO_RULINGS
) -> Extent:
    """What to link, given the row tables at hand and the tables that were carried over from the last build, if any.

    Where the touched records will do, they are listed in temporary ``touched_record`` (record_id, record_number,
    was_there, is_there), new ones with the numbers that follow the last; and temporary ``stirred_record`` (record_id)
    are those whose events changed. ``record_digest`` and ``moment_digest`` are brought up to date.
    """
    store_digests(connection, rulings)
    extent = _compare(connection, calibration)
    _keep_digests(connection, extent)
    if not extent.is_full:
        _take_over_labels(connection)
    connection.execute("DROP TABLE temp.digest_now; DROP TABLE temp.moment_digest_now")
    connection.execute("CREATE OR REPLACE TABLE linkage_label AS SELECT * FROM label ORDER BY label_id")
    return extent


def note_linkage(
    connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration, extent: Extent
) -> None:
    """Keep what the next build must know to carry on from this one; call it when the links are made."""
    touched = 0 if extent.is_full else extent.touched_before + extent.touched
    connection.execute(
        "CREATE OR REPLACE TABLE linkage_state AS SELECT ? AS model, ?::BIGINT AS touched_since_full",
        [model_digest(calibration), touched],
    )


def model_digest(calibration: LinkageCalibration) -> str:
    """A name for everything but the rows that links and people come of: the calibration, this room, DuckDB's hashes."""
    told = hashlib.sha256(f"{calibration.digest()} {duckdb.__version__}".encode())
    for room in ("linkage", "records.snapshot"):
        for name, part in sorted(_parts(files(room), room)):
            told.update(name.encode() + part)
    return told.hexdigest()


def _parts(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    """The program and the word lists of a room: the name and the bytes of each file, in its folders too."""
    for part in folder.iterdir():
        if part.is_dir():
            yield from _parts(part, f"{name}/{part.name}")
        elif part.name.endswith((".py", ".txt")):
            yield f"{name}/{part.name}", part.read_bytes()


def _state(connection: duckdb.DuckDBPyConnection) -> tuple[str, int]:
    """The model that the links at hand were made with, empty where there are none, and the records touched since a full build."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall()
    if not {(name,) for name in ("linkage_state", "record_digest", "moment_digest", "linkage_label")} <= set(
        found
    ):
        return "", 0
    model, touched = connection.execute("SELECT model, touched_since_full FROM linkage_state").fetchall()[0]
    return str(model), int(touched)


def _compare(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> Extent:
    records = count(connection, "temp.digest_now")
    model, touched_before = _state(connection)
    if not model:
        return Extent(
            "nothing to carry on from: a first build, --full, or another calibration or program", records
        )
    if model != model_digest(calibration):
        return Extent("the calibration or the program changed", records)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE touched_record AS
        WITH touched AS (
            SELECT coalesce(n.record_id, f.record_id) AS record_id,
                f.record_id IS NOT NULL AS was_there, n.record_id IS NOT NULL AS is_there
            FROM digest_now n FULL JOIN record_digest f ON f.record_id = n.record_id
            WHERE n.digest IS DISTINCT FROM f.digest),
        last AS (SELECT coalesce(max(record_number), -1) AS record_number FROM comparison_record)
        SELECT t.record_id, coalesce(c.record_number,
                (SELECT record_number FROM last) + row_number() OVER (PARTITION BY was_there ORDER BY t.record_id))::INTEGER
            AS record_number, was_there, is_there
        FROM touched t LEFT JOIN comparison_record c ON c.record_id = t.record_id ORDER BY t.record_id"""
    )
    new, changed, removed = connection.execute(
        "SELECT count(*) FILTER (NOT was_there), count(*) FILTER (was_there AND is_there), count(*) FILTER (NOT is_there)"
        " FROM touched_record"
    ).fetchall()[0]
    extent = Extent(None, records, new, changed, removed, touched_before)
    if touched_before + extent.touched > MOST_TOUCHED * max(records, 1):
        return Extent("too many records changed since everything was linked", records, new, changed, removed)
    return extent


def _keep_digests(connection: duckdb.DuckDBPyConnection, extent: Extent) -> None:
    if extent.is_full:
        connection.execute(
            "CREATE OR REPLACE TABLE record_digest AS SELECT * FROM digest_now ORDER BY record_id"
        )
        connection.execute("CREATE OR REPLACE TABLE moment_digest AS SELECT * FROM moment_digest_now")
        connection.execute("DROP TABLE IF EXISTS temp.touched_record")
        return
    connection.execute(
        "DELETE FROM record_digest WHERE record_id IN (SELECT record_id FROM touched_record WHERE was_there)"
    )
    connection.execute(
        "INSERT INTO record_digest SELECT n.* FROM digest_now n"
        " WHERE n.record_id IN (SELECT record_id FROM touched_record WHERE is_there) ORDER BY n.record_id"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE stirred_record AS SELECT coalesce(n.record_id, f.record_id) AS record_id"
        " FROM moment_digest_now n FULL JOIN moment_digest f ON f.record_id = n.record_id"
        " WHERE n.digest IS DISTINCT FROM f.digest"
    )
    connection.execute("DELETE FROM moment_digest WHERE record_id IN (SELECT record_id FROM stirred_record)")
    connection.execute(
        "INSERT INTO moment_digest SELECT * FROM moment_digest_now"
        " WHERE record_id IN (SELECT record_id FROM stirred_record)"
    )


def _take_over_labels(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the labels of ``comparison_record`` their ids of today: a new kind of label moves those that follow it.

    A label that is gone gets a number of its own until its records, all of them touched, are taken out.
    """
    connection.execute(
        """
        UPDATE comparison_record SET label_id = moved.now FROM (
            SELECT f.label_id AS former, coalesce(n.label_id, 65535 - f.label_id)::USMALLINT AS now
            FROM linkage_label f LEFT JOIN label n USING (hub, agency, marking, category)) moved
        WHERE label_id = moved.former AND moved.now <> moved.former"""
    )
