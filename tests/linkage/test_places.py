"""Addresses of one dwelling are one place, those of two are two, whatever the other rows say."""

import duckdb
import pytest

from linkage.values.places import resolve_places
from records.snapshot.schema import create_table


def places_of(lines: list[tuple[str | None, str | None, str | None]]) -> list[tuple[str, bool]]:
    connection = duckdb.connect()
    for table in ("address_spell", "event", "place", "place_of"):
        connection.execute(create_table(table))
    connection.executemany("INSERT INTO address_spell (address, postcode, uprn) VALUES (?, ?, ?)", lines)
    resolve_places(connection)
    found = []
    for line in lines:
        row = connection.execute(
            """SELECT place_id, is_communal FROM place_of WHERE address IS NOT DISTINCT FROM ?
               AND postcode IS NOT DISTINCT FROM ? AND uprn IS NOT DISTINCT FROM ?""",
            line,
        ).fetchall()
        assert len(row) == 1
        found.append(row[0])
    return found


@pytest.mark.parametrize(
    "lines",
    [
        [
            "Flat 2, 10 High Street",
            "2/10 Hihg St, Oldtown",
            "2, 10 HIGH STREET ZQ1 2CD",
            "Flat 2 Rose Court 10 High Street",
        ],
        ["12a St Mary's Road", "No. 12A, St. Marys Rd"],
        ["Flat 12 Kestrel Tower, Long Rd", "12 Kestrel Tower, Long Road"],
        ["Ground Floor Flat, 12 Tower Road", "12 Tower Rd (ground floor flat)"],
        ["Apartment 03 Élan House, Mill Lane", "APT 3, ELAN HOUSE, MILL LN"],
        ["Flat A, 7 Quay Street", "FLAT A 7 QUAY ST"],
    ],
)
def test_ways_of_writing_one_dwelling_are_one_place(lines: list[str]) -> None:
    assert len({place for place, _ in places_of([(line, "ZQ1 2CD", None) for line in lines])}) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ["Flat 2, 10 High Street", "Flat 3, 10 High Street", "10 High Street", "10 Mill Lane"],
        ["12 St Marys Road", "12A St Marys Road", "12B St Marys Road"],
        ["Flats, 7 Quay Street", "Flat S, 7 Quay Street"],
        ["Rose Cottage, Mill Lane", "Rosemary Barn, Mill Lane"],
    ],
)
def test_two_dwellings_are_two_places(lines: list[str]) -> None:
    assert len({place for place, _ in places_of([(line, "ZQ1 2CD", None) for line in lines])}) == len(lines)


def test_the_same_line_in_two_postcodes_is_two_places() -> None:
    found = places_of([("10 High Street", "ZQ1 2CD", None), ("10 High Street", "ZQ1 2CE", None)])
    assert found[0] != found[1]


def test_a_uprn_stands_in_where_the_line_has_no_number() -> None:
    found = places_of(
        [("Rose Cottage", "ZQ1 2CD", "88"), ("Rose Cotage", "ZQ1 2CD", "88"), (None, None, "88")]
    )
    assert len({place for place, _ in found}) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Mill House Hostel, 3 Mill Lane",
        "Kestrel Tower, Long Road",
        "Room 4, St Anne's Refuge",
        "Harbour Care Home, 2 Quay Street",
        "Estate Office, Kestrel Estate",
        "No Fixed Abode",
        "c/o Housing Office, 1 Long Road",
    ],
)
def test_words_of_a_communal_place(line: str) -> None:
    assert places_of([(line, "ZQ1 2CD", None)])[0][1]


@pytest.mark.parametrize(
    "line", ["Flat 12 Kestrel Tower, Long Road", "12 Tower Road", "3 Hospitality Way", "1 Estate Road"]
)
def test_words_that_only_look_communal(line: str) -> None:
    assert not places_of([(line, "ZQ1 2CD", None)])[0][1]


def test_another_row_moves_no_place() -> None:
    lines: list[tuple[str | None, str | None, str | None]] = [
        ("2, 10 High Street", "ZQ1 2CD", "7"),
        ("10 High Street", "ZQ1 2CD", None),
    ]
    hidden: list[tuple[str | None, str | None, str | None]] = [
        ("10 High Street Hostel", "ZQ1 2CD", "7"),
        ("2/10 Hgih St", "ZQ1 2CD", None),
    ]
    assert places_of(lines) == places_of([*hidden, *lines])[2:]
