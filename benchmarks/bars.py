"""What has to be reached: the figure tables of the project's issues as one table, a key a row."""

from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["", "s", "ms", "MB"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much data a row speaks of: 200,000 people, 1,000,000 records."""

    count: int
    of: str

    def __str__(self) -> str:
        return f"{self.count:,} {self.of}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. ``most`` is the largest value allowed, ``least`` the smallest; without either it is only told.

    ``on_ratio``: the bar speaks of ours divided by the first peer's. ``size``: the data it speaks of, None for any.
    """

    issue: int
    measure: str
    unit: Unit = ""
    most: float | None = None
    least: float | None = None
    on_ratio: bool = False
    size: Size | None = None

    @property
    def words(self) -> str:
        """The bar as a table prints it."""
        bound = self.most if self.most is not None else self.least
        if bound is None:
            return ""
        sign = "" if bound == 0 else "≤ " if self.most is not None else "≥ "
        unit = " times" if self.on_ratio else f" {self.unit}" if self.unit else ""
        return f"{sign}{bound:,g}{unit}"

    def reached(self, value: float) -> bool | None:
        """Whether ``value`` is on the right side; None where there is no bar."""
        if self.most is not None:
            return value <= self.most
        return value >= self.least if self.least is not None else None

    def share_used(self, value: float) -> float | None:
        """How much of what the bar allows is used up: 1 at the bar, less on the right side; None without a bar.

        For shares (precision, recall) it is the errors that are allowed. Where none is, one uses ten times that.
        """
        if self.most is not None:
            return value / self.most if self.most else 10.0 * (value > 0)
        if self.least is None:
            return None
        return (1 - value) / (1 - self.least) if self.least < 1 else self.least / max(value, 1e-9)


_REGION: Final = Size(200_000, "people")
_HALF_A_MILLION: Final = Size(500_000, "records")
_MILLION: Final = Size(1_000_000, "records")
# Drawn at random, a few ties of a graph fall together.
_GRAPH: Final = Size(1_200_000, "edges")
_CROWD: Final = Size(50, "at once")

BARS: Final[dict[str, Bar]] = {
    "pairwise_precision": Bar(3, "pairwise precision", least=0.999, size=_REGION),
    "pairwise_recall": Bar(3, "pairwise recall", least=0.985, size=_REGION),
    "bcubed_f1": Bar(3, "B-cubed F1", least=0.993, size=_REGION),
    "recall_gap": Bar(3, "recall, best group less worst", most=0.010, size=_REGION),
    "twins_merged": Bar(3, "twins merged", most=0, size=_REGION),
    "seals_broken": Bar(3, "seals broken", most=0, size=_REGION),
    "households_precision": Bar(3, "households, precision", least=0.97, size=_REGION),
    "households_recall": Bar(3, "households, recall", least=0.95, size=_REGION),
    "incidents_precision": Bar(3, "incidents, precision", least=0.98, size=_REGION),
    "incidents_recall": Bar(3, "incidents, recall", least=0.92, size=_REGION),
    "febrl4": Bar(3, "FEBRL4 without the number, F1", least=0.998),
    "febrl3": Bar(3, "FEBRL3 without the number, F1", least=0.998),
    "febrl4_number": Bar(3, "FEBRL4 with the number, F1"),
    "febrl3_number": Bar(3, "FEBRL3 with the number, F1"),
    "unlike_set": Bar(3, "a list unlike the region, F1"),
    "linkage": Bar(3, "standardise, block, score, cluster, ids", "s", most=2.5, on_ratio=True, size=_MILLION),
    "linkage_memory": Bar(3, "linkage, peak memory", "MB", most=4000, size=_MILLION),
    "increment": Bar(3, "1% new records linked", "s", most=0.15, on_ratio=True, size=_MILLION),
    "increment_differences": Bar(
        3, "1% new records: tables unlike those of a full run", most=0, size=_MILLION
    ),
    "lookup_p50": Bar(3, "lookup, p50", "ms", most=20, size=_HALF_A_MILLION),
    "lookup_p95": Bar(3, "lookup, p95", "ms", most=60, size=_HALF_A_MILLION),
    "lookup_ratio": Bar(
        3, "lookup beside predict_between, p50", "ms", most=0.3, on_ratio=True, size=_HALF_A_MILLION
    ),
    "lookup_ratio_p95": Bar(
        3, "lookup beside predict_between, p95", "ms", most=0.3, on_ratio=True, size=_HALF_A_MILLION
    ),
    "lookup_on_demand": Bar(3, "lookup in a scope formed on demand, p50", "ms"),
    "people_on_demand": Bar(3, "people of one record in a scope on demand, p50", "ms"),
    "training": Bar(3, "training from scratch", "s", most=60, size=_MILLION),
    "scope_p95": Bar(5, "policy and scope on a request, p95 of processor time", "ms", most=5),
    "scope_share": Bar(5, "policy and scope, share of the request", most=0.25),
    "append_p95": Bar(5, "an entry appended to a long ledger, p95", "ms"),
    "verify": Bar(5, "a whole ledger verified, processor time", "s"),
    "verify_memory": Bar(5, "a whole ledger verified, peak memory", "MB"),
    "detector_recall": Bar(4, "detector, recall", least=0.90, size=_REGION),
    "detector_precision": Bar(4, "detector, precision", least=0.80, size=_REGION),
    "detector_decoys": Bar(4, "detector, decoys flagged", most=0.02, size=_REGION),
    "repeat_notifications": Bar(
        4,
        "repeat notifications, precision beside raw counts at equal volume",
        least=1.4,
        on_ratio=True,
        size=_REGION,
    ),
    # In the place of the row before where raw counts are right so often that nothing can be 1.4 times as good
    # (docs/decisions/0007-beside-raw-counts.md).
    "repeat_errors_avoided": Bar(
        4,
        "repeat notifications, share of raw counts' errors avoided at equal volume",
        least=0.9,
        size=_REGION,
    ),
    "roles_changed": Bar(4, "roles changed", most=0),
    "not_replayed": Bar(4, "findings that do not replay from their evidence", most=0),
    "ego": Bar(4, "two-hop ego as of a day, p95", "ms", most=10, size=_GRAPH),
    "egos_batched": Bar(4, "200 two-hop egos in one go", "ms", most=50, size=_GRAPH),
    "path": Bar(4, "strongest path, p95", "ms", most=100, size=_GRAPH),
    "paths_apart": Bar(4, "three strongest ways apart, p95", "ms"),
    "shared": Bar(4, "shared neighbours, p95", "ms"),
    "groups": Bar(4, "groups (Leiden, constant Potts model)", "s", most=6, size=_GRAPH),
    "groups_in_reach": Bar(4, "groups, at a size that networkx can do", "s"),
    "detectors": Bar(4, "all detectors, one day", "s", most=90, size=_MILLION),
    "detectors_memory": Bar(4, "all detectors, peak memory", "MB", most=4000, size=_MILLION),
    "page_p95": Bar(7, "a page of the console, 20 people clicking, p95", "ms", most=100, size=_MILLION),
    "page_processor": Bar(7, "a page of the console, processor time", "ms"),
    "page_failures": Bar(7, "pages of the console that failed", most=0),
    "packs_of_20": Bar(8, "packs of a meeting of 20 cases", "s", most=10, size=_MILLION),
    "listing": Bar(8, "a case put on a meeting's list, p95", "ms"),
    "statistic_p50": Bar(8, "a page of statistics, p50", "ms"),
    "statistic_p95": Bar(8, "a page of statistics, p95", "ms", most=300, size=_MILLION),
    "build": Bar(9, "whole build", "s", most=300, size=_MILLION),
    "build_memory": Bar(9, "whole build, peak memory", "MB", most=6000, size=_MILLION),
    "build_growth": Bar(9, "whole build, exponent of growth", most=1.15, size=_MILLION),
    "build_growth_processor": Bar(9, "whole build, exponent of growth of processor time", size=_MILLION),
    "load_p95": Bar(9, "an answer while mixed roles ask at once, p95", "ms", most=250, size=_CROWD),
    "load_processor": Bar(9, "the service's processor time a request meanwhile", "ms", size=_CROWD),
    "load_failures": Bar(9, "requests that failed", most=0, size=_CROWD),
    "load_memory_growth": Bar(9, "the service's memory, last quarter beside second", most=1.05, size=_CROWD),
}
