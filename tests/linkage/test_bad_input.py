"""What agencies do hand in: one value on every row, the same file twice, names that no keyboard has. Nothing may blow up."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from linkage import BlockingReport, resolve_people, score_pairs, shipped_calibration, standardise
from records.intake import take_in
from records.mapping import load_mappings
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]

# What one record may cost, however bad the feed: a key brings at most the cap, and a record has some ten keys.
MOST_PAIRS_A_RECORD = 10 * shipped_calibration().block_cap


def fill(connection: Snapshot, number: int, **columns: str) -> None:
    """``number`` records that share nothing, but for ``columns``: SQL over ``n``."""
    # Nine letters out of a digest, so that neither spelling nor sound brings unlike records together.
    given, family = (
        f"translate(substr(md5('{part}' || n), 1, 9), '0123456789', 'klmnoprstu')"
        for part in ("given", "family")
    )
    facts = {
        "given_name": given,
        "family_name": family,
        "date_of_birth": "DATE '1930-01-02' + (hash(n, 3) % 33000)::INTEGER",
    } | columns
    connection.execute(
        "INSERT INTO record BY NAME SELECT 'police:' || lpad(n::VARCHAR, 6, '0') AS record_id, 'feed' AS feed,"
        " 'police' AS agency, 0 AS label_id, DATE '2026-01-31' AS extracted_on,"
        f" {', '.join(f'{sql} AS {name}' for name, sql in facts.items())} FROM range({number}) numbered(n)"
    )


def link(connection: Snapshot, scope: Scope) -> BlockingReport:
    calibration = shipped_calibration()
    standardise(connection, calibration)
    report = score_pairs(connection, calibration).blocking
    resolve_people(connection, scope, calibration)
    return report


def records_of_the_largest_person(connection: Snapshot) -> int:
    return int(
        connection.execute(
            "SELECT coalesce(max(records), 0) FROM (SELECT count(*) AS records FROM membership GROUP BY person_id)"
        ).fetchall()[0][0]
    )


def number_of_people(connection: Snapshot) -> int:
    return int(connection.execute("SELECT count(DISTINCT person_id) FROM membership").fetchall()[0][0])


def test_a_feed_that_is_all_one_family_name(snapshot: Snapshot, hub: Scope) -> None:
    fill(snapshot, 20_000, family_name="'Smith'")
    report = link(snapshot, hub)
    assert report.pairs < 20_000 * MOST_PAIRS_A_RECORD
    assert records_of_the_largest_person(snapshot) <= 3


def test_a_hundred_thousand_records_with_one_date_of_birth(snapshot: Snapshot, hub: Scope) -> None:
    fill(snapshot, 100_000, date_of_birth="DATE '1980-05-06'")
    report = link(snapshot, hub)
    assert report.pairs < 100_000 * MOST_PAIRS_A_RECORD
    assert sum(report.keys_over_cap.values()) > 0
    assert max(report.records_over_cap.values()) > 10_000
    # No two of them are alike in anything but the date.
    assert number_of_people(snapshot) > 95_000
    assert records_of_the_largest_person(snapshot) <= 5


def test_everything_alike_but_the_key(snapshot: Snapshot, hub: Scope) -> None:
    # A file of test rows, or a column filled down: no evidence at all, and every pair of them a candidate.
    fill(snapshot, 5_000, given_name="'Test'", family_name="'Person'", date_of_birth="DATE '1980-05-06'")
    report = link(snapshot, hub)
    assert report.pairs == 0
    assert set(report.records_over_cap.values()) == {5_000}
    assert number_of_people(snapshot) == 5_000


def test_an_identifier_that_five_thousand_records_share(snapshot: Snapshot, hub: Scope) -> None:
    fill(snapshot, 5_000)
    snapshot.execute(
        "INSERT INTO identifier SELECT record_id, 'nhs_number', '9990000018', 0 FROM record"
        " UNION ALL SELECT record_id, 'upn', 'A999999900001', 0 FROM record"
    )
    report = link(snapshot, hub)
    assert report.pairs < 5_000 * MOST_PAIRS_A_RECORD
    assert report.records_over_cap["the same NHS number"] == 5_000
    assert report.records_over_cap["another identifier in common"] == 5_000
    assert records_of_the_largest_person(snapshot) <= 3


def test_an_identifier_that_a_class_shares_joins_no_two_who_differ(snapshot: Snapshot, hub: Scope) -> None:
    # Few enough to be compared with one another: a school that put its own number into the column.
    fill(snapshot, 60)
    snapshot.execute("INSERT INTO identifier SELECT record_id, 'upn', 'A999999900001', 0 FROM record")
    link(snapshot, hub)
    assert number_of_people(snapshot) >= 58


def test_a_phone_and_a_postcode_that_all_records_share(snapshot: Snapshot, hub: Scope) -> None:
    fill(snapshot, 5_000)
    snapshot.execute(
        "INSERT INTO thing_use BY NAME SELECT record_id, 'phone' AS kind, '+441632960000' AS value, 0 AS label_id FROM record"
    )
    snapshot.execute(
        "INSERT INTO address_spell BY NAME SELECT record_id, 'home' AS kind, '1 Civic Centre' AS address,"
        " 'ZZ1 1AA' AS postcode, 0 AS label_id FROM record"
    )
    report = link(snapshot, hub)
    assert report.pairs < 5_000 * MOST_PAIRS_A_RECORD
    assert records_of_the_largest_person(snapshot) <= 3


def test_a_feed_of_given_names_alone(snapshot: Snapshot, hub: Scope) -> None:
    fill(snapshot, 5_000, family_name="NULL", date_of_birth="NULL", given_name="['Amina', 'John'][n % 2 + 1]")
    report = link(snapshot, hub)
    assert report.pairs < 5_000 * MOST_PAIRS_A_RECORD
    assert number_of_people(snapshot) == 5_000


def test_no_records_at_all(snapshot: Snapshot, hub: Scope) -> None:
    report = link(snapshot, hub)
    assert (report.pairs, report.keys_over_cap, number_of_people(snapshot)) == (0, {}, 0)


BORN = {"born": "1984-05-17", "postcode": "ZZ1 2AB", "address": "14 Larch Way"}


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("A" * 2000, "B" * 2000),
        ("Maria " * 400, "Santos " * 400),
        ("محمد", "الحسن"),
        ("\u200f\u05de\u05b4\u05e8\u05b0\u05d9\u05b8\u05dd\u200e", "\u05db\u05b9\u05bc\u05d4\u05b5\u05df"),
        ("Z̷̧̛͔̗a̴͓͌l̶͍̈́g̵̠̃o̶̮̚", "D́́́́́́́́́́upont"),
        ("王", "小明"),
        ("Na", "Li"),
        ("😀", "🙂🙃"),
        ("\u200bZoë\u200d", "\ufeffO\u2019Brien\u00ad"),
        ("Tab\tNew\nLine\x0b", "Bell\x07Escape\x1b[31m"),
        ("---", "..."),
        ("%s{0}$1\\", "'; DROP TABLE record; --"),
    ],
)
def test_a_name_that_no_one_expected_is_compared_like_any_other(
    snapshot: Snapshot, hub: Scope, put_record: Put, given: str, family: str
) -> None:
    for agency in ("police", "health"):
        put_record(snapshot, f"{agency}:1", **BORN, given=given, family=family, nhs="9990000018")
    put_record(snapshot, "health:2", given="Winifred", family="Ashdown", born="1939-11-02")
    link(snapshot, hub)
    people = dict(snapshot.execute("SELECT record_id, person_id FROM membership").fetchall())
    assert people["police:1"] == people["health:1"] != people["health:2"]


@pytest.mark.parametrize("born", ["0001-01-01", "0044-03-15", "1066-10-14", "2999-02-03", "9999-12-31"])
def test_a_date_of_birth_from_another_age(snapshot: Snapshot, hub: Scope, put_record: Put, born: str) -> None:
    put_record(snapshot, "police:1", given="Amina", family="Okonkwo", born=born, postcode="ZZ1 2AB")
    put_record(snapshot, "health:1", given="Amina", family="Okonkwo", born="2011-05-17", postcode="ZZ1 2AB")
    link(snapshot, hub)
    assert number_of_people(snapshot) in (1, 2)


MAPPING = """
feed = "calls"
agency = "police"
[label]
marking = "=shareable"
category = "=ordinary"
[files.calls]
path = "calls*.csv"
[[record]]
from = "calls"
id = "ID"
given_name = "GIVEN"
family_name = "FAMILY"
date_of_birth = "DOB"
"""
ROWS = "".join(f"{n},Winifred{chr(97 + n)},Ashdown,19{50 + n}-03-0{n % 9 + 1}\n" for n in range(26))


@pytest.mark.parametrize(
    ("files", "records", "quarantined"),
    [
        ({"calls.csv": ROWS}, 26, 0),
        ({"calls.csv": ROWS + ROWS}, 26, 26),
        ({"calls.csv": ROWS, "calls (copy).csv": ROWS}, 26, 26),
        ({"calls.csv": ""}, 0, 0),
    ],
)
def test_a_feed_handed_in_twice_or_empty(
    new_snapshot: Callable[[], Snapshot],
    tmp_path: Path,
    files: dict[str, str],
    records: int,
    quarantined: int,
) -> None:
    (tmp_path / "m.toml").write_text(MAPPING)
    for name, rows in files.items():
        (tmp_path / name).write_text("ID,GIVEN,FAMILY,DOB\n" + rows)
    with new_snapshot() as connection:
        connection.execute("DELETE FROM label")
        report = take_in(connection, tmp_path, load_mappings(tmp_path), hub="home")
        counted = connection.execute("SELECT count(*) FROM quarantine").fetchall()[0][0]
        link(connection, Scope("hub", frozenset({0}), standing=True))
        assert (counted, number_of_people(connection)) == (quarantined, records)
        assert report.notes == (() if records else ("calls.csv has no rows below its header.",))


def test_a_feed_that_two_agencies_hand_in_meets_itself(snapshot: Snapshot, hub: Scope) -> None:
    fill(snapshot, 500)
    snapshot.execute(
        "INSERT INTO record SELECT * REPLACE (replace(record_id, 'police', 'health') AS record_id, 'other' AS feed) FROM record"
    )
    link(snapshot, hub)
    together = snapshot.execute(
        "SELECT count(*) FROM membership a JOIN membership b ON b.person_id = a.person_id"
        " AND b.record_id = replace(a.record_id, 'police', 'health') WHERE a.record_id LIKE 'police%'"
    ).fetchall()[0][0]
    assert together >= 495


def test_the_order_of_bad_rows_changes_nothing(new_snapshot: Callable[[], Snapshot], hub: Scope) -> None:
    reports = []
    for order in ("n", "-n"):
        with new_snapshot() as connection:
            fill(connection, 3_000, date_of_birth="DATE '1980-05-06'")
            connection.execute(
                f"CREATE OR REPLACE TABLE record AS SELECT * FROM record ORDER BY {order.replace('n', 'hash(record_id)')}"
            )
            report = link(connection, hub)
            people = connection.execute("SELECT record_id, person_id FROM membership ORDER BY ALL").fetchall()
            reports.append((report, people))
    assert all(one == other for one, other in pairwise(reports))
