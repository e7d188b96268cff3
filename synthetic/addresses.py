"""The stock of addresses: houses, converted houses, tower blocks, houses in multiple occupation, hostels."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from synthetic.options import AUTHORITIES, Flags, Indices, Texts
from synthetic.random_streams import Streams

HOUSE, FLAT, TOWER_FLAT, SHARED_HOUSE, HOSTEL = range(5)
BUILDING_SHARES = (0.86, 0.096, 0.003, 0.038, 0.003)
SPARE_ADDRESSES = 1.18  # addresses a household: what is empty lets people move in
SOCIAL_SHARE = 0.24  # ONS Census 2021, social renting in London boroughs
POSTCODE_ADDRESSES = 15  # Royal Mail: about fifteen addresses a postcode
FIRST_UPRN = 999_000_000_000  # not issued to any authority

STREET_FIRST = [
    "Alder",
    "Ashgrove",
    "Beacon",
    "Bramble",
    "Brindle",
    "Candle",
    "Cedar",
    "Chandler",
    "Coldharbour",
    "Copper",
    "Cordwain",
    "Cricket",
    "Dovecote",
    "Drover",
    "Elder",
    "Fallow",
    "Farrier",
    "Fennel",
    "Ferry",
    "Garland",
    "Gorse",
    "Granary",
    "Hawthorn",
    "Heron",
    "Hollow",
    "Ivory",
    "Jubilee",
    "Kestrel",
    "Lantern",
    "Larch",
    "Linnet",
    "Lockkeeper",
    "Malthouse",
    "Mariner",
    "Meadow",
    "Millrace",
    "Mulberry",
    "Nettle",
    "Orchard",
    "Osier",
    "Paddock",
    "Pightle",
    "Quarry",
    "Quince",
    "Ropewalk",
    "Rowan",
    "Saddler",
    "Saffron",
    "Shepherd",
    "Sorrel",
    "Sparrow",
    "Spindle",
    "Tanner",
    "Teasel",
    "Thistle",
    "Tinker",
    "Turnpike",
    "Verger",
    "Wainwright",
    "Wharf",
    "Whinfell",
    "Willow",
    "Windlass",
    "Withy",
    "Woodlark",
    "Yarrow",
]
STREET_LAST = [
    "Road",
    "Street",
    "Avenue",
    "Lane",
    "Close",
    "Way",
    "Drive",
    "Gardens",
    "Grove",
    "Crescent",
    "Terrace",
    "Walk",
    "Place",
    "Rise",
    "Court",
    "Mews",
    "Hill",
    "Row",
]
TOWER_NAMES = [
    "Skylark",
    "Kingfisher",
    "Merlin",
    "Osprey",
    "Harrier",
    "Curlew",
    "Plover",
    "Bittern",
    "Egret",
    "Fulmar",
    "Gannet",
    "Lapwing",
    "Martlet",
    "Petrel",
    "Puffin",
    "Redstart",
]
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(slots=True)
class Addresses:
    """One row an address. ``building``: addresses with the same number stand in one building."""

    authority: Indices
    kind: Indices
    building: Indices
    line_1: Texts
    line_2: Texts
    town: Texts
    postcode: Texts
    uprn: Texts
    social: Flags

    def __len__(self) -> int:
        return len(self.kind)


def _postcodes(authority: int, units: Indices) -> Texts:
    areas = AUTHORITIES[authority].postcode_areas
    number = units // POSTCODE_ADDRESSES
    letters = [first + second for first, second in product(INWARD_LETTERS, INWARD_LETTERS)]
    names = []
    for place in range(int(number.max(initial=0)) + 1):
        # Spread the letters (7 and 400 share no factor), so that neighbouring postcodes do not look alike by one letter.
        inward = letters[(place * 7) % len(letters)]
        sector, district = place // 40 % 10, place // 400 % 29 + 1
        names.append(f"{areas[place // 11600 % len(areas)]}{district} {sector}{inward}")
    return np.array(names, dtype=object)[number]


def _units_of_building(rng: np.random.Generator, kind: Indices) -> Indices:
    count = len(kind)
    return np.select(
        [kind == FLAT, kind == TOWER_FLAT],
        [rng.integers(2, 7, count), rng.integers(28, 84, count)],
        default=1,
    ).astype(np.int64)


def _stock_of(rng: np.random.Generator, authority: int, households: int, first_building: int) -> Addresses:
    wanted = int(households * SPARE_ADDRESSES) + 30
    kind = rng.choice(5, size=wanted, p=BUILDING_SHARES).astype(np.int64)
    kind[:3] = HOSTEL
    units = _units_of_building(rng, kind)
    keep = np.cumsum(units) <= wanted + 90
    kind, units = rng.permutation(kind[keep]), units[keep]
    units = _units_of_building(rng, kind)
    building = np.repeat(np.arange(len(kind)), units)
    flat = np.arange(len(building)) - (np.cumsum(units) - units)[building] + 1
    streets = np.array(
        [f"{first} {last}" for first, last in product(STREET_FIRST, STREET_LAST)], dtype=object
    )
    streets = streets[rng.permutation(len(streets))]
    street_of = (np.arange(len(kind)) // 34) % len(streets)
    number = np.arange(len(kind)) % 34 * 2 + 1 + (np.arange(len(kind)) // (34 * len(streets))) * 70
    town = np.array(AUTHORITIES[authority].towns, dtype=object)[
        np.minimum(np.arange(len(kind)) * len(AUTHORITIES[authority].towns) // max(len(kind), 1), 2)
    ]
    line_1, line_2 = _lines(rng, kind[building], building, flat, number, streets[street_of])
    social_building = (rng.random(len(kind)) < SOCIAL_SHARE * 0.7) | (kind == TOWER_FLAT)
    social = social_building[building] & np.isin(kind[building], (HOUSE, FLAT, TOWER_FLAT))
    empty = np.full(len(building), "", dtype=object)
    return Addresses(
        np.full(len(building), authority), kind[building], building + first_building, line_1, line_2,
        town[building], _postcodes(authority, np.arange(len(building))), empty, social,
    )  # fmt: skip


def _lines(
    rng: np.random.Generator, kind: Indices, building: Indices, flat: Indices, number: Indices, street: Texts
) -> tuple[Texts, Texts]:
    """First and second address line of each unit."""
    of_street = np.array(
        [f"{house} {name}" for house, name in zip(number, street, strict=True)], dtype=object
    )
    towers = np.array(TOWER_NAMES, dtype=object)[rng.integers(0, len(TOWER_NAMES), len(number))]
    lines_1, lines_2 = [], []
    for unit_kind, at, unit in zip(kind.tolist(), building.tolist(), flat.tolist(), strict=True):
        if unit_kind == TOWER_FLAT:
            lines_1.append(f"Flat {unit} {towers[at]} Point")
            lines_2.append(of_street[at])
        elif unit_kind == FLAT:
            lines_1.append(f"Flat {unit}")
            lines_2.append(of_street[at])
        elif unit_kind == HOSTEL:
            lines_1.append(f"{towers[at]} House Hostel")
            lines_2.append(of_street[at])
        else:
            lines_1.append(of_street[at])
            lines_2.append("")
    return np.array(lines_1, dtype=object), np.array(lines_2, dtype=object)


def make_addresses(streams: Streams, households_by_authority: Indices) -> Addresses:
    """The stock of all three authorities, enough for their households and for moving."""
    rng = streams.stream("addresses")
    parts: list[Addresses] = []
    buildings = 0
    for authority, households in enumerate(households_by_authority.tolist()):
        stock = _stock_of(rng, authority, households, buildings)
        buildings = int(stock.building.max()) + 1
        parts.append(stock)
    joined = Addresses(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Addresses.__slots__)
    )
    joined.uprn = np.array(
        [str(FIRST_UPRN + place) for place in rng.permutation(len(joined)).tolist()], dtype=object
    )
    return joined
