"""The peer of every linkage figure: Splink as its own tutorial would set it up, on the accepted records.

Link type dedupe; block on nhs_number, birth + surname, birth + first name, postcode + first name, postcode + surname;
compare first name and surname by Jaro-Winkler 0.9/0.7 with term frequencies, date of birth and postcode by Splink's
own comparisons, NHS number and sex exactly; u from 2 million random pairs, EM on birth + postcode and on NHS number;
predict from 0.01; connected components at 0.9.

``python -m benchmarks.bare_splink --snapshot FILE [--truth DIR]`` does it on a snapshot in a process of its own.
"""

import argparse
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from mashlink.stages import StageClock
from records.database import open_database

PREDICTED_AT: Final = 0.01
LINKED_AT: Final = 0.9
# One row a record of a person: what a script would take from a snapshot. The latest address stands.
_RECORDS = """
    CREATE OR REPLACE TABLE splink_record AS
    WITH home AS (
        SELECT record_id, arg_max(postcode, coalesce(valid_from, DATE '1900-01-01')) AS postcode
        FROM address_spell WHERE postcode IS NOT NULL GROUP BY record_id),
    nhs AS (SELECT record_id, min(value) AS nhs_number FROM identifier WHERE kind = 'nhs_number' GROUP BY record_id)
    SELECT r.record_id AS unique_id, lower(given_name) AS first_name, lower(family_name) AS surname,
        strftime(date_of_birth, '%Y-%m-%d') AS dob, h.postcode, n.nhs_number, r.sex
    FROM record r LEFT JOIN home h USING (record_id) LEFT JOIN nhs n USING (record_id)
    ORDER BY r.record_id"""


def settings() -> SettingsCreator:
    """The model, as docs/synthetic.md and the figures define bare Splink."""
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("nhs_number"),
            block_on("dob", "surname"),
            block_on("dob", "first_name"),
            block_on("postcode", "first_name"),
            block_on("postcode", "surname"),
        ],
        comparisons=[
            compare.JaroWinklerAtThresholds("first_name", [0.9, 0.7]).configure(
                term_frequency_adjustments=True
            ),
            compare.JaroWinklerAtThresholds("surname", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            compare.DateOfBirthComparison("dob", input_is_string=True),
            compare.PostcodeComparison("postcode"),
            compare.ExactMatch("nhs_number"),
            compare.ExactMatch("sex"),
        ],
    )


def trained(records: Any) -> Linker:
    """A linker of ``records`` (the table ``splink_record`` as Splink registered it), trained."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    linker = Linker(records, settings(), log_level=None, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("dob", "postcode"), block_on("nhs_number")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker


def bare_splink(connection: duckdb.DuckDBPyConnection) -> None:
    """Train, predict and cluster the table ``splink_record``; leaves ``splink_cluster`` (record_id, cluster_id)."""
    linker = trained(DuckDBAPI(connection).register("splink_record"))
    predictions = linker.inference.predict(threshold_match_probability=PREDICTED_AT)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_probability=LINKED_AT
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE splink_cluster AS "
        f"SELECT unique_id AS record_id, cluster_id FROM {clusters.physical_name}"
    )


def take_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``splink_record`` from the row tables of a snapshot that ``connection`` can see."""
    connection.execute(_RECORDS)


@contextmanager
def beside(snapshot: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new database with ``splink_record`` from a snapshot, or from any file of row tables, that stays unwritten."""
    with open_database() as connection:
        connection.execute(f"ATTACH '{snapshot}' AS snapshot (READ_ONLY)")
        for table in ("record", "address_spell", "identifier"):
            connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM snapshot.{table}")
        take_records(connection)
        yield connection


def pairwise(connection: duckdb.DuckDBPyConnection, truth: Path) -> dict[str, float]:
    """Pairwise precision, recall and F1 of ``splink_cluster`` against ``truth/records.parquet``."""
    pairs, true, right = connection.execute(
        """
        WITH joined AS (SELECT cluster_id, person_key FROM splink_cluster JOIN read_parquet($1) USING (record_id)),
        cell AS (SELECT cluster_id, person_key, count(*) AS n FROM joined GROUP BY ALL)
        SELECT
            (SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY cluster_id)),
            (SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY person_key)),
            (SELECT sum(n * (n - 1) / 2) FROM cell)""",
        [str(truth / "records.parquet")],
    ).fetchall()[0]
    precision, recall = right / pairs, right / true
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
    }


def main() -> None:
    """Print seconds, peak megabytes and, where the truth is given, the quality, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--truth", type=Path)
    asked = parser.parse_args()
    clock = StageClock()
    with beside(asked.snapshot) as connection:
        with clock("bare Splink"):
            bare_splink(connection)
        quality = pairwise(connection, asked.truth) if asked.truth else {}
    print(json.dumps({"seconds": clock.seconds_total, "peak_mb": clock.peak_mb, **quality}))


if __name__ == "__main__":
    main()
