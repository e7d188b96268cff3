"""Statistics as asked for and as counted; every count opens the rows that it counts."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class StatisticRequest:
    """Which statistic, over which days (both included), of which district and source; None is all."""

    statistic: str
    date_from: date
    date_to: date
    district: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class StatisticCell:
    """A combination of a statistic's dimensions, in their order; None stands for any value."""

    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class CellCount:
    """How many rows a combination has; ``median`` and ``quartiles`` of what is measured, None where nothing is.

    ``total``: the sum of what is measured.
    """

    values: tuple[str, ...]
    count: int
    median: float | None = None
    quartiles: tuple[float, float] | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class MeasuredOf:
    """What is measured of all rows with one value of one dimension (None: any of the others), or of all rows.

    A median cannot be put together from those of parts, so it is taken of the rows themselves.
    """

    values: tuple[str | None, ...]
    median: float | None
    quartiles: tuple[float, float] | None
    total: float | None


@dataclass(frozen=True, slots=True)
class StatisticAnswer:
    """The cells of one statistic that have rows, in the order of their values; ``count`` is their sum.

    ``measured`` are the margins of what is measured, empty where nothing is.
    ``districts`` and ``sources`` are what the request may be narrowed to. ``as_of`` is the day up to which feeds tell.
    """

    request: StatisticRequest
    dimensions: tuple[str, ...]
    measure: str | None
    cells: tuple[CellCount, ...]
    count: int
    districts: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: date
    measured: tuple[MeasuredOf, ...] = ()


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row behind a figure, with what the pan-London audit pro-forma asks of a case.

    ``event`` is the agency's own id, or a reference where the reader sees no identities; ``referrer`` is as written,
    None where free text is not shown. ``working_hours``: from receipt to decision, in the hub's hours.
    ``previous_on`` and ``previous_outcome``: the last referral of any of the same people in the 12 months before.
    """

    event: str
    kind: str
    received_at: datetime | None
    agency: str
    source: str
    referrer: str | None
    district: str | None
    concern: str | None
    rag_initial: str | None
    rag_final: str | None
    outcome: str | None
    decided_at: datetime | None
    working_hours: float | None
    agencies: tuple[str, ...]
    previous_on: date | None
    previous_outcome: str | None


@dataclass(frozen=True, slots=True)
class RowList:
    """The rows behind a cell, oldest first; ``count`` is the cell's figure."""

    rows: tuple[RowLine, ...]
    count: int
