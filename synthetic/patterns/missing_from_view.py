"""Children who left school or surgery, and whom nobody has seen since."""

import numpy as np

from synthetic.options import WINDOW_TO
from synthetic.ordinary.schooling import write_off_roll
from synthetic.pattern_book import PLANTED
from synthetic.patterns.cross_boundary_family import family_of
from synthetic.stage import Stage


def plant_missing_from_view(stage: Stage) -> None:
    """The family goes; the school knows no destination, the surgery hears late or never; half had a concern before."""
    moves = stage.cast.vanishing
    for row in range(len(moves.household)):
        day, authority = int(moves.day[row]), int(moves.first[row])
        head, children = family_of(stage, int(moves.household[row]), day)
        pupils = [
            child for child in children if 4.8 < stage.world.people.age_on(day, np.array([child]))[0] < 15.6
        ]
        if not pupils:
            continue
        if stage.chance(0.5):
            before = day - int(stage.rng.integers(15, 150))
            stage.tell(
                stage.choose(["education", "social_care", "police"]),
                before,
                [(pupils[0], "subject"), (head, "parent_carer")],
                "neglect",
                2,
                authority=authority,
            )
        leavers = np.array(pupils, dtype=np.int64)
        left = day + int(stage.rng.integers(0, 20))
        write_off_roll(
            stage.world,
            stage.rng,
            leavers,
            np.full(len(leavers), left),
            np.full(len(leavers), authority),
            np.full(len(leavers), "Unknown", dtype=object),
        )
        last = left
        if stage.chance(0.6):
            last = min(left + int(stage.rng.integers(10, 70)), WINDOW_TO - 2)
            for person in (head, *children):
                stage.world.log.one(
                    last,
                    [(person, "subject")],
                    agency="health",
                    system="gp",
                    kind="gp_deregistration",
                    authority=authority,
                    outcome="left area",
                )
        stage.book.note(
            "missing_from_view",
            PLANTED,
            [(child, "subject") for child in pupils],
            (left, min(last + 120, WINDOW_TO)),
        )
