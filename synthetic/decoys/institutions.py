"""Places and posts that many people share: a school class, a hostel, a tower block, a midwife, a GP, a social worker."""

import numpy as np

from synthetic.addresses import HOSTEL, TOWER_FLAT
from synthetic.decoys.shares import noted
from synthetic.options import NOBODY, WINDOW_FROM, WINDOW_TO
from synthetic.stage import Parts, Stage


def school_class(stage: Stage, pattern: str, count: int) -> None:
    """A class outing gone wrong or a fight in the yard: one school's children on one another's concerns, once or twice."""
    rolls = stage.rolls
    secondary = np.flatnonzero(
        (rolls.school % 10_000 >= 5_000)
        & (rolls.authority < 2)
        & (rolls.begins < WINDOW_TO - 500)
        & (rolls.ends > WINDOW_TO - 200)
    )
    year = stage.world.people.born[rolls.person[secondary]] // 365
    groups = rolls.school[secondary] * 1000 + year
    keys, counts = np.unique(groups, return_counts=True)
    keys = keys[counts >= 6]
    if len(keys) == 0:
        return
    for key in (
        stage.rng.permutation(keys).tolist()[:count]
        + stage.rng.choice(keys, max(0, count - len(keys))).tolist()
    ):
        pupils = rolls.person[secondary[groups == key]]
        size = int(stage.rng.integers(5, min(len(pupils), 9) + 1))
        pupils = stage.rng.choice(pupils, size=size, replace=False).tolist()
        day = int(stage.rng.integers(WINDOW_TO - 480, WINDOW_TO - 220))
        if pattern == "gang_network":
            roles = ["suspect" if stage.chance(0.5) else "victim" for _ in pupils]
            fight = stage.incident(day, list(zip(pupils, roles, strict=True))[:4], "violence", 2)
            hurt = [(pupil, "subject") for pupil in pupils[:2]]
            stage.tell("education", day, hurt, "violence", 2, incident=fight)
        else:
            for first, second in zip(pupils[::2], pupils[1::2], strict=False):
                stage.tell(
                    "education",
                    day + int(stage.rng.integers(0, 20)),
                    [(first, "subject"), (second, "subject")],
                    stage.choose(["other", "emotional", "substance_misuse"]),
                    1,
                )
            if stage.chance(0.5):
                stage.missing(pupils[0], day + 5)
        noted(stage, pattern, [(pupil, "subject") for pupil in pupils], (day, day + 20))


def shared_building(stage: Stage, pattern: str, count: int) -> None:
    """Residents of a hostel or a tower block, each with a trouble of their own at the one address or building."""
    residences, addresses = stage.world.residences, stage.world.addresses
    kinds = np.append(addresses.kind, NOBODY)[residences.address]
    lived = (
        (residences.authority < 2)
        & (residences.begins < WINDOW_TO - 200)
        & (residences.ends > WINDOW_FROM + 200)
    )
    of_kind = {kind: np.flatnonzero((kinds == kind) & lived) for kind in (HOSTEL, TOWER_FLAT)}
    for number in range(count):
        hostel = number % 2 == 0
        rows = of_kind[HOSTEL if hostel else TOWER_FLAT]
        if len(rows) == 0:
            continue
        row = int(stage.rng.choice(rows))
        building = addresses.building[residences.address[row]]
        same = rows[addresses.building[residences.address[rows]] == building]
        people = np.unique(residences.person[same])
        grown = people[(stage.age[people] > 15) & (stage.age[people] < 60)]
        if len(grown) < 4:
            continue
        chosen = stage.rng.choice(
            grown, size=min(len(grown), int(stage.rng.integers(4, 9))), replace=False
        ).tolist()
        first = int(stage.rng.integers(WINDOW_FROM + 220, WINDOW_TO - 200))
        for person in chosen:
            day = first + int(stage.rng.integers(0, 150))
            at = int(residences.address[row]) if hostel else stage.home(person, day)
            agency = stage.choose(["police", "housing", "health"])
            if agency == "police":
                stage.tell(
                    "police",
                    day,
                    [(person, "suspect")],
                    "other",
                    1,
                    kind="antisocial_behaviour",
                    address=at,
                    referrer="neighbour",
                )
            else:
                stage.tell(
                    agency, day, [(person, "subject")], "other" if agency == "housing" else "", 1, address=at
                )
        noted(stage, pattern, [(person, "subject") for person in chosen], (first, first + 150))


def professional(stage: Stage, pattern: str, count: int) -> None:
    """Social workers, midwives and officers of many families in trouble: it is their work."""
    staff = stage.world.staff
    home = np.flatnonzero(
        (staff.authority < 2)
        & np.isin(
            staff.post.astype(str),
            (
                "social worker",
                "midwife",
                "GP",
                "housing officer",
                "nurse",
                "health visitor",
                "designated safeguarding lead",
            ),
        )
    )
    for worker in stage.rng.permutation(home).tolist()[:count]:
        noted(stage, pattern, [(staff.first_person + int(worker), "professional")], (WINDOW_FROM, WINDOW_TO))


def kin_of_two_homes(stage: Stage, pattern: str, count: int) -> None:
    """A grandparent or a separated father named with the children of two homes: they are family."""
    people = stage.world.people
    here = stage.world.resident_throughout()
    children = np.flatnonzero((people.father != NOBODY) & (stage.age > 2) & (stage.age < 15) & here)
    apart = children[people.household[people.father[children]] != people.household[children]]
    apart = apart[here[people.father[apart]]]
    seen: set[int] = set()
    for child in stage.rng.permutation(apart).tolist():
        father = int(people.father[child])
        if father in seen or len(seen) >= count:
            continue
        seen.add(father)
        days = stage.days(2, WINDOW_FROM + 60, WINDOW_TO - 60)
        parts: Parts = [(child, "subject"), (father, "associate")]
        stage.tell("social_care", days[0], parts, "parental_conflict", 1)
        stage.tell("police", days[1], [(child, "subject"), (father, "parent_carer")], "parental_conflict", 1)
        noted(stage, pattern, [(father, "associate")], (days[0], days[1]))


def brawl(stage: Stage, pattern: str, count: int) -> None:
    """One big fight, six to nine people who are on no other record together; two agencies tell of it."""
    for _ in range(count):
        people = stage.adults(int(stage.rng.integers(6, 10)), 16, 35, calm=True)
        if len(people) < 4:
            return
        day = stage.day()
        parts: Parts = [(person, "suspect" if stage.chance(0.6) else "victim") for person in people]
        # The two entries are made by officers at the same scene: their clocks agree.
        at = 1200 + people[0] % 120
        event = stage.incident(day, parts[:4], "violence", 3, minute=at)
        stage.incident(day, [parts[0], *parts[4:7]], "violence", 3, incident=event, minute=at + 20)
        noted(stage, pattern, parts, (day, day + 1))


def large_family(stage: Stage, pattern: str, count: int) -> None:
    """Brothers, sisters and cousins of a large family who turn up together: at school, at the hospital, at a noisy party."""
    for child in stage.children(count, 10, 16, calm=True):
        day = stage.day(200)
        family = [child, *stage.brothers_and_sisters(child, day)][:4]
        mother = stage.mother(child)
        days = stage.days(2, day, day + 180)
        stage.tell(
            "housing", days[0], [(one, "associate") for one in family[:3]] + [(mother, "subject")], "other", 1
        )
        stage.tell(
            "police",
            days[1],
            [(one, "subject") for one in family],
            "other",
            1,
            kind="antisocial_behaviour",
            referrer="neighbour",
        )
        noted(stage, pattern, [(one, "subject") for one in family], (days[0], days[1]))


def runaway(stage: Stage, pattern: str, count: int) -> None:
    """A teenager who goes missing alone, three or four times, to a friend's: no adult, no place, no other child."""
    for child in stage.children(count, 12, 16, calm=True):
        first = stage.day(120)
        days = stage.days(int(stage.rng.choice([3, 4])), first, first + 100)
        for day in days:
            stage.missing(child, day)
        noted(stage, pattern, [(child, "subject")], (days[0], days[-1]))
