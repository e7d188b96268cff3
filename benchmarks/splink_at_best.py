"""The peer on data unlike the region: Splink with its threshold chosen on the truth.

It gets the same accepted rows, comparisons chosen by somebody who knows its library, and of a hundred thresholds the
one that the truth likes best, judged by the pairs it predicts or by their connected components, whichever is better.
"""

import logging
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import splink.comparison_library as compare
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

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
_HALF_BITS: Final = range(-16, 84)


def best_of_splink(snapshot: Path, truth: dict[str, str], once: bool) -> float:
    """F1 at the best threshold. ``once``: every person stands once in each feed, so pairs within one are no pairs."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{snapshot}' AS snapshot (READ_ONLY)")
        connection.execute(_ROWS)
        scored = _scored(connection, once)
        rows = connection.execute("SELECT unique_id FROM splink_record ORDER BY 1").fetchall()
    records = np.array([record_id for (record_id,) in rows], dtype=str)
    person = np.unique([truth[record] for record in records], return_inverse=True)[1]
    ends = tuple(np.searchsorted(records, scored[f"unique_id_{side}"].astype(str)) for side in "lr")
    return max(_f1(person, ends, scored["match_weight"] >= bits / 2) for bits in _HALF_BITS)


def _scored(connection: duckdb.DuckDBPyConnection, once: bool) -> dict[str, Any]:
    """Pairs and their weights by a model trained on the records themselves."""
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
    tables = ["splink_record"]
    if once:
        feeds = connection.execute("SELECT DISTINCT feed FROM splink_record ORDER BY 1").fetchall()
        tables = [f"side_{number}" for number in range(len(feeds))]
        for table, (feed,) in zip(tables, feeds, strict=True):
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM splink_record WHERE feed = ?", [feed])
    backend = DuckDBAPI(connection)
    linker = Linker(
        [backend.register(table) for table in tables], model, log_level=None, validate_settings=False
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in rules[:3]:
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
