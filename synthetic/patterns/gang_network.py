"""A small dense group: the same young people, two or three at a time, suspects mostly and victims too."""

from synthetic.pattern_book import PLANTED
from synthetic.stage import Parts, Stage


def plant_gang_network(stage: Stage, count: int) -> None:
    """Five to nine members of 14 to 24, eight to sixteen happenings over five to sixteen months."""
    for _ in range(count):
        members = stage.young_of(int(stage.rng.integers(0, 2)), int(stage.rng.integers(5, 10)))
        if len(members) < 4:
            return
        _tell_group(stage, members)


def _tell_group(stage: Stage, members: list[int]) -> None:
    first = stage.day(420)
    days = stage.days(int(stage.rng.integers(8, 17)), first, first + int(stage.rng.integers(150, 410)))
    for place, day in enumerate(days):
        late = place >= len(days) // 2
        pool = members if late else members[:-2] if len(members) > 5 else members
        size = min(int(stage.rng.choice([2, 3, 4], p=[0.35, 0.4, 0.25])), len(pool))
        present = [pool[index] for index in stage.rng.choice(len(pool), size=size, replace=False)]
        # A chain first, so that nobody stays outside.
        if place < len(members) - 1:
            pair = [members[place % len(members)], members[(place + 1) % len(members)]]
            present = list(dict.fromkeys([*pair, *present]))[:4]
        concern = stage.choose(["violence", "drugs_supply", "weapons", "other"], [0.4, 0.3, 0.15, 0.15])
        if stage.chance(0.2):
            stage.intelligence(day, present, concern)
            continue
        parts: Parts = [(person, "suspect") for person in present]
        if concern == "violence" and stage.chance(0.3):
            # Members are attacked as well: then they are victims, and stay that.
            parts = [(person, "victim") for person in present]
        address = int(stage.rng.integers(0, len(stage.world.addresses) // 2))
        stage.incident(day, parts, concern, int(stage.rng.choice([2, 3, 4])), address=address)
    stage.book.note("gang_network", PLANTED, [(member, "suspect") for member in members], (days[0], days[-1]))
