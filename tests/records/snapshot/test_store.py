import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import duckdb
import pytest

from records.errors import Conflict, StoreUnavailable
from records.snapshot import TABLES, Store, create_table

BUILD_FOR_EVER = """
import sys
from pathlib import Path
from records.snapshot import TABLES, Store, create_table
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    with store.begin_build() as build:
        for table in TABLES:
            build.connection.execute(create_table(table))
        build.connection.execute(
            "INSERT INTO build (snapshot_id, build_number) VALUES (?, ?)", [build.snapshot_id, build.build_number]
        )
        build.publish()
"""


def build(store: Store) -> str:
    with store.begin_build() as one:
        for table in TABLES:
            one.connection.execute(create_table(table))
        one.connection.execute(
            "INSERT INTO build (snapshot_id, build_number) VALUES (?, ?)", [one.snapshot_id, one.build_number]
        )
        one.publish()
        return one.snapshot_id


def served(store: Store) -> str:
    with store.open_current() as connection:
        found = connection.execute("SELECT snapshot_id FROM build").fetchone()
    assert found is not None
    return str(found[0])


def test_nothing_built_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="nothing has been built"):
        Store(tmp_path / "new").open_current()


def test_builds_are_numbered_and_two_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert [build(store) for _ in range(3)] == ["000001", "000002", "000003"]
    assert served(store) == "000003"
    assert sorted(path.name for path in store.snapshots_path.iterdir()) == ["000002.duckdb", "000003.duckdb"]


def test_a_build_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    store = Store(tmp_path)
    build(store)

    def fail() -> None:
        with store.begin_build() as one:
            assert one.previous_path == store.current_path()
            one.connection.execute(create_table("record"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert served(store) == "000001"
    assert [path.name for path in store.snapshots_path.iterdir()] == ["000001.duckdb"]


def test_a_build_without_all_tables_is_not_published(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.begin_build() as one:
        one.connection.execute(create_table("record"))
        with pytest.raises(StoreUnavailable, match="left out the tables"):
            one.publish()
    with pytest.raises(StoreUnavailable):
        store.current_path()


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.begin_build(), pytest.raises(Conflict, match="another build"), Store(tmp_path).begin_build():
        pass


@pytest.mark.parametrize("damage", ["cut", "overwritten", "gone", "pointer"])
def test_a_damaged_snapshot_is_refused_and_the_next_build_goes_on_from_the_last_good_one(
    tmp_path: Path, damage: str
) -> None:
    store = Store(tmp_path)
    build(store)
    build(store)
    path = store.current_path()
    if damage == "cut":
        os.truncate(path, path.stat().st_size // 2)
    elif damage == "overwritten":
        path.write_bytes(b"x" * path.stat().st_size)
    elif damage == "gone":
        path.unlink()
    else:
        (tmp_path / "CURRENT").write_text("../../etc/passwd 1", encoding="ascii")
    with pytest.raises(StoreUnavailable, match="mashlink build"):
        store.open_current()
    with store.begin_build() as one:
        assert one.previous_path is not None
        assert one.previous_path.name == ("000002.duckdb" if damage == "pointer" else "000001.duckdb")
        assert one.build_number == 3


def without(store: Store, table: str) -> None:
    """The serving snapshot as a version of the program that did not have ``table`` would have left it."""
    path = store.current_path()
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"DROP TABLE {table}")
    (store.path / "CURRENT").write_text(f"{path.stem}\n{path.stat().st_size}\n", encoding="ascii")


def test_a_snapshot_of_an_earlier_version_hands_ids_on_though_it_cannot_serve(tmp_path: Path) -> None:
    store = Store(tmp_path)
    build(store)
    without(store, "scope_kept_back")
    with pytest.raises(StoreUnavailable, match=r"another version .* scope_kept_back.*; run mashlink build"):
        store.open_current()
    with store.begin_build() as one:
        assert one.previous_path == store.current_path()
        assert not one.start_from_previous(TABLES, lambda _last: True)
    without(store, "identity")
    with pytest.raises(StoreUnavailable, match="person ids cannot be carried forward"), store.begin_build():
        pass


def test_with_no_snapshot_left_ids_are_not_silently_begun_anew(tmp_path: Path) -> None:
    store = Store(tmp_path)
    build(store)
    store.current_path().unlink()
    with pytest.raises(StoreUnavailable, match="person ids cannot be carried forward"), store.begin_build():
        pass


def test_kill_at_any_moment_leaves_a_whole_snapshot_serving(tmp_path: Path) -> None:
    store = Store(tmp_path)
    build(store)
    random, last = Random(7), 1
    for _ in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", BUILD_FOR_EVER, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
        number = int(served(store))
        assert number >= last
        assert store.current_id() == f"{number:06d}"
        last = number
    assert int(build(store)) == last + 1
    assert {path.suffix for path in store.snapshots_path.iterdir()} == {".duckdb"}


def test_a_build_may_start_from_tables_of_the_last_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.begin_build() as first:
        assert not first.start_from_previous(("link",), lambda _last: True)
    build(store)
    with store.begin_build() as second:
        for table in TABLES:
            second.connection.execute(create_table(table))
        second.connection.execute("INSERT INTO link (record_id_a) VALUES ('police:1')")
        second.connection.execute("INSERT INTO record (record_id) VALUES ('police:1')")
        second.publish()
    with store.begin_build() as third:
        assert not third.start_from_previous(("link",), lambda _last: False)
        assert third.connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
        assert third.start_from_previous(("link",), lambda last: bool(last.execute("FROM record").fetchall()))
        assert third.connection.execute("SELECT record_id_a FROM link").fetchall() == [("police:1",)]
        assert third.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("link",)]
    with store.open_current() as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchall() == [(1,)]
