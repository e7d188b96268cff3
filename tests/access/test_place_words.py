"""Free text names a place in many ways; each of them is found, and what names none is left as it was."""

import pytest

from access.scope.place_words import pattern_of, telling_words

LARCH = telling_words(
    [("12 Larch Row, Larkhaven", "ZZ1 4AB"), ("Flat 2, 5 Mill Road", "ZZ14AC"), ("The Elms, Hill End", None)]
)


@pytest.mark.parametrize(
    "text",
    [
        "Now at 12 Larch Row, Larkhaven with her aunt",
        "Now at 12 LARCH ROW",
        "seen on larch  row",
        "flat 2, 5 mill rd.",
        "No. 5 Mill Road",
        "Mill Rd",
        "zz14ab",
        "ZZ1  4AB",
        "ZZ1-4AC",
        "the elms",
    ],
)
def test_a_place_is_found_however_it_is_written(text):
    assert pattern_of(LARCH).search(text), text


@pytest.mark.parametrize(
    "text", ["Moved to Larkhaven", "Flat 2", "12 people", "Larch Rowan School", "ZZ1 4ABX", "Millroad", ""]
)
def test_what_names_no_place_is_left(text):
    assert pattern_of(LARCH).sub("-", text) == text


def test_without_places_nothing_is_found():
    assert (
        pattern_of(telling_words([(None, None)])).sub("-", "12 Larch Row, ZZ1 4AB") == "12 Larch Row, ZZ1 4AB"
    )
