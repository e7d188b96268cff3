"""What the products cost: a case put on a list, the packs of a meeting of twenty cases, and a page of statistics.

``python -m benchmarks.products`` plans a meeting on a store, lists twenty candidates, issues the pack of the meeting, and
draws every statistic, with and without a district, three times. The store is read alone: the ledger is a new one beside it.
Processor time.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from access import (
    QUESTIONS,
    CaseGiven,
    Conflict,
    Desk,
    HubFigures,
    MeetingPlanned,
    Policies,
    Principal,
    Purpose,
    ScopedView,
    StatisticRequest,
)
from benchmarks.figures import Figure, tell
from benchmarks.part import options
from benchmarks.regions import Regions, count_records, current_snapshot
from linkage import shipped_calibration
from products import Issuer, IssueRequest, issue, statistic_table
from records.ledger import Ledger
from records.snapshot import Store

CASES: Final = 20
NOW: Final = datetime(2026, 9, 1, 9, tzinfo=UTC)
MARAC: Final = Purpose("marac", "Preparing the meeting")
PLANNING: Final = Purpose("service_planning", "Quarterly report")
Answer = TypeVar("Answer")


def measure(store_path: Path) -> dict[str, list[float]]:
    """Seconds of processor time: ``listing`` a case, ``packs_of_20``, each ``statistic``; how many ``cases`` were found."""
    store, calibration = Store(store_path), shipped_calibration()
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(Path(folder) / "ledger.sqlite", Path(folder) / "keys", lambda: NOW) as ledger,
    ):
        desk = Desk(store, ledger, Policies.load(), lambda: calibration, lambda: NOW)
        desk.figures = HubFigures(unit_costs={"contact": 35.0, "referral": 120.0})
        try:
            return {**_packs(desk), "statistic": _statistics(desk)}
        finally:
            desk.close()


def _packs(desk: Desk) -> dict[str, list[float]]:
    coordinator = Principal("coordinator", "Coordinator", "marac_coordinator", "police", "home")

    def read(act: str, ask: Callable[[ScopedView], Answer]) -> Answer:
        with desk.open(coordinator, MARAC, act) as view:
            return ask(view)

    planned = MeetingPlanned("MARAC", (NOW + timedelta(days=17)).date(), "All")
    meeting = read("plan_meeting", lambda view: view.plan_meeting(planned)).name
    listing: list[float] = []
    for candidate in read("meeting_candidates", lambda view: view.candidates(meeting)).candidates:
        if len(listing) == CASES:
            break
        case = CaseGiven(meeting, "On the agenda", candidate=candidate.candidate)
        began = time.process_time()
        try:
            read("meeting_case", partial(_add, case))
        except Conflict:
            # Another candidate brought the same victim.
            continue
        listing.append(time.process_time() - began)
    issuer = Issuer("Coordinator", "MARAC", NOW.date(), NOW.date())
    asked = IssueRequest("meeting", meeting, "Benchmark")
    began = time.process_time()
    read("issue_pack", lambda view: issue(view, asked, issuer))
    # The first listing loads the graph, once for all who read the same rows.
    return {"listing": listing[1:], "cases": [len(listing)], "packs_of_20": [time.process_time() - began]}


def _add(case: CaseGiven, view: ScopedView) -> object:
    return view.add_case(case)


def _statistics(desk: Desk) -> list[float]:
    analyst = Principal("analyst", "Analyst", "analyst", "social_care", "home")
    taken: list[float] = []
    for _ in range(3):
        for statistic in QUESTIONS:
            for district in (None, "Larkhaven"):
                request = StatisticRequest(statistic, date(2025, 9, 1), date(2026, 8, 31), district)
                began = time.process_time()
                with desk.open(analyst, PLANNING, "statistics") as view:
                    answer, figures = view.statistic(request), view.hub_figures()
                statistic_table(answer, figures)
                taken.append(time.process_time() - began)
    return taken


def figures(found: dict[str, list[float]], records: int) -> list[Figure]:
    """The rows; what fewer than twenty cases took is told with their number."""
    where = f"{found['cases'][0]:.0f} cases"
    pages = statistics.quantiles(found["statistic"], n=20)
    told = [
        Figure("packs_of_20", found["packs_of_20"][0], records, "records", where),
        Figure("statistic_p50", statistics.median(found["statistic"]) * 1000, records, "records"),
        Figure("statistic_p95", pages[-1] * 1000, records, "records"),
    ]
    if len(found["listing"]) > 1:
        late = statistics.quantiles(found["listing"], n=20)[-1]
        told.append(Figure("listing", late * 1000, records, "records"))
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the rows."""
    parser = options(__doc__, runs=None)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--store", type=Path, help="a built store; without it, one is made")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mashlink-products-") as scratch:
        store = chosen.store or Regions(Path(scratch)).store(chosen.records)
        records = count_records(current_snapshot(store))
        found = measure(store)
    tell(figures(found, records), chosen.out, dict(found), "What leaves the hub")


if __name__ == "__main__":
    main()
