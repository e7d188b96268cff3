"""Working time: the holidays of England as the government lists them, and the SQL clock against plain Python."""

from datetime import date, datetime, time, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from access import HubFigures
from access.statistics.working_time import bank_holidays, calendar, minutes_at, working_minutes

# gov.uk/bank-holidays, England and Wales.
LISTED = {
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}
FIGURES = HubFigures(
    opens_at=time(8, 30), closes_at=time(17), closed_on=(date(2026, 4, 7),), open_on=(date(2026, 4, 4),)
)
FIRST, LAST = date(2025, 12, 1), date(2026, 6, 30)


def test_bank_holidays_are_those_that_the_government_lists():
    for year, listed in LISTED.items():
        assert {f"{day:%m-%d}" for day in bank_holidays(year)} == set(listed.split()), year


def test_a_friday_evening_to_a_tuesday_after_easter():
    since, until = datetime(2026, 4, 2, 16), datetime(2026, 4, 8, 9)  # noqa: DTZ001 - a hub's own time
    # Thursday 16:00 to 17:00, Saturday worked by the hub's own say, Tuesday closed by it, Wednesday 8:30 to 9:00.
    assert working_minutes(since, until, FIGURES) == 60 + 510 + 30


moments = st.datetimes(datetime(2025, 12, 10), datetime(2026, 6, 1)).map(  # noqa: DTZ001 - a hub's own time
    lambda one: one.replace(second=0, microsecond=0)
)


@settings(deadline=None, max_examples=60)
@given(since=moments, hours=st.integers(0, 700))
def test_the_clock_in_sql_is_the_clock_in_python(since: datetime, hours: int) -> None:
    until = since + timedelta(hours=hours)
    with duckdb.connect() as connection:
        connection.register("working_day", calendar(FIRST, LAST, (FIGURES.model_dump_json(),)))
        minutes = connection.execute(
            f"""SELECT {minutes_at("r.decided_at", FIGURES)} - {minutes_at("r.received_at", FIGURES)}
                FROM (SELECT $1::TIMESTAMP AS received_at, $2::TIMESTAMP AS decided_at) r
                JOIN working_day c_received_at ON c_received_at.day = r.received_at::DATE
                JOIN working_day c_decided_at ON c_decided_at.day = r.decided_at::DATE""",
            [since, until],
        ).fetchall()[0][0]
    assert minutes == working_minutes(since, until, FIGURES)
