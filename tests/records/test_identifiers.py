import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import nhs, upn

from records import identifiers

POLICE_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


@given(st.integers(0, 10**10 - 1).map(lambda number: f"{number:010d}"))
def test_nhs_number_agrees_with_stdnum_but_for_one_digit_repeated(text: str) -> None:
    expected = text if nhs.is_valid(text) and len(set(text)) > 1 else None
    assert identifiers.nhs_number(f"{text[:3]} {text[3:6]}-{text[6:]}") == expected


@given(st.integers(0, 999), st.integers(0, 10**9 - 1), st.sampled_from("ABCDEFGHJKLMNPQRTUVWXYZ"))
def test_upn_takes_all_that_stdnum_takes(authority: int, serial: int, letter: str) -> None:
    text = f"{letter}{authority:03d}{serial:09d}"
    if upn.is_valid(text):
        assert identifiers.upn(text) == text


@pytest.mark.parametrize("authority", [838, 839, 940, 943])
def test_upn_of_authorities_that_stdnum_does_not_know(authority: int) -> None:
    body = f"{authority}200001001"
    letter = "ABCDEFGHJKLMNPQRTUVWXYZ"[sum(int(sign) * place for place, sign in enumerate(body, 2)) % 23]
    assert identifiers.upn((letter + body).lower()) == letter + body
    assert identifiers.upn(("B" if letter == "A" else "A") + body) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20/9N", "2020/0000009N"),
        ("2020/0000009N", "2020/0000009N"),
        (" 2020 / 9n", "2020/0000009N"),
        ("2020/0000009M", None),
        ("20/N", None),
        ("", None),
    ],
)
def test_pnc_id(text: str, expected: str | None) -> None:
    assert identifiers.pnc_id(text) == expected


@given(st.integers(1, 999_999), st.integers(0, 99))
def test_cro_number_holds_with_its_letter_only(serial: int, year: int) -> None:
    letter = POLICE_LETTERS[int(f"{year:02d}{serial:06d}") % 23]
    other = POLICE_LETTERS[(POLICE_LETTERS.index(letter) + 1) % 23]
    assert identifiers.cro_number(f"{serial}/{year:02d}{letter}") == f"{serial:06d}/{year:02d}{letter}"
    assert identifiers.cro_number(f"{serial}/{year:02d}{other}") is None
    assert identifiers.cro_number(f"SF{year:02d}/{serial:06d}{letter}") == f"SF{year:02d}/{serial}{letter}"


def test_cro_filler_is_none() -> None:
    assert identifiers.cro_number("000000/00Z") is None


@given(st.from_regex(r"(0|\+44|0044)[1237]\d{9}", fullmatch=True))
def test_the_short_way_for_british_phones_agrees_with_phonenumbers(text: str) -> None:
    found = identifiers.phone(text)
    if found is None:
        assert len(set(text.lstrip("+0").removeprefix("44"))) <= 2  # a filler
    else:
        parsed = phonenumbers.parse(text, "GB")
        assert found == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("+44 (0)20 7946 0000", "GB", "+442079460000"),
        ("01632 960001 ext 12", "GB", "+441632960001"),
        ("02 9876 5432", "AU", "+61298765432"),
        ("999", "GB", None),
        ("12345", "GB", None),
        ("00000000000", "GB", None),
        ("ask mum", "GB", None),
    ],
)
def test_phone(text: str, region: str, expected: str | None) -> None:
    assert identifiers.phone(text, region) == expected


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (identifiers.postcode, "sw1a1aa", "SW1A 1AA"),
        (identifiers.postcode, " qd1  2xn", "QD1 2XN"),
        (identifiers.postcode, "2602", "2602"),
        (identifiers.postcode, "zz99 3vz", None),
        (identifiers.postcode, "none", None),
        (identifiers.vehicle, "qm66 nlv", "QM66NLV"),
        (identifiers.vehicle, "UNKNOWN", None),
        (identifiers.uprn, "000999000007665", "999000007665"),
        (identifiers.uprn, "0", None),
        (identifiers.uprn, "1234567890123", None),
        (identifiers.other_identifier, "ab 12", "AB12"),
        (identifiers.other_identifier, "7", "7"),
        (identifiers.other_identifier, "0000", None),
        (identifiers.other_identifier, "--", None),
    ],
)
def test_normal_forms(function: identifiers.Normaliser, text: str, expected: str | None) -> None:
    assert function(text) == expected


@given(st.text(), st.sampled_from(sorted(identifiers.BY_KIND)))
def test_no_text_breaks_a_check(text: str, kind: str) -> None:
    found = identifiers.BY_KIND[kind](text)
    assert found is None or identifiers.BY_KIND[kind](found) == found


@given(st.text())
def test_no_text_breaks_phones_and_the_unchecked_kinds(text: str) -> None:
    for function in (
        identifiers.phone,
        identifiers.vehicle,
        identifiers.postcode,
        identifiers.uprn,
        identifiers.other_identifier,
    ):
        found = function(text)
        assert found is None or function(found) == found
