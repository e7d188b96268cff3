from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linked_people import people

from linkage import (
    explain_link,
    explain_membership,
    people_of,
    shipped_calibration,
)
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
CALIBRATION = shipped_calibration()

CHILD = {"given": "Idris", "family": "Okonkwo", "born": "2014-03-08", "sex": "male"}
HOME = {"postcode": "ZZ1 2AB", "address": "14 Larch Way"}
ELSEWHERE = {"postcode": "ZZ7 9XX", "address": "3 Quarry Mount"}
MOTHER = {"given": "Ngozi", "family": "Okonkwo", "born": "1985-11-02", "sex": "female"}
CONTACT = {"given": "Ngozi", "family": "Okonkwo"}


def is_parent(connection: Snapshot, parent: str, child: str, label: int = 0, kind: str = "parent") -> None:
    connection.execute(
        "INSERT INTO relationship BY NAME SELECT ? AS record_id, ? AS other_record_id, ? AS kind, ? AS label_id",
        [parent, child, kind, label],
    )


def a_family(connection: Snapshot, put_record: Put, contact: dict[str, Any] = CONTACT) -> None:
    put_record(connection, "school:pupil", **CHILD, **HOME)
    put_record(connection, "school:contact", **contact)
    is_parent(connection, "school:contact", "school:pupil")
    put_record(connection, "care:child", **CHILD, **ELSEWHERE)
    put_record(connection, "care:mother", **MOTHER, **ELSEWHERE)
    is_parent(connection, "care:mother", "care:child")


def test_the_bare_contact_of_a_pupil_is_the_parent_that_another_agency_names(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    a_family(snapshot, put_record)
    person = people(snapshot, hub)
    assert person["school:pupil"] == person["care:child"]
    assert person["school:contact"] == person["care:mother"] != person["care:child"]


def test_the_other_parent_of_the_child_is_not(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    a_family(snapshot, put_record, {"given": "Chidi", "family": "Okonkwo"})
    person = people(snapshot, hub)
    assert person["school:contact"] != person["care:mother"]


@pytest.mark.parametrize("kind", ["parent", "school_contact"])
def test_a_bare_contact_is_whoever_of_that_name_lives_with_the_child(
    snapshot: Snapshot, hub: Scope, put_record: Put, kind: str
) -> None:
    put_record(snapshot, "school:pupil", **CHILD, **HOME)
    put_record(snapshot, "school:contact", **CONTACT)
    is_parent(snapshot, "school:contact", "school:pupil", kind=kind)
    put_record(snapshot, "health:mother", **MOTHER, **HOME)
    put_record(snapshot, "health:namesake", **{**MOTHER, "born": "1961-05-20"}, **ELSEWHERE)
    person = people(snapshot, hub)
    assert person["school:contact"] == person["health:mother"] != person["health:namesake"]


def test_the_reader_is_told_what_ties_the_two(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    a_family(snapshot, put_record)
    people(snapshot, hub)
    link = explain_link(snapshot, hub, "school:contact", "care:mother", CALIBRATION)
    (tie,) = (line for line in link.lines if line.field == "tie")
    assert tie.weight > 0
    assert "relative" in tie.sentence
    assert sum(line.weight for line in link.lines) == pytest.approx(link.weight)
    assert link.weight >= CALIBRATION.join_bits
    path = explain_membership(snapshot, hub, ("school:contact", "care:mother"), CALIBRATION)
    assert path.record_ids == ("school:contact", "care:mother")
    held = "SELECT weight, via_record_id FROM membership WHERE record_id = 'school:contact'"
    assert snapshot.execute(held).fetchall() == [(pytest.approx(link.weight), "care:mother")]


def test_a_relationship_outside_the_scope_ties_nobody(
    snapshot: Snapshot, hub: Scope, ordinary: Scope, put_record: Put
) -> None:
    a_family(snapshot, put_record)
    snapshot.execute("DELETE FROM address_spell WHERE record_id = 'care:mother'")
    snapshot.execute("UPDATE relationship SET label_id = 1 WHERE record_id = 'care:mother'")
    whole, part = people(snapshot, hub), people(snapshot, ordinary)
    assert whole["school:contact"] == whole["care:mother"]
    assert part["school:contact"] != part["care:mother"]


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_people_on_demand_are_those_of_the_build(
    hub: Scope, put_record: Put, new_snapshot: Callable[[], Snapshot], data: st.DataObject
) -> None:
    with new_snapshot() as connection:
        count = data.draw(st.integers(4, 9))
        for number in range(count):
            facts: dict[str, Any] = {
                "given": data.draw(st.sampled_from(["Ngozi", "Idris", "Amara"])),
                "family": data.draw(st.sampled_from(["Okonkwo", "Bello"])),
                "born": data.draw(st.sampled_from([None, "1985-11-02", "2014-03-08"])),
            }
            facts |= data.draw(st.sampled_from([{}, HOME, ELSEWHERE]))
            put_record(connection, f"agency:{number}", **facts)
        for _ in range(data.draw(st.integers(0, 6))):
            parent, child = data.draw(st.permutations(range(count)))[:2]
            is_parent(connection, f"agency:{parent}", f"agency:{child}")
        person = people(connection, hub)
        for record_id, person_id in person.items():
            found = people_of(connection, hub, [record_id], CALIBRATION)[record_id]
            assert sorted(found.record_ids) == sorted(r for r, p in person.items() if p == person_id)
