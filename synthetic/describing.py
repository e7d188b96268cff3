"""What a record says of its person on the day it was written, slips and gaps included."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from synthetic.name_lists import cultures, name_variants
from synthetic.noise import chosen, mishear, misread, mistype, other_form, wrong_digit
from synthetic.options import NOBODY, Days, Flags, Indices, Texts
from synthetic.world import World

NO_DAY = -(10**6)
PLACEHOLDER_DAYS = np.array(["1900-01-01", "1970-01-01", "1811-11-11"], dtype="datetime64[D]").astype(
    np.int64
)
PLACEHOLDER_NAMES = np.array(["Unknown", "Baby Boy", "Baby Girl", "Not Known", "Twin One"], dtype=object)
SWAPPING_CULTURES = {
    "chinese": 4.0,
    "vietnamese": 4.0,
    "somali": 2.5,
    "bengali": 2.0,
    "arabic": 1.5,
    "sikh": 2.0,
    "south_asian_muslim": 1.5,
}
SCANNED = 0.15  # of typing slips, those that a scanner made


@cache
def error_rates(system: str) -> dict[str, float]:
    """The rates of ``data/error_rates.toml`` for one system; the clinics keep the hospital's habits."""
    table = tomllib.loads((files("synthetic") / "data" / "error_rates.toml").read_text("utf-8"))
    return {
        str(k): float(v)
        for k, v in table[{"sexual_health": "acute", "mental_health": "acute"}.get(system, system)].items()
    }


@dataclass(slots=True)
class Descriptions:
    """One row a record. ``born`` is a day, ``NO_DAY`` for none; ``born_text`` overrides it (impossible dates).

    ``address``: index of the address given, ``NOBODY`` for none; ``keeps_postcode``, ``keeps_uprn``: whether they
    are given with it; ``postcode`` is the text given.
    """

    given: Texts
    middle: Texts
    family: Texts
    maiden: Texts
    alias: Texts
    born: Days
    born_text: Texts
    year_only: Flags
    sex: Indices
    culture: Indices
    ethnicity_known: Flags
    address: Indices
    address_from: Days
    postcode: Texts
    uprn: Texts
    phone: Texts
    nhs: Texts
    upn: Texts
    pnc: Texts
    cro: Texts
    died: Days


def describe(world: World, system: str, person: Indices, day: Days, stream: str) -> Descriptions:
    """Describe ``person`` (a row a record) on ``day`` with the habits of ``system``."""
    rng = world.streams.stream(f"describing {stream}")
    rates = error_rates(system)
    given, middle, family, maiden = _names(world, rng, rates, person)
    born, born_text, year_only = _births(world, rng, rates, person)
    count = len(person)
    sex = world.people.sex[person].copy()
    wrong = chosen(rng, count, rates["sex_wrong"])
    sex[wrong] = 1 - sex[wrong]
    sex[chosen(rng, count, rates["sex_missing"])] = 2
    stale = rng.random(count) < rates["former_address"]
    second_home = rng.random(count) < 0.25
    row = world.residences.at(person, np.where(stale, day - 500, day), second_home)
    # Of somebody who has left the region a record still holds the last address that the agency knew.
    left = (row != NOBODY) & (world.residences.address[row] == NOBODY)
    last = world.residences.at(person, world.residences.begins[row] - 1, second_home)
    row = np.where(left & (last != NOBODY), last, row)
    address = np.where(row == NOBODY, NOBODY, world.residences.address[row])
    address[chosen(rng, count, rates["address_missing"])] = NOBODY
    postcode, uprn = _places(world, rng, rates, address)
    nhs = _nhs_numbers(world, rng, rates, person)
    phone = world.identities.phone[person].copy()
    phone[chosen(rng, count, rates["phone_missing"])] = ""
    ids = world.identities
    return Descriptions(
        given, middle, family, maiden, world.names.known_as[person], born, born_text, year_only, sex, world.people.culture[person],
        rng.random(count) >= rates["ethnicity_missing"], address, world.residences.begins[row], postcode, uprn, phone, nhs,
        ids.upn[person], ids.pnc[person], ids.cro[person], world.people.died[person],
    )  # fmt: skip


def _names(
    world: World, rng: np.random.Generator, rates: dict[str, float], person: Indices
) -> tuple[Texts, Texts, Texts, Texts]:
    names, count = world.names, len(person)
    given, middle, family = (
        names.given[person].copy(),
        names.middle[person].copy(),
        names.family[person].copy(),
    )
    maiden = names.maiden[person].copy()
    used = np.flatnonzero((maiden != "") & (rng.random(count) < rates["maiden_used"]))
    family[used], maiden[used] = maiden[used], ""
    middle[chosen(rng, count, rates["middle_missing"])] = ""
    variants = name_variants()
    other_form(rng, given, variants["nicknames"], rates["nickname"])
    for names_of in (given, family):
        other_form(rng, names_of, variants["transliterations"], rates["transliteration"])
    double = np.flatnonzero(
        np.array([" " in name for name in family.tolist()], dtype=bool)
        & (rng.random(count) < rates["half_of_double"])
    )
    halves = rng.integers(0, 2, len(double))
    family[double] = [
        name.split(" ", 1)[half] for name, half in zip(family[double].tolist(), halves.tolist(), strict=True)
    ]
    known_as = world.names.known_as[person]
    english = np.flatnonzero((known_as != "") & (rng.random(count) < 0.3))
    given[english] = known_as[english]
    weight = np.array([SWAPPING_CULTURES.get(item.name, 0.12) for item in cultures()])[
        world.people.culture[person]
    ]
    swapped = np.flatnonzero(rng.random(count) < rates["order_swap"] * weight)
    given[swapped], family[swapped] = family[swapped], given[swapped]
    # Patronymic and middle-named people lose or gain a name in the wrong box.
    moved = np.flatnonzero((middle != "") & (rng.random(count) < rates["order_swap"] * weight))
    family[moved] = middle[moved]
    for texts, rate in ((given, rates["given_typo"]), (family, rates["family_typo"])):
        slips = chosen(rng, count, rate)
        scanned = rng.random(len(slips)) < SCANNED
        mistype(rng, texts, slips[~scanned])
        misread(rng, texts, slips[scanned])
        mishear(rng, texts, chosen(rng, count, rates["phonetic"]))
    blank = chosen(rng, count, rates["name_placeholder"])
    given[blank] = rng.choice(PLACEHOLDER_NAMES, len(blank))
    return given, middle, family, maiden


def _births(
    world: World, rng: np.random.Generator, rates: dict[str, float], person: Indices
) -> tuple[Days, Texts, Flags]:
    count = len(person)
    born = world.people.born[person].copy()
    text = np.full(count, "", dtype=object)
    slips = chosen(rng, count, rates["birth_digit"])
    born[slips] = np.minimum(_one_part_off(rng, born[slips]), 20_690)
    swapped = chosen(rng, count, rates["birth_swapped"])
    born[swapped] = _swap_day_and_month(born[swapped])
    missing = chosen(rng, count, rates["birth_missing"])
    born[missing] = NO_DAY
    held = chosen(rng, count, rates["birth_placeholder"])
    born[held] = rng.choice(PLACEHOLDER_DAYS, len(held))
    impossible = chosen(rng, count, 0.0006)
    text[impossible] = "31/02/2011"
    return born, text, rng.random(count) < rates["birth_year_only"]


def _swap_day_and_month(days: Days) -> Days:
    """Day and month exchanged where that gives a date, else as it was."""
    year, month, day = _parts(days)
    return np.where(day <= 12, _day_of(year, np.minimum(day, 12), month), days)


def _one_part_off(rng: np.random.Generator, days: Days) -> Days:
    """The dates with a wrong day, month or year, the other two parts as they were."""
    year, month, day = _parts(days)
    part = rng.integers(0, 3, len(days))
    wrong_day = np.clip(day + rng.choice([1, -1, 2, 10, -10, 20], len(days)), 1, 28)
    wrong_month = np.clip(month + rng.choice([1, -1, 2, -2], len(days)), 1, 12)
    wrong_year = year + rng.choice([1, -1, 2, 10, -10], len(days))
    return _day_of(
        np.where(part == 2, wrong_year, year),
        np.where(part == 1, wrong_month, month),
        np.where(part == 0, wrong_day, day),
    )


def _parts(days: Days) -> tuple[Indices, Indices, Indices]:
    """Year, month (1-12) and day (1-31)."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    day = (days.astype("datetime64[D]") - months).astype(np.int64) + 1
    return months.astype(np.int64) // 12 + 1970, months.astype(np.int64) % 12 + 1, day


def _day_of(year: Indices, month: Indices, day: Indices) -> Days:
    """Days since 1970 of the dates; a day that its month does not have is the month's last."""
    start = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(
        start.astype("datetime64[D]").astype(np.int64) + np.minimum(day, length) - 1, dtype=np.int64
    )


def _places(
    world: World, rng: np.random.Generator, rates: dict[str, float], address: Indices
) -> tuple[Texts, Texts]:
    count = len(address)
    known = address != NOBODY
    postcode = np.where(known, np.append(world.addresses.postcode, "")[address], "").astype(object)
    slips = chosen(rng, count, rates["postcode_typo"])
    mistype(rng, postcode, slips)
    postcode[slips] = [text.upper() for text in postcode[slips]]
    postcode[chosen(rng, count, rates["postcode_missing"])] = ""
    uprn = np.where(known, np.append(world.addresses.uprn, "")[address], "").astype(object)
    uprn[chosen(rng, count, rates["uprn_missing"])] = ""
    return postcode, uprn


def _nhs_numbers(world: World, rng: np.random.Generator, rates: dict[str, float], person: Indices) -> Texts:
    nhs = world.identities.nhs[person].copy()
    siblings = np.flatnonzero(
        (rng.random(len(person)) < rates["nhs_siblings"]) & (world.people.mother[person] != NOBODY)
    )
    # On a form for brothers and sisters the number of one stands for another.
    near = np.minimum(person[siblings] + 1, len(world.people) - 1)
    same = world.people.mother[near] == world.people.mother[person[siblings]]
    nhs[siblings[same]] = world.identities.nhs[near[same]]
    wrong_digit(rng, nhs, chosen(rng, len(person), rates["nhs_mistyped"]))
    nhs[chosen(rng, len(person), rates["nhs_missing"])] = ""
    return nhs
