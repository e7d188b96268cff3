"""Which tradition a name is plainly of: of a name that may be of several only that it may."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.values.traditions import family_traditions, given_traditions


@pytest.mark.parametrize(
    ("token", "traditions"),
    [
        ("xiaoming", ("chinese",)),
        ("jing", ("chinese",)),
        ("kawai", ("chinese",)),
        ("tsz", ("chinese",)),
        ("minh", ("vietnamese",)),
        ("huong", ("vietnamese",)),
        ("hung", ("chinese", "vietnamese")),
        ("jason", ("english",)),
        # Made of syllables of pinyin, and English all the same.
        ("linda", ("english",)),
        ("susan", ("english",)),
        # As common elsewhere: perhaps.
        ("lina", ("perhaps chinese",)),
        ("mai", ("perhaps chinese", "perhaps vietnamese")),
        # A slip, or of yet another: nothing is plain.
        ("xaioming", ()),
        ("fatima", ()),
        ("oluwaseun", ()),
        ("x", ()),
    ],
)
def test_a_given_name_has_the_traditions_it_is_plainly_of(token: str, traditions: tuple[str, ...]) -> None:
    assert given_traditions(token) == traditions


def test_short_forms_and_spellings_of_other_traditions_are_not_read_as_chinese_or_vietnamese() -> None:
    lines = files("linkage.values").joinpath("nicknames.txt").read_text(encoding="utf-8").splitlines()
    names = {name for line in lines for name in line.partition("#")[0].split()}
    assert "jude" in names
    misread = {name for name in names if {"chinese", "vietnamese"} & set(given_traditions(name))}
    # Li, which is Lee in another spelling, is a Chinese name indeed.
    assert misread == {"li"}


@pytest.mark.parametrize(
    ("token", "traditions"),
    [
        ("chen", ("chinese", "perhaps chinese")),
        ("nguyen", ("vietnamese", "perhaps vietnamese")),
        ("lam", ("chinese", "vietnamese", "perhaps chinese", "perhaps vietnamese")),
        # Borne by many others in England.
        ("lee", ("chinese",)),
        ("young", ("chinese",)),
        ("smith", ()),
        ("khan", ()),
    ],
)
def test_a_family_name_has_the_traditions_that_bear_it_commonly(
    token: str, traditions: tuple[str, ...]
) -> None:
    assert family_traditions(token) == traditions


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=40))
def test_no_name_is_english_and_of_another_tradition_too(token: str) -> None:
    found = given_traditions(token)
    assert found == ("english",) or "english" not in found
    assert len({tradition.startswith("perhaps ") for tradition in found}) <= 1
