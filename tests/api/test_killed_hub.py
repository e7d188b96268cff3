"""A hub killed while it answers: whatever a reader got is on the ledger, and the ledger is whole."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from mashlink.settings import Settings
from mashlink.wiring import open_ledger
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]


def read_until_it_is_gone(address: str, name: str, answered: list[str]) -> None:
    """Search again and again, each time for a reason of its own; keep the reasons of whole answers."""
    with httpx.Client(base_url=address, timeout=30) as client:
        for number in range(100_000):
            reason = f"{name}-{number}"
            stated = {
                "Purpose": "safeguarding_s47",
                "Purpose-Reason": reason,
                "Authorization": "Bearer demo-daniel",
            }
            try:
                answer = client.post("/v1/lookup", json={"family_name": "Quillfeather"}, headers=stated)
            except httpx.HTTPError:
                return
            if answer.status_code == 200:
                answered.append(reason)


def is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def killed_under_load(store: Path, port: int, name: str, enough: int) -> list[str]:
    """Serve the store, let three readers read, kill the process once ``enough`` were answered; their reasons."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mashlink", "serve", "--store", str(store), "--demo", "--port", str(port)],
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    answered: list[str] = []
    readers: list[threading.Thread] = []
    try:
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address) as client:
            while not is_ready(client):
                assert process.poll() is None, "the hub did not start"
                time.sleep(0.1)
        readers = [
            threading.Thread(target=read_until_it_is_gone, args=(address, f"{name}-{number}", answered))
            for number in range(3)
        ]
        for reader in readers:
            reader.start()
        while len(answered) < enough and process.poll() is None:
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    for reader in readers:
        reader.join()
    return answered


def hold_to_its_ledger(hub: Any, folder: Path, port: int, kills: int, enough: int) -> None:
    folder.mkdir()
    for part in ("CURRENT", "calibration.json"):
        if (hub.store / part).exists():
            shutil.copy(hub.store / part, folder / part)
    shutil.copytree(hub.store / "snapshots", folder / "snapshots")
    answered = [
        reason
        for kill in range(kills)
        for reason in killed_under_load(folder, port, f"run-{kill}", enough + kill)
    ]
    with open_ledger(Store(folder), Settings()) as ledger:
        logged = [one.entry.reason for one in ledger.entries(act="lookup")]
        assert ledger.verify().sound
    assert len(answered) >= kills * enough
    assert set(answered) <= set(logged)
    assert len(set(logged)) == len(logged)


def test_no_answer_leaves_a_killed_hub_without_its_entry(hub: Any, tmp_path: Path, unused_port: int) -> None:
    hold_to_its_ledger(hub, tmp_path / "store", unused_port, kills=1, enough=8)


@pytest.mark.faults
@pytest.mark.timeout(3000)
def test_no_answer_leaves_a_hub_killed_again_and_again_without_its_entry(
    hub: Any, tmp_path: Path, unused_port: int
) -> None:
    hold_to_its_ledger(hub, tmp_path / "store", unused_port, kills=25, enough=10)
