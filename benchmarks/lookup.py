"""Lookups in process, one at a time, beside Splink's ``predict_between`` of one new record in the same run.

``python -m benchmarks.lookup --records 500000`` makes a region, links it and asks; ``--database FILE`` links into that
file, or asks of what an earlier run left in it. Printed are medians of the rounds: milliseconds of our median and 95th
lookup, by kind of description and over all, and of Splink's, which is asked a few of the same descriptions. The same descriptions are asked in a scope that no build has formed, as a reader with
a grant or a meeting's list has it: there whose records were found is resolved on demand. Last, ``people_of`` such records alone.
"""

import argparse
import logging
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import splink
from rich.console import Console
from rich.table import Table

from access import standing_scopes
from benchmarks import bare_splink as peer
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
from records.intake import take_in
from records.mapping import load_mappings
from records.snapshot import TABLES, create_table
from synthetic import RegionOptions, make_region

RECORDS_A_PERSON: Final = 2.7
SEED: Final = 7
# Of each kind of description; 240 in all.
EACH: Final = 40
# Splink takes long enough to be asked fewer.
ASKED_OF_SPLINK: Final = 24
ASKED_ON_DEMAND: Final = 60
ON_DEMAND: Final = "all, in a scope on demand"
PEOPLE: Final = "people_of one record, in a scope on demand"
Ask = Callable[[Description], object]


@dataclass(frozen=True, slots=True)
class Known:
    """What one record says of a person who is there."""

    given: str
    family: str
    born: date
    postcode: str
    address: str
    nhs: str


def make_database(file: Path, records: int, screen: Console) -> None:
    """A region of about ``records`` records, linked and indexed as a build does."""
    calibration = shipped_calibration()
    with tempfile.TemporaryDirectory(prefix="mashlink-lookup-") as scratch, duckdb.connect(file) as rows:
        people = round(records / RECORDS_A_PERSON)
        screen.print(f"Making and linking {people:,} people (about {records:,} records) …")
        make_region(RegionOptions(people=people, seed=SEED), Path(scratch))
        for table in TABLES:
            rows.execute(create_table(table))
        feeds = Path(scratch, "feeds")
        take_in(rows, feeds, load_mappings(feeds), hub="home")
        standardise(rows, calibration)
        resolve_places(rows)
        score_pairs(rows, calibration)
        for scope in standing_scopes(rows):
            resolve_people(rows, scope, calibration)
            carry_identity(rows, scope, None, 1)
        index_for_lookup(rows)


def descriptions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Description]]:
    """By kind, what a caller may know of people who are there, and of some who are not."""
    rows = connection.execute(
        """
        SELECT r.given_name, r.family_name, r.date_of_birth, a.postcode, a.address, min(i.value)
        FROM record r JOIN address_spell a USING (record_id)
        JOIN identifier i ON i.record_id = r.record_id AND i.kind = 'nhs_number'
        WHERE r.given_name IS NOT NULL AND r.family_name IS NOT NULL AND day(r.date_of_birth) BETWEEN 2 AND 12
            AND a.postcode IS NOT NULL AND a.address IS NOT NULL
        GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    chance = random.Random(1)
    taken = iter(chance.sample(rows, 6 * EACH))
    found: dict[str, list[Description]] = {}
    for kind, describe in _KINDS.items():
        found[kind] = [describe(Known(*next(taken)), chance) for _ in range(EACH)]
    return found


def _misspelt(chance: random.Random, name: str) -> str:
    place = chance.randrange(max(len(name) - 1, 1))
    return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]


_KINDS: Final[dict[str, Callable[[Known, random.Random], Description]]] = {
    "everything, as recorded": lambda known, _: Description(
        known.given, known.family, date_of_birth=known.born, postcode=known.postcode, address=known.address
    ),
    "name and date of birth": lambda known, _: Description(known.given, known.family, date_of_birth=known.born),
    "misspelt names": lambda known, chance: Description(
        _misspelt(chance, known.given), _misspelt(chance, known.family), date_of_birth=known.born, postcode=known.postcode
    ),
    "day and month swapped": lambda known, _: Description(
        known.given, known.family, date_of_birth=date(known.born.year, known.born.day, known.born.month)
    ),
    "NHS number alone": lambda known, _: Description(identifiers=(("nhs_number", known.nhs),)),
    "nobody who is there": lambda known, chance: Description(
        _misspelt(chance, known.given[::-1]),
        known.family,
        date_of_birth=known.born - timedelta(days=chance.randrange(40, 20000)),
    ),
}  # fmt: skip


def splink_lookup(connection: duckdb.DuckDBPyConnection) -> Ask:
    """Bare Splink, trained on the same records, with its term frequencies ready; asked one new record at a time."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    peer.take_records(connection)
    backend = splink.DuckDBAPI(connection)
    records = backend.register("splink_record")
    linker = splink.Linker(records, peer.settings(), log_level=None, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (splink.block_on("dob", "postcode"), splink.block_on("nhs_number")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
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
        found = linker.inference.predict_between(records, asked, threshold_match_probability=0.01)
        answer = found.as_record_list()
        found.drop_table_from_database_and_remove_from_cache()
        return answer

    return ask


def milliseconds(ask: Callable[[Any], object], asked: Sequence[Any]) -> Iterator[float]:
    """How long each takes."""
    for sought in asked:
        started = time.perf_counter()
        ask(sought)
        yield 1000 * (time.perf_counter() - started)


def measure(
    database: Path, rounds: int, screen: Console
) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """By kind and over ``all``, the medians over ``rounds`` of our median and 95th; and of Splink's."""
    ours = duckdb.connect(database, read_only=True)
    scope = standing_scopes(ours)[0]
    calibration = shipped_calibration()

    on_demand = replace(standing_scopes(ours)[1], name="on demand", standing=False)

    # As a service does it: a connection a request.
    def ask(sought: Description) -> object:
        with ours.cursor() as connection:
            return lookup(connection, scope, sought, calibration)

    def ask_on_demand(sought: Description) -> object:
        with ours.cursor() as connection:
            return lookup(connection, on_demand, sought, calibration)

    def resolve(record_id: str) -> object:
        with ours.cursor() as connection:
            return people_of(connection, on_demand, [record_id], calibration)

    some_records = _some_records(ours)
    kinds = descriptions(ours)
    every = [sought for asked in kinds.values() for sought in asked]
    screen.print("Training Splink on the same records …")
    theirs = duckdb.connect()
    for table in ("record", "address_spell", "identifier"):
        theirs.register("arriving", ours.execute(f"SELECT * FROM {table}").to_arrow_table())
        theirs.execute(f"CREATE TABLE {table} AS SELECT * FROM arriving")
        theirs.unregister("arriving")
    ask_splink = splink_lookup(theirs)
    asked_of_splink = every[:: len(every) // ASKED_OF_SPLINK]
    list(milliseconds(ask, every[:EACH]))
    list(milliseconds(ask_on_demand, every[:3]))
    list(milliseconds(ask_splink, asked_of_splink[:2]))
    found: list[dict[str, list[float]]] = []
    for number in range(rounds):
        taken = {kind: list(milliseconds(ask, asked)) for kind, asked in kinds.items()}
        taken["all"] = [one for times in taken.values() for one in times]
        taken[ON_DEMAND] = list(milliseconds(ask_on_demand, every[:: len(every) // ASKED_ON_DEMAND]))
        taken[PEOPLE] = list(milliseconds(resolve, some_records))
        taken["splink"] = list(milliseconds(ask_splink, asked_of_splink))
        found.append(taken)
        screen.print(
            f"  round {number + 1} of {rounds}: ours {_median(taken['all']):.1f} ms, Splink {_median(taken['splink']):.1f} ms"
        )
    medians = {
        kind: (
            _median([_median(taken[kind]) for taken in found]),
            _median([_late(taken[kind]) for taken in found]),
        )
        for kind in found[0]
    }
    return medians, medians.pop("splink")


def _some_records(connection: duckdb.DuckDBPyConnection) -> list[str]:
    ids = [
        record_id for (record_id,) in connection.execute("SELECT record_id FROM record ORDER BY 1").fetchall()
    ]
    return random.Random(2).sample(ids, ASKED_ON_DEMAND)


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _late(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def show(screen: Console, result: Any, records: int) -> None:
    """The medians as a table."""
    ours, (splink_median, splink_late) = result
    table = Table(
        "Description", "p50, ms", "p95, ms", title=f"Lookup against {records:,} records, one at a time"
    )
    for kind, (median, late) in ours.items():
        table.add_row(kind, f"{median:.1f}", f"{late:.1f}", style="bold" if kind == "all" else None)
    table.add_row("Splink predict_between, one new record", f"{splink_median:.1f}", f"{splink_late:.1f}")
    table.add_row("ours ÷ Splink", f"{ours['all'][0] / splink_median:.3f}", f"{ours['all'][1] / splink_late:.3f}")  # fmt: skip
    screen.print(table)


def main(arguments: list[str] | None = None) -> None:
    """Make a region unless one is given, measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--database", type=Path, help="a file to link into; asked as it is when it is there already"
    )
    asked = parser.parse_args(arguments)
    screen = Console()
    with tempfile.TemporaryDirectory(prefix="mashlink-lookup-") as scratch:
        database = asked.database or Path(scratch, "linked.duckdb")
        if not database.exists():
            make_database(database, asked.records, screen)
        with duckdb.connect(database, read_only=True) as connection:
            (records,) = connection.execute("SELECT count(*) FROM record").fetchall()[0]
        show(screen, measure(database, asked.rounds, screen), records)


if __name__ == "__main__":
    main()
