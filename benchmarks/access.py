"""What policy and scope cost on a request, and which part of the request that is.

``python -m benchmarks.access --store DIR`` looks up and opens people of a built store (copy one that is in use: the reads
go on its ledger) as readers whose scope stands, and as contributors, whose scope is formed on demand. Counted as policy
and scope is everything from the request's arrival to the moment when the view can be asked: purpose and act, the state of
the ledger, the labels, the grants. Processor time; told are the 95th of a hundred, and the share of the whole request.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from access import Description, Desk, Principal, Purpose
from access.view import ScopedView
from mashlink.settings import load_settings
from mashlink.wiring import open_desk

# Role, agency, purpose: the first two read standing scopes, the others one formed on demand.
READERS: Final = (
    ("decision_maker", "social_care", "safeguarding_s47"),
    ("analyst", "social_care", "emerging_harm"),
    ("contributor", "police", "safeguarding_s47"),
    ("contributor", "education", "safeguarding_s17"),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time of one request: until the view can be asked, and altogether."""

    scope: float
    whole: float


def asked(desk: Desk, reader: Principal, purpose: Purpose, act: str, handle: str | Description) -> Cost:
    """One request, timed."""
    began = time.process_time()
    with desk.open(reader, purpose, act) as view:
        ready = time.process_time()
        _ask(view, act, handle)
    done = time.process_time()
    return Cost((ready - began) * 1000, (done - began) * 1000)


def _ask(view: ScopedView, act: str, about: str | Description) -> object:
    if isinstance(about, Description):
        return view.lookup(about)
    return {"person": view.person, "chronology": view.chronology, "network": view.network}[act](about)


def people_of(desk: Desk, reader: Principal, purpose: Purpose, wanted: int) -> list[tuple[str, Description]]:
    """Handles, and descriptions, of people that findings are about."""
    with desk.open(reader, purpose, "findings") as view:
        lines = view.findings().findings
    cards = {subject.person.handle: subject.person for line in lines for subject in line.subjects}
    return [
        (
            card.handle,
            Description(family_name=(card.name or "").split()[-1], date_of_birth=card.date_of_birth),
        )
        for card in list(cards.values())[:wanted]
        if card.name and card.date_of_birth
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, and print a row a reader."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, required=True, help="a built store")
    parser.add_argument("--people", type=int, default=40, help="how many people are asked about")
    chosen = parser.parse_args(arguments)
    table = Table("Reader", "Requests", "Scope p95 (bar 5 ms)", "First", "Share (bar 25 %)")
    with open_desk(chosen.store, load_settings()) as desk:
        manager = Principal("bench", "Bench", "decision_maker", "social_care", "home")
        people = people_of(desk, manager, Purpose("safeguarding_s47", "Benchmark"), chosen.people)
        for role, agency, purpose in READERS:
            reader, why = Principal("bench", "Bench", role, agency, "home"), Purpose(purpose, "Benchmark")
            costs = [asked(desk, reader, why, "lookup", description) for _, description in people]
            with desk.open(reader, why, "lookup") as view:
                own = [
                    answer.candidates[0].person.handle
                    for _, description in people
                    if (answer := view.lookup(description)).candidates
                ]
            costs += [
                asked(desk, reader, why, act, one)
                for one in own
                for act in ("person", "chronology", "network")
            ]
            first, warm = costs[0], costs[1:]
            late = statistics.quantiles([one.scope for one in warm], n=20)[-1]
            share = sum(one.scope for one in warm) / sum(one.whole for one in warm)
            table.add_row(
                f"{role}, {agency}", str(len(warm)), f"{late:.1f} ms", f"{first.scope:.1f} ms", f"{share:.0%}"
            )
    Console().print(table)


if __name__ == "__main__":
    main()
