import os
import subprocess
import sys
from pathlib import Path

import pytest

from mashlink.stages import StageClock


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not say what a process wrote")
def test_a_stage_tells_what_it_wrote(tmp_path: Path) -> None:
    clock = StageClock()
    with clock("writes"), (tmp_path / "out").open("wb") as file:
        file.write(b"x" * 3 * 2**20)
        os.fsync(file.fileno())
    with clock("computes"):
        sum(range(5_000_000))
    writes, computes = clock.stages
    assert writes.written_mb >= 3 > computes.written_mb
    assert computes.processor_seconds > 0


def test_each_stage_is_told_timed_and_measured() -> None:
    told: list[tuple[str, bool]] = []
    clock = StageClock(lambda stage, seconds: told.append((stage, seconds is None)))
    with clock("big"):
        ballast = bytearray(64_000_000)
        ballast[::4096] = b"x" * len(ballast[::4096])
    held = len(ballast)
    del ballast
    with clock("small"):
        pass
    assert told == [("big", True), ("big", False), ("small", True), ("small", False)]
    big, small = clock.stages
    assert held == 64_000_000
    assert big.peak_mb > 64
    assert small.peak_mb <= big.peak_mb == clock.peak_mb
    assert clock.seconds_total >= big.seconds >= 0


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list processes")
def test_a_process_beside_counts_with_the_stage() -> None:
    clock = StageClock()
    program = "b = bytearray(96_000_000); b[::4096] = b'x' * len(b[::4096]); print(flush=True); input()"
    with clock("starts one"):
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
    with clock("waits for it"):
        process.communicate(b"\n")
    with clock("is alone"):
        pass
    started, waited, alone = clock.stages
    assert min(started.peak_mb, waited.peak_mb) > alone.peak_mb + 96
    assert waited.processor_seconds > 0
