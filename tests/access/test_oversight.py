"""What an auditor is told to ask about, and what is left alone."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from access.oversight.unusual import RULES, Circumstances, circumstances, unusual
from records.ledger import Look
from records.snapshot import TABLES, create_table

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def looks(actor, count, *, role="contributor", at=MONDAY, every=timedelta(minutes=1), records=("police:1",)):
    return [Look(number, at + every * number, actor, role, frozenset(records)) for number in range(count)]


def raised(found, known=None):
    return [(line.kind, line.actor, line.count) for line in unusual(found, known or Circumstances())]


def test_a_day_of_many_looks_stands_out_against_colleagues_in_the_role_alone():
    calm = [look for name in "abc" for look in looks(name, 20)]
    assert raised([*calm, *looks("dana", 61)]) == [("volume", "dana", 61)]
    assert raised([*calm, *looks("dana", 60)]) == []
    assert raised([*calm, *looks("dana", 39)]) == []
    assert (
        raised(
            [*looks("eve", 61, role="analyst"), *(one for n in "fgh" for one in looks(n, 50, role="analyst"))]
        )
        == []
    )
    [line] = unusual([*calm, *looks("dana", 61)], Circumstances())
    assert (line.usual, len(line.entries)) == (20.0, 20)


@pytest.mark.parametrize(
    ("at", "odd"),
    [
        (datetime(2026, 3, 2, 6, 50, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 7, 10, tzinfo=UTC), False),
        (datetime(2026, 3, 7, 12, tzinfo=UTC), True),  # a Saturday
        (datetime(2026, 7, 6, 6, 10, tzinfo=UTC), False),  # ten past seven in summer time
        (datetime(2026, 7, 6, 19, 10, tzinfo=UTC), True),
    ],
)
def test_hours_are_the_hubs_own_in_local_time(at, odd):
    found = raised(looks("dana", 5, at=at, every=timedelta(seconds=1)))
    assert found == ([("hours", "dana", 5)] if odd else [])


def test_whose_colleagues_work_at_night_too_is_not_asked():
    night = datetime(2026, 3, 2, 2, tzinfo=UTC)
    team = [look for name in "abc" for look in looks(name, 10, at=night)]
    assert raised([*team, *looks("dana", 12, at=night)]) == []


def test_own_family_and_one_address_come_from_what_the_rows_say(tmp_path):

    with duckdb.connect() as connection:
        for table in ("record", "address_spell"):
            assert table in TABLES
            connection.execute(create_table(table))
        connection.execute(
            "INSERT INTO record (record_id, family_name) SELECT 'police:' || n, CASE WHEN n < 2 THEN 'Vance'"
            " WHEN n < 500 THEN 'Smith' ELSE 'Other' END FROM range(1000) r(n)"
        )
        connection.execute(
            "INSERT INTO address_spell (record_id, address, postcode) VALUES"
            " ('police:1', '3 High Street', 'ZZ1 1AA'), ('health:7', '3 HIGH STREET', 'ZZ1 1AA')"
        )
        found = [
            *looks("eleri", 2, records=("police:1",)),
            *looks("sam", 9, records=("police:10",)),
            *looks("noname", 4, records=("police:0",)),
            *looks("rosa", 8, every=timedelta(hours=7), records=("health:7",)),
        ]
        known = circumstances(connection, found, {"eleri": "Eleri VANCE", "sam": "Sam Smith", "x": ""})
        shares = {"vance": 0.9}
        again = circumstances(connection, found, {"eleri": "Eleri VANCE", "sam": "Sam Smith"}, shares=shares)
    assert [one for one in raised(found, known) if one[0] != "hours"] == [
        ("one_address", "rosa", 8),
        ("own_family", "eleri", 2),
    ]
    # What was asked of the snapshot before is not asked again; what was not is added.
    assert again.name_share == shares == {"vance": 0.9, "smith": known.name_share["smith"]}
    told = repr(unusual(found, known))
    assert "High Street" not in told
    assert "police:" not in told


def test_every_rule_says_what_it_is():
    assert all(rule.__doc__ for rule in RULES)
