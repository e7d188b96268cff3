"""A disk that fills or cannot be written, too little memory, and a second build: each says so, and what was published stays."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mashlink.settings import Settings
from mashlink.wiring import open_ledger
from records.snapshot import Store

pytestmark = [pytest.mark.xdist_group("walk"), pytest.mark.faults, pytest.mark.timeout(1800)]
# Sizes at which no file may grow any more, from the first page of the snapshot to nearly all of it.
CUTS = (4_096, 300_000, 6_000_000)
PYTHON = os.environ | {"PYTHONPATH": str(Path.cwd())}


def building(walked: Any, store: Path, *before: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "mashlink", "build", "--full", "--json"]
    return subprocess.run(
        [*command, "--feeds", walked.region / "feeds", "--store", store],
        capture_output=True,
        text=True,
        check=False,
        env=PYTHON | environment,
    )


@pytest.mark.parametrize("most", CUTS)
def test_a_build_that_runs_out_of_room_leaves_the_last_snapshot(
    walked: Any, tmp_path: Path, most: int
) -> None:
    store = tmp_path / "store"
    shutil.copytree(walked.store, store)
    before = (store / "CURRENT").read_bytes()
    done = building(walked, store, "prlimit", f"--fsize={most}:{most}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (store / "CURRENT").read_bytes() == before
    Store(store).open_current().close()
    assert [one.name for one in (store / "snapshots").iterdir()] == ["000001.duckdb"]


# In a mount namespace of its own, so that nothing of it outlives the test; $1 Python, $2 feeds, $3 store, $4 a folder.
ON_A_SMALL_DISK = """
set -u
mount -t tmpfs -o size=$(($(du -sm "$3" | cut -f1) + 4))m tmpfs "$4" || exit 77
cp -r "$3" "$4/store"
served() {
    cmp -s "$4/store/CURRENT" "$3/CURRENT" && echo kept || echo moved
    "$1" -c 'import sys; from pathlib import Path; from records.snapshot import Store; Store(Path(sys.argv[1])).open_current()' "$4/store"
    echo "opens $?"
}
look() { "$1" -m mashlink lookup --store "$4/store" --purpose safeguarding_s47 --reason Test --family Quillfeather --json; echo "looked $?"; }
"$1" -m mashlink build --full --feeds "$2" --store "$4/store"; echo "full $?"
served "$@"
dd if=/dev/zero of="$4/filler" bs=4k 2>/dev/null
look "$@"; look "$@"
rm "$4/filler"
mount -o remount,ro "$4"
"$1" -m mashlink build --full --feeds "$2" --store "$4/store"; echo "read-only $?"
served "$@"
look "$@"
mount -o remount,rw,size=2g "$4"
look "$@"
"$1" -m mashlink build --full --feeds "$2" --store "$4/store" >/dev/null; echo "again $?"
"$1" -m mashlink ledger verify --store "$4/store" >/dev/null; echo "verified $?"
ls "$4/store/snapshots"
"""


def test_a_full_and_a_read_only_disk_are_said_to_be_and_lose_nothing(walked: Any, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    apart = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    done = subprocess.run(
        [
            *apart,
            "sh",
            "-c",
            ON_A_SMALL_DISK,
            "sh",
            sys.executable,
            walked.region / "feeds",
            walked.store,
            small,
        ],
        capture_output=True,
        text=True,
        check=False,
        env=PYTHON,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this system lets nobody mount a disk of their own")
    told = [line for line in done.stdout.splitlines() if not line.startswith((" ", "{", "}"))]
    sys.stdout.write(f"{done.stdout}\n{done.stderr}\n")
    assert "Traceback" not in done.stderr
    assert "Make room" in done.stderr
    steps = [line for line in told if line.rpartition(" ")[2].isdigit() or line in ("kept", "moved")]
    # On the full disk an answer may still fit into what the ledger has; whichever it is, it is one of the two.
    assert steps[:3] == ["full 1", "kept", "opens 0"]
    assert set(steps[3:5]) <= {"looked 0", "looked 1"}
    assert steps[5:] == ["read-only 1", "kept", "opens 0", "looked 1", "looked 0", "again 0", "verified 0"]
    assert told[-2:] == ["000001.duckdb", "000002.duckdb"]


def test_a_build_with_little_memory_spills_and_makes_the_same(walked: Any, tmp_path: Path) -> None:
    done = building(walked, tmp_path / "store", MASHLINK_MEMORY_LIMIT_GB="0.25")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "store" / "snapshots").iterdir()) == [
        tmp_path / "store" / "snapshots" / "000001.duckdb"
    ]
    with Store(tmp_path / "store").open_current() as spilled, Store(walked.store).open_current() as roomy:
        for table, key in (
            ("link", "ALL"),
            ("membership", "ALL"),
            ("household_spell", "ALL"),
            ("incident", "ALL"),
        ):
            asked = f"SELECT count(*), bit_xor(hash(one)) FROM (SELECT * FROM {table} ORDER BY {key}) one"
            assert spilled.execute(asked).fetchall() == roomy.execute(asked).fetchall(), table


def test_a_build_with_far_too_little_memory_says_so(walked: Any, tmp_path: Path) -> None:
    done = building(walked, tmp_path / "store", MASHLINK_MEMORY_LIMIT_GB="0.01")
    assert done.returncode == 1
    assert "memory_limit_gb" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "store" / "snapshots").iterdir()) == []


def test_of_two_builds_at_once_one_refuses_and_the_other_publishes(walked: Any, tmp_path: Path) -> None:
    store = tmp_path / "store"
    command = [
        sys.executable,
        "-m",
        "mashlink",
        "build",
        "--feeds",
        str(walked.region / "feeds"),
        "--store",
        str(store),
    ]
    first = subprocess.Popen(command, env=PYTHON, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list(store.glob("snapshots/*.partial")):
        assert time.monotonic() < deadline, "the first build did not begin"
        time.sleep(0.02)
    second = building(walked, store)
    assert second.returncode == 1
    assert "another build is running here" in " ".join(second.stderr.split())
    assert first.wait(300) == 0
    assert Store(store).current_id() == "000001"
    with open_ledger(Store(store), Settings()) as ledger:
        assert ledger.verify().sound
