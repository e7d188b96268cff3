"""A change behind the ledger's back shows, and the report says where."""

import json
import shutil

import pytest

from records.errors import LedgerUnavailable
from records.ledger import Entry, Ledger
from records.ledger.entry import leaf_of


@pytest.fixture
def filled(ledger, entry):
    for number in range(1, 8):
        ledger.append(entry(subjects=(f"police:{number}",), reason=f"Reason {number}"))
    assert ledger.verify().sound
    return ledger


def found(ledger):
    return {(problem.kind, problem.sequence) for problem in ledger.verify().problems}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE ledger_entry SET actor = 'dane' WHERE sequence = 3", ("altered", 3)),
        ("UPDATE ledger_entry SET outcome = 'denied' WHERE sequence = 5", ("altered", 5)),
        ("UPDATE ledger_entry SET purpose = NULL WHERE sequence = 5", ("altered", 5)),
        (
            "UPDATE ledger_payload SET body = replace(body, 'Reason 2', 'Reason 3') WHERE sequence = 2",
            ("payload_altered", 2),
        ),
        ("UPDATE ledger_payload SET body = NULL, salt = NULL WHERE sequence = 4", ("blanked", 4)),
        (
            "UPDATE ledger_payload SET body = NULL, salt = NULL, erased_by = 7 WHERE sequence = 4",
            ("blanked", 4),
        ),
        ("DELETE FROM ledger_payload WHERE sequence = 4", ("blanked", 4)),
        ("DELETE FROM ledger_entry WHERE sequence = 6", ("deleted", 6)),
        ("DELETE FROM ledger_entry WHERE sequence = 1", ("deleted", 1)),
        ("DELETE FROM ledger_head WHERE tree_size = 2", ("head_missing", 2)),
        ("DELETE FROM ledger_subject WHERE sequence = 2", ("subjects_altered", 2)),
        ("INSERT INTO ledger_subject (record_id, sequence) VALUES ('police:9', 2)", ("subjects_altered", 2)),
        (
            "INSERT INTO ledger_subject (record_id, sequence) VALUES ('police:9', 99)",
            ("subjects_altered", 99),
        ),
        ("DELETE FROM ledger_entry WHERE sequence > 4", ("truncated", 5)),
        ("DELETE FROM ledger_node WHERE level = 1 AND position = 1", ("tree_altered", 3)),
        ("UPDATE ledger_head SET signed_at = 'later' WHERE tree_size = 3", ("signature", 3)),
        ("UPDATE ledger_head SET key_id = 'other' WHERE tree_size = 3", ("signature", 3)),
        ("INSERT INTO ledger_alert (kind, sequence) VALUES ('hide_order', 2)", ("subjects_altered", 2)),
    ],
)
def test_a_change_in_the_database_is_found_where_it_is(filled, tamper, statement, expected):
    tamper(statement)
    assert expected in found(filled)


def test_every_flipped_byte_of_the_tree_and_the_heads_is_found(filled, tamper):
    flip = "UPDATE {table} SET {column} = :value WHERE {where}"
    for table, column, where, kind in [
        ("ledger_node", "hash", "level = 0 AND position = 3", "altered"),
        ("ledger_node", "hash", "level = 2 AND position = 0", "tree_altered"),
        ("ledger_head", "root_hash", "tree_size = 4", "signature"),
        ("ledger_head", "signature", "tree_size = 5", "signature"),
        ("ledger_payload", "salt", "sequence = 6", "payload_altered"),
    ]:
        tamper(flip.format(table=table, column=column, where=where), value=b"\x01" * 32)
        assert kind in {one for one, _ in found(filled)}, (table, column)


def test_what_was_cut_out_is_told_as_one_stretch(filled, tamper):
    tamper("DELETE FROM ledger_entry WHERE sequence BETWEEN 3 AND 5")
    [gone] = [problem for problem in filled.verify().problems if problem.kind == "deleted"]
    assert (gone.sequence, gone.last, gone.message) == (3, 5, "Entries 3 to 5 are not there.")


def test_a_leaf_of_another_length_is_an_altered_entry(filled, tamper):
    tamper("UPDATE ledger_node SET hash = :value WHERE level = 0 AND position = 3", value=b"short")
    assert ("altered", 4) in found(filled)


def test_two_entries_that_changed_places_are_both_named(filled, tamper):
    for step in (
        "UPDATE ledger_entry SET sequence = 100 WHERE sequence = 2",
        "UPDATE ledger_entry SET sequence = 2 WHERE sequence = 5",
        "UPDATE ledger_entry SET sequence = 5 WHERE sequence = 100",
    ):
        tamper(step)
    assert {("reordered", 2), ("reordered", 5)} <= found(filled)


def test_an_altered_entry_whose_leaf_was_mended_still_shows(filled, tamper):
    logged = filled.entries()[2]
    facts = {name: getattr(logged.entry, name) for name in ("role", "hub", "act", "purpose", "outcome")}
    tamper("UPDATE ledger_entry SET actor = 'dane' WHERE sequence = 3")
    digest = "0" * 64
    tamper("UPDATE ledger_entry SET payload_digest = :digest WHERE sequence = 3", digest=digest)
    at = logged.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    leaf = leaf_of(3, at, {**facts, "actor": "dane"}, digest)
    tamper("UPDATE ledger_node SET hash = :leaf WHERE level = 0 AND position = 2", leaf=leaf)
    assert ("altered", 3) in found(filled)


def cut_back(tamper, size):
    for table, column in (
        ("entry", "sequence"),
        ("payload", "sequence"),
        ("subject", "sequence"),
        ("head", "tree_size"),
    ):
        tamper(f"DELETE FROM ledger_{table} WHERE {column} > {size}")
    tamper(f"DELETE FROM ledger_node WHERE (position + 1) * power(2, level) > {size}")


def test_a_ledger_cut_back_cleanly_shows_against_the_kept_head_and_takes_nothing_more(filled, tamper, entry):
    cut_back(tamper, 5)
    assert found(filled) == {("truncated", 6)}
    with pytest.raises(LedgerUnavailable, match="kept head"):
        filled.append(entry())


def test_a_fork_shows_against_a_witness(filled, tamper, entry, keys):
    checkpoints = [filled.head()]
    cut_back(tamper, 5)
    agreed = filled.head()
    (keys / "head.json").unlink()
    for number in range(4):
        filled.append(entry(reason=f"Another story {number}"))
    assert filled.verify().sound
    for witnesses, first in ((checkpoints, 1), ([*checkpoints, agreed], 6)):
        [problem] = filled.verify(witnesses=tuple(witnesses)).problems
        assert (problem.kind, problem.sequence, problem.last) == ("fork", first, 7)


def test_a_rollback_of_store_and_head_together_shows_against_a_witness(ledger, entry, keys, tmp_path, tamper):
    ledger.append(entry())
    shutil.copy(keys / "head.json", tmp_path / "old-head.json")
    ledger.append(entry())
    witness = ledger.head()
    cut_back(tamper, 1)
    shutil.copy(tmp_path / "old-head.json", keys / "head.json")
    assert ledger.verify().sound
    assert [problem.kind for problem in ledger.verify(witnesses=(witness,)).problems] == ["truncated"]


def test_a_kept_head_that_was_changed_or_removed_shows(filled, keys, entry):
    path = keys / "head.json"
    head = json.loads(path.read_text())
    path.write_text(json.dumps(head | {"root_hash": "00" * 32}))
    assert ("signature", 7) in found(filled)
    path.write_text("{}")
    assert ("kept_head_altered", 7) in found(filled)
    with pytest.raises(LedgerUnavailable):
        filled.append(entry())
    path.unlink()
    assert ("kept_head_missing", 7) in found(filled)


def test_heads_of_another_key_do_not_count(filled, tmp_path, entry):
    with Ledger.open(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other-keys") as other:
        other.append(Entry("eve", "analyst", "home", "lookup", "answered"))
        foreign = other.head()
    report = filled.verify(witnesses=(foreign,))
    assert [(problem.kind, problem.sequence) for problem in report.problems] == [("signature", 1)]


def test_a_ledger_whose_key_was_lost_does_not_grow_under_another(filled, keys, address, entry):
    (keys / "ledger-signing.key").unlink()
    with Ledger.open(address, keys) as reopened:
        with pytest.raises(LedgerUnavailable, match="restore it"):
            reopened.append(entry())
        assert ("signature", 1) in found(reopened)
