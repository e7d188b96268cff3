"""A build killed at every one of its boundaries: a whole snapshot serves after each, and the next build succeeds.

One boundary in seventeen in every run: they fall on the publication too.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from records.snapshot import Store

PROGRAM = Path(__file__).parent / "killed_build.py"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def killed_builds(feeds: Path, store: Path, every: int) -> Iterator[dict[str, Any]]:
    """What is told of each build, while it has just died and the next one waits."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(feeds), str(store), str(every)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for line in process.stdout:
                yield json.loads(line)
                process.stdin.write("\n")
                process.stdin.flush()
            assert process.wait() == 0
        finally:
            process.kill()


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("every", [17, pytest.param(1, marks=pytest.mark.faults)])
def test_no_boundary_of_a_build_leaves_anything_but_a_whole_snapshot(
    mashlink: Callable[..., Any], tmp_path: Path, every: int
) -> None:
    region, store = tmp_path / "region", Store(tmp_path / "store")
    assert mashlink("synth", "--people", "200", "--seed", "11", "--out", region).status == 0
    assert mashlink("build", "--feeds", region / "feeds", "--store", store.path, "--json").status == 0
    serving, content = store.current_id(), digest(store.current_path())
    killed, published = [], []
    for told in killed_builds(region / "feeds", store.path, every):
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
    stages = {where.partition(":")[0] for where in killed}
    sys.stdout.write(
        f"{len(killed)} kills in {len(stages)} stages; the new snapshot served {len(published)} times already\n"
    )
    assert any(where.startswith("Publishing") for where in killed)
    if every == 1:
        assert len(stages) >= 15
        assert "Publishing: before rename" in killed
        assert published
    assert sorted(one.name for one in store.snapshots_path.iterdir()) == [
        f"{int(serving) - 1:06d}.duckdb",
        f"{serving}.duckdb",
    ]
