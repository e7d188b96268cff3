"""A store with keys: nothing readable on the disk, and a missing or wrong key refuses clearly."""

import base64
import os
from pathlib import Path

import duckdb
import pytest

from records.errors import BadInput, StoreUnavailable
from records.snapshot import (
    TABLES,
    SnapshotKeys,
    SnapshotLocked,
    Store,
    attach_snapshot,
    create_table,
    cursor_on,
)


def a_key(number: int) -> str:
    return base64.b64encode(bytes([number] * 32)).decode()


FIRST, SECOND = SnapshotKeys((a_key(1),)), SnapshotKeys((a_key(2),))


def build(store: Store) -> None:
    with store.begin_build() as one:
        for table in TABLES:
            one.connection.execute(create_table(table))
        one.connection.execute(
            "INSERT INTO record (record_id, given_name, family_name)"
            " SELECT 'police:' || n, 'Marta', 'Quillfeather' FROM range(3000) r(n)"
        )
        one.publish()


def records_of(store: Store) -> int:
    with store.open_current() as connection, cursor_on(connection) as cursor:
        [count] = cursor.execute("SELECT count(*) FROM record").fetchone() or (0,)
        return int(count)


def test_what_is_encrypted_is_read_with_its_key_and_no_name_lies_on_the_disk(tmp_path: Path) -> None:
    for folder, keys, legible in (
        (tmp_path / "plain", SnapshotKeys(), True),
        (tmp_path / "locked", FIRST, False),
    ):
        store = Store(folder, keys)
        build(store)
        assert records_of(store) == 3000
        assert (b"Quillfeather" in store.current_path().read_bytes()) == legible
        assert [path.name for path in store.snapshots_path.iterdir()] == ["000001.duckdb"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (SnapshotKeys(), "no key is set"),
        (SECOND, "none of the 1 keys"),
        (SnapshotKeys((a_key(3), a_key(4))), "none of the 2"),
    ],
)
def test_a_missing_or_wrong_key_is_refused_and_no_build_begins_anew(
    tmp_path: Path, keys: SnapshotKeys, said: str
) -> None:
    build(Store(tmp_path, FIRST))
    with pytest.raises(SnapshotLocked, match=said) as refusal:
        Store(tmp_path, keys).open_current()
    assert "snapshot_key_file" in str(refusal.value)
    assert a_key(1) not in str(refusal.value)
    with pytest.raises(SnapshotLocked, match=said), Store(tmp_path, keys).begin_build():
        pass
    assert records_of(Store(tmp_path, FIRST)) == 3000


def test_a_plain_file_in_the_place_of_an_encrypted_one_serves_nobody(tmp_path: Path) -> None:
    build(Store(tmp_path))
    with pytest.raises(SnapshotLocked, match="not encrypted"):
        Store(tmp_path, FIRST).open_current()
    # A build takes the ids over from it, and writes the first encrypted one.
    build(Store(tmp_path, FIRST))
    assert records_of(Store(tmp_path, FIRST)) == 3000


def test_a_key_is_changed_by_a_build(tmp_path: Path) -> None:
    build(Store(tmp_path, FIRST))
    both = SnapshotKeys((*SECOND.keys, *FIRST.keys))
    assert records_of(Store(tmp_path, both)) == 3000
    with Store(tmp_path, both).begin_build() as one:
        assert one.previous_path is not None
        assert not one.start_from_previous({"record"}, lambda _: True)
        attach_snapshot(one.connection, one.previous_path, "previous_build")
        assert one.connection.execute("SELECT count(*) FROM previous_build.record").fetchone() == (3000,)
    build(Store(tmp_path, both))
    assert records_of(Store(tmp_path, SECOND)) == 3000


@pytest.mark.parametrize("keys", [SnapshotKeys(), FIRST])
def test_a_build_starts_from_one_encrypted_alike(tmp_path: Path, keys: SnapshotKeys) -> None:
    build(Store(tmp_path, keys))
    with Store(tmp_path, keys).begin_build() as one:
        assert one.start_from_previous({"record"}, lambda _: True)
        assert one.connection.execute("SELECT count(*) FROM record").fetchone() == (3000,)
        left = one.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        assert left == [("record",)]


def test_a_snapshot_is_not_attached_without_its_key(tmp_path: Path) -> None:
    build(Store(tmp_path, FIRST))
    with duckdb.connect() as connection, pytest.raises(SnapshotLocked):
        attach_snapshot(connection, Store(tmp_path, FIRST).current_path(), "previous_build")


def test_a_flipped_byte_in_an_encrypted_file_is_not_read(tmp_path: Path) -> None:
    store = Store(tmp_path, FIRST)
    build(store)
    path = store.current_path()
    content = bytearray(path.read_bytes())
    for place in range(4096 * 3, len(content), 4096):
        content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises((StoreUnavailable, duckdb.Error)):
        records_of(store)


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("", 0o600, "holds no key"),
        ("c2hvcnQ=", 0o600, "line 1"),
        (f"{a_key(1)}\nnot base64!", 0o600, "line 2"),
        ("é", 0o600, "cannot be read"),
        (a_key(1), 0o644, "chmod 600"),
    ],
)
def test_a_key_file_that_will_not_do_is_refused(tmp_path: Path, text: str, mode: int, said: str) -> None:
    path = tmp_path / "snapshot.keys"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(BadInput, match=said):
        SnapshotKeys.from_file(path)


def test_a_key_file_holds_the_present_key_first(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.keys"
    path.write_text(f"{a_key(2)}\n{a_key(1)}\n", encoding="ascii")
    os.chmod(path, 0o640)  # noqa: PTH101 - the group of the service may read it
    keys = SnapshotKeys.from_file(path)
    assert keys.keys == (a_key(2), a_key(1))
    assert a_key(1) not in repr(keys)
    with pytest.raises(BadInput, match="cannot be read"):
        SnapshotKeys.from_file(tmp_path / "none")
