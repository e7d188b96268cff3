"""Data unlike the region, by mapping files alone, beside Splink with its threshold chosen on the truth.

``python -m benchmarks.unlike_sets [NAME ...]``: FEBRL 3 and 4 without the number, and the made-up lists of
``unlike_lists``. Each goes through the whole build, which learns its own calibration; nobody tells it the truth or a
threshold. Splink gets the same accepted rows, comparisons chosen by somebody who knows its library, and the one
threshold in a hundred that the truth likes best.
"""

import argparse
import logging
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.unlike_lists import LISTS
from examples.febrl.prepare import prepare
from linkage.scoring import component_numbers
from mashlink.build import BuildRequest, build
from mashlink.settings import Settings

_ROWS = """
    CREATE TABLE splink_record AS
    WITH home AS (SELECT record_id, any_value(lower(address)) AS address, any_value(postcode) AS postcode FROM snapshot.address_spell GROUP BY 1),
    number AS (SELECT record_id, min(value) AS number FROM snapshot.identifier GROUP BY 1),
    phone AS (SELECT record_id, min(value) AS phone FROM snapshot.thing_use GROUP BY 1)
    SELECT record_id AS unique_id, feed, lower(coalesce(given_name, split_part(full_name, ' ', 1))) AS given,
        lower(coalesce(family_name, split_part(full_name, ' ', -1))) AS family,
        strftime(date_of_birth, '%Y-%m-%d') AS born, coalesce(birth_year, year(date_of_birth))::VARCHAR AS year, sex,
        left(lower(given_name), 1) AS given_initial, address, left(address, 8) AS street, postcode, number, phone
    FROM snapshot.record LEFT JOIN home USING (record_id) LEFT JOIN number USING (record_id) LEFT JOIN phone USING (record_id)
    ORDER BY record_id"""
_COMPARED = {
    "given": compare.ForenameSurnameComparison("given", "family"),
    "born": compare.DateOfBirthComparison("born", input_is_string=True),
    "year": compare.ExactMatch("year"),
    "sex": compare.ExactMatch("sex"),
    "address": compare.JaroWinklerAtThresholds("address", [0.95, 0.88]),
    "postcode": compare.LevenshteinAtThresholds("postcode", [1, 2]),
    "number": compare.ExactMatch("number"),
    "phone": compare.ExactMatch("phone"),
}
_BLOCKED = (
    ("born", "family"), ("born", "given"), ("given", "family"), ("year", "family"), ("year", "given"), ("number",), ("phone",),
    ("postcode", "given"), ("postcode", "family"), ("postcode", "year"), ("street", "year"), ("given_initial", "born"), ("street", "born"), ("street", "family"), ("street", "given"),
)  # fmt: skip


def f1_of(connection: duckdb.DuckDBPyConnection, clusters: str) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of ``clusters`` (record_id, cluster) against the table ``truth``."""
    pairs, true, right = connection.execute(
        f"""
        WITH cell AS (SELECT cluster, person, count(*) AS n FROM {clusters} JOIN truth USING (record_id) GROUP BY ALL)
        SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY cluster)),
            (SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY person)), (SELECT sum(n * (n - 1) / 2) FROM cell)"""
    ).fetchall()[0]
    precision, recall = right / max(pairs, 1), right / true
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def best_of_splink(connection: duckdb.DuckDBPyConnection, once: bool) -> float:
    """F1 of Splink's clusters at the threshold that is best by the truth; pairs within feeds without duplicates are no pairs."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection.execute(_ROWS)
    known = {
        name: connection.execute(f"SELECT count({name}) FROM splink_record").fetchall()[0][0]
        for name in _COMPARED
    }
    used = [name for name, held in known.items() if held and not (name == "year" and known["born"])]
    rules = [rule for rule in _BLOCKED if all(known.get(name, known["address"]) for name in rule)]
    model = SettingsCreator(
        link_type="link_only" if once else "dedupe_only",
        source_dataset_column_name="feed",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        comparisons=[_COMPARED[name] for name in used],
    )
    backend = DuckDBAPI(connection)
    tables = "splink_record"
    if once:
        feeds = [
            feed
            for (feed,) in connection.execute("SELECT DISTINCT feed FROM splink_record ORDER BY 1").fetchall()
        ]
        for number, feed in enumerate(feeds):
            connection.execute(
                f"CREATE TABLE side_{number} AS SELECT * FROM splink_record WHERE feed = '{feed}'"
            )
        frames = [backend.register(f"side_{number}") for number in range(len(feeds))]
    else:
        frames = [backend.register(tables)]
    linker = Linker(frames, model, log_level=None, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in rules[:3]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    scored = linker.inference.predict(threshold_match_weight=-15).as_pandas_dataframe()
    return max(_f1_above(connection, scored, bits / 2) for bits in range(-16, 32))


def _f1_above(connection: duckdb.DuckDBPyConnection, scored: Any, bits: float) -> float:
    records = (
        connection.execute("SELECT unique_id FROM splink_record ORDER BY 1")
        .fetchnumpy()["unique_id"]
        .astype(str)
    )
    kept = scored[scored["match_weight"] >= bits]
    ends = [
        np.searchsorted(records, kept[side].to_numpy(dtype=str)) for side in ("unique_id_l", "unique_id_r")
    ]
    found = pa.table({"record_id": records, "cluster": component_numbers(len(records), *ends)})
    connection.register("splink_cluster", found)
    return f1_of(connection, "splink_cluster")[2]


def measure(
    feeds: Path, store: Path, truth: Mapping[str, str], once: bool
) -> tuple[float, float, float, float, float]:
    """Precision, recall, F1 and seconds of a first build on ``feeds``, and Splink's best F1 on its rows."""
    started = time.perf_counter()
    build(BuildRequest(feeds, store), Settings())
    seconds = time.perf_counter() - started
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{next((store / 'snapshots').glob('*.duckdb'))}' AS snapshot (READ_ONLY)")
        connection.register("truth", pa.table({"record_id": list(truth), "person": list(truth.values())}))
        mine = "(SELECT record_id, person_id AS cluster FROM snapshot.membership WHERE scope = 'hub')"
        return *f1_of(connection, mine), seconds, best_of_splink(connection, once)


def main(arguments: list[str] | None = None) -> None:
    """Print one line a data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="data sets; all where none is named")
    names = parser.parse_args(arguments).names
    print(
        f"{'data set':18} {'records':>8} {'precision':>10} {'recall':>8} {'F1':>8} {'Splink, best':>13} {'seconds':>8}"
    )
    with tempfile.TemporaryDirectory(prefix="mashlink-unlike-") as scratch:
        root = Path(scratch)
        prepare(root / "febrl")
        for name in ("febrl3", "febrl4"):
            if names and name not in names:
                continue
            home = root / "febrl" / name / "without_number"
            with duckdb.connect() as connection:
                rows = connection.execute(
                    f"SELECT record_id, person_key FROM '{home / 'truth' / 'records.parquet'}'"
                ).fetchall()
            _print(
                name, measure(home / "feeds", root / f"{name}_store", dict(rows), name == "febrl4"), len(rows)
            )
        for make in LISTS:
            if names and make.__name__ not in names:
                continue
            unlike = make()
            feeds = root / unlike.name
            feeds.mkdir()
            truth = unlike.write(feeds)
            _print(
                unlike.name,
                measure(feeds, root / f"{unlike.name}_store", truth, unlike.duplicate_free),
                len(truth),
            )


def _print(name: str, measured: tuple[float, float, float, float, float], records: int) -> None:
    precision, recall, f1, seconds, splink = measured
    print(
        f"{name:18} {records:8} {precision:10.4f} {recall:8.4f} {f1:8.4f} {splink:13.4f} {seconds:8.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
