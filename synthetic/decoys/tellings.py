"""One happening told many times, and one malicious neighbour."""

from synthetic.decoys.shares import noted
from synthetic.options import WINDOW_TO
from synthetic.stage import Parts, Stage


def retold_incident(stage: Stage, pattern: str, count: int) -> None:
    """One incident that three or four agencies report within three days, each naming not quite the same people."""
    for child in stage.children(count, 3, 15, calm=True):
        day = stage.day()
        parts: Parts = [(child, "subject"), (stage.mother(child), "parent_carer")]
        concern = stage.choose(["physical", "neglect", "domestic_abuse", "emotional"])
        severity = int(stage.rng.choice([2, 3]))
        event = stage.tell("police", day, parts, concern, severity)
        others = ["education", "health", "social_care"]
        stage.retell(event, day, parts, concern, severity, others if stage.chance(0.8) else others[1:])
        noted(stage, pattern, [(child, "subject")], (day, day + 3))


def retold_violence(stage: Stage, pattern: str, count: int) -> None:
    """One assault between partners as police, hospital and social care have it, and a custody record."""
    for victim, suspect in stage.couples(count, calm=True):
        day = stage.day()
        parts: Parts = [(victim, "victim"), (suspect, "suspect")]
        severity = int(stage.rng.choice([3, 4]))
        event = stage.incident(day, parts, "domestic_abuse", severity)
        stage.retell(event, day, parts, "domestic_abuse", severity, ["health", "social_care"])
        stage.tell(
            "police",
            day,
            [(suspect, "suspect")],
            "domestic_abuse",
            severity,
            kind="custody",
            outcome="bailed",
        )
        noted(stage, pattern, [(victim, "victim"), (suspect, "suspect")], (day, day + 3))


def malicious_neighbour(stage: Stage, pattern: str, count: int) -> None:
    """A neighbour dispute: one person tells housing, police and social care, three to five times, of nothing."""
    for child in stage.children(count, 3, 15, calm=True):
        neighbour = stage.adults(1, 25, 75)
        if not neighbour:
            return
        first = stage.day(200)
        days = stage.days(int(stage.rng.integers(3, 6)), first, first + int(stage.rng.integers(35, 140)))
        for day in days:
            agency = stage.choose(["social_care", "housing", "police"], [0.4, 0.35, 0.25])
            parts: Parts = [
                (child, "subject"),
                (neighbour[0], "reporter"),
                (stage.mother(child), "parent_carer"),
            ]
            stage.tell(
                agency, day, parts, stage.choose(["neglect", "other", "emotional"]), 1, referrer="Neighbour" if agency != "police" else "neighbour",
                outcome="no further action", note=stage.choose(["No evidence found", "Dispute over noise", "Allegation not upheld"]),
            )  # fmt: skip
        noted(stage, pattern, [(child, "subject")], (days[0], days[-1]))


def told_while_open(stage: Stage, pattern: str, count: int) -> None:
    """A child on a plan of whom partners keep social care informed: everything while the case is open."""
    for child in stage.children(count, 2, 15, calm=True):
        first = stage.day(330)
        length = int(stage.rng.integers(180, 300))
        parts: Parts = [(child, "subject"), (stage.mother(child), "parent_carer")]
        concern = stage.choose(["neglect", "emotional", "substance_misuse"])
        plain = {"rag_initial": "", "rag_final": ""}
        stage.tell("social_care", first, parts, concern, 3, outcome="referral")
        stage.tell(
            "social_care",
            first + 1,
            parts,
            concern,
            3,
            kind="referral",
            ended=first + length,
            status="closed",
            outcome="assessment",
            **plain,
        )
        stage.tell(
            "social_care",
            first + 2,
            parts,
            concern,
            3,
            kind="assessment",
            ended=first + 40,
            status="closed",
            outcome="child in need plan",
            **plain,
        )
        stage.tell(
            "social_care",
            first + 40,
            parts,
            concern,
            3,
            kind="plan",
            plan_kind="cin",
            ended=first + length,
            status="closed",
            outcome="needs met",
            **plain,
        )
        days = stage.days(int(stage.rng.integers(3, 6)), first + 12, first + length - 5)
        for day in days:
            stage.tell(
                "social_care",
                day,
                parts,
                concern,
                2,
                outcome="added to open case",
                referrer=stage.choose(["School", "Health visitor", "GP"]),
            )
        noted(stage, pattern, [(child, "subject")], (first, days[-1]))


def often_hurt(stage: Stage, pattern: str, count: int) -> None:
    """A lively child of a large ordinary family: falls and fevers, three to six visits a year, no concern ever."""
    for child in stage.children(count, 1.5, 12, calm=True):
        first = stage.day(330)
        days = stage.days(int(stage.rng.integers(3, 7)), first, first + 320)
        family = [child, *stage.brothers_and_sisters(child, first)]
        for day in days:
            hurt = child if stage.chance(0.7) else stage.choose(family)
            parts: Parts = [(hurt, "subject"), (stage.mother(child), "parent_carer")]
            stage.tell(
                "health",
                day,
                parts,
                "",
                int(stage.rng.choice([1, 2])),
                offence=stage.choose(["Fall", "Fever", "Sports injury", "Wheeze"]),
            )
        noted(stage, pattern, [(one, "subject") for one in family], (days[0], min(days[-1], WINDOW_TO)))
