"""What docs/operations.md says to write and to type is taken by systemd, by mashlink and by a shell, and does what it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mashlink.calibration import save_calibration, shipped
from mashlink.doctor import examine
from mashlink.hub_thresholds import save_thresholds, saved_thresholds
from mashlink.settings import Settings
from records.ledger import Entry, Ledger
from records.snapshot import TABLES, Store, create_table

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

PAGE = Path("docs/operations.md").read_text(encoding="utf-8")
PROGRAM = "/opt/mashlink/bin/mashlink"


def units() -> dict[str, str]:
    """The units by their file's name."""
    found = re.split(r"^# /etc/systemd/system/(\S+)\n", PAGE, flags=re.MULTILINE)[1:]
    return {name: text.partition("```")[0] for name, text in zip(found[::2], found[1::2], strict=True)}


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        pytest.skip(
            "systemd-analyze is not here; to run this test: apt-get install --no-install-recommends systemd"
        )
    written = units()
    assert sorted(written) == ["mashlink-build.service", "mashlink-build.timer", "mashlink.service"]
    for name, text in written.items():
        # Neither program nor user is there where this is tested.
        (tmp_path / name).write_text(text.replace(PROGRAM, "/bin/true").replace("User=mashlink", "User=root"))
    done = subprocess.run(
        [verifier, "verify", "--man=no", *(tmp_path / name for name in written)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if "mashlink" in line]
    assert complaints == []


def block(title: str) -> str:
    """The commands of the page that begin with this comment."""
    [found] = re.findall(rf"^```\n# {title}\n(.+?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(found)


def pasted(commands: str, folder: Path, program: Path) -> None:
    """Run the commands as they stand, with their folders below ``folder`` and mashlink as ``program``."""
    here = re.sub(r"^(STORE|DATA|KEYS)=/", rf"\1={folder}/", commands, flags=re.MULTILINE)
    assert here.count(str(folder)) == 3
    done = subprocess.run(
        ["sh", "-eu", "-c", here],
        env=os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_hub_backed_up_and_restored_by_the_pages_own_commands_is_the_same(tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3 is not here; to run this test: apt-get install --no-install-recommends sqlite3")
    store = Store(tmp_path / "var/lib/mashlink/store")
    with store.begin_build() as one:
        for table in TABLES:
            one.connection.execute(create_table(table))
        one.connection.execute(
            "INSERT INTO build (snapshot_id, build_number, as_of, hub) VALUES ('000001', 1, '2026-03-01', 'home')"
        )
        one.publish()
    save_calibration(store.calibration_path, shipped())
    with Ledger.open(store.ledger_path, store.keys_path) as ledger:
        saved = save_thresholds(store, {"gang_network": {"least_members": 4}}, "mo", "Too many", NOW)
        details = {"version": saved.version}
        ledger.append(Entry("mo", "operator", "home", "save_thresholds", "answered", details=details))
    kept = {file.relative_to(store.path) for file in store.path.rglob("*") if file.is_file()}
    program = tmp_path / "bin" / "mashlink"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m mashlink "$@"\n')
    program.chmod(0o755)
    pasted(block("back up"), tmp_path, program)
    shutil.rmtree(store.path)
    pasted(block("restore"), tmp_path, program)
    restored = {file.relative_to(store.path) for file in store.path.rglob("*") if file.is_file()}
    assert {one.name for one in kept - restored} == {"build.lock", ".head.lock"}
    assert saved_thresholds(store) == saved
    with Ledger.open(store.ledger_path, store.keys_path) as ledger:
        assert ledger.verify().sound
        ledger.append(Entry("mo", "operator", "home", "lookup", "answered"))
    shutil.rmtree(store.path / "thresholds")
    [told] = [one for one in examine(store.path, Settings(), NOW) if one.of == "thresholds"]
    assert (told.verdict, told.said) == (
        "ill",
        "The ledger says that version 1 was saved; the store has none.",
    )


def test_every_command_of_the_units_is_one(mashlink: Callable[..., Any]) -> None:
    commands = [
        shlex.split(line) for line in re.findall(rf"^ExecStart={PROGRAM} (.+)$", PAGE, flags=re.MULTILINE)
    ]
    assert [words[0] for words in commands] == ["retain", "build", "ledger", "doctor", "serve"]
    for words in commands:
        name = [word for word in words if not word.startswith("-")][: 2 if words[0] == "ledger" else 1]
        told = mashlink(*name, "--help").output
        assert all(word in told for word in words if word.startswith("--"))
