"""A pair that MARAC has heard of, and again within a year: any abuse, crime or not, from any agency."""

from synthetic.options import WINDOW_TO
from synthetic.pattern_book import PLANTED
from synthetic.stage import Stage


def refer_to_marac(stage: Stage, victim: int, suspect: int, day: int) -> int:
    """A MARAC referral of a pair."""
    return stage.tell(
        "social_care", day, [(victim, "victim"), (suspect, "suspect")], "domestic_abuse", int(stage.rng.choice([3, 4, 5])), kind="marac_referral", status="heard",
        outcome="actions agreed", rag_initial="", rag_final="", referrer=stage.choose(["Police", "IDVA", "Health", "Housing", "Police DA unit"]),
    )  # fmt: skip


def plant_repeat_marac(stage: Stage, count: int) -> None:
    """A first referral, then one to three further abuses of the same pair 3 to 50 weeks later."""
    for victim, suspect in stage.couples(count):
        first = stage.day(390)
        parts = [(victim, "victim"), (suspect, "suspect")]
        stage.incident(
            first - int(stage.rng.integers(1, 10)), parts, "domestic_abuse", int(stage.rng.choice([3, 4, 5]))
        )
        refer_to_marac(stage, victim, suspect, first)
        days = stage.days(int(stage.rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2])), first + 20, first + 350)
        for day in days:
            agency = stage.choose(["police", "social_care", "health"], [0.65, 0.2, 0.15])
            severity = int(stage.rng.choice([1, 2, 3, 4], p=[0.35, 0.25, 0.25, 0.15]))
            if agency == "police":
                stage.incident(day, parts, "domestic_abuse", severity)
            else:
                stage.tell(agency, day, parts, "domestic_abuse", severity)
        if stage.chance(0.45):
            again = days[-1] + int(stage.rng.integers(2, 12))
            refer_to_marac(stage, victim, suspect, min(again, first + 362, WINDOW_TO - 2))
        stage.book.note(
            "repeat_marac", PLANTED, [(victim, "victim"), (suspect, "suspect")], (first, days[-1])
        )
