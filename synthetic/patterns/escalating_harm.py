"""A couple whose incidents come faster and weigh more."""

from synthetic.options import WINDOW_TO
from synthetic.pattern_book import PLANTED
from synthetic.stage import Stage


def plant_escalating_harm(stage: Stage, count: int) -> None:
    """Five to nine incidents of one pair within a year, gaps shrinking, harm rising with slips back."""
    for victim, suspect in stage.couples(count):
        incidents = int(stage.rng.integers(5, 10))
        first = stage.day(365)
        span = int(stage.rng.integers(140, 345))
        shrink = stage.rng.uniform(0.55, 0.88)
        gaps = [shrink**place * stage.rng.uniform(0.75, 1.25) for place in range(incidents - 1)]
        scale = span / sum(gaps)
        days = [first]
        for gap in gaps:
            days.append(min(days[-1] + max(1, round(gap * scale)), WINDOW_TO - 3))
        low, high = stage.choose([1, 1, 2]), stage.choose([4, 4, 5])
        for place, day in enumerate(days):
            level = low + (high - low) * place / (incidents - 1) + stage.rng.normal(0, 0.45)
            severity = int(min(5, max(1, round(level))))
            parts = [(victim, "victim"), (suspect, "suspect")]
            event = stage.incident(day, parts, "domestic_abuse", severity)
            if severity >= 3 and stage.chance(0.4):
                stage.retell(event, day, parts, "domestic_abuse", severity, ["health"])
            if stage.chance(0.25):
                stage.retell(event, day, parts, "domestic_abuse", severity, ["social_care"])
        stage.book.note(
            "escalating_harm", PLANTED, [(victim, "victim"), (suspect, "suspect")], (days[0], days[-1])
        )
