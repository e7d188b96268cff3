"""A family that moves to the other authority with a concern open or fresh behind it."""

import numpy as np

from synthetic.casting import FamilyMoves
from synthetic.options import WINDOW_TO
from synthetic.ordinary.schooling import write_off_roll
from synthetic.pattern_book import PLANTED
from synthetic.population import CHILD, HEAD
from synthetic.stage import Parts, Stage


def family_of(stage: Stage, household: int, day: int) -> tuple[int, list[int]]:
    """The head of a household, and its children under 18 on a day."""
    people = stage.world.people
    members = _members(stage, household)
    ages = people.age_on(day, members)
    children = [
        int(one)
        for one, age in zip(members, ages, strict=True)
        if people.place_in_household[one] == CHILD and 0.1 < age < 18 and people.entered[one] < day
    ]
    return int(members[people.place_in_household[members] == HEAD][0]), children


def _members(stage: Stage, household: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    # Residents are numbered household by household; those added later (adopted) are no part of these stories.
    column = stage.world.people.household
    first = int(np.searchsorted(column[: stage.settled_numbering], household))
    last = int(np.searchsorted(column[: stage.settled_numbering], household, side="right"))
    return np.arange(first, last)


def plant_cross_boundary_family(stage: Stage) -> None:
    """Concerns two days to five months before the move; then registered on the other side late, soon, or in part."""
    moves = stage.cast.crossing
    for row in range(len(moves.household)):
        head, children = family_of(stage, int(moves.household[row]), int(moves.day[row]))
        if not children:
            continue
        first = _concern_before(stage, head, children, moves, row)
        last = register_after(stage, head, children, moves, row, prompt=False)
        subjects = [(child, "subject") for child in children] + [(head, "parent_carer")]
        stage.book.note("cross_boundary_family", PLANTED, subjects, (first, last))


def _concern_before(stage: Stage, head: int, children: list[int], moves: FamilyMoves, row: int) -> int:
    day, before = int(moves.day[row]), int(stage.rng.integers(12, 140))
    start = day - before
    parts: Parts = [(child, "subject") for child in children[:3]] + [(head, "parent_carer")]
    where = {"authority": int(moves.first[row])}
    concern = stage.choose(["neglect", "physical", "emotional", "domestic_abuse"])
    stage.tell(
        "social_care",
        start,
        parts,
        concern,
        3,
        outcome="referral",
        rag_initial="amber",
        rag_final="amber",
        **where,
    )
    stage.tell(
        "social_care",
        start + 1,
        parts,
        concern,
        3,
        kind="referral",
        ended=day + 30,
        status="closed",
        outcome="assessment",
        rag_initial="",
        rag_final="",
        **where,
    )
    kind = stage.choose(["assessment", "s47", "cp", "cin", "domestic"], [0.25, 0.2, 0.25, 0.2, 0.1])
    later = start + int(stage.rng.integers(3, max(5, before - 4)))
    if kind == "s47":
        stage.tell(
            "social_care",
            later,
            parts,
            concern,
            4,
            kind="s47_enquiry",
            ended=later + 14,
            status="closed",
            outcome="family moved",
            rag_initial="",
            rag_final="",
            **where,
        )
    elif kind in {"cp", "cin"}:
        stage.tell(
            "social_care", later, parts, concern, 4 if kind == "cp" else 3, kind="plan", plan_kind=kind, ended=day + int(stage.rng.integers(5, 60)), status="closed",
            outcome="family moved", rag_initial="", rag_final="", **where,
        )  # fmt: skip
    elif kind == "domestic":
        stage.incident(later, [(head, "victim"), (children[0], "witness")], "domestic_abuse", 3, **where)
    else:
        stage.tell(
            "social_care",
            later,
            parts,
            concern,
            3,
            kind="assessment",
            ended=day + 10,
            status="closed",
            outcome="family moved",
            rag_initial="",
            rag_final="",
            **where,
        )
    return start


def register_after(
    stage: Stage, head: int, children: list[int], moves: FamilyMoves, row: int, prompt: bool
) -> int:
    """GP and school notices of a move between authorities; ``prompt``: everybody, within three weeks."""
    day, world = int(moves.day[row]), stage.world
    first, then = int(moves.first[row]), int(moves.then[row])
    registered = day + int(stage.rng.integers(4, 21) if prompt else stage.rng.integers(10, 75))
    last = min(registered, WINDOW_TO - 2)
    for person in (head, *children):
        if prompt or stage.chance(0.75):
            world.log.one(
                last,
                [(person, "subject")],
                agency="health",
                system="gp",
                kind="gp_registration",
                authority=then,
                outcome="new patient",
            )
        if prompt or stage.chance(0.7):
            world.log.one(
                min(last + 9, WINDOW_TO - 1),
                [(person, "subject")],
                agency="health",
                system="gp",
                kind="gp_deregistration",
                authority=first,
                outcome="registered elsewhere",
            )
    leavers = np.array(
        [child for child in children if 4.6 < world.people.age_on(day, np.array([child]))[0] < 15.9],
        dtype=np.int64,
    )
    known = "Known - school named" if prompt or stage.chance(0.6) else "Unknown"
    if len(leavers):
        write_off_roll(
            world,
            stage.rng,
            leavers,
            np.full(len(leavers), day),
            np.full(len(leavers), first),
            np.full(len(leavers), known, dtype=object),
        )
    return last
