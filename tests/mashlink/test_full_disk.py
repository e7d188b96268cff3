"""A disk that fills while a build writes: the build says so and ends, and the snapshot before serves on."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from records.snapshot import Store

pytestmark = [pytest.mark.xdist_group("walk"), pytest.mark.faults]
# Sizes at which no file may grow any more, from the first page of the snapshot to nearly all of it.
CUTS = (4_096, 300_000, 2_000_000, 6_000_000)


@pytest.mark.parametrize("most", CUTS)
def test_a_build_that_runs_out_of_room_leaves_the_last_snapshot(
    walked: Any, tmp_path: Path, most: int
) -> None:
    store = tmp_path / "store"
    shutil.copytree(walked.store, store)
    before = (store / "CURRENT").read_bytes()

    def no_more_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [
        sys.executable,
        "-m",
        "mashlink",
        "build",
        "--feeds",
        walked.region / "feeds",
        "--store",
        store,
        "--full",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=no_more_room)
    assert done.returncode != 0
    assert (store / "CURRENT").read_bytes() == before
    Store(store).open_current().close()
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert not list((store / "snapshots").glob("*.partial*"))
