"""Appends to a ledger and is killed at one write boundary after the other; told as JSON lines.

``python killed_writer.py ADDRESS KEYS REPEAT [all]``: a child made for each boundary (every statement, commit, sync and rename
of an append, before and after; with ``all`` also of an erasure and of a visit) kills itself there with SIGKILL. What was acknowledged before is in the line of the child.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from records.ledger import Entry, KeptVisit, Ledger


class Boundary:
    """Counts write boundaries, and kills the process at the one given."""

    def __init__(self, fatal: int) -> None:
        self.passed = 0
        self.fatal = fatal
        self.open = False

    def cross(self, *_: Any, **__: Any) -> None:
        if not self.open:
            return
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.cross()
            answer = call(*given, **named)
            self.cross()
            return answer

        return watched


def watch(boundary: Boundary) -> None:
    """Put the boundary around everything that an append does to a disk."""
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, boundary.cross)
    os.fsync = boundary.around(os.fsync)
    Path.replace = boundary.around(Path.replace)  # type: ignore[method-assign] # the test stands between the disk and it


def entry(reason: str) -> Entry:
    return Entry(
        "dana", "analyst", "home", "lookup", "answered", reason=reason, subjects=("police:1", "nhs:2")
    )


def child(address: str, keys: Path, fatal: int, out: int, everything: bool) -> None:
    """Append twice, telling what was acknowledged, and die on the way where ``fatal`` says."""
    boundary = Boundary(fatal)
    with Ledger.open(address, keys) as ledger:
        watch(boundary)
        boundary.open = True
        for number in range(2):
            receipt = ledger.append(entry(f"{fatal}-{number}"))
            os.write(out, f"{receipt.sequence} {fatal}-{number} {receipt.root_hash}\n".encode())
        if everything:
            erase_and_visit(ledger, fatal, out)
    os._exit(0)


def erase_and_visit(ledger: Ledger, fatal: int, out: int) -> None:
    """Take an entry's payload away and log that, then let somebody come in, be seen and leave."""
    gone = ledger.append(entry(f"{fatal}-gone"))
    by = Entry("ola", "operator", "home", "erase", "answered", reason=f"{fatal}-erase")
    receipt = ledger.erase(gone.sequence, by)
    os.write(out, f"{receipt.sequence} {fatal}-erase {receipt.root_hash}\n".encode())
    visits, key = ledger.visits(), f"key-{fatal}-{os.getpid()}"
    visits.begin(KeptVisit(key, "dana", 100.0, 100.0, "{}"), oldest=0.0)
    visits.saw(key, 130.0)
    visits.change(key, '{"purpose": null}')
    visits.end(key)


def main(address: str, keys: Path, repeat: int, everything: bool) -> None:
    for _ in range(repeat):
        fatal, killed = 0, True
        while killed:
            fatal += 1
            reading, writing = os.pipe()
            process = os.fork()
            if process == 0:
                child(address, keys, fatal, writing, everything)
            os.close(writing)
            with os.fdopen(reading) as told:
                acknowledged = [line.split() for line in told]
            _, status = os.waitpid(process, 0)
            killed = os.WIFSIGNALED(status)
            told_of = {"boundary": fatal, "killed": killed, "acknowledged": acknowledged}
            sys.stdout.write(json.dumps(told_of) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), "all" in sys.argv[4:])
