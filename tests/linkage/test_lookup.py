from collections.abc import Callable
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from linkage import (
    Description,
    LookupResult,
    Rulings,
    explain_link,
    index_for_lookup,
    lookup,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from linkage.lookup.description import readings
from linkage.lookup.index import lookup_sources
from records.errors import BadInput, NotThere, StoreUnavailable
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
AMINA = {
    "given": "Amina",
    "family": "Okonkwo",
    "born": "2011-05-17",
    "sex": "female",
    "postcode": "ZZ1 2AB",
    "address": "14 Larch Way",
}


@pytest.fixture
def region(snapshot: Snapshot, put_record: Put, hub: Scope) -> Snapshot:
    put_record(snapshot, "police:1", **AMINA, phone="+447700900001")
    put_record(snapshot, "health:1", **(AMINA | {"given": "Aminah"}), nhs="9990000018")
    put_record(snapshot, "education:1", **(AMINA | {"given": "Blessing"}))
    put_record(snapshot, "housing:1", given="Peter", family="Ashdown", born="1971-12-03", postcode="ZZ9 1XX")
    put_record(
        snapshot,
        "clinic:1",
        given="Lena",
        family="Novak",
        born="1979-11-30",
        sex="female",
        postcode="ZZ4 4ZZ",
        label=1,
    )
    calibration = shipped_calibration()
    standardise(snapshot, calibration)
    score_pairs(snapshot, calibration)
    resolve_people(snapshot, hub, calibration)
    index_for_lookup(snapshot)
    return snapshot


def test_a_full_description_is_a_match_and_says_why(region: Snapshot, hub: Scope) -> None:
    asked = Description(
        given_name="AMINA",
        family_name="Okonkwo",
        date_of_birth=date(2011, 5, 17),
        postcode="zz1 2ab",
        address="14 Larch Way",
    )
    result = lookup(region, hub, asked, shipped_calibration())
    assert result.status == "Match"
    best = result.candidates[0]
    assert best.person.record_ids == ("health:1", "police:1")
    assert best.weight == pytest.approx(sum(line.weight for line in best.lines), abs=0.06)
    assert all(line.sentence for line in best.lines)


def test_a_description_of_nobody_finds_nobody(region: Snapshot, hub: Scope) -> None:
    nobody = Description(given_name="Ivor", family_name="Nobody", date_of_birth=date(1950, 5, 5))
    assert lookup(region, hub, nobody, shipped_calibration()) == LookupResult("NoMatch", ())


@pytest.mark.parametrize("empty", [Description(), Description(given_name="  ", phone="", identifiers=())])
def test_an_empty_description_is_refused(region: Snapshot, hub: Scope, empty: Description) -> None:
    with pytest.raises(BadInput, match="a name, a date of birth"):
        lookup(region, hub, empty, shipped_calibration())


@pytest.mark.parametrize(
    "nothing",
    [
        Description(given_name="Baby", family_name="Unknown"),
        Description(sex="female"),
        Description(phone="not known"),
        Description(identifiers=(("nhs_number", "9990000019"),)),
        Description(postcode="ZZ99 3VZ"),
    ],
)
def test_a_description_that_says_nothing_finds_nobody(
    region: Snapshot, hub: Scope, nothing: Description
) -> None:
    assert lookup(region, hub, nothing, shipped_calibration()) == LookupResult("NoMatch", ())


def test_a_description_of_two_people_is_many(region: Snapshot, hub: Scope) -> None:
    either = Description(
        family_name="Okonkwo", date_of_birth=date(2011, 5, 17), postcode="ZZ1 2AB", address="14 Larch Way"
    )
    result = lookup(region, hub, either, shipped_calibration())
    assert len(result.candidates) == 2
    assert result.status in {"ManyMatch", "LowConfidenceMatch"}


@pytest.mark.parametrize(
    "asked",
    [
        Description(full_name="Amina Okonkwo", date_of_birth=date(2011, 5, 17), postcode="ZZ1 2AB"),
        Description(full_name="okonkwo amina", date_of_birth=date(2011, 5, 17), postcode="ZZ1 2AB"),
        Description(full_name="OKONKWO, Amina", date_of_birth=date(2011, 5, 17), postcode="ZZ1 2AB"),
        Description(identifiers=(("nhs_number", "999 000 0018"),)),
    ],
)
def test_she_is_found_by_her_name_in_any_order_or_by_a_number_alone(
    region: Snapshot, hub: Scope, asked: Description
) -> None:
    result = lookup(region, hub, asked, shipped_calibration())
    assert result.status == "Match"
    assert result.candidates[0].person.record_ids == ("health:1", "police:1")


def test_day_and_month_may_be_swapped(region: Snapshot, put_record: Put, hub: Scope) -> None:
    put_record(region, "police:2", given="Ravi", family="Menon", born="2012-03-09")
    calibration = shipped_calibration()
    standardise(region, calibration)
    score_pairs(region, calibration)
    resolve_people(region, hub, calibration)
    index_for_lookup(region)
    swapped = lookup(region, hub, Description("Ravi", "Menon", date_of_birth=date(2012, 9, 3)), calibration)
    assert [one.best_record_id for one in swapped.candidates] == ["police:2"]
    assert "swapped" in {line.field: line.level for line in swapped.candidates[0].lines}["birth"]


def test_a_phone_alone_finds_who_may_use_it(region: Snapshot, hub: Scope) -> None:
    result = lookup(region, hub, Description(phone="07700 900001"), shipped_calibration())
    assert result.status == "LowConfidenceMatch"
    assert [one.best_record_id for one in result.candidates] == ["police:1"]


@pytest.mark.parametrize("asked", [Description("Amina", "Okonkwo"), Description(full_name="Okonkwo Amina")])
def test_a_name_alone_is_never_sure(region: Snapshot, hub: Scope, asked: Description) -> None:
    result = lookup(region, hub, asked, shipped_calibration())
    assert result.status == "LowConfidenceMatch"
    assert result.candidates[0].person.record_ids == ("health:1", "police:1")


def test_a_record_outside_the_scope_is_not_found(region: Snapshot, hub: Scope, ordinary: Scope) -> None:
    lena = Description(
        given_name="Lena", family_name="Novak", date_of_birth=date(1979, 11, 30), postcode="ZZ4 4ZZ"
    )
    assert lookup(region, hub, lena, shipped_calibration()).status == "Match"
    assert lookup(region, ordinary, lena, shipped_calibration()).candidates == ()
    with pytest.raises(NotThere):
        explain_link(region, ordinary, "police:1", "clinic:1", shipped_calibration())


def test_records_outside_the_scope_do_not_wear_out_a_key(
    snapshot: Snapshot, put_record: Put, ordinary: Scope
) -> None:
    calibration = replace(shipped_calibration(), block_cap=1)
    put_record(snapshot, "police:1", **AMINA)
    asked = Description(given_name="Amina", family_name="Okonkwo", date_of_birth=date(2011, 5, 17))
    standardise(snapshot, calibration)
    score_pairs(snapshot, calibration)
    alone = lookup(snapshot, ordinary, asked, calibration)
    assert [one.best_record_id for one in alone.candidates] == ["police:1"]
    for number in range(20 * calibration.block_cap):
        put_record(snapshot, f"clinic:{number}", **AMINA, label=1)
    standardise(snapshot, calibration)
    score_pairs(snapshot, calibration)
    assert lookup(snapshot, ordinary, asked, calibration) == alone


def test_a_hidden_row_of_a_visible_record_is_not_met_by_a_search(
    snapshot: Snapshot, put_record: Put, hub: Scope, ordinary: Scope
) -> None:
    calibration = shipped_calibration()
    put_record(snapshot, "police:1", **AMINA)
    asked = (
        Description(given_name="Amina", family_name="Okonkwo", postcode="ZZ7 7ZZ", address="3 Refuge Road"),
        Description(identifiers=(("nhs_number", "9990000018"),)),
        Description(given_name="Amina", date_of_birth=date(2011, 5, 17), phone="+447700900001"),
        Description(given_name="Joy", family_name="Bello", date_of_birth=date(2011, 5, 17)),
    )
    standardise(snapshot, calibration)
    score_pairs(snapshot, calibration)
    before = [lookup(snapshot, ordinary, one, calibration) for one in asked]
    for table, row in (
        ("address_spell", {"kind": "home", "address": "3 Refuge Road", "postcode": "ZZ7 7ZZ"}),
        ("identifier", {"kind": "nhs_number", "value": "9990000018"}),
        ("thing_use", {"kind": "phone", "value": "+447700900001"}),
        ("name", {"kind": "alias", "given_name": "Joy", "family_name": "Bello"}),
    ):
        names = ", ".join(("record_id", "label_id", *row))
        marks = ", ".join("?" for _ in row)
        snapshot.execute(f"INSERT INTO {table} ({names}) VALUES ('police:1', 1, {marks})", list(row.values()))
    standardise(snapshot, calibration)
    score_pairs(snapshot, calibration)
    assert [lookup(snapshot, ordinary, one, calibration) for one in asked] == before
    assert [lookup(snapshot, hub, one, calibration) for one in asked] != before


def test_a_description_is_made_comparable_as_a_record_is(region: Snapshot) -> None:
    (asked,) = readings(
        Description(
            given_name="Amina",
            family_name="Okonkwo",
            date_of_birth=date(2011, 5, 17),
            sex="female",
            postcode="ZZ1 2AB",
            address="14 Larch Way",
            phone="+447700900001",
        ),
        shipped_calibration(),
    )
    cursor = region.execute(f"SELECT {', '.join(asked)} FROM comparison_record WHERE record_id = 'police:1'")
    stored = dict(zip(asked, cursor.fetchall()[0], strict=True))
    assert {key: value for key, value in asked.items() if not key.endswith("_bits")} == {
        key: value for key, value in stored.items() if not key.endswith("_bits")
    }
    for bits in ("forename_bits", "surname_bits", "household_bits", "together_bits"):
        assert asked[bits] == pytest.approx(stored[bits], abs=1e-4)


def test_an_explanation_adds_up_to_the_weight_of_the_link(region: Snapshot, hub: Scope) -> None:
    weight, rule = region.execute(
        "SELECT weight, rule FROM link WHERE record_id_a = 'health:1' AND record_id_b = 'police:1'"
    ).fetchall()[0]
    found = explain_link(region, hub, "police:1", "health:1", shipped_calibration())
    assert found.weight == pytest.approx(weight, abs=1e-6)
    assert found.rule == rule
    assert found.weight == pytest.approx(sum(line.weight for line in found.lines), abs=0.06)
    shown = {line.field: (line.value_a, line.value_b) for line in found.lines}
    assert shown["forename"] == ("Amina", "Aminah")


def test_a_pair_that_is_no_link_is_explained_too(region: Snapshot, hub: Scope) -> None:
    twins = explain_link(region, hub, "police:1", "education:1", shipped_calibration())
    assert "twins" in twins.sentence
    unlike = explain_link(region, hub, "police:1", "housing:1", shipped_calibration())
    assert unlike.weight < 0
    assert "not enough" in unlike.sentence


class Seal:
    protected_record_ids = frozenset({"health:1"})
    other_record_ids = frozenset({"police:1"})


def test_the_protected_side_of_a_seal_reads_like_a_record_that_never_was(
    region: Snapshot, hub: Scope
) -> None:
    with pytest.raises(NotThere) as sealed:
        explain_link(region, hub, "police:1", "health:1", shipped_calibration(), Rulings(seals=(Seal(),)))
    with pytest.raises(NotThere) as absent:
        explain_link(region, hub, "police:1", "health:0", shipped_calibration())
    assert str(sealed.value).replace("health:1", "X") == str(absent.value).replace("health:0", "X")


@pytest.mark.parametrize("left_out", ["columns", "table"])
def test_a_snapshot_that_compared_less_is_refused_in_words(left_out):
    with duckdb.connect() as connection:
        if left_out == "columns":
            connection.execute("CREATE TABLE comparison_record (record_number INTEGER, record_id VARCHAR)")
        with pytest.raises(StoreUnavailable, match=r"earlier version.*run mashlink build again"):
            lookup_sources(connection)
