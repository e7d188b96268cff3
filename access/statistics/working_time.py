"""Working time: which days a hub works, and how many working minutes lie between two moments.

Bank holidays are those of England in the ``holidays`` package; a hub adds its own days in its settings.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

import holidays
import pyarrow as pa

from access.hub_figures import HubFigures

SATURDAY: Final = 5


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a year that are no weekend days, those put off to a working day among them."""
    listed = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return frozenset(day for day in listed if day.weekday() < SATURDAY)


def works_on(day: date, figures: HubFigures) -> bool:
    """Whether the hub works on a day."""
    if day in figures.open_on:
        return True
    return day.weekday() < SATURDAY and day not in figures.closed_on and day not in bank_holidays(day.year)


def working_minutes(since: datetime, until: datetime, figures: HubFigures) -> int:
    """Working minutes from one moment to a later one; 0 where the second is not later."""
    total, day = 0, since.date()
    while day <= until.date():
        if works_on(day, figures):
            starts = datetime.combine(day, figures.opens_at)
            ends = datetime.combine(day, figures.closes_at)
            worked = (min(ends, until) - max(starts, since)).total_seconds() // 60
            total += max(0, int(worked))
        day += timedelta(days=1)
    return total


@lru_cache(maxsize=16)
def calendar(first: date, last: date, opening: tuple[str, ...]) -> pa.Table:
    """``day``, ``worked`` (working minutes before it) and ``works``, for every day from first to last.

    ``opening`` is the hub's figures as JSON, so that the table can be kept.
    """
    figures = HubFigures.model_validate_json(opening[0])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    works = [works_on(day, figures) for day in days]
    worked, total = [], 0
    for yes in works:
        worked.append(total)
        total += figures.day_minutes if yes else 0
    return pa.table({"day": days, "worked": worked, "works": works})


def minutes_at(moment: str, figures: HubFigures) -> str:
    """SQL: the working minutes of the calendar (joined as ``c_<moment>``) up to a moment of a day."""
    opens = figures.opens_at.hour * 60 + figures.opens_at.minute
    clock = f"(hour({moment}) * 60 + minute({moment}) - {opens})"
    name = "c_" + moment.rpartition(".")[2]
    return f"({name}.worked + CASE WHEN {name}.works THEN greatest(0, least({figures.day_minutes}, {clock})) ELSE 0 END)"
