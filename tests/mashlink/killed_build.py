"""Builds a store and is killed at one boundary after the other; told as JSON lines.

``python killed_build.py FEEDS STORE EVERY``: a child made for each boundary (the beginning and end of every stage, and before
and after every sync, rename and small file of the publication), or for one in ``EVERY``, kills itself there with SIGKILL. A
line holds where that was. The last child is not killed.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mashlink.build import BuildRequest, build
from mashlink.settings import Settings


class Boundary:
    """Counts boundaries, tells the fatal one down a pipe, and kills the process there."""

    def __init__(self, fatal: int, out: int) -> None:
        self.passed = 0
        self.fatal = fatal
        self.out = out
        self.stage = "before the first stage"

    def cross(self, at: str) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.write(self.out, f"{self.stage}: {at}".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def progress(self, stage: str, seconds: float | None) -> None:
        self.stage = stage
        self.cross("begins" if seconds is None else "ends")

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            # The clock of the stages writes to the system, which is no boundary of the build.
            if given and isinstance(given[0], Path) and given[0].is_relative_to("/proc"):
                return call(*given, **named)
            self.cross(f"before {name}")
            answer = call(*given, **named)
            self.cross(f"after {name}")
            return answer

        return watched


def child(feeds: Path, store: Path, fatal: int, out: int) -> None:
    """Build, and die on the way where ``fatal`` says."""
    boundary = Boundary(fatal, out)
    os.fsync = boundary.around("sync", os.fsync)
    for name in ("rename", "write_text", "unlink"):
        setattr(Path, name, boundary.around(name, getattr(Path, name)))
    build(BuildRequest(feeds=feeds, store=store), Settings(), boundary.progress)
    os._exit(0)


def main(feeds: Path, store: Path, every: int) -> None:
    fatal, killed = 0, True
    while killed:
        fatal += every
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            child(feeds, store, fatal, writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            where = told.read()
        _, status = os.waitpid(process, 0)
        killed = os.WIFSIGNALED(status)
        sys.stdout.write(
            json.dumps({"boundary": fatal, "killed": killed, "where": where, "status": status}) + "\n"
        )
        sys.stdout.flush()
        # Whoever started this looks at the store before it goes on.
        sys.stdin.readline()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
