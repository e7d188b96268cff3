"""How readily each agency of each authority tells the hub: some of every trifle, some of grave things alone.

Published rates differ several-fold between authorities: in 2017/18 Shropshire counted 248 referrals per 10,000 children, England
553 and Northumberland 659 (councils' own performance pages, DfE), 7 to 63% of an authority's referrals were followed by
another within a year (DfE), and of one Welsh authority's police notifications under one in twenty led to any help
(Police Journal, 2019). What must be recorded whoever sees it (crime, missing children, referrals, MARAC) does not differ here.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from synthetic.options import AUTHORITIES, ELSEWHERE, Indices, Texts
from synthetic.random_streams import Streams

AGENCIES: Final = ("police", "education", "health", "housing", "social_care")
# Kinds that an agency sends or keeps to itself, as its own habit is; the rest is recorded by rule.
BY_HABIT: Final = ("contact", "school_concern", "antisocial_behaviour", "ed_attendance")
# How many times as much the readier of the two home authorities' services tells, evenly on a logarithmic scale [assumption].
FOLD: Final = (2.5, 6.0)


@dataclass(frozen=True, slots=True)
class NotifyingHabits:
    """``times``: (agency, authority) to how often it tells beside the usual, 1; the two home authorities' mean is 1."""

    times: NDArray[np.float64]

    @staticmethod
    def drawn(streams: Streams) -> "NotifyingHabits":
        """For each agency one of the home authorities tells more and the other less; the neighbour's are usual."""
        rng = streams.stream("notifying habits")
        times = np.ones((len(AGENCIES), max(len(AUTHORITIES), ELSEWHERE + 1)))
        fold = np.exp(rng.uniform(np.log(FOLD[0]), np.log(FOLD[1]), len(AGENCIES)))
        readier = rng.integers(0, 2, len(AGENCIES))
        rows = np.arange(len(AGENCIES))
        times[rows, readier] = 2 * fold / (1 + fold)
        times[rows, 1 - readier] = 2 / (1 + fold)
        return NotifyingHabits(times)

    @staticmethod
    def usual() -> "NotifyingHabits":
        """Everybody tells as usual."""
        return NotifyingHabits(np.ones((len(AGENCIES), max(len(AUTHORITIES), ELSEWHERE + 1))))

    @property
    def most(self) -> float:
        """The greatest of ``times``: occurrences are drawn this many times as often, and then told or not."""
        return float(self.times.max())

    def of(self, agency: Texts | str, authority: Indices) -> NDArray[np.float64]:
        """``times`` of each row's agency (or of one agency for all) and authority."""
        if isinstance(agency, str):
            return np.asarray(self.times[AGENCIES.index(agency), authority])
        place = {name: number for number, name in enumerate(AGENCIES)}
        rows = np.array([place[name] for name in agency.tolist()], dtype=np.int64)
        return np.asarray(self.times[rows, authority])

    def told(self, rng: np.random.Generator, agency: Texts | str, authority: Indices) -> NDArray[np.bool_]:
        """Of occurrences drawn ``most`` times too often, those that each agency tells of."""
        return np.asarray(rng.random(len(authority)) * self.most < self.of(agency, authority))
