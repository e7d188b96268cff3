"""A hub that sets a key goes on with encrypted snapshots, answers as before, and does not start without the key."""

import base64
import shutil
from pathlib import Path
from typing import Any

import pytest

from access import Description, Principal, Purpose
from mashlink.build import BuildRequest, build
from mashlink.serve import ServeOptions, serve
from mashlink.settings import Settings
from mashlink.wiring import open_desk, store_at
from records.errors import StoreUnavailable

pytestmark = [pytest.mark.xdist_group("walk"), pytest.mark.slow]
OPERATOR = Principal("op", "Operator", "operator", "host", "home")
WHY = Purpose("safeguarding_s47", "Strategy meeting")


def a_key_file(path: Path, key: bytes) -> Settings:
    path.touch(mode=0o600)
    path.write_text(base64.b64encode(key).decode() + "\n", encoding="ascii")
    return Settings(snapshot_key_file=path)


def people_of(store: Path, settings: Settings) -> list[Any]:
    with store_at(store, settings).open_current() as connection:
        return connection.execute(
            "SELECT scope, record_id, person_id FROM membership ORDER BY ALL"
        ).fetchall()


def test_a_hub_that_sets_a_key_carries_on_encrypted(walked: Any, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(walked.store, store)
    plain = people_of(store, Settings())
    with store_at(store, Settings()).open_current() as connection:
        [family, born] = connection.execute(
            "SELECT family_name, date_of_birth FROM record WHERE length(family_name) > 6 AND date_of_birth IS NOT NULL"
            " ORDER BY record_id LIMIT 1"
        ).fetchone() or ("", None)
    settings = a_key_file(tmp_path / "snapshot.keys", bytes(range(32)))
    report = build(BuildRequest(feeds=walked.region / "feeds", store=store), settings)
    assert (report.people, report.links, report.findings) == tuple(
        walked.report[what] for what in ("people", "links", "findings")
    )
    assert people_of(store, settings) == plain
    content = store_at(store, settings).current_path().read_bytes()
    assert str(family).encode() not in content

    with open_desk(store, settings) as desk, desk.open(OPERATOR, WHY, "lookup") as view:
        assert view.lookup(Description(family_name=family, date_of_birth=born)).hit

    wrong = a_key_file(tmp_path / "wrong.keys", bytes(32))
    for unfit in (Settings(), wrong):
        with pytest.raises(StoreUnavailable, match="snapshot_key_file"):
            serve(store, unfit, ServeOptions(demo=True), lambda: pytest.fail("it started"))
