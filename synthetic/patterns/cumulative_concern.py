"""A child of whom every agency knows a little, and none enough."""

from synthetic.options import NOBODY
from synthetic.pattern_book import PLANTED
from synthetic.stage import Parts, Stage

AGENCIES = ["education", "health", "police", "housing", "social_care"]


def plant_cumulative_concern(stage: Stage, count: int) -> None:
    """Three to five agencies with one to three slight concerns each, within two to seven months."""
    for child in stage.children(count, 4.8, 15):
        agencies = [
            AGENCIES[index]
            for index in stage.rng.permutation(5)[: int(stage.rng.choice([3, 4, 5], p=[0.45, 0.35, 0.2]))]
        ]
        first = stage.day(220)
        last = first + int(stage.rng.integers(55, 205))
        days: list[int] = []
        for agency in agencies:
            times = int(stage.rng.choice([1, 2, 3], p=[0.2, 0.5, 0.3])) + (1 if len(agencies) == 3 else 0)
            for day in stage.days(times, first, last):
                _slight(stage, agency, child, day)
                days.append(day)
        stage.book.note("cumulative_concern", PLANTED, [(child, "subject")], (min(days), max(days)))


def _slight(stage: Stage, agency: str, child: int, day: int) -> None:
    parts: Parts = [(child, "subject")]
    if stage.chance(0.5):
        parts.append((stage.mother(child), "parent_carer"))
    concern = stage.choose(["neglect", "emotional", "parental_conflict", "other", "mental_health"])
    if agency == "health" and stage.chance(0.45):
        stage.tell(
            "health",
            day,
            [(child, "subject")],
            "",
            0,
            kind="missed_appointment",
            offence="Was not brought",
            address=NOBODY,
            outcome="was not brought",
        )
        return
    if agency == "housing" and stage.chance(0.4):
        stage.tell("housing", day, parts, "", 1, kind="arrears", outcome="payment plan")
        return
    stage.tell(agency, day, parts, concern, int(stage.rng.choice([1, 2], p=[0.6, 0.4])))
