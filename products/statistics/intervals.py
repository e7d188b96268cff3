"""Intervals at 95%: a share's by Wilson, a rate's by Byar; small hubs have small numbers, and a figure alone misleads."""

from math import sqrt
from typing import Final

Z: Final = 1.959964


def share_interval(count: int, of: int) -> tuple[float, float] | None:
    """Wilson's interval of a share, None of nothing (Wilson 1927; recommended by the Office for Health Improvement)."""
    if of <= 0:
        return None
    share, spread = count / of, Z * Z / of
    centre = share + spread / 2
    half = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread))


def rate_interval(count: int, population: int, per: int) -> tuple[float, float] | None:
    """Byar's interval of a rate per ``per`` people, None without a population (Breslow and Day 1987)."""
    if population <= 0:
        return None
    low = count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    above = count + 1
    high = above * (1 - 1 / (9 * above) + Z / (3 * sqrt(above))) ** 3
    return low / population * per, high / population * per
