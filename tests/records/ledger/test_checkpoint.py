"""Two hubs that witness each other: what a partner keeps shows a past that was changed here."""

import json
from dataclasses import replace

import pytest

from records.errors import BadInput, Conflict
from records.ledger import Actor, Checkpoint, Entry, Ledger, keep_checkpoint

KEEPER = Actor("op", "operator", "south", "audit", "Witness for north")


@pytest.fixture
def north(tmp_path):
    with Ledger.open(tmp_path / "north.sqlite", tmp_path / "north-keys") as ledger:
        yield ledger


@pytest.fixture
def south(tmp_path):
    with Ledger.open(tmp_path / "south.sqlite", tmp_path / "south-keys") as ledger:
        yield ledger


def grow(ledger, entries, reason="Weekly review"):
    for _ in range(entries):
        ledger.append(Entry("dana", "analyst", "north", "lookup", "answered", reason=reason))


def test_a_partner_keeps_each_checkpoint_that_continues_the_last(north, south):
    kept = 0
    for entries in (1, 4, 0, 8, 3):
        grow(north, entries)
        given = Checkpoint.from_json(north.checkpoint("north", since=kept).as_json())
        keep_checkpoint(south, KEEPER, given)
        kept = given.head.tree_size
        assert south.state().witnessed["north"] == given
    assert kept == 16
    assert north.verify(witnesses=(south.state().witnessed["north"].head,)).sound
    assert south.verify().sound


def test_a_checkpoint_without_the_right_proof_is_asked_for_again(north, south):
    grow(north, 5)
    keep_checkpoint(south, KEEPER, north.checkpoint("north"))
    grow(north, 4)
    for since in (0, 3):
        with pytest.raises(BadInput, match="--since 5"):
            keep_checkpoint(south, KEEPER, north.checkpoint("north", since))
    with pytest.raises(BadInput, match="never one of 10"):
        north.checkpoint("north", 10)


@pytest.mark.parametrize("rewritten", [3, 6, 9])
def test_a_rewritten_past_is_refused_and_the_refusal_kept(north, south, tmp_path, rewritten):
    grow(north, 6)
    keep_checkpoint(south, KEEPER, north.checkpoint("north"))
    # The whole store is made anew under the same key: sound in itself.
    (tmp_path / "forged-keys").mkdir()
    (tmp_path / "forged-keys" / "ledger-signing.key").write_bytes(
        (tmp_path / "north-keys" / "ledger-signing.key").read_bytes()
    )
    with Ledger.open(tmp_path / "forged.sqlite", tmp_path / "forged-keys") as forged:
        grow(forged, rewritten, "Another story")
        assert forged.verify().sound
        shown = forged.checkpoint("north", since=6 if rewritten > 6 else 0)
        with pytest.raises(Conflict, match="cut back" if rewritten < 6 else "past was changed"):
            keep_checkpoint(south, KEEPER, shown)
        assert not forged.verify(witnesses=(south.state().witnessed["north"].head,)).sound
    refusal = south.entries(act="witness", outcome="denied")[0]
    assert Checkpoint.from_json(refusal.entry.details["checkpoint"]) == shown
    assert south.state().witnessed["north"].head == north.head()


def test_a_checkpoint_is_taken_from_its_own_key_alone(north, south):
    grow(north, 3)
    grow(south, 3)
    true = north.checkpoint("north")
    foreign = south.checkpoint("north")
    for false in (
        replace(true, public_key=foreign.public_key),
        replace(true, public_key="no key"),
        replace(true, head=replace(true.head, tree_size=4)),
        replace(true, head=replace(true.head, key_id="0" * 16)),
    ):
        with pytest.raises(BadInput):
            keep_checkpoint(south, KEEPER, false)
    keep_checkpoint(south, KEEPER, true)
    with pytest.raises(Conflict, match="another key"):
        keep_checkpoint(south, KEEPER, foreign)
    grow(north, 1)
    shown = north.checkpoint("north", since=3)
    with pytest.raises(Conflict, match="past was changed"):
        keep_checkpoint(south, KEEPER, replace(shown, proof=shown.proof[:-1]))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "7", json.dumps({"hub": "x", "head": {}, "public_key": ""})]
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadInput):
        Checkpoint.from_json(text)
