"""Intervals of shares, for whoever says how often something came true."""

from math import sqrt


def wilson_interval(hits: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of the share ``hits / trials`` (Wilson 1927), 95 of 100 by default.

    Honest for few trials and for shares near nought or one. Raises ValueError without a trial.
    """
    if trials <= 0:
        raise ValueError("an interval needs at least one trial")
    share, spread = hits / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)
