"""Appending to the ledger one entry at a time, and verifying a long one from end to end.

``python -m benchmarks.ledger --entries 1000000`` tells milliseconds of the 95th append (one writer, then as
many as ``--writers`` processes), and seconds, of the wall and of the processor, and peak memory of a whole verification. The long
ledger is written in one go, signed entry by entry as appends would. ``--address`` names a PostgreSQL database, empty, to use instead of SQLite.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.figures import Figure, tell
from benchmarks.part import options
from records.ledger import Entry, Ledger
from records.ledger.database import open_engine, upgrade, writing
from records.ledger.entry import instant_text, leaf_of, payload_digest, payload_text
from records.ledger.head import keep_outside, sign
from records.ledger.keys import signing_key
from records.ledger.merkle import appended_nodes
from records.ledger.rebuilt import RebuiltTree
from records.ledger.tables import ENTRY, FACTS, HEAD, NODE, PAYLOAD, SUBJECT

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
# Rows written together; a size that both databases like.
TOGETHER = 5000
APPEND = """
import sys, time
from pathlib import Path
from benchmarks.ledger import an_entry
from records.ledger import Ledger
with Ledger.open(sys.argv[1], Path(sys.argv[2])) as ledger:
    for number in range(int(sys.argv[3])):
        began = time.perf_counter()
        ledger.append(an_entry(number))
        print((time.perf_counter() - began) * 1000)
"""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification cost: seconds of the wall and of the processor, megabytes at the peak of the process."""

    entries: int
    wall_seconds: float
    processor_seconds: float
    peak_mb: float


def an_entry(number: int) -> Entry:
    """A look at a household of four, as the console leaves it."""
    return Entry(
        actor=f"worker-{number % 40}",
        role="analyst",
        hub="home",
        act=("lookup", "person", "network", "chronology")[number % 4],
        outcome="answered",
        purpose="safeguarding_s47",
        reason="Strategy discussion called for today",
        case_reference=f"MASH-{number % 900}",
        subjects=tuple(f"police:{(number * 7 + step) % 100_000}" for step in range(4)),
    )


def write_long(address: str, keys: Path, entries: int) -> None:
    """A ledger of so many entries, in one transaction; the same rows that appends would leave."""
    engine = open_engine(address)
    upgrade(engine)
    rows = _rows(keys, entries)
    with writing(engine) as connection:
        while together := list(islice(rows, TOGETHER)):
            for place, table in enumerate((ENTRY, PAYLOAD, HEAD)):
                connection.execute(insert(table), [row[place] for row in together])
            for place, table in ((3, SUBJECT), (4, NODE)):
                connection.execute(insert(table), [one for row in together for one in row[place]])
            last = together[-1][2]
    engine.dispose()
    head = sign(signing_key(keys), last["tree_size"], last["root_hash"], last["signed_at"])
    keep_outside(keys, head)


def _rows(keys: Path, entries: int) -> Iterator[tuple[Any, ...]]:
    key, tree = signing_key(keys), RebuiltTree()
    for number in range(entries):
        entry, sequence = an_entry(number), number + 1
        at, salt, body = (
            instant_text(START + timedelta(seconds=number)),
            number.to_bytes(16, "big"),
            payload_text(entry),
        )
        facts, digest = {name: getattr(entry, name) for name in FACTS}, payload_digest(salt, body)
        leaf = leaf_of(sequence, at, facts, digest)
        added = appended_nodes(number, leaf, tree.node)
        tree.grow(leaf)
        head = sign(key, sequence, tree.root(), at)
        yield (
            {"sequence": sequence, "at": at, "payload_digest": digest, **facts},
            {"sequence": sequence, "salt": salt, "body": body},
            {
                "tree_size": sequence,
                "root_hash": tree.root(),
                "signed_at": at,
                "key_id": head.key_id,
                "signature": bytes.fromhex(head.signature),
            },
            [{"record_id": subject, "sequence": sequence} for subject in sorted(set(entry.subjects))],
            [{"level": level, "position": position, "hash": value} for level, position, value in added],
        )


def appends(address: str, keys: Path, each: int, writers: int) -> tuple[list[float], float]:
    """Milliseconds of every append of so many processes at once, and appends a second over all of them."""
    began = time.perf_counter()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND, address, str(keys), str(each)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(writers)
    ]
    taken = [float(line) for process in running for line in process.communicate()[0].split()]
    return taken, len(taken) / (time.perf_counter() - began)


def verification(address: str, keys: Path) -> Verified:
    """Verify once; raises AssertionError when the ledger is not sound."""
    with closing(Ledger.open(address, keys)) as ledger:
        wall, processor = time.perf_counter(), time.process_time()
        report = ledger.verify()
        seconds = time.perf_counter() - wall, time.process_time() - processor
    assert report.sound, report.problems[:3]
    return Verified(report.tree_size, *seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, append, verify, print the rows."""
    parser = options(__doc__, runs=None)
    parser.add_argument("--entries", type=int, default=100_000, help="entries of the long ledger")
    parser.add_argument("--appends", type=int, default=300, help="appends of each writer")
    parser.add_argument("--writers", type=int, default=3, help="processes that append at once")
    parser.add_argument("--address", help="an empty PostgreSQL database; SQLite without it")
    chosen = parser.parse_args(arguments)
    told, details = [], {}
    with tempfile.TemporaryDirectory(prefix="mashlink-ledger-") as scratch:
        address, keys = chosen.address or f"sqlite:///{scratch}/ledger.sqlite", Path(scratch, "keys")
        write_long(address, keys, chosen.entries)
        for writers in (1, chosen.writers):
            taken, rate = appends(address, keys, chosen.appends, writers)
            late = statistics.quantiles(taken, n=20)[-1]
            told.append(Figure("append_p95", late, chosen.entries, "entries", f"{writers} writing"))
            details[f"{writers} writing"] = {"p50_ms": statistics.median(taken), "a_second": rate}
        cost = verification(address, keys)
    told += [
        Figure("verify", cost.processor_seconds, cost.entries, "entries"),
        Figure("verify_memory", cost.peak_mb, cost.entries, "entries"),
    ]
    details["verification"] = {"wall_seconds": cost.wall_seconds}
    tell(told, chosen.out, details, f"The ledger at {chosen.entries:,} entries")


if __name__ == "__main__":
    main()
