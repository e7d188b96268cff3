"""Working time: which days a hub works, and how many working minutes lie between two moments.

Bank holidays of England and Wales by rule (Banking and Financial Dealings Act 1971 and the proclamations under it), with
the single days proclaimed since 2020; a hub adds its own days in its settings.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

import pyarrow as pa

from access.hub_figures import HubFigures

SATURDAY: Final = 5
# Proclaimed for one year alone: moved days and extra ones.
MOVED: Final = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
EXTRA: Final = (date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))


def easter(year: int) -> date:
    """Easter Sunday of a year (the anonymous Gregorian computus)."""
    golden, century, short = year % 19, year // 100, year % 100
    leap_centuries, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap_centuries - correction + 15) % 30
    leaps, odd = divmod(short, 4)
    weekday = (32 + 2 * rest + 2 * leaps - moon - odd) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a year, weekends already put off to the next working days."""
    sunday = easter(year)
    found = {sunday - timedelta(days=2), sunday + timedelta(days=1)}
    found.add(_put_off(date(year, 1, 1), found))
    found |= {_first_monday(year, 5), _last_monday(year, 5), _last_monday(year, 8)}
    for day in (date(year, 12, 25), date(year, 12, 26)):
        found.add(_put_off(day, found))
    for usual, moved in MOVED.items():
        if usual in found:
            found = (found - {usual}) | {moved}
    return frozenset(found | {day for day in EXTRA if day.year == year})


def _put_off(day: date, taken: set[date]) -> date:
    while day.weekday() >= SATURDAY or day in taken:
        day += timedelta(days=1)
    return day


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=last.weekday())


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
