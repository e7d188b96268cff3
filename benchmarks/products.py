"""What the products cost: the pack of a meeting of twenty cases, and a page of statistics.

``python -m benchmarks.products --store DIR`` plans a meeting on a built store, lists twenty candidates, issues the pack of
the meeting, and draws every statistic, with and without a district, three times. The store is read alone: the ledger is a
new one beside it. Processor time; of the statistics the median and the 95th of a hundred.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from access import (
    QUESTIONS,
    CaseGiven,
    Desk,
    HubFigures,
    MashlinkError,
    MeetingPlanned,
    Policies,
    Principal,
    Purpose,
    ScopedView,
    StatisticRequest,
)
from linkage import shipped_calibration
from products import Issuer, IssueRequest, issue, statistic_table
from records.ledger import Ledger
from records.snapshot import Store

CASES = 20
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
MARAC = Purpose("marac", "Preparing the meeting")
PLANNING = Purpose("service_planning", "Quarterly report")
Answer = TypeVar("Answer")


def measure(store_path: Path) -> dict[str, float]:
    """Seconds of processor time: ``packs_of_20`` (cases on the list), and of one statistic ``statistic_p95``.

    The store is read; the ledger is a new one beside it.
    """
    store, calibration = Store(store_path), shipped_calibration()
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(Path(folder) / "ledger.sqlite", Path(folder) / "keys", lambda: NOW) as ledger,
    ):
        desk = Desk(store, ledger, Policies.load(), lambda: calibration, lambda: NOW)
        desk.figures = HubFigures(unit_costs={"contact": 35.0, "referral": 120.0})
        try:
            return {**_packs(desk), **_statistics(desk)}
        finally:
            desk.close()


def _packs(desk: Desk) -> dict[str, float]:
    coordinator = Principal("coordinator", "Coordinator", "marac_coordinator", "police", "home")

    def read(act: str, ask: Callable[[ScopedView], Answer]) -> Answer:
        with desk.open(coordinator, MARAC, act) as view:
            return ask(view)

    given = MeetingPlanned("MARAC", date(2026, 9, 18), "All")
    meeting = read("plan_meeting", lambda view: view.plan_meeting(given)).name
    listed = 0
    while listed < CASES:
        waiting = read("meeting_candidates", lambda view: view.candidates(meeting)).candidates
        if not waiting:
            break
        for candidate in waiting[: CASES - listed]:
            case = CaseGiven(meeting, "On the agenda", candidate=candidate.candidate)
            try:
                read("meeting_case", partial(_add, case))
            except MashlinkError:
                continue
            listed += 1
    issuer = Issuer("Coordinator", "MARAC", NOW.date(), date(2026, 8, 31))
    began = time.process_time()
    asked = IssueRequest("meeting", meeting, "Benchmark")
    content = read("issue_pack", lambda view: issue(view, asked, issuer)).content
    return {"cases": listed, "packs_of_20": time.process_time() - began, "pack_bytes": len(content)}


def _add(case: CaseGiven, view: ScopedView) -> object:
    return view.add_case(case)


def _statistics(desk: Desk) -> dict[str, float]:
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
    taken.sort()
    return {"statistic_p50": taken[len(taken) // 2], "statistic_p95": taken[int(len(taken) * 0.95)]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, required=True, help="a built store")
    told = measure(parser.parse_args(arguments).store)
    console = Console()
    console.print(
        f"Pack of a meeting of {told['cases']:.0f} cases: {told['packs_of_20']:.2f} s, {told['pack_bytes']:,.0f} bytes"
    )
    console.print(
        f"A statistic: median {told['statistic_p50'] * 1000:.0f} ms, 95th of a hundred {told['statistic_p95'] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
