"""A build killed at any instant leaves the last good snapshot serving, and the next build succeeds.

At random moments, each build a process of its own; ``test_killed_stages.py`` kills at its boundaries, in every run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from records.snapshot import Store

PATIENCE_SECONDS = 120


def writing(store: Path, since: float = 0) -> bool:
    """Whether a build has begun to write; what a killed one left behind is older than ``since``."""
    for file in (store / "snapshots").glob("*.partial"):
        with suppress(FileNotFoundError):  # published between the two looks
            if file.stat().st_ctime > since:
                return True
    return False


def start_and_wait_until_it_writes(command: list[str], store: Path) -> subprocess.Popen[bytes]:
    began = time.time()
    process = subprocess.Popen(
        [sys.executable, "-m", "mashlink", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not writing(store, began) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    return process


@pytest.mark.faults
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [20])
def test_kills_at_random_moments_never_change_what_is_served(
    mashlink: Callable[..., Any], tmp_path: Path, kills: int
) -> None:
    region, store = tmp_path / "region", tmp_path / "store"
    assert mashlink("synth", "--people", "600", "--seed", "9", "--out", region).status == 0
    command = ["build", "--feeds", str(region / "feeds"), "--store", str(store), "--json"]
    # How long a build writes, measured on the first one; a machine that grows quicker shortens it below.
    process = start_and_wait_until_it_writes(command, store)
    started = time.monotonic()
    assert process.wait(PATIENCE_SECONDS) == 0
    writes_seconds = time.monotonic() - started
    before, content = (store / "CURRENT").read_bytes(), Store(store).current_path().read_bytes()
    chance = random.Random(20261)
    killed = 0
    for _ in range(4 * kills):
        process = start_and_wait_until_it_writes(command, store)
        started = time.monotonic()
        try:
            process.wait(timeout=chance.uniform(0, 0.9) * writes_seconds)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        now = (store / "CURRENT").read_bytes()
        if now == before:
            killed += 1
            assert Store(store).current_path().read_bytes() == content
            Store(store).open_current().close()
        else:
            # It had published before the kill came: what it published must be whole.
            writes_seconds = min(writes_seconds, time.monotonic() - started)
            before, content = now, Store(store).current_path().read_bytes()
            with Store(store).open_current() as connection:
                assert connection.execute("SELECT count(*) FROM build").fetchall() == [(1,)]
        if killed == kills:
            break
    assert killed == kills
    again = mashlink(*command)
    assert again.status == 0, again.complaints
    assert (store / "CURRENT").read_bytes() != before
    assert not writing(store)
