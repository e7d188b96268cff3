import numpy as np
import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.gb import nhs

from records import identifiers as house
from synthetic.identifiers import (
    drama_numbers,
    nhs_check_digits,
    nhs_numbers,
    plates,
    police_ids,
    upns,
)

SEEDS = st.integers(0, 2**32 - 1)


@given(st.integers(100_000_000, 999_999_999))
def test_nhs_check_digit_agrees_with_another_implementation(serial: int) -> None:
    digit = int(nhs_check_digits(np.array([serial]))[0])
    assert digit == 10 or nhs.is_valid(f"{serial}{digit}")
    assert all(not nhs.is_valid(f"{serial}{other}") for other in range(10) if other != digit)


@settings(max_examples=15, deadline=None)  # each draws a million serials to pick from
@given(SEEDS)
def test_every_made_identifier_holds_its_check(seed: int) -> None:
    rng = np.random.default_rng(seed)
    years = rng.integers(1990, 2026, 5)
    assert all(house.upn(number) == number for number in upns(rng, np.full(5, 990), years))
    pnc, cro = police_ids(rng, rng.integers(-20_000, 18_000, 5))
    assert all(house.pnc_id(number) == number for number in pnc)
    assert all(house.cro_number(number) == number for number in cro)
    assert all(house.vehicle(plate) == plate and plate.startswith("Q") for plate in plates(rng, 5))


def test_nhs_numbers_differ_and_run_out_rather_than_repeat() -> None:
    numbers = nhs_numbers(np.random.default_rng(1), 950_000)
    given_out = numbers[numbers != ""]
    assert len(set(given_out)) == len(given_out) > 900_000
    assert all(number.startswith("999") for number in given_out[:1000])


def test_phones_are_possible_british_numbers_and_none_is_in_both_lists() -> None:
    shared, kept = drama_numbers(np.random.default_rng(1))
    assert not set(shared) & set(kept)
    assert all(
        phonenumbers.is_possible_number(phonenumbers.parse(number, "GB"))
        for number in (*shared[:300], *kept[:300])
    )
