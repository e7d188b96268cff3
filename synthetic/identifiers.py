"""Identifiers that hold their check and cannot be a real person's, and the drama numbers that stand for phones."""

import numpy as np
from numpy.typing import NDArray

from synthetic.options import Days, Indices, Texts

UPN_LETTERS = np.array(list("ABCDEFGHJKLMNPQRTUVWXYZ"))
POLICE_LETTERS = np.array(list("ZABCDEFGHJKLMNPQRTUVWXY"))
# 999 leaves six free digits, of which one in eleven has no check digit.
NHS_NUMBERS = 909_000
# Ofcom, telephone numbers for use in TV and radio drama; a thousand each. Freephone and premium rate are left out.
DRAMA_MOBILES = ("07700900",)
DRAMA_LANDLINES = (
    "01632960", "01134960", "01144960", "01154960", "01164960", "01174960", "01214960", "01314960", "01414960",
    "01514960", "01614960", "02079460", "01914980", "02896496", "02920180", "03069990",
)  # fmt: skip
# Numbers that no household is given, kept for the phones that people pass around.
KEPT_NUMBERS = 2_000


def nhs_check_digits(serials: Indices) -> Indices:
    """The tenth digit for nine digits given as a number (weights 10 to 2, modulus 11); 10 means there is none."""
    total = np.zeros(len(serials), dtype=np.int64)
    rest = serials.copy()
    for weight in range(2, 11):
        total += rest % 10 * weight
        rest //= 10
    return np.asarray((11 - total % 11) % 11, dtype=np.int64)


def nhs_numbers(rng: np.random.Generator, count: int) -> Texts:
    """``count`` different NHS numbers in the 999 range; empty where the range has run out."""
    serials = 999_000_000 + rng.permutation(1_000_000).astype(np.int64)
    digits = nhs_check_digits(serials)
    serials, digits = serials[digits < 10][:count], digits[digits < 10][:count]
    numbers = np.full(count, "", dtype=object)
    numbers[: len(serials)] = (serials * 10 + digits).astype(str)
    return numbers


def upns(rng: np.random.Generator, authority_number: NDArray[np.int64], year: Indices) -> Texts:
    """Unique pupil numbers: check letter, authority, school, year of entry, serial."""
    count = len(year)
    serial = rng.permutation(max(count, 1))[:count]
    tail = (
        authority_number * 10**9 + (2000 + serial // 1000 % 8000) * 10**5 + year % 100 * 1000 + serial % 1000
    )
    total, rest = np.zeros(count, dtype=np.int64), tail.copy()
    for position in range(13, 1, -1):
        total += rest % 10 * position
        rest //= 10
    return np.array(
        [f"{letter}{number:012d}" for letter, number in zip(UPN_LETTERS[total % 23], tail, strict=True)],
        dtype=object,
    )


def police_ids(rng: np.random.Generator, born: Days) -> tuple[Texts, Texts]:
    """PNC ids (long form, serials above 9,000,000) and CRO numbers (serials above 900,000) of people by birth."""
    count = len(born)
    year = np.minimum(1970 + born // 365 + rng.integers(14, 30, count), 2025)
    year = np.maximum(year, 1990)
    serial = 9_000_000 + rng.permutation(999_999)[np.arange(count) % 999_999]
    letters = POLICE_LETTERS[(year % 100 * 10**7 + serial) % 23]
    pnc = [f"{y}/{s:07d}{c}" for y, s, c in zip(year.tolist(), serial.tolist(), letters, strict=True)]
    short = 900_000 + rng.permutation(99_999)[np.arange(count) % 99_999]
    letters = POLICE_LETTERS[(year % 100 * 10**6 + short) % 23]
    cro = [
        f"{s:06d}/{y % 100:02d}{c}" for s, y, c in zip(short.tolist(), year.tolist(), letters, strict=True)
    ]
    return np.array(pnc, dtype=object), np.array(cro, dtype=object)


def drama_numbers(rng: np.random.Generator) -> tuple[Texts, Texts]:
    """Phone numbers for households and people, and those kept for phones passed around; mixed mobile and landline."""
    prefixes = DRAMA_MOBILES + DRAMA_LANDLINES
    numbers = np.array([f"{prefix}{place:03d}" for prefix in prefixes for place in range(1000)], dtype=object)
    numbers = numbers[rng.permutation(len(numbers))]
    return numbers[KEPT_NUMBERS:], numbers[:KEPT_NUMBERS]


def plates(rng: np.random.Generator, count: int) -> Texts:
    """Vehicle plates in today's form whose first letter, Q, is no area's."""
    letters = np.array(list("ABCDEFGHJKLMNOPRSTUVWXY"))
    picked = letters[rng.integers(0, len(letters), (count, 4))]
    age = rng.choice(
        [13, 63, 64, 15, 65, 16, 66, 17, 67, 18, 68, 19, 69, 20, 70, 21, 71, 22, 72, 23, 73], count
    )
    return np.array(
        [f"Q{row[0]}{years:02d}{''.join(row[1:])}" for row, years in zip(picked, age, strict=True)],
        dtype=object,
    )
