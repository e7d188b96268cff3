"""A build killed at any instant leaves the last good snapshot serving, and the next build succeeds."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from records.snapshot import Store

KILLS = 10


@pytest.mark.slow
def test_ten_kills_at_random_moments_never_change_what_is_served(
    mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    region, store = tmp_path / "region", tmp_path / "store"
    assert mashlink("synth", "--people", "600", "--seed", "9", "--out", region).status == 0
    command = ["build", "--feeds", str(region / "feeds"), "--store", str(store), "--json"]
    started = time.monotonic()
    first = mashlink(*command)
    usual = time.monotonic() - started
    assert first.status == 0, first.complaints
    before, content = (store / "CURRENT").read_bytes(), Store(store).current_path().read_bytes()
    people = first.json["people"]
    chance = random.Random(20261)
    unfinished = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "mashlink", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=chance.uniform(0.2, 0.9) * usual)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        now = (store / "CURRENT").read_bytes()
        if now == before:
            unfinished += 1
            assert Store(store).current_path().read_bytes() == content
        else:
            # The kill came after the build had published: what it published must be whole.
            before, content = now, Store(store).current_path().read_bytes()
        with Store(store).open_current() as connection:
            assert (
                connection.execute("SELECT count(*) FROM person WHERE scope = 'hub'").fetchall()[0][0]
                == people
            )
    assert unfinished >= KILLS // 2
    again = mashlink(*command)
    assert again.status == 0, again.complaints
    assert again.json["people"] == people
    assert not list((store / "snapshots").glob("*.partial*"))
