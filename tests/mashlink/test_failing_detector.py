"""A detector that breaks in a build: the others finish, its old findings stay and say so, and it takes up where it was."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from detectors import DETECTORS
from mashlink.build import BuildRequest, build
from mashlink.settings import Settings
from records.snapshot import Store

NAME = "repeat_notifications"


def findings(store: Path) -> dict[str, dict[str, str | None]]:
    """Detector to finding id to the day since when nobody looked, in the scope hub."""
    with Store(store).open_current() as connection:
        rows = connection.execute(
            "SELECT detector, finding_id, body->>'$.stale_since' FROM finding WHERE scope = 'hub' ORDER BY ALL"
        ).fetchall()
    found: dict[str, dict[str, str | None]] = {}
    for detector, known, since in rows:
        found.setdefault(detector, {})[known] = since
    return found


@pytest.mark.xdist_group("walk")
def test_a_detector_that_breaks_keeps_its_findings_marked_stale(
    walked: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, feeds = tmp_path / "store", tmp_path / "feeds"
    shutil.copytree(walked.store, store)
    shutil.copytree(walked.region / "feeds", feeds)
    before = findings(store)
    assert before[NAME]
    assert set(before[NAME].values()) == {None}
    request = BuildRequest(feeds=feeds, store=store)

    def breaks(*_: object) -> None:
        raise ValueError("Ottoline Quillfeather")

    with monkeypatch.context() as broken:
        broken.setattr(type(next(d for d in DETECTORS if d.name == NAME)), "find", breaks)
        report = build(request, Settings())
    assert any(NAME in warning and "ValueError at running.py:" in warning for warning in report.warnings)
    assert not [warning for warning in report.warnings if "Quillfeather" in warning]
    after = findings(store)
    assert {name: set(ids) for name, ids in after.items()} == {n: set(ids) for n, ids in before.items()}
    assert set(after[NAME].values()) == {report.as_of.isoformat()}
    assert all(set(ids.values()) == {None} for name, ids in after.items() if name != NAME)
    build(request, Settings())
    assert findings(store) == before
