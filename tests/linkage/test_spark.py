"""Spark makes the links that DuckDB makes: bit for bit, whatever stands in the records and however the work is parted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from linkage import BlockingReport, Cluster, require_spark, shipped_calibration, standardise
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.blocking import blocking_report
from linkage.pairs.links import Weigh, score_all, weigh_here
from linkage.spark.links import KEY_ROWS, LEFT_OUT, RECORD_ROWS, weigh_on_spark
from linkage.spark.tasks import Model, UnlikePrograms, find_pairs, weigh_pairs
from records.errors import BadInput, EngineUnavailable

TABLES = ("link", "link_component", "crowded_key", "tied_pair", "circle")
# Few values of each, so that many agree; among them what other engines read otherwise than DuckDB.
NAMES = ("amy", "amie", "josé", "jose\u0301", "محمد", "o'neil", "x" * 2000, "ß", "\U0001f600", "a", "", None)
WORDS = ("high", "street", "rue", "ñandú", "y" * 2000, "שדרה", "")
DAYS = (date(1980, 5, 6), date(1980, 6, 5), date(1, 1, 2), date(1582, 10, 10), date(9999, 12, 31), None)
POSTCODES, PHONES = ("ZQ1 1AA", "ZQ1 1AB", "ZQ2 9ZZ"), ("+447700900001", "+447700900002")


@dataclass(frozen=True)
class Seal:
    """Two records kept apart."""

    protected_record_ids: frozenset[str]
    other_record_ids: frozenset[str]


def some(random: Random, values: tuple[str, ...]) -> list[str] | None:
    """None, nothing, one or several."""
    return (
        None if random.random() < 0.3 else sorted(random.sample(values, random.randint(0, len(values) - 1)))
    )


def odd_record(random: Random, number: int) -> dict[str, Any]:
    born = random.choice(DAYS)
    given, family = random.choice(NAMES), random.choice(NAMES)
    return {
        "record_number": number,
        "record_id": f"police:{number:04}",
        "label_id": random.randint(0, 2),
        "feed": random.choice(("one", "two")),
        "duplicate_free": random.random() < 0.1,
        "is_professional": False,
        "forename": given,
        "forename_sound": given and given[:2],
        "forename_roots": some(random, ("amelia", "jose")),
        "given_traditions": some(random, ("english", "chinese")),
        "family_traditions": some(random, ("english", "chinese")),
        "given_tokens": [given] if given else some(random, ("amy", "")),
        "given_sounds": [given[:2]] if given else None,
        "surname": family,
        "surname_sound": family and family[:2],
        "family_tokens": [family] if family else None,
        "family_sounds": [family[:2]] if family else None,
        "birth_date": born,
        "birth_year": born.year if born else random.choice((1980, None)),
        "sex": random.choice(("female", "male", None)),
        "postcodes": some(random, POSTCODES),
        "sectors": some(random, ("ZQ1 1", "ZQ2 9")),
        "districts": some(random, ("ZQ1", "ZQ2")),
        "dwellings": some(random, ("ZQ1 1AA|1", "uprn:1", "")),
        "doors": some(random, ("1|high", "2|rue")),
        "address_words": some(random, WORDS),
        "phones": some(random, PHONES),
        "nhs_numbers": some(random, ("9434765919", "9434765870", "9434765828")),
        "identifiers": some(random, ("upn:A1", "upn:B2")),
        "identifier_kinds": some(random, ("upn", "pnc_id")),
        "forename_bits": random.choice((0.0, -3.2, 7.25)) if given is not None else None,
        "household_bits": random.choice((0.0, -1.1)) if given is not None else None,
        "surname_bits": random.choice((0.0, 2.5)) if family is not None else None,
        "together_bits": random.choice((0.0, -0.7)),
    }


@pytest.fixture
def odd_records(snapshot: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """250 comparison records that agree here and there."""
    random = Random(5)
    standardise(snapshot, shipped_calibration())
    rows = [odd_record(random, number) for number in range(250)]
    held = pa.table({name: [row[name] for row in rows] for name in rows[0]})
    snapshot.register("arriving", held)
    snapshot.execute("INSERT INTO comparison_record BY NAME SELECT * FROM arriving")
    snapshot.unregister("arriving")
    return snapshot


# A cap that many keys of so few values pass.
CALIBRATION = replace(shipped_calibration(), block_cap=12)
SEALS = (Seal(frozenset({"police:0003"}), frozenset(f"police:{number:04}" for number in range(4, 200))),)


def links_of(connection: duckdb.DuckDBPyConnection, weigh: Weigh) -> Any:
    report = score_all(connection, CALIBRATION, SEALS, weigh)
    return report, {
        name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in TABLES
    }


def weigh_in_tasks(
    connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration, seals: Sequence[Any]
) -> BlockingReport:
    """What Spark does, without it: three shares of the keys, then three of the pairs, cut anyhow."""
    model = Model.of(calibration, seals)
    found = [
        batch
        for share in range(3)
        for batch in find_pairs(
            model,
            connection.execute(f"SELECT * FROM ({KEY_ROWS}) WHERE key & 1023 % 3 = {share}")
            .to_arrow_table()
            .to_batches(max_chunksize=7),
        )
    ]
    connection.register("found", pa.Table.from_batches(found))
    records = connection.execute(RECORD_ROWS).to_arrow_table()
    pairs = "(SELECT DISTINCT number_a, number_b FROM found WHERE number_a IS NOT NULL)"
    weighed = pa.concat_tables(
        weigh_pairs(
            model,
            connection.execute(f"SELECT * FROM {pairs} WHERE number_a % 3 = {share}").to_arrow_table(),
            records,
        )
        for share in range(3)
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE left_out_key AS {LEFT_OUT.format(found='found')}")
    connection.register("weighed", weighed)
    connection.execute("CREATE OR REPLACE TEMP TABLE scored_pair AS SELECT * FROM weighed")
    counted = connection.execute(f"SELECT count(*) FROM {pairs}").fetchall()[0][0]
    return blocking_report(connection, "temp.left_out_key", counted)


def test_shares_of_the_work_come_to_the_same_links(odd_records: duckdb.DuckDBPyConnection) -> None:
    report, links = links_of(odd_records, weigh_here)
    assert report.links > 1_000
    assert report.blocking.keys_over_cap
    assert {rule for _, _, _, rule, *_ in links["link"]} >= {None, "twins", "contradiction"}
    assert links_of(odd_records, weigh_in_tasks) == (report, links)


def test_a_machine_with_another_program_is_told_apart(odd_records: duckdb.DuckDBPyConnection) -> None:
    model = replace(Model.of(CALIBRATION, ()), digest="another")
    with pytest.raises(UnlikePrograms, match="same versions"):
        model.opened()


def test_spark_makes_the_same_links(odd_records: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    require_spark_here()
    here = links_of(odd_records, weigh_here)
    cluster = Cluster("local[2]", tmp_path / "spark", memory_gb=1.0)
    left_by_a_killed_build = cluster.folder / "found" / "part-0.parquet"
    left_by_a_killed_build.parent.mkdir(parents=True)
    left_by_a_killed_build.touch()
    assert links_of(odd_records, partial(weigh_on_spark, cluster=cluster)) == here
    assert not cluster.folder.exists()


def test_nothing_to_compare_makes_no_link(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    require_spark_here()
    standardise(snapshot, CALIBRATION)
    cluster = Cluster("local[2]", tmp_path / "spark", memory_gb=1.0)
    report, links = links_of(snapshot, partial(weigh_on_spark, cluster=cluster))
    assert (report.links, report.blocking.pairs, links["link"]) == (0, 0, [])


def test_a_cluster_that_does_not_answer_is_said_so(
    odd_records: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    require_spark_here()
    cluster = Cluster("no://where", tmp_path / "spark", memory_gb=1.0)
    with pytest.raises(EngineUnavailable, match="Spark at no://where did not finish") as met:
        links_of(odd_records, partial(weigh_on_spark, cluster=cluster))
    assert not any(name in str(met.value) for name in NAMES if name and len(name) > 2)
    assert not cluster.folder.exists()


def require_spark_here() -> None:
    try:
        require_spark()
    except BadInput as error:
        pytest.skip(str(error))
