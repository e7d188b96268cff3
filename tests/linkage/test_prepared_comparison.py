"""Pairs compared in a borrowed database: nothing of one read is met by the next, nor after one that went wrong."""

import json

import duckdb
import pytest

from linkage import shipped_calibration
from linkage.lookup.index import BESIDE
from linkage.model.comparisons import COMPARED_COLUMNS
from linkage.review.prepared import PreparedComparison, borrowed_comparison


def record(number: int, **said: object) -> tuple[int, str, str, str]:
    packed = {str(place): said.get(column) for place, column in enumerate(COMPARED_COLUMNS)}
    beside = {name: 0.0 if kind == "FLOAT" else None for name, kind in BESIDE.items()}
    return number, f"a:{number}", json.dumps(packed), json.dumps(beside)


AMINA = {"forename": "amina", "surname": "okonkwo", "birth_year": 2011, "sex": "female"}
OTHER = {"forename": "blessing", "surname": "quill", "birth_year": 1980, "sex": "male"}


def test_each_read_meets_its_own_pairs_and_records_alone() -> None:
    comparison, calibration = PreparedComparison(), shipped_calibration()
    (alike,) = comparison.compared([(1, 2)], [record(1, **AMINA), record(2, **AMINA)], calibration)
    (unlike,) = comparison.compared([(1, 2)], [record(1, **AMINA), record(2, **OTHER)], calibration)
    assert alike["weight"] > unlike["weight"]
    # The records of the reads before are gone: of a pair whose records were not brought along, nothing is said.
    assert comparison.compared([(1, 2)], [record(3, **AMINA)], calibration) == []


def test_what_went_wrong_in_one_read_is_not_handed_on() -> None:
    with pytest.raises(duckdb.Error), borrowed_comparison() as broken:
        broken.compared([(1, 2)], [(1, "a:1", "no JSON", "{}"), record(2, **AMINA)], shipped_calibration())
    with borrowed_comparison() as next_one:
        assert next_one is not broken
        pairs = next_one.compared([(1, 2)], [record(1, **AMINA), record(2, **AMINA)], shipped_calibration())
    assert [(row["number_a"], row["number_b"]) for row in pairs] == [(1, 2)]
