"""How hard the made-up region is: bare Splink on its records, a naive rule on its repeat notifications, and its re-referrals.

``python -m benchmarks.difficulty --people 20000 --seed 41``
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.bare_splink import bare_splink, pairwise, take_records
from records.database import open_database
from records.intake import take_in
from records.mapping import load_mappings
from records.snapshot import ROW_TABLES, create_table
from synthetic import RegionOptions, make_region

# The naive rule: three rows of any event in a year, whoever told of it, in whatever role; people known exactly.
_NAIVE = """
    WITH told AS (
        SELECT person_key, e.started_at::DATE AS day
        FROM involvement v JOIN event e USING (event_id) JOIN read_parquet($records) t ON t.record_id = v.record_id
        WHERE v.role NOT IN ('professional', 'reporter') AND e.kind NOT IN ('attendance', 'tenancy_start', 'tenancy_end')),
    spans AS (SELECT person_key, day - lag(day, 2) OVER (PARTITION BY person_key ORDER BY day) AS span FROM told),
    raised AS (SELECT DISTINCT person_key FROM spans WHERE span <= 365),
    pattern AS (SELECT * FROM read_parquet($patterns) WHERE pattern = 'repeat_notifications')
    SELECT count(*),
        count(*) FILTER (person_key IN (SELECT person_key FROM pattern WHERE kind IN ('planted', 'natural'))),
        (SELECT count(DISTINCT pattern_key) FROM pattern WHERE kind = 'planted' AND person_key IN (SELECT person_key FROM raised)),
        (SELECT count(DISTINCT pattern_key) FROM pattern WHERE kind = 'planted'),
        (SELECT count(DISTINCT pattern_key) FROM pattern WHERE kind = 'decoy' AND person_key IN (SELECT person_key FROM raised)),
        (SELECT count(DISTINCT pattern_key) FROM pattern WHERE kind = 'decoy'),
        count(*) FILTER (person_key IN (SELECT person_key FROM pattern WHERE kind = 'planted'))
    FROM raised"""


# DfE: a referral within 12 months of a previous one of the same child; of the last year's referrals, days told apart.
_RE_REFERRED = """
    WITH referral AS (
        SELECT DISTINCT person_key, e.started_at::DATE AS day
        FROM involvement v JOIN event e USING (event_id) JOIN read_parquet($records) t ON t.record_id = v.record_id
        WHERE e.kind = 'referral' AND v.role = 'subject'),
    dated AS (SELECT day, day - lag(day) OVER (PARTITION BY person_key ORDER BY day) AS since FROM referral)
    SELECT count(*), count(*) FILTER (since <= 365) FROM dated WHERE day > (SELECT max(day) FROM referral) - 365"""


def re_referrals(connection: duckdb.DuckDBPyConnection, truth: Path) -> dict[str, float]:
    """The last year's referrals, and the share of them that follow another of the same person within 365 days."""
    referrals, again = connection.execute(
        _RE_REFERRED, {"records": str(truth / "records.parquet")}
    ).fetchall()[0]
    return {"referrals": referrals, "within_12_months_of_another": again / max(referrals, 1)}


def naive_repeats(connection: duckdb.DuckDBPyConnection, truth: Path) -> dict[str, float]:
    """The naive rule against planted (and natural) repeat notifications."""
    raised, right, met, planted, fooled, decoys, planted_people = connection.execute(
        _NAIVE, {"records": str(truth / "records.parquet"), "patterns": str(truth / "patterns.parquet")}
    ).fetchall()[0]
    return {
        "raised": raised,
        "precision": right / raised,
        "precision_planted_alone": planted_people / raised,
        "recall": met / planted,
        "decoys_flagged": fooled / decoys,
    }


def measure(people: int, seed: int) -> dict[str, Any]:
    """Make a region, take its files in with the shipped mappings, and score both."""
    with (
        tempfile.TemporaryDirectory(prefix="mashlink-difficulty-") as scratch,
        open_database() as connection,
    ):
        out = Path(scratch)
        started = time.perf_counter()
        region = make_region(RegionOptions(people, seed), out)
        made = time.perf_counter() - started
        for table in ROW_TABLES:
            connection.execute(create_table(table))
        take_in(connection, out / "feeds", load_mappings(out / "feeds"), hub="home")
        take_records(connection)
        started = time.perf_counter()
        bare_splink(connection)
        linked = time.perf_counter() - started
        return {
            "records": region.records,
            "seconds_to_make": made,
            "seconds_to_link": linked,
            "bare_splink": pairwise(connection, out / "truth"),
            "naive_rule": naive_repeats(connection, out / "truth"),
            "re_referrals": re_referrals(connection, out / "truth"),
        }


def main(arguments: list[str] | None = None) -> None:
    """Run once and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=41)
    chosen = parser.parse_args(arguments)
    found = measure(chosen.people, chosen.seed)
    table = Table(title=f"{found['records']:,} records, seed {chosen.seed}", title_justify="left")
    for column in ("what", "figure", "value"):
        table.add_column(column, justify="right" if column == "value" else "left")
    for name, label in (
        ("bare_splink", "bare Splink, pairs of records"),
        ("naive_rule", "three events in a year"),
        ("re_referrals", "referrals of the last year"),
    ):
        for figure, value in found[name].items():
            table.add_row(label, figure.replace("_", " "), f"{value:.4f}" if value <= 1 else f"{value:,.0f}")
    table.add_row("region made", "seconds", f"{found['seconds_to_make']:.1f}")
    table.add_row("bare Splink", "seconds", f"{found['seconds_to_link']:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
