"""The people whose names stand on many records because it is their work."""

from dataclasses import dataclass

import numpy as np

from synthetic.name_lists import cultures, draw_cultures
from synthetic.options import Indices, Texts
from synthetic.random_streams import Streams

# (agency, post, people of the region for each one) [assumption, from NHS workforce, DfE and SWE headline figures]
POSTS = (
    ("health", "GP", 1700), ("health", "midwife", 2600), ("health", "health visitor", 3000), ("health", "consultant", 4000),
    ("health", "nurse", 2500), ("education", "designated safeguarding lead", 1500), ("education", "head of year", 1500),
    ("social_care", "social worker", 900), ("social_care", "team manager", 6000), ("housing", "housing officer", 2600),
)  # fmt: skip


@dataclass(slots=True)
class Staff:
    """One row a professional; person numbers go on where the residents' end (``first_person``)."""

    first_person: int
    agency: Texts
    post: Texts
    authority: Indices
    given: Texts
    family: Texts
    culture: Indices

    def __len__(self) -> int:
        return len(self.post)

    def draw(self, rng: np.random.Generator, post: str, authority: Indices) -> Indices:
        """Person numbers of somebody in ``post`` for each authority."""
        drawn = np.empty(len(authority), dtype=np.int64)
        for area in np.unique(authority):
            pool = np.flatnonzero((self.post == post) & (self.authority == area))
            here = authority == area
            drawn[here] = self.first_person + pool[rng.integers(0, len(pool), int(here.sum()))]
        return drawn


def make_staff(streams: Streams, residents: int, authority_people: Indices) -> Staff:
    """Professionals for each of the three authorities, at least two a post."""
    rng = streams.stream("staff")
    rows = [
        (agency, post, authority)
        for agency, post, people_each in POSTS
        for authority, people in enumerate(authority_people.tolist())
        for _ in range(max(2, round(people / people_each)))
    ]
    culture = draw_cultures(rng, len(rows))
    female = rng.random(len(rows)) < 0.72
    given, family = np.empty(len(rows), dtype=object), np.empty(len(rows), dtype=object)
    for number, item in enumerate(cultures()):
        for is_female in (True, False):
            own = np.flatnonzero((culture == number) & (female == is_female))
            given[own] = (item.female if is_female else item.male).draw(rng, len(own))
            family[own] = item.family.draw(rng, len(own))
    agencies, posts, authorities = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    return Staff(residents, agencies, posts, authorities.astype(np.int64), given, family, culture)
