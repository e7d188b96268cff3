"""Lookups in process, one at a time, beside Splink's ``predict_between`` of one new record in the same run.

``python -m benchmarks.lookup --records 500000 --runs 5`` makes a region, links it and asks, in rounds; ``--database FILE``
links into that file, or asks of what an earlier run left in it. Told are medians over the rounds of the median and the
95th lookup, and of Splink's, which has its own database with the same records and is asked some of the same
descriptions. The same descriptions are asked in a scope that no build has formed, as a reader with a grant or a
meeting's list has it: there whose records were found is resolved on demand. Last, ``people_of`` such records alone.
"""

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import splink

from access import standing_scopes
from benchmarks import bare_splink as peer
from benchmarks.figures import Figure, Peer, tell
from benchmarks.lookup_descriptions import descriptions
from benchmarks.part import in_a_process, options
from benchmarks.regions import Regions, count_records
from linkage import (
    Description,
    carry_identity,
    index_for_lookup,
    lookup,
    people_of,
    resolve_people,
    resolve_places,
    score_pairs,
    shipped_calibration,
    standardise,
)
from records.database import open_database

# Splink, and people on demand, take long enough to be asked fewer.
ASKED_OF_SPLINK: Final = 24
ASKED_ON_DEMAND: Final = 60
WARMED_BY: Final = 3
ALL: Final = "all kinds"
ON_DEMAND: Final = "all kinds, in a scope on demand"
PEOPLE: Final = "people of one record, in a scope on demand"
SPLINK: Final = "Splink predict_between"
Ask = Callable[[Any], object]
# Median and 95th percentile, in milliseconds.
Times = tuple[float, float]


def link(database: Path) -> None:
    """Link and index the rows of ``database`` as a build does."""
    calibration = shipped_calibration()
    with open_database(database) as rows:
        standardise(rows, calibration)
        resolve_places(rows)
        score_pairs(rows, calibration)
        for scope in standing_scopes(rows):
            resolve_people(rows, scope, calibration)
            carry_identity(rows, scope, None, 1)
        index_for_lookup(rows)


def splink_lookup(connection: duckdb.DuckDBPyConnection) -> Ask:
    """Bare Splink, trained on the same records, with its term frequencies ready; asked one new record at a time."""
    backend = splink.DuckDBAPI(connection)
    records = backend.register("splink_record")
    linker = peer.trained(records)
    for name in ("first_name", "surname"):
        linker.table_management.compute_tf_table(name)

    def ask(sought: Description) -> object:
        born = sought.date_of_birth
        row = {
            "unique_id": "asked",
            "first_name": sought.given_name and sought.given_name.lower(),
            "surname": sought.family_name and sought.family_name.lower(),
            "dob": born.isoformat() if born else None,
            "postcode": sought.postcode,
            "nhs_number": next((value for _, value in sought.identifiers), None),
            "sex": None,
        }
        columns = {name: pa.array([value], pa.string()) for name, value in row.items()}
        asked = backend.register(pa.table(columns))
        found = linker.inference.predict_between(
            records, asked, threshold_match_probability=peer.PREDICTED_AT
        )
        answer = found.as_record_list()
        found.drop_table_from_database_and_remove_from_cache()
        return answer

    return ask


def our_lookups(connection: duckdb.DuckDBPyConnection) -> dict[str, Ask]:
    """The ways we are asked; each with a connection a request, as a service does it."""
    calibration = shipped_calibration()
    scopes = standing_scopes(connection)
    standing = scopes[0]
    on_demand = replace(scopes[1], name="on demand", standing=False)

    def ask(sought: Description) -> object:
        with connection.cursor() as cursor:
            return lookup(cursor, standing, sought, calibration)

    def ask_on_demand(sought: Description) -> object:
        with connection.cursor() as cursor:
            return lookup(cursor, on_demand, sought, calibration)

    def resolve(record_id: str) -> object:
        with connection.cursor() as cursor:
            return people_of(cursor, on_demand, [record_id], calibration)

    return {ALL: ask, ON_DEMAND: ask_on_demand, PEOPLE: resolve}


def milliseconds(ask: Ask, asked: Iterable[Any]) -> Iterator[float]:
    """How long each takes."""
    for sought in asked:
        started = time.perf_counter()
        ask(sought)
        yield 1000 * (time.perf_counter() - started)


def measure(database: Path, rounds: int) -> dict[str, Times]:
    """Medians over the rounds, by kind of description, over all kinds, on demand, and of Splink."""
    with open_database(database, read_only=True) as ours, peer.beside(database) as theirs:
        ways = our_lookups(ours) | {SPLINK: splink_lookup(theirs)}
        kinds = descriptions(ours)
        every = [sought for asked in kinds.values() for sought in asked]
        some: dict[str, Sequence[Any]] = {
            ON_DEMAND: _some_of(every, ASKED_ON_DEMAND),
            PEOPLE: _some_records(ours),
            SPLINK: _some_of(every, ASKED_OF_SPLINK),
        }
        for way, asked in {ALL: every, **some}.items():
            list(milliseconds(ways[way], asked[:WARMED_BY]))
        found: list[dict[str, list[float]]] = []
        for _ in range(rounds):
            taken = {kind: list(milliseconds(ways[ALL], asked)) for kind, asked in kinds.items()}
            taken[ALL] = [one for times in taken.values() for one in times]
            found.append(taken | {way: list(milliseconds(ways[way], asked)) for way, asked in some.items()})
    return {
        kind: (
            statistics.median(statistics.median(taken[kind]) for taken in found),
            statistics.median(_late(taken[kind]) for taken in found),
        )
        for kind in found[0]
    }


def _some_of(every: Sequence[Description], count: int) -> Sequence[Description]:
    return every[:: len(every) // count]


def _some_records(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute("SELECT record_id FROM record ORDER BY 1").fetchall()
    return random.Random(2).sample([record_id for (record_id,) in rows], ASKED_ON_DEMAND)


def _late(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def figures(found: Mapping[str, Times], records: int, rounds: int) -> list[Figure]:
    """The rows."""

    def figure(bar: str, way: str, place: int, beside_splink: bool = True) -> Figure:
        peers = (Peer(SPLINK, found[SPLINK][place]),) if beside_splink else ()
        return Figure(bar, found[way][place], records, "records", runs=rounds, peers=peers)

    return [
        figure("lookup_p50", ALL, 0),
        figure("lookup_p95", ALL, 1),
        figure("lookup_ratio", ALL, 0),
        figure("lookup_ratio_p95", ALL, 1),
        figure("lookup_on_demand", ON_DEMAND, 0, beside_splink=False),
        figure("people_on_demand", PEOPLE, 0, beside_splink=False),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Make a region unless one is given, measure, and print; ``--link`` links inside a process of its own."""
    parser = options(__doc__)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--database", type=Path, help="linked already, or to be linked into")
    parser.add_argument("--link", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.link:
        link(asked.link)
        print(json.dumps("linked"))
        return
    with tempfile.TemporaryDirectory(prefix="mashlink-lookup-") as scratch:
        database = asked.database or Path(scratch, "linked.duckdb")
        if not database.exists():
            growing = database.with_suffix(".growing")
            shutil.copyfile(Regions(Path(scratch)).rows(asked.records), growing)
            in_a_process("benchmarks.lookup", "--link", str(growing))
            growing.rename(database)
        records = count_records(database)
        found = measure(database, asked.runs)
    details = {kind: {"p50_ms": round(p50, 2), "p95_ms": round(p95, 2)} for kind, (p50, p95) in found.items()}
    tell(figures(found, records, asked.runs), asked.out, details, f"Lookups against {records:,} records")


if __name__ == "__main__":
    main()
