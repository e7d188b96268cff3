"""Twenty people clicking through the console at once: ``python -m benchmarks.pages --store DIR``.

Serves a copy of the store with made-up users on loopback. First one reader of each role opens each page alone, and what the
service's processor spends on it is told. Then everybody opens each of their pages once, and the service is left to itself until it
has read beside what it keeps for all that follow, as it does once after each build; at last all of them click for a while, each
with pauses of a few seconds as people make who read, and the wait until a page is there is told. The people, findings and pairs that they open are drawn from what
the pages before showed them, so that nearly every page is of somebody whom nobody opened before.
"""

import itertools
import random
import re
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

import httpx
import psutil
from rich.table import Table

from benchmarks.figures import Figure, screen, tell
from benchmarks.load import people_to_look_up, served, spent
from benchmarks.part import options
from benchmarks.regions import Regions, copied, count_records, current_snapshot

RECORDS: Final = 50_000
# Seconds between two clicks: the time in which somebody reads.
READS_FOR: Final = (2.0, 6.0)
# The first way between two people waits until the ties of the whole hub are read, which on a busy machine takes minutes.
WAITS: Final = 600
# The service is left to itself until it uses less than this share of a core, or for so many seconds.
QUIET: Final = 0.1
SETTLES: Final = 180.0
LINKS: Final = {
    "person": re.compile(r'href="(/people/[^"/?]+)"'),
    "finding": re.compile(r'href="(/findings/[^"?]+)" data-row'),
    "pair": re.compile(r'href="(/review/[^"?]+)" data-row'),
}
# The job of a role: who, for what purpose, how many of twenty, and the pages they open again and again. What stands in
# angle brackets is drawn from what the reader met.
JOBS: Final[dict[str, tuple[str, int, tuple[str, ...]]]] = {
    "daniel": (
        "safeguarding_s47",
        6,
        (
            *(
                "/",
                "/findings",
                "<finding>",
                "search",
                "<person>",
                "<person>/lives-with",
                "<person>/households",
            ),
            *("<person>/chronology", "<person>/network", "<person>/links", "<person>/sharing", "/sharing"),
            *("/exchange", "/statistics"),
        ),
    ),
    "amina": (
        "emerging_harm",
        5,
        (
            *("/", "/findings", "/findings?detector=exploitation_network", "<finding>", "search", "<person>"),
            *("<person>/lives-with", "<person>/households", "<person>/chronology", "<person>/network"),
        ),
    ),
    "rosa": ("data_quality", 2, ("/", "/review", "<pair>", "<pair>", "<pair>")),
    "gwen": ("marac", 2, ("/", "/meetings")),
    "eleri": ("cross_border", 2, ("/", "search", "/exchange", "/exchange/ask")),
    "priya": (
        "safeguarding_s47",
        1,
        ("/", "search", "<person>", "<person>/lives-with", "/contributions", "/outcomes"),
    ),
    "ines": ("audit", 1, ("/", "/privacy", "/hide-orders")),
    "tom": ("audit", 1, ("/", "/audit")),
}


@dataclass(slots=True)
class Opened:
    """One page that was opened: whose, which, how long it took, and the status it was answered with (0: not in time)."""

    user: str
    page: str
    seconds: float
    status: int

    @property
    def good(self) -> bool:
        """Answered as it should be. Somebody whom the reader met may be outside what they see today: that is told too."""
        return self.status in (200, 404)


@dataclass(slots=True)
class Clicker:
    """Somebody signed in who opens pages and remembers whom and what they met."""

    user: str
    client: httpx.Client
    descriptions: list[str]
    chance: random.Random
    met: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in LINKS})

    def come_in(self, purpose: str) -> None:
        """Sign in and say why."""
        self.client.post("/sign-in", data={"user": self.user}).raise_for_status()
        stated = {"purpose": purpose, "reason": "A benchmark", "case_reference": "BENCH-1"}
        self.client.post("/purpose", data=stated).raise_for_status()

    def open(self, page: str) -> Opened | None:
        """Open a page; None where nobody or nothing was met yet whose page it would be."""
        kind = re.match(r"<(\w+)>", page)
        if kind and not self.met[kind[1]]:
            return None
        address = page.replace(kind[0], self.chance.choice(self.met[kind[1]])) if kind else page
        began = time.perf_counter()
        try:
            if page == "search":
                answer = self.client.post("/search", data={"anything": self.chance.choice(self.descriptions)})
            else:
                answer = self.client.get(address)
        except httpx.TimeoutException:
            return Opened(self.user, page, time.perf_counter() - began, status=0)
        taken = time.perf_counter() - began
        for name, pattern in LINKS.items():
            self.met[name] = list(
                dict.fromkeys([*self.met[name], *map(unescape, pattern.findall(answer.text))])
            )
        return Opened(self.user, page, taken, answer.status_code)


def clickers(address: str, descriptions: list[str], each: Callable[[int], int]) -> Iterator[Clicker]:
    """Everybody, signed in; ``each``: how many of a role where so many of twenty have it."""
    for user, (purpose, share, _) in JOBS.items():
        for number in range(each(share)):
            client = httpx.Client(
                base_url=address,
                headers={"Sec-Fetch-Site": "same-origin"},
                follow_redirects=True,
                timeout=120,
            )
            clicker = Clicker(user, client, descriptions, random.Random(f"{user} {number}"))
            clicker.come_in(purpose)
            yield clicker


def alone(
    address: str, descriptions: list[str], service: psutil.Process, runs: int
) -> list[tuple[str, str, float, float]]:
    """(user, page, processor ms, p95 of the wait in ms) of each page, one reader asking at a time."""
    rows = []
    for clicker in clickers(address, descriptions, lambda _: 1):
        for page in dict.fromkeys(JOBS[clicker.user][2]):
            clicker.open(page)
            before, waits = spent(service), []
            for _ in range(runs):
                opened = clicker.open(page)
                waits += [opened.seconds] if opened else []
            if waits:
                rows.append(
                    (clicker.user, page, 1000 * (spent(service) - before) / len(waits), 1000 * p95(waits))
                )
    return rows


def together(everybody: Sequence[Clicker], seconds: float) -> list[Opened]:
    """Every page that they opened in so many seconds, each page after a pause; with no seconds, each of their pages once."""
    opened: list[Opened] = []
    ends = time.monotonic() + seconds

    def click(clicker: Clicker) -> None:
        pages = JOBS[clicker.user][2]
        for page in itertools.cycle(pages) if seconds else pages:
            if seconds:
                time.sleep(clicker.chance.uniform(*READS_FOR))
                if time.monotonic() >= ends:
                    return
            if (one := clicker.open(page)) is not None:
                opened.append(one)

    threads = [threading.Thread(target=click, args=(one,), daemon=True) for one in everybody]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return opened


def settle(service: psutil.Process) -> float:
    """Wait until the service is quiet; gives the seconds that it took."""
    began = time.monotonic()
    while time.monotonic() - began < SETTLES:
        before = spent(service)
        time.sleep(2)
        if spent(service) - before < 2 * QUIET:
            break
    return time.monotonic() - began


def p95(values: list[float]) -> float:
    """The 95th of a hundred."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def tables(by_itself: list[tuple[str, str, float, float]], at_once: list[Opened]) -> Iterator[Table]:
    """What each page costs, the dearest first, and how long each was waited for."""
    cost = Table(title="One reader at a time", title_justify="left")
    for column in ("User", "Page", "Processor, ms", "Wait p95, ms"):
        cost.add_column(column)
    for user, name, processor, wait in sorted(by_itself, key=lambda row: -row[2]):
        cost.add_row(user, name, f"{processor:.0f}", f"{wait:.0f}")
    yield cost
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in at_once:
        waits[one.user, one.page].append(1000 * one.seconds)
    crowd = Table(title="All at once", title_justify="left")
    for column in ("User", "Page", "Opened", "Median, ms", "p95, ms"):
        crowd.add_column(column)
    for (user, name), taken in sorted(waits.items(), key=lambda item: -p95(item[1])):
        crowd.add_row(user, name, str(len(taken)), f"{statistics.median(taken):.0f}", f"{p95(taken):.0f}")
    yield crowd
    failed = Counter((one.user, one.page, one.status) for one in at_once if not one.good)
    if failed:
        wrong = Table(title="Not answered as they should be", title_justify="left")
        for column in ("User", "Page", "Status", "Times"):
            wrong.add_column(column)
        for (user, name, status), times in sorted(failed.items()):
            wrong.add_row(user, name, str(status), str(times))
        yield wrong


def main() -> None:
    """Serve, open, tell."""
    parser = options(__doc__, runs=8)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--store", type=Path, help="a built store (copied); without it, one is made")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--workers", type=int, default=2, help="processes that serve (default: %(default)s)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        store = copied(asked.store or Regions(scratch).store(asked.records), scratch / "served")
        snapshot = current_snapshot(store)
        records = count_records(snapshot)
        descriptions = [f"{one['family_name']} {one['date_of_birth']}" for one in people_to_look_up(snapshot)]
        with served(store, asked.workers) as (address, service):
            by_itself = alone(address, descriptions, service, asked.runs)
            first, settled, at_once = [], 0.0, []
            if asked.seconds:
                share = asked.users / 20
                everybody = list(clickers(address, descriptions, lambda of: max(1, round(of * share))))
                first, settled = together(everybody, 0), settle(service)
                at_once = together(everybody, asked.seconds)
    for table in tables(by_itself, at_once):
        screen().print(table)
    figures = [Figure("page_processor", statistics.mean(row[2] for row in by_itself), records, "records")]
    if at_once:
        where = f"{asked.users} people at once"
        figures += [
            Figure("page_p95", 1000 * p95([one.seconds for one in at_once]), records, "records", where),
            Figure("page_failures", sum(not one.good for one in at_once), records, "records", where),
        ]
        screen().print(
            f"Before that {len(first)} pages at once and without a pause, each for the first time: median"
            f" {1000 * statistics.median(one.seconds for one in first):.0f} ms, p95 {1000 * p95([one.seconds for one in first]):.0f} ms;"
            f" quiet {settled:.0f} s after."
        )
    tell(figures, asked.out, {"alone": by_itself}, "Pages of the console")


if __name__ == "__main__":
    main()
