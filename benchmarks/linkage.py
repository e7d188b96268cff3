"""Linkage beside bare Splink on the same records in the same run: ``python -m benchmarks.linkage SNAPSHOT [TRUTH]``.

Prints seconds and peak memory of each stage, lookups, pairwise quality where the truth is known, and FEBRL 3 and 4
after training without labels.
"""

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks import bare_splink as peer
from benchmarks.febrl import febrl_rows
from linkage import (
    Description,
    LinkageCalibration,
    carry_identity,
    describe_people,
    lookup,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
    train,
)
from records.scope import Scope

ROWS = ("label", "record", "name", "identifier", "address_spell", "thing_use", "relationship")


def timed(name: str, work: Callable[[], object]) -> float:
    """Run ``work``, print its seconds and the peak memory of the process so far, and give the seconds."""
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {name:<28}{seconds:8.2f} s {peak:8.0f} MB")
    return seconds


def linked(connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration) -> float:
    """Every stage on the rows of ``connection``; gives the seconds of all but the descriptions."""
    seconds = timed("standardise", lambda: standardise(connection, calibration))
    seconds += timed("block and score", lambda: score_pairs(connection, calibration))
    seconds += timed("people", lambda: resolve_people(connection, scope, calibration))
    seconds += timed("ids", lambda: carry_identity(connection, scope, None, 1))
    timed("descriptions", lambda: describe_people(connection, scope))
    return seconds


def quality(connection: duckdb.DuckDBPyConnection, found: str, name: str) -> None:
    """Pairwise precision and recall of the table ``found`` (record_id, person_id) against ``truth_record``."""
    right, told, true = connection.execute(
        f"""
        WITH held AS (
            SELECT f.person_id, t.person_key, count(*) AS size FROM {found} f JOIN truth_record t USING (record_id) GROUP BY ALL)
        SELECT (SELECT sum(size * (size - 1) / 2) FROM held),
            (SELECT sum(size * (size - 1) / 2) FROM (SELECT sum(size) AS size FROM held GROUP BY person_id)),
            (SELECT sum(size * (size - 1) / 2) FROM (SELECT sum(size) AS size FROM held GROUP BY person_key))"""
    ).fetchall()[0]
    print(
        f"  {name}: precision {right / told:.4f} recall {right / true:.4f} F1 {2 * right / (told + true):.4f}"
    )


def lookups(connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration) -> None:
    """Milliseconds of 100 lookups, one at a time, of people who are there."""
    people = connection.execute(
        "SELECT given_name, family_name, date_of_birth FROM person WHERE scope = ? AND date_of_birth IS NOT NULL"
        " AND given_name IS NOT NULL AND family_name IS NOT NULL ORDER BY person_id LIMIT 20000",
        [scope.name],
    ).fetchall()
    taken = []
    for given, family, born in random.Random(1).sample(people, min(100, len(people))):
        started = time.perf_counter()
        lookup(connection, scope, Description(given, family, date_of_birth=born), calibration)
        taken.append(1000 * (time.perf_counter() - started))
    if taken:
        ranked = statistics.quantiles(taken, n=20)
        print(f"  lookup: median {statistics.median(taken):.0f} ms, 95th {ranked[-1]:.0f} ms")


def region(snapshot: Path, truth: Path | None) -> None:
    """The rows of a snapshot, linked by us and by bare Splink."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{snapshot}' AS given (READ_ONLY)")
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'given'"
    ).fetchall()
    for (name,) in tables:
        empty = "" if name in ROWS else " LIMIT 0"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given.{name}{empty}")
    connection.execute("DETACH given")
    labels = connection.execute("SELECT label_id FROM label").fetchall()
    scope = Scope("hub", frozenset(label for (label,) in labels), standing=True)
    records = connection.execute("SELECT count(*) FROM record").fetchall()[0][0]
    print(f"{records:,} records, shipped calibration")
    ours = linked(connection, scope, shipped_calibration())
    peer.take_records(connection)
    theirs = timed("bare Splink", lambda: peer.bare_splink(connection))
    print(f"  ours / bare Splink: {ours / theirs:.2f}")
    if truth:
        connection.execute(f"CREATE TABLE truth_record AS SELECT * FROM '{truth}/records.parquet'")
        quality(connection, "membership", "ours")
        quality(connection, "(SELECT record_id, cluster_id AS person_id FROM splink_cluster)", "bare Splink")
    lookups(connection, scope, shipped_calibration())
    timed("training from scratch", lambda: train(connection))


def febrl(number: int) -> None:
    """FEBRL without the social-security number, trained on itself without labels."""
    connection, truth = febrl_rows(number)
    scope = Scope("hub", frozenset({0}))
    standardise(connection, shipped_calibration())
    learnt = train(connection)
    print(f"FEBRL{number}, trained without labels (Splink with its threshold chosen on the truth: F1 .9983)")
    linked(connection, scope, learnt)
    pairs = connection.execute(
        "SELECT a.record_id, b.record_id FROM membership a JOIN membership b USING (person_id)"
        " WHERE a.record_id < b.record_id"
    ).fetchall()
    right = len(truth.intersection(pairs))
    print(
        f"  precision {right / len(pairs):.4f} recall {right / len(truth):.4f} F1 {2 * right / (len(pairs) + len(truth)):.4f}"
    )


def main(arguments: list[str] | None = None) -> None:
    """Measure a snapshot where one is given, and FEBRL always."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("snapshot", type=Path, nargs="?", help="a snapshot file of a store")
    parser.add_argument("truth", type=Path, nargs="?", help="the truth folder of the region in it")
    asked = parser.parse_args(arguments)
    if asked.snapshot:
        region(asked.snapshot, asked.truth)
    for number in (4, 3):
        febrl(number)


if __name__ == "__main__":
    main()
