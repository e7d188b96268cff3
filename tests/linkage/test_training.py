import math
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from benchmarks.febrl import febrl_rows
from benchmarks.unlike_lists import party_voters, people_of_history
from benchmarks.unlike_people import UnlikeSet
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
from records.intake import take_in
from records.mapping import load_mappings
from records.scope import Scope
from records.snapshot.schema import TABLES, create_table


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


def learnt_from(tmp_path: Path, unlike: UnlikeSet) -> LinkageCalibration:
    unlike.write(tmp_path)
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(create_table(table))
        take_in(connection, tmp_path, load_mappings(tmp_path), hub="home")
        standardise(connection, untrained())
        return train(connection)


def test_where_an_address_is_a_suburb_its_people_are_no_household(tmp_path: Path) -> None:
    learnt = learnt_from(tmp_path, party_voters(1_500))
    assert not learnt.shows_homes
    # Two who are told of alike but for the postcode are one person with a slip in it: with its neighbours for its family
    # that was hardly ever met.
    other_postcode = learnt.chances["place"].same_person[4]
    assert other_postcode > 0.02


def test_one_persons_slips_are_not_taken_for_a_family(tmp_path: Path) -> None:
    # Nobody there shares a home: what is alike under one roof and not the same is one person's records.
    learnt = learnt_from(tmp_path, people_of_history(300))
    assert max(learnt.chances["forename"].same_household[1:-1]) < 0.025
    crossed = 3
    names = learnt.chances["surname"]
    assert names.same_household[crossed] < 0.025 < names.same_person[crossed]


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
