"""What a region is asked to be, what it reports, and the facts that every part of it shares."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]


def day_number(day: date) -> int:
    """Days since 1970-01-01, the form in which every date of the region is kept."""
    return (day - date(1970, 1, 1)).days


WINDOW_FROM: Final = day_number(date(2023, 9, 1))
WINDOW_TO: Final = day_number(date(2026, 8, 31))
EXTRACTED_ON: Final = "2026-08-31"
# A day that no spell of the region reaches: an open end.
OPEN_END: Final = day_number(date(2100, 1, 1))
NOBODY: Final = -1
WINDOW_YEARS: Final = (WINDOW_TO - WINDOW_FROM) / 365.25


@dataclass(frozen=True, slots=True)
class Authority:
    """An invented local authority; ``number`` stands where England's three-digit numbers stand."""

    name: str
    number: int
    police_code: str
    towns: tuple[str, ...]
    postcode_areas: tuple[str, ...]


AUTHORITIES: Final = (
    Authority("Larkhaven", 990, "LKH", ("Larkhaven", "Quaymarsh", "Nether Larkhaven"), ("QD", "QX")),
    Authority("Thornmere", 991, "THM", ("Thornmere", "Great Withering"), ("VX", "VQ")),
    Authority("Ravensholt", 992, "RVH", ("Ravensholt", "Saltrick"), ("XJ", "XQ")),
)
HOME: Final = (0, 1)
NEIGHBOUR: Final = (2,)
# Where people go who leave both hubs: no agency of either describes them there.
ELSEWHERE: Final = 3


@dataclass(frozen=True, slots=True)
class RegionOptions:
    """``people``: how many the home hub knows (at least 200); ``seed``: any whole number from 0."""

    people: int
    seed: int

    def __post_init__(self) -> None:
        if self.people < 200:
            message = f"a region needs at least 200 people to hold families and patterns, not {self.people}"
            raise ValueError(message)
        if self.seed < 0:
            message = f"the seed of a region is a whole number from 0, not {self.seed}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class RegionReport:
    """What was written, for the home hub and the neighbour.

    ``patterns``: (pattern, kind) to the number of patterns, home hub. ``rows``: rows written per feed file of the
    home hub, planted bad ones included; ``spoilt``: how many of them are bad.
    """

    people: int
    records: int
    events: int
    neighbour_records: int
    patterns: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    spoilt: dict[str, int] = field(default_factory=dict)
