"""What policy and scope cost on a request, and which part of the request that is.

``python -m benchmarks.access`` looks up and opens people of a store as readers whose scope stands, and as contributors,
whose scope is formed on demand. Counted as policy and scope is everything from the request's arrival to the moment when the
view can be asked: purpose and act, the state of the ledger, the labels, the grants. Processor time, the first request of
each reader left out; told are the 95th of a hundred and the share of the whole request, both of the reader who waits longest.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from access import Description, Desk, Principal, Purpose
from access.view import ScopedView
from benchmarks.figures import Figure, tell
from benchmarks.part import options
from benchmarks.regions import Regions
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


def people_of(desk: Desk, reader: Principal, purpose: Purpose, wanted: int) -> list[Description]:
    """Descriptions of people that findings are about."""
    with desk.open(reader, purpose, "findings") as view:
        lines = view.findings().findings
    cards = {subject.person.handle: subject.person for line in lines for subject in line.subjects}
    return [
        Description(family_name=(card.name or "").split()[-1], date_of_birth=card.date_of_birth)
        for card in cards.values()
        if card.name and card.date_of_birth
    ][:wanted]


def costs_of(desk: Desk, reader: Principal, purpose: Purpose, people: list[Description]) -> list[Cost]:
    """Lookups of these people, then pages of those whom the reader may open; the first request is not among them."""
    costs = [asked(desk, reader, purpose, "lookup", one) for one in people]
    with desk.open(reader, purpose, "lookup") as view:
        own = [
            answer.candidates[0].person.handle for one in people if (answer := view.lookup(one)).candidates
        ]
    costs += [
        asked(desk, reader, purpose, act, one) for one in own for act in ("person", "chronology", "network")
    ]
    return costs[1:]


def figures(found: dict[str, list[Cost]], records: int) -> list[Figure]:
    """The rows, each of the reader for whom it is worst."""
    late = {
        reader: statistics.quantiles([one.scope for one in costs], n=20)[-1]
        for reader, costs in found.items()
    }
    share = {
        reader: sum(one.scope for one in costs) / sum(one.whole for one in costs)
        for reader, costs in found.items()
    }
    longest, largest = max(late, key=late.__getitem__), max(share, key=share.__getitem__)
    return [
        Figure("scope_p95", late[longest], records, "records", longest),
        Figure("scope_share", share[largest], records, "records", largest),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask as each reader, and print the rows."""
    parser = options(__doc__, runs=None)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--store", type=Path, help="a built store (copied); without it, one is made")
    parser.add_argument("--people", type=int, default=40, help="how many people are asked about")
    chosen = parser.parse_args(arguments)
    found: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="mashlink-access-") as scratch:
        store = shutil.copytree(
            chosen.store or Regions(Path(scratch)).store(chosen.records), Path(scratch, "asked")
        )
        with open_desk(store, load_settings()) as desk:
            manager = Principal("bench", "Bench", "decision_maker", "social_care", "home")
            people = people_of(desk, manager, Purpose("safeguarding_s47", "Benchmark"), chosen.people)
            for role, agency, purpose in READERS:
                reader, why = Principal("bench", "Bench", role, agency, "home"), Purpose(purpose, "Benchmark")
                found[f"{role}, {agency}"] = costs_of(desk, reader, why, people)
    details = {reader: [[one.scope, one.whole] for one in costs] for reader, costs in found.items()}
    tell(figures(found, chosen.records), chosen.out, details, "Policy and scope")


if __name__ == "__main__":
    main()
