"""Which snapshot serves: the newest, without a dropped request; a damaged one is refused and the one before serves on."""

import logging
import threading
from pathlib import Path

import pytest

from access.snapshots import Snapshots
from records.errors import StoreUnavailable
from records.snapshot import TABLES, Store, create_table


def publish(store: Store) -> str:
    with store.begin_build() as one:
        for table in TABLES:
            one.connection.execute(create_table(table))
        one.connection.execute(
            "INSERT INTO build (snapshot_id, build_number, as_of, hub) VALUES (?, ?, '2026-03-01', 'home')",
            [one.snapshot_id, one.build_number],
        )
        one.publish()
        return one.snapshot_id


def served(snapshots: Snapshots) -> str:
    with snapshots.current() as snapshot:
        (found,) = snapshot.connection.cursor().execute("SELECT snapshot_id FROM build").fetchall()[0]
        return str(found)


def damage(store: Store, how: str) -> None:
    path = store.current_path()
    content = path.read_bytes()
    if how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"\0" * len(content))


def test_readers_move_to_each_new_snapshot_and_none_is_dropped(tmp_path: Path) -> None:
    store = Store(tmp_path)
    publish(store)
    snapshots = Snapshots(store)
    seen: list[str] = []
    failed: list[BaseException] = []
    over = threading.Event()

    def read_on() -> None:
        try:
            while not over.is_set():
                seen.append(served(snapshots))
        except BaseException as error:
            failed.append(error)

    readers = [threading.Thread(target=read_on) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(4):
        publish(store)
    last = served(snapshots)
    over.set()
    for reader in readers:
        reader.join()
    snapshots.close()
    assert failed == []
    assert last == "000005"
    assert len(set(seen)) > 1


@pytest.mark.parametrize("how", ["cut", "gone", "zeroed"])
def test_a_damaged_snapshot_is_refused_and_the_one_before_serves_on(
    tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    publish(store)
    at_work = Snapshots(store)
    assert served(at_work) == "000001"
    publish(store)
    damage(store, how)
    with caplog.at_level(logging.ERROR):
        assert [served(at_work), served(at_work)] == ["000001", "000001"]
    assert [record.message.count("refused") for record in caplog.records] == [1]
    started_now = Snapshots(store)
    assert served(started_now) == "000001"
    publish(store)
    assert [served(at_work), served(started_now)] == ["000003", "000003"]
    at_work.close()
    started_now.close()


def test_with_none_before_it_a_damaged_snapshot_is_no_answer(tmp_path: Path) -> None:
    store = Store(tmp_path)
    publish(store)
    damage(store, "cut")
    with pytest.raises(StoreUnavailable, match="mashlink build"):
        served(Snapshots(store))
