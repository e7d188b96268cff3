"""Noting a decoy, and dealing a number of decoys out to several kinds."""

from synthetic.pattern_book import DECOY
from synthetic.stage import Parts, Stage


def noted(stage: Stage, pattern: str, subjects: Parts, window: tuple[int, int]) -> None:
    """Note a decoy of the detector ``pattern``."""
    stage.book.note(pattern, DECOY, subjects, window)


def dealt(count: int, *weights: float) -> list[int]:
    """``count`` split by weight, nothing lost in rounding."""
    total = sum(weights)
    shares = [int(count * weight / total) for weight in weights]
    shares[0] += count - sum(shares)
    return shares
