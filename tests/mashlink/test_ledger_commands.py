"""Two hubs witness each other by the command line, and a store put back to an older day shows."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mashlink.cli import app
from records.errors import Conflict, NotThere, PurposeMissing, StoreUnavailable
from records.ledger import Entry, Ledger
from records.snapshot import TABLES, Store, create_table

Command = Callable[..., Any]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in this process, as the command line would."""

    def run(*arguments: str | Path) -> Any:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


def grow(store: Path, entries: int) -> None:
    with Ledger.open(Store(store).ledger_path, Store(store).keys_path) as ledger:
        for _ in range(entries):
            ledger.append(Entry("dana", "analyst", "home", "lookup", "answered", reason="Weekly review"))


def test_a_partner_keeps_checkpoints_and_a_store_put_back_shows_against_them(
    tmp_path: Path, command: Command
) -> None:
    here, partner, handed = tmp_path / "here", tmp_path / "partner", tmp_path / "handed.json"
    partner.mkdir()
    grow(here, 3)
    shutil.copytree(here, tmp_path / "backup")
    grow(here, 2)
    assert command("ledger", "checkpoint", "--store", here, "--out", handed).exit_code == 0
    kept = command("ledger", "witness", "--store", partner, "--checkpoint", handed)
    assert kept.exit_code == 0
    assert "--since 5" in kept.output
    grow(here, 4)
    command("ledger", "checkpoint", "--store", here, "--since", "5", "--out", handed)
    assert command("ledger", "witness", "--store", partner, "--checkpoint", handed).exit_code == 0
    given_back = command("ledger", "witnessed", "--store", partner, "--of", "home").output
    assert json.loads(given_back)["head"]["tree_size"] == 9
    witness = tmp_path / "witness.json"
    witness.write_text(given_back)
    assert command("ledger", "verify", "--store", here, "--witness", witness).exit_code == 0

    shutil.rmtree(here)
    shutil.copytree(tmp_path / "backup", here)
    assert command("ledger", "verify", "--store", here).exit_code == 0
    against = command("ledger", "verify", "--store", here, "--witness", witness, "--json")
    assert against.exit_code == 1
    [problem] = json.loads(against.output)["problems"]
    assert (problem["kind"], problem["sequence"], problem["last"]) == ("truncated", 4, 9)
    told = command("ledger", "verify", "--store", here, "--witness", witness).output
    assert "entry 4 to 9: truncated" in told
    # Going on from there does not mend it: the partner refuses what it is shown next.
    grow(here, 8)
    command("ledger", "checkpoint", "--store", here, "--since", "9", "--out", handed)
    refused = command("ledger", "witness", "--store", partner, "--checkpoint", handed)
    assert isinstance(refused.exception, Conflict)


def test_what_is_no_checkpoint_and_who_is_not_kept_are_said(tmp_path: Path, command: Command) -> None:
    grow(tmp_path / "here", 1)
    missing = command(
        "ledger", "witness", "--store", tmp_path / "here", "--checkpoint", tmp_path / "none.json"
    )
    assert "none.json" in str(missing.exception)
    nobody = command("ledger", "witnessed", "--store", tmp_path / "here", "--of", "north")
    assert "north" in str(nobody.exception)


WHY = ("--purpose", "safeguarding_s17", "--reason", "Adoption order")
OF_A_STORE = (
    ("ledger", "verify"),
    ("ledger", "change-key", "--reason", "Yearly"),
    ("seal", "--protected", "a:1", "--other", "b:1", *WHY),
    ("hide", "--record", "a:1", "--named", "dana", *WHY),
    ("judge", "a:1", "b:1", "same", *WHY),
    ("thresholds", "undo", *WHY),
    ("lookup", "--family", "Quillfeather", *WHY),
    ("exchange", "partners"),
)


@pytest.mark.parametrize("words", OF_A_STORE, ids=lambda words: words[0])
def test_a_mistyped_store_is_refused_and_not_begun(
    tmp_path: Path, command: Command, words: tuple[str, ...]
) -> None:
    mistyped, other = tmp_path / "stroe", tmp_path / "feeds"
    other.mkdir()
    (other / "fire.toml").touch()
    for folder in (mistyped, other):
        ran = command(*words, "--store", folder)
        assert isinstance(ran.exception, StoreUnavailable)
        assert "Check --store" in str(ran.exception)
    assert not mistyped.exists()
    assert [one.name for one in other.iterdir()] == ["fire.toml"]


def test_a_ledger_that_is_gone_is_not_found_sound(tmp_path: Path, command: Command) -> None:
    grow(tmp_path, 2)
    Store(tmp_path).ledger_path.unlink()
    ran = command("ledger", "verify", "--store", tmp_path)
    assert isinstance(ran.exception, NotThere)
    assert not Store(tmp_path).ledger_path.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("seal", "--protected", "a:1", "--other", "b:1"),
        ("hide", "--record", "a:1", "--named", "dana"),
        ("judge", "a:1", "b:1", "same"),
        ("thresholds", "undo"),
    ],
    ids=lambda words: words[0],
)
def test_an_act_for_no_purpose_of_the_hub_leaves_nothing(
    tmp_path: Path, command: Command, words: tuple[str, ...]
) -> None:
    ran = command(*words, "--store", tmp_path, "--purpose", "curiosity", "--reason", "Because")
    assert isinstance(ran.exception, PurposeMissing)
    assert "curiosity: not a purpose of the hub" in str(ran.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_seal_names_the_records_that_the_snapshot_does_not_hold(tmp_path: Path, command: Command) -> None:
    sealed = ("seal", "--store", tmp_path, "--protected", "a:1", "--other", "b:9", *WHY)
    assert "Note" not in command(*sealed).output
    with Store(tmp_path).begin_build() as one:
        for table in TABLES:
            one.connection.execute(create_table(table))
        one.connection.execute("INSERT INTO build (snapshot_id, build_number) VALUES ('000001', 1)")
        one.connection.execute("INSERT INTO record (record_id) VALUES ('a:1')")
        one.publish()
    told = command(*sealed).output
    assert "b:9: no record of that id" in told
    assert "a:1:" not in told


def test_what_a_version_of_thresholds_changes_is_told(tmp_path: Path, command: Command) -> None:
    save = ("thresholds", "save", "--store", tmp_path, *WHY, "--set")
    assert "least_members: 3 before, 4 now\n" in command(*save, "gang_network.least_members=4").output
    taken_back = command("thresholds", "undo", "--store", tmp_path, *WHY)
    assert "least_members: 4 before, 3 now, as shipped" in taken_back.output
    assert "there is no such setting" in str(command(*save, "gang_network.least_memberz=4").exception)
