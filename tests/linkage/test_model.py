"""The levels of agreement, pair by pair: what is compared does not depend on which record comes first."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from linkage import shipped_calibration, standardise
from linkage.model.comparisons import COMPARISONS, level_of
from linkage.pairs.scoring import levels_query

Put = Callable[..., None]


def levels(
    connection: duckdb.DuckDBPyConnection, put: Put, one: dict[str, Any], other: dict[str, Any]
) -> dict[str, str]:
    """In words, by field; the same whichever of the two records comes first."""
    put(connection, "police:1", **one)
    put(connection, "police:2", **other)
    standardise(connection, shipped_calibration())
    connection.execute(
        "CREATE TEMP TABLE pair AS SELECT * FROM (VALUES (0, 1), (1, 0)) t(number_a, number_b)"
    )
    rows = connection.execute(levels_query("pair")).fetchnumpy()
    found = {}
    for comparison in COMPARISONS:
        first, second = (level_of(comparison, int(value)) for value in rows[comparison.field])
        assert first == second
        found[comparison.field] = first.words if first else "not known"
    return found


HOME = {"born": "1980-05-06", "address": "12 Copland Drive, Birmingham Gardens", "postcode": "ZQ1 1AA"}


def test_names_in_each_others_place_are_told_apart_from_one_name_met_by_chance(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put
) -> None:
    found = levels(
        snapshot,
        put_record,
        {"given": "Thomas", "family": "Campbell"},
        {"given": "Campbel", "family": "Thomas"},
    )
    assert found["forename"] == "given name and family name in the other order"
    assert found["surname"] == "family name and given name in the other order"


def test_one_name_in_the_place_of_the_other_counts_once(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put
) -> None:
    found = levels(
        snapshot,
        put_record,
        {"given": "Logan", "family": "Campbell"},
        {"given": "Campbell", "family": "Golder"},
    )
    assert found["forename"] == "given name and family name in the other order"
    assert found["surname"] == "different family names"


@pytest.mark.parametrize(
    ("born", "words"),
    [
        ("1984-05-06", "the same date of birth"),
        ("1948-05-06", "one part of the date of birth differs"),
        ("1964-05-06", "one part of the date of birth differs"),
        ("1993-05-06", "one part of the date of birth differs"),
        ("1958-05-06", "different dates of birth"),
        ("1948-06-07", "different dates of birth"),
    ],
)
def test_a_slip_in_the_year_of_birth_is_one_part_however_many_years_it_makes(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put, born: str, words: str
) -> None:
    assert levels(snapshot, put_record, {"born": "1984-05-06"}, {"born": born})["birth"] == words


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (("Jason", "Chen"), ("Xiaoming", "Chen"), "given names of two traditions, as many people bear"),
        (("Jason", "Chan"), ("Ka Wai", "Chan"), "given names of two traditions, as many people bear"),
        (("Amy", "Nguyen"), ("Thanh", "Nguyen"), "given names of two traditions, as many people bear"),
        (("Amy", "Smith"), ("Thanh", "Nguyen"), "given names of two traditions, as many people bear"),
        # A name as common elsewhere counts beside a family name that is not.
        (("Grace", "Zhang"), ("Min", "Zhang"), "given names of two traditions, as many people bear"),
        (("Grace", "Lee"), ("Kim", "Lee"), "different given names"),
        # An English name with a slip is one all the same, where it is long enough to tell.
        (("Jesssica", "Zhang"), ("Yuting", "Zhang"), "given names of two traditions, as many people bear"),
        (("Erik", "Wu"), ("Kwok Wah", "Wu"), "given names of two traditions, as many people bear"),
        (("Jon", "Wu"), ("Kwok Wah", "Wu"), "different given names"),
        (("Grace", "Lee"), ("Meiling", "Lee"), "given names of two traditions, as many people bear"),
        (("Jason", "Smith"), ("Xiaoming", "Smith"), "different given names"),
        (("Jason", "Chen"), ("Kevin", "Chen"), "different given names"),
        (("Weiguo", "Chen"), ("Xiaoming", "Chen"), "different given names"),
        (("Jason", "Chen"), ("Xaoimng", "Chen"), "different given names"),
        (("Jason", "Nguyen"), ("Xiaoming", "Nguyen"), "different given names"),
        (("Jason Xiaoming", "Chen"), ("Xiaoming", "Chen"), "an alias or another given name in common"),
    ],
)
def test_given_names_of_two_traditions_need_a_family_name_of_one(
    snapshot: duckdb.DuckDBPyConnection,
    put_record: Put,
    one: tuple[str, str],
    other: tuple[str, str],
    words: str,
) -> None:
    named = [{"given": given, "family": family} for given, family in (one, other)]
    assert levels(snapshot, put_record, *named)["forename"] == words


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("James", "Jamie", "a short form of the same given name"),
        ("Emmanuel", "Manny", "a short form of the same given name"),
        ("Hassan Khalid", "Khalid", "an alias or another given name in common"),
        ("Emine", "Ernine", "given names that differ by a slip"),
        ("Emine", "Selin", "different given names"),
    ],
)
def test_a_short_form_is_told_apart_from_a_name_behind_the_first(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put, one: str, other: str, words: str
) -> None:
    found = levels(snapshot, put_record, {"given": one, "family": "Toprak"}, {"given": other})
    assert found["forename"] == words


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (
            ("Xiaoming", "Zhou"),
            ("Jason", "Chow"),
            "family names that differ by a slip, or two spellings of one name",
        ),
        (
            ("Wai Ming", "Lee"),
            ("Wai Ming", "Li"),
            "family names that differ by a slip, or two spellings of one name",
        ),
        (("John", "Lee"), ("John", "Li"), "different family names"),
        # Lee is plainly a name of England beside one of the two given names.
        (("John", "Lee"), ("Wai Ming", "Li"), "different family names"),
        (("Xiaoming", "Wu"), ("Xiaoming", "Xu"), "different family names"),
    ],
)
def test_spellings_of_one_family_name_are_as_near_as_a_slip(
    snapshot: duckdb.DuckDBPyConnection,
    put_record: Put,
    one: tuple[str, str],
    other: tuple[str, str],
    words: str,
) -> None:
    named = [{"given": given, "family": family} for given, family in (one, other)]
    assert levels(snapshot, put_record, *named)["surname"] == words


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("Uppal", "Singh", "not known"),
        ("Khan", "Begum", "not known"),
        ("Singh", "Singh", "the same family name"),
        ("Uppal", "Sandhu", "different family names"),
    ],
)
def test_a_word_that_stands_for_a_family_name_denies_none(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put, one: str, other: str, words: str
) -> None:
    found = levels(
        snapshot, put_record, {"given": "Harpreet", "family": one}, {"given": "Harpreet", "family": other}
    )
    assert found["surname"] == words


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (("Zhou", "Fiona"), ("Fiona", "Zhou"), "the same given name"),
        (("Zhou", "Shan"), ("Shan", "Chow"), "the same given name"),
        (("Nguyen", "Huong"), ("Huong", "Nguyen"), "the same given name"),
        (("Zhou", "Fiona"), ("Xiaoming", "Zhou"), "given names of two traditions, as many people bear"),
        # Who has taken another's family name, and whose two names may both be either.
        (("Zhang", "Smith"), ("Smith", "Zhang"), "given name and family name in the other order"),
        (("Lau", "Yong"), ("Yong", "Lau"), "given name and family name in the other order"),
    ],
)
def test_a_chinese_family_name_in_the_place_of_the_given_name_goes_where_it_belongs(
    snapshot: duckdb.DuckDBPyConnection,
    put_record: Put,
    one: tuple[str, str],
    other: tuple[str, str],
    words: str,
) -> None:
    named = [{"given": given, "family": family} for given, family in (one, other)]
    assert levels(snapshot, put_record, *named)["forename"] == words


def test_singh_and_kaur_are_nobodys_given_name(snapshot: duckdb.DuckDBPyConnection, put_record: Put) -> None:
    found = levels(
        snapshot,
        put_record,
        {"given": "Kaur", "family": "Harjinder"},
        {"given": "Harjinder", "family": "Kaur"},
    )
    assert (found["forename"], found["surname"]) == ("the same given name", "the same family name")


@pytest.mark.parametrize(
    ("address", "postcode", "words"),
    [
        ("12 Copland Drive, Birmingham Gardens", "ZQ1 1AA", "the same dwelling, now or before"),
        ("12, coplanddrive, birmingham gardens", "ZQ1 1AA", "the same dwelling, now or before"),
        ("Copland Drive, Birmingham Gardens", "ZQ1 1AA", "the same postcode and a like address"),
        (
            "12 Copland Drive, Birmingham Gardens",
            "ZQ1 1BA",
            "the same house in a like address under another postcode",
        ),
        ("9 Station Road", "ZQ1 1AA", "the same postcode"),
        ("13 Coplnd Drive, Birmingham Gardens", "ZQ3 1AA", "a like address under another postcode"),
        ("9 Copland Drive, Lower Harbour Quarter, Birmingham", "ZQ3 1AA", "part of an address in common"),
        ("12 Station Road", "ZQ3 1AA", "different places"),
    ],
)
def test_addresses_agree_in_parts(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put, address: str, postcode: str, words: str
) -> None:
    found = levels(snapshot, put_record, HOME, {**HOME, "address": address, "postcode": postcode})
    assert found["place"] == words


def test_no_comparison_has_more_levels_than_a_digit_can_name() -> None:
    assert all(len(comparison.levels) <= 9 for comparison in COMPARISONS)
