"""Until the next build readers are served what remains of the snapshot: nothing of the erased, everything of the others."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from records.erasure import EMPTIED_COLUMNS
from records.snapshot import LeftOut, RemainingSnapshot, SnapshotKeys, cursor_on

MARTA = frozenset({"police:m1", "council:m1", "health:m1"})
LEFT_OUT = LeftOut(MARTA, frozenset({"health:v1"}), frozenset({"police:n1", "council:r1"}))
TRACES = ("Marta", "9990000018", "2013", *sorted(MARTA), "health:v1")
ALIKE = (
    "SELECT * FROM membership ORDER BY ALL",
    "SELECT * FROM person ORDER BY ALL",
    # How many people two events, or a tie, have in common is counted when they are built.
    "SELECT scope, event_id, incident_id, via_event_id FROM incident ORDER BY ALL",
    "SELECT * EXCLUDE label_id FROM event ORDER BY ALL",
    "SELECT * EXCLUDE label_id FROM involvement ORDER BY ALL",
    "SELECT * EXCLUDE strength FROM edge WHERE kind NOT IN ('member') ORDER BY ALL",
    "SELECT * FROM node WHERE kind IN ('person', 'incident', 'phone', 'place') ORDER BY ALL",
)


def without_marta(world: Any) -> Any:
    """The world with her rows gone, and the events of others with their key features alone."""
    kept = []
    for table, label, row in world.rows:
        if MARTA & {row.get("record_id"), row.get("other_record_id")} or row.get("event_id") == "health:v1":
            continue
        reduced = table == "event" and row["event_id"] in LEFT_OUT.reduced_event_ids
        emptied = EMPTIED_COLUMNS if reduced else ()
        kept.append((table, label, {name: value for name, value in row.items() if name not in emptied}))
    world.rows = kept
    return world


@pytest.fixture
def remaining(own_family: Any) -> Any:
    snapshot = RemainingSnapshot(own_family.store.current_path(), SnapshotKeys(), EMPTIED_COLUMNS)
    snapshot.leave_out(LEFT_OUT)
    with closing(snapshot), closing(cursor_on(snapshot.connection)) as cursor:
        yield cursor, snapshot


def test_what_remains_is_what_a_build_without_the_erased_gives(
    remaining: Any, make_family: Callable[[], Any], open_scene: Callable[..., Any], tmp_path: Path
) -> None:
    cursor, _ = remaining
    with (
        open_scene(tmp_path / "without", without_marta(make_family())) as scene,
        closing(scene.store.open_current()) as built,
    ):
        for query in ALIKE:
            assert cursor.execute(query).fetchall() == built.execute(query).fetchall(), query
        kept, raised = (one.execute("SELECT finding_id FROM finding").fetchall() for one in (cursor, built))
        assert set(kept) <= set(raised)


def test_no_cell_of_it_names_the_erased(remaining: Any) -> None:
    cursor, snapshot = remaining
    for table in snapshot.tables:
        text = json.dumps(cursor.execute(f'SELECT * FROM "{table}"').fetchall(), default=str)
        assert [one for one in TRACES if one in text] == [], table


def test_nothing_left_out_is_everything(own_family: Any, remaining: Any) -> None:
    cursor, snapshot = remaining
    snapshot.leave_out(LeftOut())
    with closing(own_family.store.open_current()) as whole:
        for table in snapshot.tables:
            query = f'SELECT * FROM "{table}" ORDER BY ALL'
            assert cursor.execute(query).fetchall() == whole.execute(query).fetchall(), table


def test_a_finding_stays_unless_it_rests_on_what_is_gone(remaining: Any) -> None:
    cursor, snapshot = remaining
    query = "SELECT DISTINCT finding_id FROM finding JOIN finding_evidence USING (scope, finding_id)"
    assert cursor.execute(query).fetchall() == []  # one event of its evidence was Marta's too
    snapshot.leave_out(LeftOut(MARTA, LEFT_OUT.event_ids, frozenset({"council:r1"})))
    assert cursor.execute(query).fetchall() != []


def test_a_scope_of_which_somebody_lost_a_part_is_formed_on_demand(remaining: Any) -> None:
    cursor, snapshot = remaining
    snapshot.leave_out(LeftOut(frozenset({"council:l1"})))
    assert cursor.execute("SELECT count(*) FROM person").fetchall() == [(0,)]
    assert cursor.execute("SELECT count(*) FROM record WHERE record_id LIKE '%:l1'").fetchall() == [(1,)]
