"""Which decoys each detector gets, and how many of each."""

from synthetic.casting import decoy_count
from synthetic.decoys.institutions import (
    brawl,
    kin_of_two_homes,
    large_family,
    professional,
    runaway,
    school_class,
    shared_building,
)
from synthetic.decoys.moves import left_with_word, moved_for_work, moved_within, taught_at_home
from synthetic.decoys.pairs import (
    fights_elsewhere,
    level_pair,
    marac_heard_once,
    marac_long_ago,
    marac_other_partner,
    one_victim_often,
    twin_brothers,
)
from synthetic.decoys.shares import dealt
from synthetic.decoys.tellings import (
    malicious_neighbour,
    often_hurt,
    retold_incident,
    retold_violence,
    told_while_open,
)
from synthetic.stage import Stage

# For each detector: what would fool it, and in which proportion.
MENU = {
    "repeat_notifications": (
        (retold_incident, 3),
        (malicious_neighbour, 3),
        (told_while_open, 3),
        (often_hurt, 2),
    ),
    "escalating_harm": ((level_pair, 4), (retold_violence, 3), (marac_heard_once, 1)),
    "repeat_marac": ((marac_long_ago, 4), (marac_heard_once, 3), (marac_other_partner, 3)),
    "serial_perpetrator": (
        (one_victim_often, 4),
        (fights_elsewhere, 3),
        (twin_brothers, 1),
        (professional, 1),
    ),
    "exploitation_network": ((school_class, 3), (shared_building, 3), (runaway, 3), (large_family, 2)),
    "gang_network": ((brawl, 3), (school_class, 3), (large_family, 2), (shared_building, 2)),
    "cumulative_concern": ((retold_incident, 3), (malicious_neighbour, 3), (often_hurt, 3)),
    "bridging_adult": ((professional, 3), (kin_of_two_homes, 3), (shared_building, 2)),
}


def plant_decoys(stage: Stage) -> None:
    """Every detector's decoys; those of moves follow the families that were cast."""
    wanted = decoy_count(stage.world.scale)
    for pattern, kinds in MENU.items():
        for (make, _), count in zip(kinds, dealt(wanted, *(weight for _, weight in kinds)), strict=True):
            make(stage, pattern, count)
    moved_for_work(stage, ("cross_boundary_family", "missing_from_view"))
    moved_within(stage, "cross_boundary_family")
    left_with_word(stage, "missing_from_view")
    taught_at_home(stage, "missing_from_view", wanted // 4)
