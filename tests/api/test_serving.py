"""The service as it runs: processes that share a snapshot, publications and stops under load, more callers than it can hold."""

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from anyio.from_thread import start_blocking_portal

from mashlink.settings import Settings
from mashlink.wiring import open_ledger
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(900), pytest.mark.xdist_group("hub")]
ASKING = {"Purpose": "safeguarding_s47", "Authorization": "Bearer demo-daniel", "Connection": "close"}
SOUGHT = {"family_name": "Quillfeather"}


@dataclass
class Service:
    """``mashlink serve`` over a store, in processes of its own."""

    address: str
    store: Path
    settings: Settings
    process: subprocess.Popen[bytes]

    def workers(self) -> list[psutil.Process]:
        """The processes that have a snapshot open."""
        everyone = [
            psutil.Process(self.process.pid),
            *psutil.Process(self.process.pid).children(recursive=True),
        ]
        return [one for one in everyone if opened(one)]

    def logged(self) -> list[str]:
        with open_ledger(Store(self.store), self.settings) as ledger:
            report = ledger.verify()
            assert report.sound, report.problems
            entries = ledger.entries()
        assert [one.sequence for one in entries] == list(range(1, len(entries) + 1))
        return [str(one.entry.reason) for one in entries if one.entry.act == "lookup"]


def opened(process: psutil.Process) -> set[str]:
    """The snapshots that a process has open."""
    found = set()
    for one in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(OSError):
            name = one.readlink().name.removesuffix(" (deleted)")
            found |= {name} if name.endswith(".duckdb") else set()
    return found


@pytest.fixture
def store(hub: Any, tmp_path: Path) -> Path:
    """A copy of the hub's store, with an empty ledger."""
    folder = tmp_path / "store"
    shutil.copytree(hub.store / "snapshots", folder / "snapshots")
    shutil.copy(hub.store / "CURRENT", folder)
    return folder


@contextmanager
def service(
    store: Path, port: int, workers: int, files: int | None = None, **environment: str
) -> Iterator[Service]:
    """Serve a store until the block ends; ``files``: how many the processes may open at most."""

    bounded = ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"] if files else []
    command = [sys.executable, "-m", "mashlink", "serve", "--store", str(store), "--demo"]
    process = subprocess.Popen(
        [*bounded, *command, "--port", str(port), "--workers", str(workers)],
        env=os.environ | {"PYTHONPATH": str(Path.cwd())} | environment,
        stderr=subprocess.DEVNULL,
    )
    settings = Settings(ledger_url=environment.get("MASHLINK_LEDGER_URL"))
    running = Service(f"http://127.0.0.1:{port}", store, settings, process)
    try:
        deadline = time.monotonic() + 120
        while not is_ready(running.address) or len(running.workers()) < workers:
            assert process.poll() is None, "the service did not start"
            assert time.monotonic() < deadline, "the service was not ready in time"
            # Each of them opens the snapshot with the first question that it gets.
            time.sleep(0.05)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def is_ready(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{address}/readyz", headers={"Connection": "close"}).status_code == 200
    return False


@dataclass
class Readers:
    """Threads that look somebody up again and again, each time for a reason of its own."""

    address: str
    answered: list[str] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    dropped: list[str] = field(default_factory=list)
    unreached: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def read(self, name: int) -> None:
        number = 0
        while not self.done.is_set():
            number += 1
            reason = f"{name}-{number}"
            try:
                answer = httpx.post(
                    f"{self.address}/v1/lookup",
                    json=SOUGHT,
                    headers=ASKING | {"Purpose-Reason": reason},
                    timeout=60,
                )
            except httpx.ConnectError:
                self.unreached += 1
                time.sleep(0.02)
            except httpx.HTTPError:
                self.dropped.append(reason)
            else:
                assert answer.json()
                if answer.status_code == 200:
                    self.answered.append(reason)
                else:
                    self.refused[answer.status_code] += 1

    def go_on(self, more: int) -> None:
        """Wait until so many more were answered."""
        wanted, deadline = len(self.answered) + more, time.monotonic() + 120
        while len(self.answered) < wanted:
            assert time.monotonic() < deadline, "nothing is answered any more"
            time.sleep(0.01)


@contextmanager
def reading(address: str, count: int = 4) -> Iterator[Readers]:
    readers = Readers(address)
    threads = [threading.Thread(target=readers.read, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield readers
    finally:
        readers.done.set()
        for thread in threads:
            thread.join()


def publish_again(store: Path) -> str:
    """Publish what is there under the next number, as a build of the same feeds would."""
    with Store(store).open_current() as last:
        tables = [name for (name,) in last.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    with Store(store).begin_build() as one:
        assert one.start_from_previous(tables, lambda _: True)
        one.connection.execute(
            "UPDATE build SET snapshot_id = ?, build_number = ?", [one.snapshot_id, one.build_number]
        )
        one.publish()
        return f"{one.snapshot_id}.duckdb"


def test_a_new_snapshot_is_taken_up_by_every_process_and_no_request_is_dropped(
    store: Path, unused_port: int
) -> None:
    with service(store, unused_port, 2) as running:
        with reading(running.address) as readers:
            for _ in range(4):
                readers.go_on(10)
                newest = publish_again(store)
            deadline = time.monotonic() + 60
            while [opened(one) for one in running.workers()] != [{newest}] * 2:
                assert time.monotonic() < deadline, "a process holds on to an old snapshot"
                readers.go_on(2)
        assert (readers.dropped, readers.refused, readers.unreached) == ([], {}, 0)
        # What a restart or a stop must not do either: an answer without its entry, or an entry twice.
        assert Counter(running.logged()) == Counter(readers.answered)


def test_a_stop_answers_what_is_under_way_and_takes_nothing_more(store: Path, unused_port: int) -> None:
    with service(store, unused_port, 2) as running:
        with reading(running.address, 8) as readers:
            readers.go_on(20)
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(60) in (0, -signal.SIGTERM)
        # What the kernel had taken and no process had read is nowhere; all that was read was answered.
        assert Counter(running.logged()) == Counter(readers.answered)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_service_leaves_nothing_in_the_folder_for_files_of_the_moment(
    store: Path, tmp_path: Path, unused_port: int, workers: int
) -> None:
    moment = tmp_path / "moment"
    moment.mkdir()
    with service(store, unused_port, workers, TMPDIR=str(moment)) as running:
        assert [one.name.startswith("mashlink-metrics-") for one in moment.iterdir()] == [True]
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(60) == 0
    assert list(moment.iterdir()) == []


def test_a_killed_process_of_several_is_started_again(store: Path, unused_port: int) -> None:
    with service(store, unused_port, 2) as running, reading(running.address) as readers:
        readers.go_on(10)
        victim = next(one for one in running.workers() if one.pid != running.process.pid)
        victim.kill()
        readers.go_on(20)
        deadline = time.monotonic() + 60
        while len([one for one in running.workers() if one.pid != victim.pid]) < 2:
            assert time.monotonic() < deadline, "the process was not replaced"
            readers.go_on(1)
    assert readers.refused == {}
    assert set(readers.answered) <= set(running.logged())


@pytest.mark.postgres
def test_a_ledgers_server_restarted_under_load_costs_answers_and_no_entry(
    store: Path, unused_port: int, postgres_server: Any
) -> None:
    address = postgres_server.database("served")
    with service(store, unused_port, 2, MASHLINK_LEDGER_URL=address) as running:
        with reading(running.address) as readers:
            for how in ("fast", "immediate"):
                readers.go_on(10)
                postgres_server.restart(how)
            readers.go_on(20)
        assert is_ready(running.address)
        assert (readers.dropped, readers.unreached) == ([], 0)
        assert set(readers.refused) <= {503}
        logged = running.logged()
        assert set(readers.answered) <= set(logged)
        assert len(set(logged)) == len(logged)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_hub_backed_up_while_it_answers_is_restored_verified_and_served(
    store: Path, tmp_path: Path, unused_port: int, request: pytest.FixtureRequest, database: str
) -> None:
    """As docs/operations.md says: head, ledger, snapshot; the keys from where they were kept apart."""
    server = request.getfixturevalue("postgres_server") if database == "postgres" else None
    settings = {"MASHLINK_LEDGER_URL": server.database("backed_up")} if server else {}
    backup, restored = tmp_path / "backup", tmp_path / "restored"
    backup.mkdir()
    with service(store, unused_port, 1, **settings) as running, reading(running.address) as readers:
        readers.go_on(10)
        before = list(readers.answered)
        shutil.copy(store / "keys" / "head.json", backup)
        if server:
            server.tool(
                "pg_dump",
                "--format=custom",
                f"--file={backup / 'ledger.dump'}",
                settings["MASHLINK_LEDGER_URL"],
            )
        else:
            with (
                closing(sqlite3.connect(store / "ledger.sqlite")) as source,
                closing(sqlite3.connect(backup / "ledger.sqlite")) as copy,
            ):
                source.backup(copy)
        shutil.copy(store / "CURRENT", backup)
        shutil.copytree(store / "snapshots", backup / "snapshots")
        readers.go_on(5)
    shutil.copytree(backup, restored)
    shutil.copytree(store / "keys", restored / "keys")
    shutil.move(restored / "head.json", restored / "keys" / "head.json")
    if server:
        settings = {"MASHLINK_LEDGER_URL": server.database("put_back")}
        server.tool(
            "pg_restore", "--no-owner", f"--dbname={settings['MASHLINK_LEDGER_URL']}", backup / "ledger.dump"
        )
    for command in (["ledger", "verify"], ["doctor"]):
        subprocess.run(
            [sys.executable, "-m", "mashlink", *command, "--store", str(restored)],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())} | settings,
        )
    with service(restored, unused_port, 1, **settings) as running:
        with reading(running.address) as readers:
            readers.go_on(5)
        logged = running.logged()
    assert set(before) | set(readers.answered) <= set(logged)
    assert (readers.dropped, readers.refused) == ([], {})


MANY = 10_000


@pytest.mark.parametrize("files", [None, 1024])
def test_ten_thousand_at_once_are_answered_or_told_to_come_back(
    store: Path, unused_port: int, files: int | None
) -> None:
    needed = MANY + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.skip(f"this system lets a process open {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    try:
        with service(store, unused_port, 1, files) as running:
            before = psutil.Process(running.process.pid).memory_info().rss
            with start_blocking_portal() as portal:
                told = portal.call(all_at_once, unused_port)
            assert is_ready(running.address)
            grown = psutil.Process(running.process.pid).memory_info().rss - before
            logged = running.logged()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    statuses = Counter(status for status, _ in told)
    sys.stdout.write(
        f"{MANY} at once, {files or 'many'} files: {dict(statuses)}, {grown / 1e6:.0f} MB more\n"
    )
    # 0: turned away before a word was said.
    assert set(statuses) <= ({200} if files is None else {200, 503, 0})
    assert statuses[200] > 0
    answered = {reason for status, reason in told if status == 200 and reason}
    assert answered == set(logged)
    assert len(logged) == len(answered)
    assert grown < 1_000_000_000


async def all_at_once(port: int) -> list[tuple[int, str]]:
    """Open every connection, then ask on all of them: one in twenty looks somebody up, the others ask after the health."""
    opening = asyncio.Semaphore(200)
    everybody = asyncio.Barrier(MANY)

    async def ask(number: int) -> tuple[int, str]:
        reason = f"caller-{number}" if number % 20 == 0 else ""
        writer = None
        try:
            async with opening:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return 0, reason
        finally:
            await everybody.wait()
        try:
            writer.write(
                lookup(reason)
                if reason
                else b"GET /healthz HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"
            )
            answer = await asyncio.wait_for(reader.read(), 600)
        except ConnectionError:
            return 0, reason
        finally:
            writer.close()
        return int(answer.split(b" ", 2)[1]) if answer else 0, reason

    return list(await asyncio.gather(*(ask(number) for number in range(MANY))))


def lookup(reason: str) -> bytes:
    body = b'{"family_name": "Quillfeather"}'
    heads = {
        **ASKING,
        "Host": "hub",
        "Purpose-Reason": reason,
        "Content-Type": "application/json",
        "Content-Length": len(body),
    }
    told = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
    return f"POST /v1/lookup HTTP/1.1\r\n{told}\r\n".encode() + body
