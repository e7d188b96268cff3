"""A man who goes from one family to the next and does harm in each."""

import numpy as np

from synthetic.options import WINDOW_TO
from synthetic.pattern_book import PLANTED
from synthetic.stage import Stage


def plant_serial_perpetrator(stage: Stage) -> None:
    """Each cast adult with two to four victims, one to three incidents each, in the order of his stays."""
    stories = stage.cast.serial
    for adult in np.unique(stories.adult).tolist():
        rows = np.flatnonzero(stories.adult == adult)
        days: list[int] = []
        for row in rows.tolist():
            victim = int(stories.mother[row])
            begins, ends = int(stories.begins[row]) + 10, min(int(stories.ends[row]) + 60, WINDOW_TO - 5)
            for day in stage.days(
                int(stage.rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2])), begins, max(ends, begins + 20)
            ):
                severity = int(stage.rng.choice([1, 2, 3, 4], p=[0.2, 0.3, 0.35, 0.15]))
                parts = [(victim, "victim"), (adult, "suspect")]
                event = stage.incident(min(day, WINDOW_TO - 4), parts, "domestic_abuse", severity)
                days.append(min(day, WINDOW_TO - 4))
                if stage.chance(0.3):
                    stage.retell(
                        event,
                        day,
                        parts,
                        "domestic_abuse",
                        severity,
                        [stage.choose(["health", "social_care"])],
                    )
        stage.book.note("serial_perpetrator", PLANTED, [(adult, "suspect")], (min(days), max(days)))
