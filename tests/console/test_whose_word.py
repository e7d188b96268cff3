"""What agencies hold of a person: each thing once, everyone who says it, nothing put together that differs."""

from datetime import date

import pytest

from access import AddressLine, IdentifierLine, NameLine, PersonCard, PersonPage, TieLine
from api.console import words
from api.console.whose_word import whose_word

CARD = PersonCard("h1", "Marta Quill", date(2012, 5, 2), "10-15", "female", ("police",), 3, False)
SINCE = date(2020, 3, 1)


def person(**facts: object) -> PersonPage:
    empty = dict.fromkeys(
        ("names", "identifiers", "addresses", "things", "organisations", "relations", "stated", "findings"),
        (),
    )
    told = dict.fromkeys(("ethnic_group", "first_language", "disability"))
    return PersonPage(**{"card": CARD, **empty, **told, **facts})  # type: ignore[arg-type]  # kept short for the tests


def address(agency: str, written: str | None, postcode: str | None, since: date | None) -> AddressLine:
    return AddressLine("home", written, postcode, since, None, agency)


def test_an_address_stands_once_however_it_is_punctuated_and_each_agency_keeps_its_dates() -> None:
    shown = whose_word(
        person(
            addresses=(
                address("police", "47 ROWAN GARDENS QUAYMARSH", None, None),
                address("health", "47 Rowan Gardens, Quaymarsh", "QD1 6FJ", SINCE),
                address("education", "47 Rowan Gardens, Quaymarsh", "QD1 6FJ", SINCE),
                address("housing", None, "QD1 6FJ", None),
            )
        )
    )
    assert [one.value for one in shown.addresses] == ["47 Rowan Gardens, Quaymarsh, QD1 6FJ", "QD1 6FJ"]
    assert shown.addresses[0].spells == (
        ("Since 1 March 2020", ("education", "health")),
        ("Dates not known", ("police",)),
    )


def test_an_address_of_which_two_postcodes_are_told_stays_two() -> None:
    lines = (
        address("police", "1 Mill Lane", "QD1 1AA", None),
        address("health", "1 Mill Lane", "QD9 9ZZ", None),
    )
    assert len(whose_word(person(addresses=lines)).addresses) == 2
    # With two to choose from, the one without a postcode goes with neither.
    assert (
        len(whose_word(person(addresses=(*lines, address("housing", "1 Mill Lane", None, None)))).addresses)
        == 3
    )


def test_names_that_differ_in_capitals_alone_are_one_and_others_stay_apart() -> None:
    names = (NameLine("current", "MARTA QUILL", "police"), NameLine("current", "Marta Quill", "health"))
    shown = whose_word(person(names=(*names, NameLine("alias", "Marta Quill", "housing"))))
    assert [(one.value, one.line.kind, one.agencies) for one in shown.names] == [
        ("Marta Quill", "current", ("health", "police")),
        ("Marta Quill", "alias", ("housing",)),
    ]


def test_numbers_are_written_as_people_read_them_out() -> None:
    shown = whose_word(
        person(
            identifiers=(IdentifierLine("nhs_number", "9990000018", "health"),),
            things=(TieLine("phone", "+441214960533", None, None, "police"),),
        )
    )
    assert [one.value for one in shown.identifiers + shown.ties] == ["999 000 0018", "0121 496 0533"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "not a number"), ("phone", "+9"), ("nhs_number", "12"), ("vehicle", "AB12 CDE")],
)
def test_what_cannot_be_written_another_way_stays_as_it_is(kind: str, value: str) -> None:
    assert words.written(kind, value) == value


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ed attendance 2026-01-30", "Emergency department attendance, 30 January 2026"),
        ("sexual exploitation 2024-12-20", "Sexual exploitation, 20 December 2024"),
        ("missing", "Missing"),
        ("2024-12-20", "2024-12-20"),
    ],
)
def test_a_happening_of_a_network_has_its_words_and_its_day(name: str, told: str) -> None:
    assert words.happening(name) == told


def test_a_compared_value_is_written_as_the_rest_of_the_page_is() -> None:
    assert words.compared("2019-07-19", "birth") == "19 July 2019"
    assert words.compared("upn R990200424617", "identifier") == "Unique pupil number R990200424617"
    assert words.compared(None, "forename") == words.UNKNOWN
    assert words.compared("2019-07-19", "place") == "2019-07-19"
