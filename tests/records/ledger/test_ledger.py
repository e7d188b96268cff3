"""Appending, reading back, erasing; several writers; a process killed while it appends."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, inspect, make_url, text

from records.errors import BadInput, LedgerUnavailable, NotThere
from records.ledger import Entry, Ledger, SignedHead, downgrade, upgrade
from records.ledger.database import open_engine
from records.ledger.selection import Selection
from records.ledger.tables import metadata


def test_an_entry_is_read_back_as_it_was_appended(ledger, entry):
    given_entry = entry(
        case_reference="MASH-1", subjects=("police:1", "nhs:2"), details={"hits": 2, "näme": [None]}
    )
    receipt = ledger.append(given_entry)
    logged = ledger.entries()[0]
    assert (logged.sequence, logged.at, logged.entry, logged.erased) == (1, receipt.at, given_entry, False)


def test_the_receipt_is_a_signed_head(ledger, entry):
    ledger.append(entry())
    receipt = ledger.append(entry())
    head = ledger.head()
    assert (receipt.tree_size, receipt.root_hash, receipt.signature) == (2, head.root_hash, head.signature)
    assert SignedHead.from_json(head.as_json()) == head


def test_entries_are_filtered(ledger, entry):
    for number in range(4):
        ledger.append(
            entry(
                actor=f"actor-{number % 2}",
                act=("lookup", "person")[number // 2],
                subjects=(f"police:{number}", "all:1"),
            )
        )

    def numbers(**filters):
        return [logged.sequence for logged in ledger.entries(**filters)]

    at = [logged.at for logged in ledger.entries()]
    assert numbers(actor="actor-1") == [2, 4]
    assert numbers(act="person", actor="actor-0") == [3]
    assert numbers(subject="police:2") == [3]
    assert numbers(subject="all:1", newest_first=True, limit=2) == [4, 3]
    assert numbers(since=at[1], until=at[3]) == [2, 3]
    assert numbers(after=1, before=4) == [2, 3]
    assert numbers(outcome=None) == [1, 2, 3, 4]
    with pytest.raises(BadInput, match="no filter 'colour'"):
        ledger.entries(colour="red")


def test_an_erased_payload_is_gone_and_the_ledger_still_verifies(ledger, entry, address):
    ledger.append(entry(reason="Marta Quillfeather", subjects=("police:77",)))
    ledger.append(entry())
    ledger.erase(1, by=entry(act="erase", reason="Court order", subjects=()))
    report = ledger.verify()
    assert report.sound
    assert report.erased == (1,)
    blank = ledger.entries()[0]
    assert blank.erased
    assert (blank.entry.actor, blank.entry.reason, blank.entry.subjects, blank.entry.details) == (
        "dana",
        None,
        (),
        {},
    )
    assert ledger.entries(subject="police:77") == []
    engine = create_engine(
        make_url(address) if "sqlite" in address else make_url(address).set(drivername="postgresql+psycopg")
    )
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT salt, body FROM ledger_payload WHERE sequence = 1")).one()
    engine.dispose()
    assert tuple(kept) == (None, None)


def test_an_erasure_names_an_entry_that_is_there_and_no_erasure(ledger, entry):
    with pytest.raises(NotThere):
        ledger.erase(1, by=entry(act="erase"))
    ledger.append(entry())
    with pytest.raises(BadInput):
        ledger.erase(1, by=entry(act="lookup"))
    ledger.erase(1, by=entry(act="erase"))
    with pytest.raises(BadInput, match="stays"):
        ledger.erase(2, by=entry(act="erase"))
    assert len(ledger.entries()) == 2


def test_an_entry_says_who_and_with_what_outcome(entry):
    with pytest.raises(BadInput):
        entry(outcome="fine")
    with pytest.raises(BadInput):
        entry(actor="")


def test_details_are_plain_json(ledger, entry):
    with pytest.raises(BadInput, match="plain JSON"):
        ledger.append(entry(details={"when": object()}))
    assert ledger.entries() == []


def test_keys_and_database_are_their_owners_alone(tmp_path, entry):
    with Ledger.open(tmp_path / "store" / "ledger.sqlite", tmp_path / "store" / "keys") as ledger:
        ledger.append(entry())
    for path in ("keys/ledger-signing.key", "keys/head.json", "ledger.sqlite"):
        assert stat.S_IMODE((tmp_path / "store" / path).stat().st_mode) == 0o600, path
    assert stat.S_IMODE((tmp_path / "store" / "keys").stat().st_mode) == 0o700


def test_a_ledger_is_opened_again_with_its_key(address, keys, entry):
    for number in range(1, 4):
        with Ledger.open(address, keys) as ledger:
            assert ledger.append(entry()).sequence == number
    with Ledger.open(address, keys) as ledger:
        assert ledger.verify().sound
    (keys / "ledger-signing.key").write_bytes(b"short")
    with pytest.raises(LedgerUnavailable, match="32"):
        Ledger.open(address, keys)


@pytest.mark.parametrize("address", ["sqlite://", "mysql://host/name", "no address"])
def test_an_address_that_is_no_durable_database_is_refused(address, tmp_path):
    with pytest.raises(BadInput):
        Ledger.open(address, tmp_path)


def test_a_write_that_fails_is_said_and_leaves_nothing(ledger, entry, tamper):
    ledger.append(entry())
    tamper("ALTER TABLE ledger_head RENAME TO elsewhere")
    with pytest.raises(LedgerUnavailable) as caught:
        ledger.append(entry(reason="Marta Quillfeather"))
    assert "Marta" not in str(caught.value)
    tamper("ALTER TABLE elsewhere RENAME TO ledger_head")
    assert ledger.verify().tree_size == 1
    assert ledger.verify().sound


def test_an_unwritable_head_file_is_a_failed_write(ledger, entry, keys):
    ledger.append(entry())
    (keys / ".head.lock").unlink()
    (keys / ".head.lock").mkdir()
    with pytest.raises(LedgerUnavailable):
        ledger.append(entry())


def test_tables_go_down_and_up_again(address, keys, entry):
    with Ledger.open(address, keys):
        pass
    engine = create_engine(
        make_url(address) if "sqlite" in address else make_url(address).set(drivername="postgresql+psycopg")
    )
    downgrade(engine)
    assert not [name for name in inspect(engine).get_table_names() if name.startswith("ledger_")]
    upgrade(engine)
    upgrade(engine)
    assert set(inspect(engine).get_table_names()) >= {
        "ledger_entry",
        "ledger_payload",
        "ledger_node",
        "ledger_head",
    }
    engine.dispose()


def test_a_ledger_of_the_first_revision_is_carried_on(address, keys, entry):
    with Ledger.open(address, keys) as ledger:
        ledger.append(entry(details={"alerts": [{"kind": "hide_order"}, {"kind": "hide_order"}]}))
        ledger.append(entry(reason='"alerts":[ in words'))
    engine = create_engine(
        make_url(address) if "sqlite" in address else make_url(address).set(drivername="postgresql+psycopg")
    )
    downgrade(engine, "0001")
    assert "ledger_alert" not in inspect(engine).get_table_names()
    engine.dispose()
    with Ledger.open(address, keys) as ledger:
        assert ledger.verify().sound
        ledger.append(entry())
        assert [logged.sequence for logged in ledger.entries(alert="hide_order")] == [1]
        assert [logged.sequence for logged in ledger.entries(alert="any")] == [1]
        assert ledger.verify().sound


def test_the_migrations_make_the_tables_that_the_code_names(address, keys):
    with Ledger.open(address, keys):
        pass
    engine = create_engine(
        make_url(address) if "sqlite" in address else make_url(address).set(drivername="postgresql+psycopg")
    )
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_workers_last_sign_in_is_found_without_walking_what_they_did(tmp_path):
    """Pages name whoever acted as they were called then; an account that never signs in may have acted a million times."""
    engine = open_engine(tmp_path / "ledger.sqlite")
    upgrade(engine)
    asked = {"actor": "dana", "act": "sign_in", "until": datetime(2026, 3, 2, tzinfo=UTC)}
    latest = Selection.of({**asked, "newest_first": True, "limit": 1}).statement()
    with engine.connect() as connection:
        literal = latest.compile(engine, compile_kwargs={"literal_binds": True})
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {literal}").fetchall())
    engine.dispose()
    assert "ledger_entry_actor_act (actor=? AND act=?)" in plan
    assert "TEMP B-TREE" not in plan


def test_no_statement_of_an_append_reads_a_whole_table(tmp_path, entry):
    """What an append costs must not grow with the ledger: every table but the one-row ones is met by an index."""
    with Ledger.open(tmp_path / "ledger.sqlite", tmp_path / "keys") as ledger:
        for _ in range(5):
            ledger.append(entry())
        plans = []

        def explain(connection, _cursor, statement, parameters, _context, many):
            if statement.startswith("SELECT") and not many:
                rows = connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
                plans.extend(str(row[3]) for row in rows)

        event.listen(Engine, "after_cursor_execute", explain)
        try:
            ledger.append(entry())
        finally:
            event.remove(Engine, "after_cursor_execute", explain)
    assert any("SEARCH ledger_node" in plan for plan in plans)
    scans = [plan for plan in plans if plan.startswith("SCAN")]
    # The newest head is the first row of its key read from the end; so is the highest sequence.
    assert [plan for plan in scans if "ledger_head" not in plan and "ledger_entry" not in plan] == []


COUNT = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])
connection.close()
"""


def test_a_visitor_from_another_process_takes_no_entry_along(tmp_path, entry):
    """A hub that opened its ledger twice, as serving does, while commands come and go beside it."""
    file = tmp_path / "ledger.sqlite"

    def counted() -> int:
        command = [sys.executable, "-c", COUNT, str(file)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    with Ledger.open(file, tmp_path / "keys") as first:
        first.append(entry())
        with Ledger.open(file, tmp_path / "keys") as second:
            second.append(entry())
            assert counted() == 2
            second.append(entry())
            first.append(entry())
            assert counted() == 4


def test_threads_append_one_after_the_other(ledger, entry):
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda number: ledger.append(entry(reason=str(number))), range(40)))
    assert sorted(receipt.sequence for receipt in receipts) == list(range(1, 41))
    assert ledger.verify().sound


def test_a_clock_that_jumps_leaves_order_and_proof_as_they_are(address, keys, entry):
    jumps = [0, 3600, -86_400 * 400, 60, 86_400 * 4_000, 0]
    moments = iter([datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(seconds=jump) for jump in jumps])
    with Ledger.open(address, keys, clock=lambda: next(moments)) as ledger:
        for number in range(len(jumps)):
            ledger.append(entry(reason=str(number)))
        assert [logged.entry.reason for logged in ledger.entries()] == [
            str(number) for number in range(len(jumps))
        ]
        # Asked for by time, each is where its clock said it was.
        since = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
        assert [logged.entry.reason for logged in ledger.entries(since=since)] == ["1", "4"]
        assert ledger.verify().sound


APPEND_FOR_EVER = """
import sys
from pathlib import Path
from records.ledger import Entry, Ledger
ledger = Ledger.open(sys.argv[1], Path(sys.argv[2]))
while True:
    receipt = ledger.append(Entry(sys.argv[3], "analyst", "home", "lookup", "answered", subjects=("police:1",)))
    print(receipt.sequence, receipt.root_hash, flush=True)
"""


def appending(address: str, keys: Path, actor: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        [sys.executable, "-c", APPEND_FOR_EVER, address, str(keys), actor],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def acknowledged(process: subprocess.Popen[str], wanted: int) -> Iterator[tuple[int, str]]:
    """Read receipts until ``wanted`` came, kill the process, and give those that it still got out."""
    for number, line in enumerate(process.stdout, start=1):
        sequence, root = line.split()
        yield int(sequence), root
        if number == wanted:
            process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_no_acknowledged_entry_is_lost_when_writers_are_killed(address, keys):
    with Ledger.open(address, keys):
        pass
    receipts = []
    for wanted in (3, 11):
        writers = [appending(address, keys, f"actor-{number}") for number in range(2)]
        for writer in writers:
            receipts += acknowledged(writer, wanted)
    with Ledger.open(address, keys) as ledger:
        report = ledger.verify()
        kept = {logged.sequence for logged in ledger.entries()}
    assert report.sound, report.problems
    assert {sequence for sequence, _ in receipts} <= kept
    assert len({sequence for sequence, _ in receipts}) == len(receipts) >= 28


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("append"),
            st.text(max_size=5),
            st.lists(st.sampled_from(["a:1", "b:2", "c:3"]), max_size=3),
        ),
        st.tuples(st.just("erase"), st.integers(1, 12)),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_walk_of_appends_and_erasures_verifies(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("walk")
    expected: list[str | None] = []
    erased = set()
    with Ledger.open(folder / "ledger.sqlite", folder / "keys") as ledger:
        for step, *values in steps:
            if step == "append":
                reason, subjects = values
                ledger.append(
                    Entry(
                        "dana",
                        "analyst",
                        "home",
                        "lookup",
                        "answered",
                        reason=reason,
                        subjects=tuple(subjects),
                    )
                )
                expected.append(reason)
                continue
            by = Entry("ola", "operator", "home", "erase", "answered", reason="Order")
            target = values[0]
            if target > len(expected) or expected[target - 1] == "Order":
                with pytest.raises((NotThere, BadInput)):
                    ledger.erase(target, by)
                continue
            ledger.erase(target, by)
            expected[target - 1] = None
            expected.append("Order")
            erased.add(target)
        report = ledger.verify()
        assert report.sound, report.problems
        assert set(report.erased) == erased
        assert [logged.entry.reason for logged in ledger.entries()] == expected
