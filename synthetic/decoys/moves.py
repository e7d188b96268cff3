"""Families that move for good reasons, and children who leave a roll as children do."""

import numpy as np

from synthetic.casting import FamilyMoves
from synthetic.decoys.shares import noted
from synthetic.options import WINDOW_FROM, WINDOW_TO
from synthetic.ordinary.schooling import write_off_roll
from synthetic.patterns.cross_boundary_family import family_of, register_after
from synthetic.stage import Parts, Stage


def moved_for_work(stage: Stage, patterns: tuple[str, str]) -> None:
    """Moved to the other authority without any concern and registered everywhere within weeks: a decoy of two detectors."""
    moves = stage.cast.moved_for_work
    for row in range(len(moves.household)):
        head, children = family_of(stage, int(moves.household[row]), int(moves.day[row]))
        if not children:
            continue
        last = register_after(stage, head, children, moves, row, prompt=True)
        day = int(moves.day[row])
        for pattern in patterns:
            subjects: Parts = [(child, "subject") for child in children]
            if pattern == "cross_boundary_family":
                subjects.append((head, "parent_carer"))
            noted(stage, pattern, subjects, (day, last))


def moved_within(stage: Stage, pattern: str) -> None:
    """A known family with a fresh concern that moves round the corner: the same authority still has it."""
    moves = stage.cast.moved_within
    for row in range(len(moves.household)):
        day, authority = int(moves.day[row]), int(moves.first[row])
        head, children = family_of(stage, int(moves.household[row]), day)
        if not children:
            continue
        parts: Parts = [(child, "subject") for child in children[:3]] + [(head, "parent_carer")]
        before = day - int(stage.rng.integers(12, 120))
        stage.tell("social_care", before, parts, "neglect", 2, outcome="referral", authority=authority)
        stage.tell(
            "social_care", before + 1, parts, "neglect", 2, kind="referral", ended=day + 30, status="closed", outcome="assessment", rag_initial="", rag_final="",
            authority=authority,
        )  # fmt: skip
        noted(
            stage,
            pattern,
            [(child, "subject") for child in children] + [(head, "parent_carer")],
            (before, day),
        )


def left_with_word(stage: Stage, pattern: str) -> None:
    """Left the region, and said where to: the new school is named and the surgery passed the notes on."""
    moves: FamilyMoves = stage.cast.left_with_word
    for row in range(len(moves.household)):
        day, authority = int(moves.day[row]), int(moves.first[row])
        head, children = family_of(stage, int(moves.household[row]), day)
        pupils = [
            child for child in children if 4.8 < stage.world.people.age_on(day, np.array([child]))[0] < 15.6
        ]
        if not pupils:
            continue
        leavers = np.array(pupils, dtype=np.int64)
        write_off_roll(
            stage.world,
            stage.rng,
            leavers,
            np.full(len(leavers), day),
            np.full(len(leavers), authority),
            np.full(len(leavers), "Known - school named", dtype=object),
        )
        gone = min(day + 20, WINDOW_TO - 1)
        for person in (head, *children):
            stage.world.log.one(
                gone,
                [(person, "subject")],
                agency="health",
                system="gp",
                kind="gp_deregistration",
                authority=authority,
                outcome="registered elsewhere",
            )
        noted(stage, pattern, [(child, "subject") for child in pupils], (day, gone))


def taught_at_home(stage: Stage, pattern: str, count: int) -> None:
    """Off roll to be taught at home, and seen since: at the surgery, the hospital, by a health visitor."""
    for child in stage.children(count, 7, 14, calm=True):
        day = int(stage.rng.integers(WINDOW_FROM + 120, WINDOW_TO - 260))
        authority = stage.authority(child, day)
        write_off_roll(
            stage.world,
            stage.rng,
            np.array([child]),
            np.array([day]),
            np.array([authority]),
            np.array(["Elective home education"], dtype=object),
        )
        roll = (stage.rolls.person == child) & (stage.rolls.ends > day)
        stage.rolls.ends[roll] = np.maximum(day, stage.rolls.begins[roll])
        for seen in stage.days(int(stage.rng.choice([2, 3])), day + 25, min(day + 240, WINDOW_TO - 10)):
            stage.tell(
                "health",
                seen,
                [(child, "subject")],
                "",
                1,
                kind=stage.choose(["clinic_attendance", "ed_attendance"]),
            )
        noted(stage, pattern, [(child, "subject")], (day, min(day + 120, WINDOW_TO)))
