"""Fifty people at once for two minutes: ``python -m benchmarks.load``.

Serves a copy of the store with made-up users on loopback, in as many processes as there are cores, lets locust play
mixed roles (``benchmarks.load_people``), and tells the 95th of a hundred answers, the failures, the processor time that a
request costs the service, and what its memory did: its median over the last quarter against that over the second, when
every cache has filled. ``make load`` does it all on a region of its own.
"""

import csv
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from benchmarks.figures import Figure, tell
from benchmarks.part import WorkFailed, options
from benchmarks.regions import Regions, copied, current_snapshot
from records.database import open_database

RECORDS: Final = 50_000
LOOKED_UP: Final = 2_000
MEGABYTE: Final = 1_000_000
# `make load` and `make bench` install it beside the environment that this runs in.
LOCUST: Final = Path(f"{sys.prefix}-operations", "bin", "locust")
ROOT: Final = Path(__file__).parents[1]
STARTS_WITHIN: Final = 120


@dataclass(frozen=True, slots=True)
class Load:
    """How many people ask for how long, in how many processes the service answers, and which locust plays them."""

    users: int
    seconds: int
    workers: int
    locust: Path


@dataclass(slots=True)
class Used:
    """What the service's processes used: megabytes second by second, and seconds of processor so far."""

    memory: list[float] = field(default_factory=list)
    processor: float = 0.0


@contextmanager
def served(store: Path, workers: int = 1) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a service over ``store`` and its process, ended in order afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "mashlink",
        "serve",
        "--demo",
        "--store",
        str(store),
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(f"{address}/readyz", service)
            yield address, psutil.Process(service.pid)
        finally:
            service.terminate()
            service.wait(30)


def _wait_until_ready(address: str, service: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if service.poll() is not None:
            raise WorkFailed(f"mashlink serve ended with status {service.returncode}.")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise WorkFailed(f"mashlink serve was not ready within {STARTS_WITHIN} seconds.")


def people_to_look_up(snapshot: Path) -> list[dict[str, str]]:
    """Family name and date of birth of some who are there."""
    with open_database(snapshot, read_only=True) as connection:
        rows = connection.execute(
            """SELECT DISTINCT family_name, date_of_birth::VARCHAR FROM record
               WHERE family_name IS NOT NULL AND date_of_birth IS NOT NULL ORDER BY hash(record_id) LIMIT ?""",
            [LOOKED_UP],
        ).fetchall()
    return [{"family_name": family_name, "date_of_birth": born} for family_name, born in rows]


@contextmanager
def watched(process: psutil.Process) -> Iterator[Used]:
    """What ``process`` and its children use, sampled each second; processor time from now on."""
    used, done, before = Used(), threading.Event(), spent(process)

    def sample() -> None:
        while not done.wait(1):
            held = [process, *process.children(recursive=True)]
            used.memory.append(sum(one.memory_info().rss for one in held) / MEGABYTE)
            used.processor = spent(process) - before

    watcher = threading.Thread(target=sample, daemon=True)
    watcher.start()
    try:
        yield used
    finally:
        done.set()
        watcher.join()


def spent(process: psutil.Process) -> float:
    """Seconds of processor that a process and its children have used."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def play(load: Load, address: str, people: Path, scratch: Path) -> list[dict[str, str]]:
    """Locust's table, a row a view and one of all together. Raises WorkFailed when locust cannot play."""
    command = [
        str(load.locust),
        "--headless",
        "--only-summary",
        "--locustfile",
        str(ROOT / "benchmarks" / "load_people.py"),
    ]
    command += ["--host", address, "--users", str(load.users), "--spawn-rate", str(load.users)]
    command += ["--run-time", f"{load.seconds}s", "--csv", str(scratch / "load"), "--exit-code-on-error", "0"]
    env = {**os.environ, "MASHLINK_LOAD_PEOPLE": str(people)}
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, check=False, timeout=load.seconds + 120
        )
    except FileNotFoundError as error:
        raise WorkFailed(f"{load.locust} is not there; `make load` installs it.") from error
    if done.returncode:
        raise WorkFailed((done.stderr.strip().splitlines() or ["locust ended badly"])[-1])
    with (scratch / "load_stats.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures_of(rows: list[dict[str, str]], used: Used, load: Load) -> list[Figure]:
    """What the bars speak of."""
    everything = next(row for row in rows if row["Name"] == "Aggregated")
    memory = used.memory
    quarter = len(memory) // 4
    growth = statistics.median(memory[-quarter:]) / statistics.median(memory[quarter : 2 * quarter])
    return [
        Figure("load_p95", float(everything["95%"]), load.users, "at once"),
        Figure("load_failures", int(everything["Failure Count"]), load.users, "at once"),
        Figure("load_memory_growth", growth, load.users, "at once"),
        Figure(
            "load_processor", 1000 * used.processor / int(everything["Request Count"]), load.users, "at once"
        ),
    ]


def main() -> None:
    """Serve, play, tell."""
    parser = options(__doc__, runs=None)
    parser.add_argument("--store", type=Path, help="a built store (copied); without it, one is made")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes (default: %(default)s)"
    )
    parser.add_argument("--locust", type=Path, default=LOCUST, help="default: %(default)s")
    asked = parser.parse_args()
    load = Load(asked.users, asked.seconds, asked.workers, asked.locust)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        store = copied(asked.store or Regions(scratch).store(RECORDS), scratch / "served")
        people = scratch / "people.json"
        people.write_text(json.dumps(people_to_look_up(current_snapshot(store))), encoding="utf-8")
        with served(store, load.workers) as (address, process), watched(process) as used:
            rows = play(load, address, people, scratch)
    details = {"views": rows, "memory_mb": used.memory, "workers": load.workers}
    tell(figures_of(rows, used, load), asked.out, details, "Many people at once")
    for row in rows:
        print(
            f"{row['Name']:<16} {row['Request Count']:>7} asked  median {row['50%']:>5} ms  p95 {row['95%']:>5} ms"
        )


if __name__ == "__main__":
    main()
