from dataclasses import replace

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
    assert right / len(found) > 0.999
    assert right / len(truth) > 0.97
    # Records of no families: what they share of a home is not held against them.
    assert learnt.household_ratio < 0.1
    # Nothing there says what a phone tells, so the expected value stays.
    assert learnt.chances["phone"].same_person[0] == pytest.approx(
        untrained().chances["phone"].same_person[0]
    )
