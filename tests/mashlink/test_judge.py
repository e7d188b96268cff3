"""The command line judges two records as the desk does, lists the queue, and tells of conflicts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from records.ledger import Ledger
from records.snapshot import Store

pytestmark = pytest.mark.slow
WHY = ("--purpose", "data_quality", "--reason", "Weekly review")


def entries(store: Path) -> list[Any]:
    with Ledger.open(Store(store).ledger_path, Store(store).keys_path) as ledger:
        return ledger.entries()


def test_before_the_first_build_ids_are_taken_as_they_are(
    mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    ran = mashlink("judge", "--store", tmp_path, "a:1", "b:1", "same", *WHY)
    assert ran.status == 0, ran.complaints
    assert [one.entry.act for one in entries(tmp_path)] == ["judge"]
    assert mashlink("judge", "--store", tmp_path, "a:1", "b:1", "same").status == 2


@pytest.mark.xdist_group("walk")
def test_a_judgement_and_its_contradiction(walked: Any, mashlink: Callable[..., Any]) -> None:
    with Store(walked.store).open_current() as connection:
        one, other = connection.execute(
            "SELECT min(record_id), max(record_id) FROM membership WHERE scope = 'hub' GROUP BY person_id"
            " HAVING count(*) > 1 ORDER BY person_id LIMIT 1"
        ).fetchall()[0]
    listed = mashlink("review", "--store", walked.store, *WHY, "--limit", "5", "--json")
    assert listed.status == 0, listed.complaints
    lines = listed.json["lines"]
    changes = [line["expected_change"] for line in lines]
    assert changes == sorted(changes, reverse=True)
    assert len(lines) == 5
    opened = mashlink("review", "--store", walked.store, *WHY, "--pair", lines[0]["pair"])
    assert opened.status == 0, opened.complaints
    assert "Together" in opened.output
    before = len(entries(walked.store))
    assert mashlink("judge", "--store", walked.store, one, other, "not_same").status == 2
    assert mashlink("judge", "--store", walked.store, one, "police:none", "same", *WHY).status == 1
    assert mashlink("judge", "--store", walked.store, one, other, "not_same", *WHY).status == 0
    assert [(left.entry.act, left.entry.outcome) for left in entries(walked.store)[before:]] == [
        ("judge", "denied"),
        ("judge", "empty"),
        ("judge", "answered"),
    ]
    conflicts = mashlink("review", "--store", walked.store, *WHY, "--what", "conflicts")
    assert (conflicts.status, conflicts.output) == (0, "")
    settled = mashlink("judge", "--store", walked.store, one, other, "cannot_say", "--settle", *WHY, "--json")
    assert settled.json["judgement"]["decision"] == "cannot_say"
