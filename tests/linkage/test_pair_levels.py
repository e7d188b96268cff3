"""What is compared once between two written values is what is compared of every pair of their records."""

import re
from collections.abc import Callable
from itertools import product

import duckdb
import pytest

from linkage import score_pairs, shipped_calibration, standardise
from linkage.model.comparisons import COMPARED_COLUMNS
from linkage.pairs.levels import NAMES, PLACES, Written, compare_written
from linkage.pairs.links import score_candidates
from linkage.pairs.scoring import levels_query, weights_query

Put = Callable[..., None]
WRITTEN = pytest.mark.parametrize("written", [NAMES, PLACES], ids=lambda written: written.name)


@pytest.fixture
def pairs(snapshot: duckdb.DuckDBPyConnection, put_record: Put) -> duckdb.DuckDBPyConnection:
    """Every pair, in temporary ``pair``, of records that share names, addresses, both or neither, some without either."""
    names = [
        ("Amy", "Cole"),
        ("Amelia", "Cole-Hart"),
        ("Cole", "Amy"),
        ("Ami", None),
        (None, "Coal"),
        (None, None),
    ]
    homes = [
        ("2 High Street", "ZQ1 1AA"),
        ("Flat 2, High Strete", "ZQ1 1AB"),
        (None, "ZQ1 1AA"),
        (None, None),
    ]
    for turn, ((given, family), (address, postcode)) in enumerate(product(names, homes)):
        for again in (0, 1):
            put_record(
                snapshot,
                f"police:{turn}-{again}",
                given=given,
                family=family,
                born="1980-05-06" if again else None,
                address=address,
                postcode=postcode,
            )
    standardise(snapshot, shipped_calibration())
    snapshot.execute(
        "CREATE TEMP TABLE pair AS SELECT a.record_number AS number_a, b.record_number AS number_b"
        " FROM comparison_record a JOIN comparison_record b ON a.record_number < b.record_number"
    )
    return snapshot


@WRITTEN
def test_levels_are_those_of_each_pair_by_itself(pairs: duckdb.DuckDBPyConnection, written: Written) -> None:
    fields = f"number_a, number_b, {', '.join(written.fields)}"
    once = (
        f"SELECT {fields} FROM ({compare_written(pairs, written, 'pair', 'comparison_record')}) ORDER BY ALL"
    )
    each = f"SELECT {fields} FROM ({levels_query('pair')}) ORDER BY ALL"
    assert pairs.execute(once).fetchall() == pairs.execute(each).fetchall()


@WRITTEN
def test_levels_follow_from_the_columns_by_which_records_are_taken_for_alike(written: Written) -> None:
    said = " ".join(
        comparison.spelled_out(condition)
        for comparison in written.comparisons
        for condition in (comparison.missing, *(level.condition for level in comparison.levels))
    )
    read = {name for name in re.findall(r"\b(\w+)_[lr]\b", said) if name in COMPARED_COLUMNS}
    assert read
    assert read <= set(written.columns)


def test_no_pair_that_would_be_kept_is_passed_over(pairs: duckdb.DuckDBPyConnection) -> None:
    calibration = shipped_calibration()
    score_pairs(pairs, calibration)
    pairs.execute("CREATE OR REPLACE TEMP TABLE candidate_pair AS SELECT * FROM pair")
    score_candidates(pairs, calibration, ())
    each = (
        f"SELECT * FROM ({weights_query(levels_query('pair'), calibration)}) WHERE weight >= ? ORDER BY ALL"
    )
    kept = pairs.execute(each, [calibration.keep_bits]).fetchall()
    assert 0 < len(kept) < pairs.execute("SELECT count(*) FROM pair").fetchall()[0][0]
    assert pairs.execute("SELECT * FROM scored_pair ORDER BY ALL").fetchall() == kept
