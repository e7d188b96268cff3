"""One grown-up at the edge of several families in trouble who have nothing else to do with one another."""

import numpy as np

from synthetic.options import WINDOW_TO
from synthetic.pattern_book import PLANTED
from synthetic.patterns.cross_boundary_family import family_of
from synthetic.stage import Parts, Stage


def plant_bridging_adult(stage: Stage) -> None:
    """Each cast adult with two to four families: a child in harm in each, and the adult named beside it."""
    stories = stage.cast.bridging
    for adult in np.unique(stories.adult).tolist():
        days: list[int] = []
        families = 0
        for row in np.flatnonzero(stories.adult == adult).tolist():
            begins, ends = int(stories.begins[row]) + 5, min(int(stories.ends[row]) + 40, WINDOW_TO - 5)
            head, children = family_of(stage, int(stories.household[row]), begins)
            if not children:
                continue
            families += 1
            for day in stage.days(
                int(stage.rng.choice([1, 2, 3], p=[0.35, 0.4, 0.25])), begins, max(ends, begins + 12)
            ):
                child = stage.choose(children)
                concern = stage.choose(["neglect", "physical", "sexual", "emotional", "substance_misuse"])
                role = stage.choose(["associate", "suspect"], [0.6, 0.4])
                parts: Parts = [(child, "subject"), (adult, role), (head, "parent_carer")]
                stage.tell(
                    stage.choose(["police", "social_care"], [0.55, 0.45]),
                    min(day, WINDOW_TO - 4),
                    parts,
                    concern,
                    int(stage.rng.choice([2, 3, 4])),
                )
                days.append(min(day, WINDOW_TO - 4))
        if families >= 2:
            stage.book.note("bridging_adult", PLANTED, [(adult, "associate")], (min(days), max(days)))
