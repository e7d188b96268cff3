"""One line of text as a description: every piece is understood wherever it stands, and nothing is dropped in silence."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access import Description, understand

TODAY = date(2026, 11, 22)
PIECES = {
    "12 May 2013": ("date_of_birth", "2013-05-12"),
    "999 861 0400": ("nhs_number", "9998610400"),
    "qd1 8yh": ("postcode", "QD1 8YH"),
    "0151 496 0291": ("phone", "+441514960291"),
    "2021/9185988N": ("pnc_id", "2021/9185988N"),
    "ab12 cde": ("vehicle", "AB12CDE"),
    "Okonjo-Reed": ("name", "Okonjo-Reed"),
}


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=7, unique=True))
def test_every_piece_is_understood_in_any_order(pieces: list[str]) -> None:
    understood = understand(", ".join(pieces), TODAY)
    assert {(part.kind, part.value) for part in understood.parts} == {PIECES[one] for one in pieces}
    assert understood.unused == ()
    assert understood == understand(", ".join(pieces), TODAY)


def test_the_description_does_not_depend_on_the_order() -> None:
    told = [
        understand(" ".join(order), TODAY).description for order in permutations([*list(PIECES)[:4], "Reed"])
    ]
    assert set(told) == {
        Description(
            full_name="Reed",
            date_of_birth=date(2013, 5, 12),
            postcode="QD1 8YH",
            phone="+441514960291",
            identifiers=(("nhs_number", "9998610400"),),
        )
    }


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("REED, Hannah", Description(given_name="Hannah", family_name="REED")),
        ("Hannah Reed 12.5.13", Description(full_name="Hannah Reed", date_of_birth=date(2013, 5, 12))),
        ("12/5/62 Reed", Description(full_name="Reed", date_of_birth=date(1962, 5, 12))),
        ("12 5 2013", Description(date_of_birth=date(2013, 5, 12))),
        ("Reed born 2013", Description(full_name="Reed", birth_year=2013)),
        ("Flat 3, 27 Quince Street, Reed", Description(full_name="Reed", address="Flat 3, 27 Quince Street")),
        ("Zoë O'Brien", Description(full_name="Zoë O'Brien")),
        ("", Description()),
    ],
)
def test_what_people_type(text: str, description: Description) -> None:
    assert understand(text, TODAY).description == description


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31/2/2010", "not a real date"),
        ("1/1/2030", "not a date of birth"),
        ("9998610401", "check digit"),
        ("2021/9185988A", "check digit"),
        ("QD1 8YH AB1 2CD", "a search takes one postcode"),
        ("Reed 77", "not understood"),
    ],
)
def test_what_is_not_used_is_said_with_its_reason(text: str, why: str) -> None:
    [told] = understand(text, TODAY).unused
    assert why in told


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    assert all(part.value for part in understand(text, TODAY).parts)
