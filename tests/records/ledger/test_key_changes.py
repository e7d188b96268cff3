"""The signing key changes by an entry that both keys signed; what the old one signed verifies as before."""

import pytest

from records.errors import BadInput, Conflict, LedgerUnavailable
from records.ledger import Actor, Checkpoint, Entry, Ledger, keep_checkpoint
from records.ledger import keys as key_files

BY = Entry("op", "operator", "north", "change_key", "answered", "audit", reason="Yearly")
KEEPER = Actor("op", "operator", "south", "audit", "Witness for north")


@pytest.fixture
def north(address, keys):
    with Ledger.open(address, keys) as ledger:
        yield ledger


def grow(ledger, entries):
    for _ in range(entries):
        ledger.append(Entry("dana", "analyst", "north", "lookup", "answered", reason="Weekly review"))


def test_old_heads_verify_after_every_change_and_the_old_key_is_gone(north, keys):
    names = set()
    for entries in (1, 4, 3):
        grow(north, entries)
        names.add(north.head().key_id)
        before = (keys / key_files.SIGNING_KEY).read_bytes()
        receipt = north.change_key(BY)
        assert north.head().tree_size == receipt.sequence
        assert (keys / key_files.SIGNING_KEY).read_bytes() != before
        assert not (keys / key_files.NEXT_SIGNING_KEY).exists()
    grow(north, 2)
    assert len(names | {north.head().key_id}) == 4
    report = north.verify()
    assert report.sound, report.problems
    assert report.tree_size == 13


def test_another_process_goes_over_to_the_new_key(north, address, keys):
    grow(north, 2)
    with Ledger.open(address, keys) as other:
        other.change_key(BY)
    assert north.checkpoint("north").head.key_id == north.head().key_id
    grow(north, 1)
    assert north.verify().sound


def test_a_process_that_ended_between_entry_and_file_leaves_a_ledger_that_goes_on(
    north, address, keys, monkeypatch
):
    grow(north, 2)

    def ended(folder):
        raise OSError("ended")

    monkeypatch.setattr("records.ledger.ledger.take_over", ended)
    with pytest.raises(LedgerUnavailable):
        north.change_key(BY)
    with Ledger.open(address, keys) as again:
        grow(again, 1)
        assert again.verify().sound
    assert not (keys / key_files.NEXT_SIGNING_KEY).exists()


def test_a_partner_follows_the_change_and_no_other_key(north, tmp_path):
    with Ledger.open(tmp_path / "south.sqlite", tmp_path / "south-keys") as south:
        grow(north, 3)
        keep_checkpoint(south, KEEPER, north.checkpoint("north"))
        kept = south.state().witnessed["north"]
        north.change_key(BY)
        grow(north, 2)
        given = Checkpoint.from_json(north.checkpoint("north", since=3).as_json())
        unproven = Checkpoint(given.hub, given.head, given.public_key, given.since, given.proof)
        with pytest.raises(Conflict, match="another key"):
            keep_checkpoint(south, KEEPER, unproven)
        keep_checkpoint(south, KEEPER, given)
        assert south.state().witnessed["north"] == given
        assert north.verify(witnesses=(kept.head, given.head)).sound


@pytest.mark.parametrize("named", ["new_key", "old_key", "signature", "root_hash"])
def test_a_change_that_both_keys_did_not_sign_shows(north, tamper, named):
    grow(north, 2)
    north.change_key(BY)
    (change,) = north.entries(act="change_key")
    value = change.entry.details[named]
    other = ("0" if value[0] != "0" else "1") + value[1:]
    tamper(
        "UPDATE ledger_payload SET body = replace(body, :value, :other) WHERE sequence = 3",
        value=value,
        other=other,
    )
    kinds = {(one.kind, one.sequence) for one in north.verify().problems}
    assert {("key_change", 3), ("payload_altered", 3)} <= kinds


def test_a_change_is_no_ordinary_entry_and_is_not_blanked(north):
    with pytest.raises(BadInput, match="empty"):
        north.change_key(BY)
    grow(north, 1)
    with pytest.raises(BadInput, match="by changing it"):
        north.append(BY)
    with pytest.raises(BadInput, match="under the act"):
        north.change_key(Entry("op", "operator", "north", "lookup", "answered"))
    north.change_key(BY)
    with pytest.raises(BadInput, match="change of key"):
        north.erase(2, by=Entry("ola", "operator", "north", "erase", "answered", reason="Order"))
