"""A full name of one word: given or family name, told by the word, by a title, or left open in a lookup."""

from dataclasses import replace

import duckdb
import pytest

from linkage import shipped_calibration, standardise
from linkage.values.lone_names import is_family_name, one_word, readings_of
from linkage.values.names import NameParts


@pytest.mark.parametrize(
    ("full_name", "word"),
    [
        ("Hart", "hart"),
        ("Mrs Hart", None),
        ("Ann Hart", None),
        ("Hart,", None),
        ("not known", None),
        (None, None),
    ],
)
def test_only_one_word_that_nothing_marks_is_open(full_name: str | None, word: str | None) -> None:
    assert one_word(full_name) == word


def test_a_word_is_what_more_people_bear_it_as() -> None:
    known = replace(
        shipped_calibration(),
        frequencies={"forename": {"james": 0.02}, "surname": {"james": 0.002, "ann": 0.001}},
    )
    assert not is_family_name("james", known)
    assert is_family_name("ann", known)


@pytest.mark.parametrize(("word", "is_family"), [("jennifer", False), ("babs", False), ("grafham", True)])
def test_a_word_that_no_record_taught_is_a_given_name_where_it_is_listed(word: str, is_family: bool) -> None:
    assert is_family_name(word, replace(shipped_calibration(), frequencies={})) is is_family


def test_a_lookup_reads_one_word_either_way() -> None:
    assert readings_of("Hart") == [NameParts(("hart",), ()), NameParts((), ("hart",))]
    assert readings_of("Ann Hart") == []


@pytest.mark.parametrize(
    ("title", "full_name", "forename", "surname", "sex"),
    [
        (None, "Grafham", None, "grafham", None),
        (None, "Jennifer", "jennifer", None, None),
        ("Mrs", "Jennifer", None, "jennifer", "female"),
        ("Mr", "Jennifer Grafham", "jennifer", "grafham", "male"),
    ],
)
def test_a_record_holds_one_word_where_it_belongs(
    snapshot: duckdb.DuckDBPyConnection,
    title: str | None,
    full_name: str,
    forename: str | None,
    surname: str | None,
    sex: str | None,
) -> None:
    snapshot.execute(
        "INSERT INTO record BY NAME SELECT 'line:1' AS record_id, 'phone log' AS feed, 'police' AS agency, ? AS title,"
        " ? AS full_name, 0 AS label_id, DATE '2026-01-31' AS extracted_on",
        [title, full_name],
    )
    standardise(snapshot, shipped_calibration())
    found = snapshot.execute("SELECT forename, surname, sex FROM comparison_record").fetchall()
    assert found == [(forename, surname, sex)]
