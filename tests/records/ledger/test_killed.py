"""A process killed at each write boundary of an append: what was acknowledged is kept, and the ledger stays whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from records.ledger import Ledger

PROGRAM = Path(__file__).parent / "killed_writer.py"


def killed_at_each_boundary(address: str, keys: Path, repeat: int, *deeds: str) -> int:
    """Run the writer, hold every run to what must stand after it; returns the boundaries there were."""
    with Ledger.open(address, keys):
        pass
    run = subprocess.run(
        [sys.executable, str(PROGRAM), address, str(keys), str(repeat), *deeds],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    runs = [json.loads(line) for line in run.stdout.splitlines()]
    with Ledger.open(address, keys) as ledger:
        report = ledger.verify()
        kept = {logged.sequence: logged.entry.reason for logged in ledger.entries()}
    assert report.sound, report.problems
    acknowledged = {int(sequence): reason for one in runs for sequence, reason, _ in one["acknowledged"]}
    assert {sequence: kept.get(sequence) for sequence in acknowledged} == acknowledged
    # Nothing is kept twice, and no more than the one entry that was under way when a process died.
    told = [reason for reason in kept.values() if reason is not None]
    assert len(set(told)) * repeat >= len(told)
    for one in runs:
        begun = [reason for reason in told if reason.startswith(f"{one['boundary']}-")]
        # What an erasure takes away is not told of before it is gone.
        assert len(begun) <= (len(one["acknowledged"]) + one["killed"] + len(deeds)) * repeat
    assert [one["killed"] for one in runs].count(False) == repeat
    return len(runs) - repeat


def test_no_boundary_of_an_append_loses_an_acknowledged_entry(address: str, keys: Path) -> None:
    assert killed_at_each_boundary(address, keys, 1) > 40


@pytest.mark.faults
def test_no_boundary_loses_an_entry_over_many_rounds(address: str, keys: Path) -> None:
    assert killed_at_each_boundary(address, keys, 20) > 800


@pytest.mark.faults
def test_no_boundary_of_an_erasure_or_a_visit_leaves_half_of_it(address: str, keys: Path) -> None:
    assert killed_at_each_boundary(address, keys, 1, "all") > 80
