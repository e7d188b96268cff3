"""Intervals of shares and of counts, the same wherever one is shown."""

from math import sqrt

from scipy.special import gammaincinv


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


def count_interval(count: float) -> tuple[float, float]:
    """The 90% interval of the rate behind a count, in the unit of the count (exact for a Poisson count; Garwood 1936).

    A count of 4 is what rates from 1.4 to 9.2 give easily: a baseline inside the interval is no excess at all.
    """
    low = float(gammaincinv(count, 0.05)) if count > 0 else 0.0
    return round(low, 2), round(float(gammaincinv(count + 1, 0.95)), 2)
