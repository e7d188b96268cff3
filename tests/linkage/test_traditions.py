"""Which tradition a name is plainly of, and which spellings are of one name: of a name that may be of several only that it may."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.values.family_spellings import family_roots
from linkage.values.names import name_tokens
from linkage.values.traditions import CHINESE, borne_traditions, family_traditions, given_traditions


@pytest.mark.parametrize(
    ("token", "traditions"),
    [
        ("xiaoming", ("chinese",)),
        ("jing", ("chinese",)),
        ("kawai", ("chinese",)),
        ("tsz", ("chinese",)),
        ("suk", ("chinese",)),
        # Of Taiwan, Singapore and Malaysia.
        ("hsiaoming", ("chinese",)),
        ("chih", ("chinese",)),
        ("siewling", ("chinese",)),
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


@pytest.mark.parametrize(
    ("token", "traditions"),
    [
        ("jesssica", ("english",)),
        ("erik", ("english",)),
        ("feliix", ("english",)),
        ("jason", ("english",)),
        # Plainly of others, though a letter from Liam and Olive.
        ("lien", ("chinese", "vietnamese")),
        ("xiaoming", ("chinese",)),
        ("jon", ()),
        ("oluwaseun", ()),
        ("fatima", ()),
    ],
)
def test_a_slip_hides_no_english_name(token: str, traditions: tuple[str, ...]) -> None:
    assert borne_traditions(token) == traditions


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=40))
def test_no_name_is_english_and_of_another_tradition_too(token: str) -> None:
    found = given_traditions(token)
    assert found == ("english",) or "english" not in found
    assert len({tradition.startswith("perhaps ") for tradition in found}) <= 1


def roots(written: str, given_name: str) -> frozenset[str]:
    """What a family name may be a spelling of beside a given name, both as an agency writes them."""
    family = "".join(name_tokens(written))
    return frozenset(family_roots(family, given_traditions(name_tokens(given_name)[0])))


@pytest.mark.parametrize(
    ("given_name", "one", "other"),
    [
        # Pinyin beside the spellings of Hong Kong, of Taiwan, and of Singapore and Malaysia.
        ("Xiaoming", "Zhou", "Chow"),
        ("Xiaoming", "Huang", "Wong"),
        ("Xiaoming", "Wang", "Wong"),
        ("Xiaoming", "Wu", "Ng"),
        ("Xiaoming", "Zhang", "Cheung"),
        ("Xiaoming", "Xie", "Tse"),
        ("Xiaoming", "Liu", "Lau"),
        ("Xiaoming", "Ye", "Yip"),
        ("Xiaoming", "Guo", "Kwok"),
        ("Xiaoming", "Xu", "Hui"),
        ("Xiaoming", "Xu", "Hsu"),
        ("Xiaoming", "Cai", "Tsai"),
        ("Xiaoming", "Cai", "Chua"),
        ("Xiaoming", "Lin", "Lim"),
        ("Xiaoming", "Chen", "Tan"),
        ("Wai Ming", "Lee", "Li"),
        ("Jason", "Ouyang", "Au-yeung"),
        ("Min-jun", "Park", "Bak"),
        ("Ahsan", "Chaudhry", "Chowdhury"),
        ("Ahsan", "Qureshi", "Quraishi"),
        ("Ahsan", "al-Hassan", "Alhasan"),
        ("Ayaan", "Faarax", "Farah"),
        ("Ayaan", "Xuseen", "Hussein"),
        ("Priya", "Agrawal", "Aggarwal"),
        ("Sean", "O'Brien", "Brien"),
        ("Sean", "Ó Briain", "O Brien"),
    ],
)
def test_spellings_of_one_family_name_share_a_root(given_name: str, one: str, other: str) -> None:
    assert roots(one, given_name) & roots(other, given_name)


@pytest.mark.parametrize(
    ("given_name", "one", "other"),
    [
        # Borne in England by others: what is beside it tells.
        ("John", "Lee", "Li"),
        ("Grace", "Young", "Yang"),
        # A Vietnamese and a Cambodian name that look like Chinese ones.
        ("Thi Lan", "Nguyen", "Ng"),
        ("Sophea", "Chhan", "Chan"),
        # Two names, however alike.
        ("Xiaoming", "Wu", "Xu"),
        ("Xiaoming", "Chan", "Chang"),
        ("Xiaoming", "Zhang", "Zheng"),
        ("Xiaoming", "Hui", "Tsui"),
        ("Ahsan", "Hassan", "Hussain"),
        ("Ahsan", "Mahmood", "Mohammed"),
        ("Priya", "Sharma", "Shah"),
        ("Mary", "Smith", "Smyth"),
    ],
)
def test_family_names_of_two_kinds_share_no_root(given_name: str, one: str, other: str) -> None:
    assert not roots(one, given_name) & roots(other, given_name)


def test_family_spellings_are_listed_as_names_are_folded() -> None:
    lines = files("linkage.values").joinpath("family_spellings.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.partition(":")[2].split() for line in lines if not line.startswith("#")]
    for spellings in listed:
        assert len(set(spellings)) == len(spellings) > 1
        for spelling in spellings:
            assert name_tokens(spelling) in ((spelling,), ())
            assert family_roots(spelling, (CHINESE,))
