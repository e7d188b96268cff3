"""Processes that read one snapshot with too little memory: each spills to a folder of its own, and each answers right."""

import os
import subprocess
import sys
from pathlib import Path

from records.snapshot import TABLES, Store, create_table
from records.snapshot.opening import spill_folder

ROWS = 300_000
# Sorts more than the memory holds, and sums what comes out in an order that must be kept.
READER = """
import sys
from pathlib import Path
from records.snapshot import Store
with Store(Path(sys.argv[1])).open_current() as connection:
    connection.execute("SET memory_limit = '40MB'")
    connection.execute("SET threads = 1")
    connection.execute("SET enable_progress_bar = false")
    print(connection.execute(
        '''SELECT sum(place * length(record_id)) FROM
           (SELECT record_id, row_number() OVER (ORDER BY hash(record_id), given_name) AS place FROM record
            ORDER BY md5(record_id))'''
    ).fetchall()[0][0])
    print(connection.execute("SELECT current_setting('temp_directory')").fetchall()[0][0])
"""


def built(folder: Path) -> Store:
    store = Store(folder)
    with store.begin_build() as one:
        for table in TABLES:
            one.connection.execute(create_table(table))
        one.connection.execute(
            f"""INSERT INTO record BY NAME SELECT 'police:' || range AS record_id, repeat('Ottoline', 5) AS given_name
                FROM range({ROWS})"""
        )
        one.publish()
    return store


def test_readers_that_spill_at_once_do_not_read_each_others_rows(tmp_path: Path) -> None:
    store = built(tmp_path / "store")
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(store.path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )
        for _ in range(2)
    ]
    told = [one.communicate(timeout=120) for one in readers]
    assert [complaint for _, complaint in told] == [""] * 2
    answers, folders = zip(*(answer.split() for answer, _ in told), strict=True)
    assert len(set(answers)) == 1
    # In one folder their files would have the same names, and which rows are read back would be chance.
    assert len(set(folders)) == 2
    assert {Path(one).parent for one in folders} == {store.snapshots_path}
    assert not list(store.snapshots_path.glob("*.spill"))


def test_what_a_killed_process_spilled_goes_with_its_snapshot(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")

    def publish() -> None:
        with store.begin_build() as one:
            for table in TABLES:
                one.connection.execute(create_table(table))
            one.publish()

    publish()
    left = spill_folder(store.current_path())
    left.mkdir()
    (left / "rows").write_text("of somebody")
    (store.snapshots_path / "000002.duckdb.partial.1-ab.spill").mkdir()
    publish()
    # The snapshot before is kept for those who still read it, and so is what they spill.
    assert sorted(one.name for one in store.snapshots_path.glob("*.spill")) == [left.name]
    publish()
    assert not list(store.snapshots_path.glob("*.spill"))
