"""Who stands in a file without a date of birth is the one of that sex and family name who is known to live there."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from linked_people import people

from linkage import (
    explain_link,
    index_for_lookup,
    people_of,
    shipped_calibration,
)
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
HOME = {"address": "12 Copland Drive", "postcode": "ZQ1 1AA"}
EMILY = {"given": "Emily", "family": "Wu", "born": "1984-03-15", "sex": "female", "feed": "practice", **HOME}
MOTHER = {"given": "Fang", "family": "Wu", "sex": "female", "feed": "school", **HOME}
DAUGHTER = {
    "given": "Mei",
    "family": "Wu",
    "born": "2014-02-03",
    "sex": "female",
    "feed": "practice",
    **HOME,
}


def a_family(connection: Snapshot, put: Put, *, is_parent: bool = True, **also: dict[str, Any]) -> None:
    """A practice's Emily Wu and her daughter, a school's Fang Wu; ``also``: facts of others by record id, _ for the colon."""
    put(connection, "practice:1", **EMILY)
    put(connection, "practice:2", **DAUGHTER)
    put(connection, "school:1", **MOTHER)
    for record_id, facts in also.items():
        put(connection, record_id.replace("_", ":"), **facts)
    if is_parent:
        connection.execute(
            "INSERT INTO relationship BY NAME SELECT 'school:1' AS record_id, 'practice:2' AS other_record_id,"
            " 'parent' AS kind, 0 AS label_id"
        )


def test_a_mother_of_two_names_is_the_one_grown_woman_at_home(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    a_family(snapshot, put_record)
    person = people(snapshot, hub)
    assert person["school:1"] == person["practice:1"] != person["practice:2"]
    asked = (snapshot, Scope("other", hub.label_ids), ["school:1"], shipped_calibration())
    on_demand = people_of(*asked)
    assert on_demand["school:1"].record_ids == ("practice:1", "school:1")
    index_for_lookup(snapshot)
    assert people_of(*asked) == on_demand
    link = explain_link(snapshot, hub, "school:1", "practice:1", shipped_calibration())
    (tie,) = (line for line in link.lines if line.field == "tie")
    assert "known to live there" in tie.level
    assert sum(line.weight for line in link.lines) == pytest.approx(link.weight)


AUNT = {**EMILY, "given": "Grace", "born": "1981-07-08"}


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (AUNT, False),
        # Another contact of the school, without a date of birth: she may be the one of the practice as well.
        ({**MOTHER, "given": "Lan"}, False),
        ({**AUNT, "sex": None}, False),
        ({**AUNT, "sex": "male"}, True),
        ({**AUNT, "family": "Lin"}, True),
        ({**AUNT, "address": "3 Mill Lane", "postcode": "ZQ9 9ZZ"}, True),
        # Twelve years older than the daughter: no mother of hers.
        ({**AUNT, "born": "2002-07-08"}, True),
    ],
)
def test_another_woman_of_the_name_at_home_leaves_it_open(
    snapshot: Snapshot, hub: Scope, put_record: Put, other: dict[str, Any], is_one: bool
) -> None:
    a_family(snapshot, put_record, practice_3=other)
    person = people(snapshot, hub)
    assert (person["school:1"] == person["practice:1"]) is is_one


def test_of_whom_no_child_is_known_every_girl_at_home_may_be_meant(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    a_family(snapshot, put_record, is_parent=False)
    person = people(snapshot, hub)
    assert person["school:1"] != person["practice:1"]


def test_given_names_that_are_quite_different_are_of_two_whoever_else_is_at_home(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    a_family(snapshot, put_record)
    snapshot.execute("UPDATE record SET family_name = 'Smith'")
    person = people(snapshot, hub)
    assert person["school:1"] != person["practice:1"]


def test_a_woman_outside_the_scope_leaves_nothing_open_within_it(
    snapshot: Snapshot, hub: Scope, ordinary: Scope, put_record: Put
) -> None:
    a_family(snapshot, put_record, clinic_1={**AUNT, "label": 1})
    assert people(snapshot, hub)["school:1"] != people(snapshot, hub)["practice:1"]
    person = people(snapshot, ordinary)
    assert person["school:1"] == person["practice:1"]
