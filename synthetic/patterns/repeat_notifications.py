"""Somebody whom agencies keep telling of: a child at risk, a grown-up harmed, a grown-up suspected."""

import numpy as np

from synthetic.pattern_book import PLANTED
from synthetic.stage import Parts, Stage

CHILD_CONCERNS = ["neglect", "emotional", "physical", "parental_conflict", "mental_health"]
# Notifications at usual rates, see ``synthetic.definitions.repeats``.
LEAST_WORTH = 4.0


def plant_repeat_notifications(stage: Stage, count: int) -> None:
    """Four to nine separate happenings in three to eleven months (more beside ready tellers), none while a case is open."""
    children = round(count * 0.45)
    suspects = round(count * 0.33)
    for child in stage.children(children, 2, 15):
        _tell_of(
            stage,
            child,
            "subject",
            ["education", "police", "social_care", "health"],
            [0.36, 0.28, 0.24, 0.12],
        )
    for suspect in stage.adults(suspects, 18, 50):
        _tell_of(stage, suspect, "suspect", ["police", "housing"], [0.8, 0.2])
    for victim in stage.adults(count - children - suspects, 19, 75):
        _tell_of(
            stage, victim, "victim", ["police", "health", "housing", "social_care"], [0.5, 0.2, 0.15, 0.15]
        )


def _tell_of(stage: Stage, person: int, role: str, agencies: list[str], shares: list[float]) -> None:
    first = stage.day(340)
    last = first + int(stage.rng.integers(95, 330))
    main = (
        stage.choose(CHILD_CONCERNS)
        if role == "subject"
        else stage.choose(["violence", "other", "substance_misuse"])
    )
    tellers = _tellers(stage, stage.authority(person, first), role, agencies, shares)
    days = stage.days(len(tellers), first, last)
    for day, agency in zip(days, tellers, strict=True):
        concern = (
            main if stage.chance(0.7) else (stage.choose(CHILD_CONCERNS) if role == "subject" else "other")
        )
        severity = int(stage.rng.choice([1, 2, 3], p=[0.4, 0.45, 0.15]))
        parts = _parts(stage, person, role)
        if _is_incident(agency, role):
            event = stage.incident(day, parts, concern, severity)
        else:
            event = stage.tell(agency, day, parts, concern, severity)
        if stage.chance(0.25):
            others = [other for other in agencies if other not in {agency, "housing"}]
            if others:
                stage.retell(event, day, parts, concern, severity, [stage.choose(others)])
    stage.book.note("repeat_notifications", PLANTED, [(person, role)], (days[0], days[-1]))


def _tellers(stage: Stage, authority: int, role: str, agencies: list[str], shares: list[float]) -> list[str]:
    """Who tells of each happening: four to nine, and more where agencies tell so much that these are not four usual ones."""
    happenings = 4 + min(int(stage.rng.geometric(0.45)) - 1, 5)
    tellers = [stage.choose(agencies, shares) for _ in range(happenings)]
    habits, here = stage.world.habits, np.array([authority])

    def worth(agency: str) -> float:
        return 1.0 if _is_incident(agency, role) else 1 / float(habits.of(agency, here)[0])

    while sum(worth(agency) for agency in tellers) < LEAST_WORTH:
        tellers.append(stage.choose(agencies, shares))
    return tellers


def _is_incident(agency: str, role: str) -> bool:
    return agency == "police" and role != "subject"


def _parts(stage: Stage, person: int, role: str) -> Parts:
    parts: Parts = [(person, role)]
    if role == "subject" and stage.chance(0.6):
        parts.append((stage.mother(person), "parent_carer"))
    if role == "suspect" and stage.chance(0.5):
        # A different stranger each time: what repeats is the suspect.
        parts.append((int(stage.rng.choice(len(stage.age))), "victim"))
    return [part for index, part in enumerate(parts) if index == 0 or stage.age[part[0]] > 16]
