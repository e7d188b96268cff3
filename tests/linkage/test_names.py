import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.names import MAX_TOKENS, fold, name_parts, name_tokens, nickname_roots
from linkage.phonetics import sound
from linkage.places_lived import address_parts, postcode_parts


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Łukasz", ("lukasz",)),
        ("O\u2019Brien", ("obrien",)),
        ("van der Berg", ("berg",)),
        ("Le", ("le",)),
        ("Mc Donald", ("mcdonald",)),
        ("Dr Mary-Ann", ("mary", "ann")),
        ("Иванов", ("ivanov",)),
        ("baby boy", ()),
        ("not known", ()),
        ("  ", ()),
    ],
)
def test_a_name_field_becomes_comparable_tokens(written: str, tokens: tuple[str, ...]) -> None:
    assert name_tokens(written) == tokens


def test_a_full_name_is_split_at_its_comma_or_before_its_last_word() -> None:
    assert name_parts(None, None, "SMITH JONES, Mary Ann").family == ("smith", "jones")
    assert name_parts(None, None, "Mary Ann Smith").family == ("smith",)
    assert name_parts(None, None, "Mary").given == ("mary",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mohammed", "muhamad"),
        ("yusuf", "yousef"),
        ("kowalski", "kovalsky"),
        ("catherine", "katherine"),
        ("smith", "smyth"),
        ("محمد", "mohamed"),
    ],
)
def test_spellings_of_one_sound_share_a_key(one: str, other: str) -> None:
    assert sound(fold(one)) == sound(other)


def test_names_that_sound_different_do_not_share_a_key() -> None:
    assert len({sound(name) for name in ("smith", "jones", "brown", "patel", "nguyen")}) == 5


def test_short_forms_lead_to_every_formal_name_they_may_stand_for() -> None:
    assert {"alexander", "alexandra"} <= set(nickname_roots("alex"))
    assert nickname_roots("zzyzx") == ()


@given(st.text(max_size=2500))
def test_any_text_is_a_name_of_bounded_size(text: str) -> None:
    tokens = name_tokens(text)
    assert len(tokens) <= MAX_TOKENS
    assert all(token and sound(token) for token in tokens)
    assert address_parts(text).words == tuple(sorted(set(address_parts(text).words)))


def test_an_address_keeps_its_telling_words_and_its_house() -> None:
    parts = address_parts("Flat 2, 14 High Street, Newtown")
    assert (parts.words, parts.house) == (("14", "2", "high", "newtown"), "2-14")


def test_a_postcode_has_a_sector_and_a_district_in_britain_and_elsewhere() -> None:
    british, other = postcode_parts("zz1 2ab"), postcode_parts("4223")
    assert british is not None
    assert (british.postcode, british.sector, british.district) == ("ZZ12AB", "ZZ12", "ZZ1")
    assert other is not None
    assert (other.sector, other.district) == ("422", "42")
