import math
from dataclasses import replace

import duckdb
import pytest

from benchmarks.febrl import febrl_rows
from linkage import (
    LinkageCalibration,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
    train,
    untrained,
)
from linkage.model.join_threshold import join_threshold
from records.errors import BadInput
from records.scope import Scope


def test_a_calibration_survives_json_and_names_itself() -> None:
    shipped = shipped_calibration()
    assert LinkageCalibration.from_json(shipped.to_json()) == shipped
    assert replace(shipped, prior=1e-7).digest() != shipped.digest()


def test_a_calibration_of_another_version_or_model_is_refused() -> None:
    stored = untrained().to_json()
    with pytest.raises(BadInput, match="calibrate"):
        LinkageCalibration.from_json(stored | {"version": 0})
    stored["chances"]["birth"]["same_person"] = (1.0,)
    with pytest.raises(BadInput, match="birth"):
        LinkageCalibration.from_json(stored)


def test_training_without_labels_learns_records_that_nobody_here_wrote() -> None:
    connection, truth = febrl_rows(3)
    hub = Scope("hub", frozenset({0}))
    with connection:
        standardise(connection, untrained())
        learnt = train(connection, seed=5)
        standardise(connection, learnt)
        score_pairs(connection, learnt)
        resolve_people(connection, hub, learnt)
        found = set(
            connection.execute(
                "SELECT a.record_id, b.record_id FROM membership a JOIN membership b USING (person_id)"
                " WHERE a.record_id < b.record_id"
            ).fetchall()
        )
    right = len(found & truth)
    assert right / len(found) > 0.997
    assert right / len(truth) > 0.996
    # Records of no families: what they share of a home is not held against them.
    assert learnt.household_ratio < 0.1
    assert learnt.join_bits < shipped_calibration().join_bits
    # Nothing there says what a phone tells, so the expected value stays.
    assert learnt.chances["phone"].same_person[0] == pytest.approx(
        untrained().chances["phone"].same_person[0]
    )


def feeds(*sizes: int, once: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE comparison_record (feed VARCHAR, duplicate_free BOOLEAN)")
    for number, size in enumerate(sizes):
        connection.execute(f"INSERT INTO comparison_record SELECT 'feed{number}', {once} FROM range({size})")
    return connection


def test_between_two_lists_of_everybody_a_pair_that_fits_nobody_else_belongs_together() -> None:
    with feeds(1000, 1000, once=True) as connection:
        nearly_all, half = (join_threshold(connection, share / 1000, 0.01) for share in (0.9, 0.5))
    assert nearly_all == pytest.approx(math.log2(0.1))
    assert half == pytest.approx(-1.0)


def test_where_a_record_may_have_several_partners_or_relatives_a_link_must_speak_for_itself() -> None:
    with feeds(1000, 1000, once=False) as connection:
        assert join_threshold(connection, 0.97 / 1000, 0.01) == pytest.approx(0.0)
    with feeds(500, 500, 500, once=True) as connection:
        assert join_threshold(connection, 0.97 / 500, 0.01) == pytest.approx(0.0)
    with feeds(2000, once=False) as connection:
        assert join_threshold(connection, 1e-5, 2.0) == pytest.approx(shipped_calibration().join_bits)
