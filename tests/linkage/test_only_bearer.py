"""A caller of whom a name is all that is known is the one person who bears it, where an agency holds nearly everybody."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from linked_people import people

from linkage import (
    LinkageCalibration,
    explain_link,
    find_registers,
    index_for_lookup,
    people_of,
    shipped_calibration,
    standardise,
)
from linkage.model.registers import Register
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
# The labels of the fixture, as registers.
POLICE = ("home", "police", "shareable", "ordinary")
CLINIC = ("home", "health", "restricted", "sexual_health")
ONE = {
    "given": "Skye",
    "family": "Hengate",
    "born": "1985-01-22",
    "sex": "female",
    "feed": "practice",
    "address": "1 Spindle Terrace",
    "postcode": "ZQ1 1AA",
}
CALLER = {"given": "Skye", "family": "Hengate", "feed": "phone log"}
ELSEWHERE = {"address": "3 Mill Lane", "postcode": "ZQ9 9ZZ"}


def with_register(*listed: tuple[str, str, str, str]) -> LinkageCalibration:
    return replace(shipped_calibration(), registers=listed)


def are_one(connection: Snapshot, scope: Scope, calibration: LinkageCalibration) -> bool:
    person = people(connection, scope, calibration)
    return person["line:1"] == person["practice:1"]


def test_the_one_bearer_of_a_name_is_the_caller(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "practice:1", **ONE)
    put_record(snapshot, "line:1", **CALLER)
    assert not are_one(snapshot, hub, shipped_calibration())
    calibration = with_register(POLICE)
    assert are_one(snapshot, hub, calibration)
    asked = (snapshot, Scope("other", hub.label_ids), ["line:1"], calibration)
    on_demand = people_of(*asked)
    assert on_demand["line:1"].record_ids == ("line:1", "practice:1")
    index_for_lookup(snapshot)
    assert people_of(*asked) == on_demand
    link = explain_link(snapshot, hub, "line:1", "practice:1", calibration)
    (tie,) = (line for line in link.lines if line.field == "tie")
    assert "nobody else of that name" in tie.level
    assert sum(line.weight for line in link.lines) == pytest.approx(link.weight)


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        ({**ONE, "born": "1950-07-08", **ELSEWHERE}, False),
        # Somebody of the name without a date of birth may be the caller as well.
        ({**CALLER, **ELSEWHERE, "feed": "school"}, False),
        # A second call under the name says nothing of who bears it.
        (CALLER, True),
        ({**ONE, "born": "1950-07-08", "given": "Sky", **ELSEWHERE}, True),
        ({**ONE, "born": "1950-07-08", "family": "Holt", **ELSEWHERE}, True),
        # Skye Anne Hengate Holt is a Skye Hengate to whoever takes a call.
        ({**ONE, "born": "1950-07-08", "given": "Skye Anne", "family": "Hengate Holt", **ELSEWHERE}, False),
    ],
)
def test_another_bearer_of_the_name_leaves_it_open(
    snapshot: Snapshot, hub: Scope, put_record: Put, other: dict[str, Any], is_one: bool
) -> None:
    put_record(snapshot, "practice:1", **ONE)
    put_record(snapshot, "line:1", **CALLER)
    put_record(snapshot, "other:1", **other)
    assert are_one(snapshot, hub, with_register(POLICE)) is is_one


@pytest.mark.parametrize(
    ("given", "family", "is_one"),
    [
        ("Carla Jimenez", "Pereira", True),
        ("Carla", "Pereira", True),
        ("Carla", "Jimenez", True),
        ("Carla Lopes", "Pereira", False),
        ("Ana Jimenez", "Pereira", False),
    ],
)
def test_a_name_of_several_words_is_borne_whichever_field_they_stand_in(
    snapshot: Snapshot, hub: Scope, put_record: Put, given: str, family: str, is_one: bool
) -> None:
    put_record(snapshot, "practice:1", **{**ONE, "given": "Carla", "family": "Jiménez Pereira"})
    put_record(snapshot, "line:1", **{**CALLER, "given": given, "family": family})
    assert are_one(snapshot, hub, with_register(POLICE)) is is_one


@pytest.mark.parametrize(
    "said",
    [
        {"born": "1985-01-22"},
        {"postcode": "ZQ9 9ZZ"},
        {"sex": "male"},
        {"given": "S"},
        {"given": None},
    ],
)
def test_who_says_more_or_less_than_a_name_is_not_told_by_it(
    snapshot: Snapshot, hub: Scope, put_record: Put, said: dict[str, Any]
) -> None:
    put_record(snapshot, "practice:1", **ONE)
    put_record(snapshot, "line:1", **CALLER | said)
    person = people(snapshot, hub, with_register(POLICE))
    ties = snapshot.execute("SELECT count(*) FROM tied_pair WHERE kind = 'only bearer'").fetchall()
    assert ties == [(0,)]
    assert (person["line:1"] == person["practice:1"]) is ("born" in said)


def test_a_worker_is_not_whoever_else_has_their_name(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "practice:1", **ONE)
    put_record(snapshot, "line:1", **CALLER)
    snapshot.execute("UPDATE record SET is_professional = true WHERE record_id = 'line:1'")
    assert not are_one(snapshot, hub, with_register(POLICE))


def test_a_bearer_who_is_on_no_register_is_not_told_by_the_name(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "practice:1", **ONE)
    put_record(snapshot, "line:1", **CALLER)
    assert not are_one(snapshot, hub, with_register(CLINIC))


def test_a_register_outside_the_scope_tells_nothing_within_it(
    snapshot: Snapshot, hub: Scope, ordinary: Scope, put_record: Put
) -> None:
    calibration = with_register(CLINIC)
    put_record(snapshot, "practice:1", **ONE)
    put_record(snapshot, "clinic:1", **ONE, label=1)
    put_record(snapshot, "line:1", **CALLER)
    assert are_one(snapshot, hub, calibration)
    assert not are_one(snapshot, ordinary, calibration)


def test_a_bearer_outside_the_scope_leaves_nothing_open_within_it(
    snapshot: Snapshot, hub: Scope, ordinary: Scope, put_record: Put
) -> None:
    calibration = with_register(POLICE)
    put_record(snapshot, "practice:1", **ONE)
    put_record(snapshot, "clinic:1", **ONE | {"born": "1950-07-08", **ELSEWHERE}, label=1)
    put_record(snapshot, "line:1", **CALLER)
    assert not are_one(snapshot, hub, calibration)
    assert are_one(snapshot, ordinary, calibration)


def a_town(connection: Snapshot, put: Put, held: int, others: int = 20) -> None:
    """So many people of the police, of whom the clinic holds the first ``held``; and one of the clinic's own."""
    names = [(f"{given}a", f"{family}on") for given in "bdfgk" for family in ("Mard", "Tild", "Rost", "Vank")]
    for number, (given, family) in enumerate(names[:others]):
        facts = {"given": given, "family": family, "born": f"19{50 + number}-03-04"}
        put(connection, f"police:{number}", **facts)
        if number < held:
            put(connection, f"clinic:{number}", **facts, label=1)
    put(connection, "clinic:own", given="Gretel", family="Ashwick", born="1999-09-09", label=1)
    standardise(connection, shipped_calibration())


@pytest.mark.parametrize(("held", "found"), [(20, (CLINIC,)), (17, (CLINIC,)), (16, ())])
def test_a_register_holds_most_of_those_whom_other_agencies_meet(
    snapshot: Snapshot,
    put_record: Put,
    held: int,
    found: tuple[Register, ...],
) -> None:
    a_town(snapshot, put_record, held)
    # The police hold most of the clinic's people too.
    assert tuple(one for one in find_registers(snapshot, least_people=20) if one == CLINIC) == found


def test_of_few_people_nobody_knows_who_holds_them(snapshot: Snapshot, put_record: Put) -> None:
    a_town(snapshot, put_record, held=20)
    assert find_registers(snapshot) == ()


def test_registers_are_kept_with_the_calibration() -> None:
    calibration = with_register(POLICE, CLINIC)
    assert LinkageCalibration.from_json(calibration.to_json()) == calibration
    assert calibration.digest() != shipped_calibration().digest()
