"""The ledger on a PostgreSQL that is restarted, hung up and restored under it: nothing acknowledged is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from records.errors import LedgerUnavailable
from records.ledger import Entry, Ledger

pytestmark = pytest.mark.postgres
Make = Callable[..., Entry]


class Writers:
    """Threads that append until told to stop, each through a ledger of its own; what was taken and what was refused."""

    def __init__(self, address: str, keys: Path, entry: Make) -> None:
        self.taken: dict[int, str] = {}
        self.refused = 0
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(address, keys, entry, n)) for n in range(3)
        ]
        for thread in self._threads:
            thread.start()

    def _write(self, address: str, keys: Path, entry: Make, name: int) -> None:
        with Ledger.open(address, keys) as ledger:
            number = 0
            while not self._stop.is_set():
                number += 1
                reason = f"{name}-{number}"
                try:
                    self.taken[ledger.append(entry(reason=reason)).sequence] = reason
                except LedgerUnavailable:
                    self.refused += 1
                    time.sleep(0.02)

    def go_on(self, more: int) -> None:
        """Wait until so many more entries were taken."""
        wanted, deadline = len(self.taken) + more, time.monotonic() + 60
        while len(self.taken) < wanted:
            assert time.monotonic() < deadline, "the writers did not go on"
            time.sleep(0.01)

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def writing(address: str, keys: Path, entry: Make) -> Iterator[Writers]:
    with Ledger.open(address, keys):
        pass
    writers = Writers(address, keys, entry)
    try:
        yield writers
    finally:
        writers.end()


def hold_to(ledger: Ledger, taken: dict[int, str]) -> None:
    """What was acknowledged is there under its number, in one unbroken order."""
    report = ledger.verify()
    assert report.sound, report.problems
    kept = {logged.sequence: logged.entry.reason for logged in ledger.entries()}
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert {sequence: kept.get(sequence) for sequence in taken} == taken


@pytest.mark.faults
def test_a_server_restarted_under_load_loses_nothing_that_was_acknowledged(
    postgres_server: Any, keys: Path, entry: Make
) -> None:
    address = postgres_server.database("restarted")
    with writing(address, keys, entry) as writers:
        for how in ("fast", "immediate", "immediate", "fast"):
            writers.go_on(20)
            postgres_server.restart(how)
        writers.go_on(20)
    with Ledger.open(address, keys) as ledger:
        hold_to(ledger, writers.taken)


@pytest.mark.faults
def test_a_writer_that_hangs_holds_nobody_up_for_ever(postgres_server: Any, keys: Path, entry: Make) -> None:
    address = postgres_server.database("hung")
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
    with Ledger.open(address, keys) as ledger:
        ledger.append(entry())
        with engine.connect() as hanging, hanging.begin():
            hanging.execute(
                text("SELECT pg_advisory_xact_lock(lock) FROM (VALUES (:lock)) AS one (lock)"),
                {"lock": 0x6D617368},
            )
            began = time.monotonic()
            with pytest.raises(LedgerUnavailable, match="LockNotAvailable"):
                ledger.append(entry())
            assert time.monotonic() - began > 5
            # Reading goes on meanwhile.
            assert len(ledger.entries()) == 1
        assert ledger.append(entry()).sequence == 2
    engine.dispose()


def test_a_server_that_is_away_is_said_to_be(keys: Path) -> None:
    for address in ("postgresql://127.0.0.1:9/ledger", "postgresql:///ledger?host=/nowhere"):
        with pytest.raises(LedgerUnavailable, match="OperationalError"):
            Ledger.open(address, keys)


def test_a_dump_made_under_load_is_restored_verified_and_grown(
    postgres_server: Any, tmp_path: Path, keys: Path, entry: Make
) -> None:
    address, dump = postgres_server.database("dumped"), tmp_path / "ledger.dump"
    with writing(address, keys, entry) as writers:
        writers.go_on(15)
        # As docs/operations.md says: the head first, then the database by its own means.
        head = (keys / "head.json").read_bytes()
        before = dict(writers.taken)
        postgres_server.tool("pg_dump", "--format=custom", f"--file={dump}", address)
        writers.go_on(5)
    restored = postgres_server.database("restored")
    postgres_server.tool("pg_restore", "--no-owner", f"--dbname={restored}", dump)
    with Ledger.open(restored, keys) as ledger, pytest.raises(LedgerUnavailable):
        ledger.append(entry())  # under the head that came after the dump
    (keys / "head.json").write_bytes(head)
    with Ledger.open(restored, keys) as ledger:
        hold_to(ledger, before)
        assert ledger.append(entry()).sequence == len(ledger.entries())
        assert ledger.verify().sound
