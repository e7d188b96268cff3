"""A build killed at every one of its boundaries: a whole snapshot serves after each, and the next build succeeds."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(3000)]
PROGRAM = Path(__file__).parent / "killed_build.py"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_no_boundary_of_a_build_leaves_anything_but_a_whole_snapshot(
    mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    region, store = tmp_path / "region", Store(tmp_path / "store")
    assert mashlink("synth", "--people", "200", "--seed", "11", "--out", region).status == 0
    assert mashlink("build", "--feeds", region / "feeds", "--store", store.path, "--json").status == 0
    serving, content = store.current_id(), digest(store.current_path())
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(region / "feeds"), str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    killed, published = [], []
    for line in process.stdout:
        told = json.loads(line)
        if store.current_id() == serving:
            assert digest(store.current_path()) == content, told
        else:
            # The rename of CURRENT is the one moment at which the new snapshot counts; it must be whole by then.
            assert told["where"].startswith("Publishing") or not told["killed"], told
            published.append(told["where"])
            with store.open_current() as connection:
                assert connection.execute("SELECT snapshot_id FROM build").fetchall() == [
                    (store.current_id(),)
                ]
        serving, content = store.current_id(), digest(store.current_path())
        killed += [told["where"]] if told["killed"] else []
        assert told["killed"] or told["status"] == 0, told
        process.stdin.write("\n")
        process.stdin.flush()
    assert process.wait() == 0
    stages = {where.partition(":")[0] for where in killed}
    sys.stdout.write(
        f"{len(killed)} kills in {len(stages)} stages; the new snapshot served {len(published)} times already\n"
    )
    assert len(stages) >= 15
    assert "Publishing: before rename" in killed
    assert published
    assert sorted(one.name for one in store.snapshots_path.iterdir()) == [
        f"{int(serving) - 1:06d}.duckdb",
        f"{serving}.duckdb",
    ]
