"""What every part shares: its options, its end with the run, and work in processes of its own."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

# Set by a run for its parts: end with the run. Its value is the folder of what parts make for one another.
FROM_A_RUN: Final = "MASHLINK_BENCHMARKS_RUN"


class WorkFailed(RuntimeError):
    """Work in a process of its own ended badly; the message is the end of what it complained."""


def options(description: str | None, runs: int | None = 5) -> argparse.ArgumentParser:
    """The options of every part: ``--out FILE`` for the figures as JSON, and ``--runs`` where it takes medians.

    To ask for them makes this process a part: it ends in order when told to, and with the run that started it.
    """
    end_in_order()
    if FROM_A_RUN in os.environ:
        threading.Thread(target=_end_with_the_run, daemon=True).start()
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="leave the figures here, as JSON")
    if runs:
        parser.add_argument(
            "--runs", type=int, default=runs, help="medians are over so many (default: %(default)s)"
        )
    return parser


def end_in_order() -> None:
    """Leave by way of every "finally" when told to end: processes end with this one, and scratch files go."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _end_with_the_run() -> None:
    # The run holds the other end and never writes: to read means that it is no more. os.read holds no lock at exit.
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


def in_a_process(module: str, *arguments: str) -> Any:
    """What ``python -m module`` printed on its last line, as JSON; its memory is its own.

    Raises:
        WorkFailed: it ended with another status than 0.
    """
    return json.loads(_printed(["-m", module, *arguments]).splitlines()[-1])


def mashlink(*arguments: str) -> Any:
    """Run the command line in a process of its own; the JSON document that it printed, None without ``--json``.

    Raises:
        WorkFailed: it ended with another status than 0.
    """
    printed = _printed(["-m", "mashlink", *arguments])
    return json.loads(printed[printed.index("{") :]) if "--json" in arguments else None


def _printed(command: Sequence[str]) -> str:
    # Its standard input is no run's, so it must not watch for the end of one.
    env = {name: value for name, value in os.environ.items() if name != FROM_A_RUN}
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=env,
    )
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise WorkFailed(f"{' '.join(command[1:3])}: {words[-1]}")
    return done.stdout
