"""Thresholds that a hub saves are versions, each with who, when and why; the newest is in force."""

from datetime import UTC, datetime

import pytest

from mashlink.commands.thresholds import parse_changes
from mashlink.hub_thresholds import save_thresholds, saved_thresholds, undo_thresholds
from mashlink.settings import Settings
from mashlink.wiring import configuration_of, thresholds_of
from records.errors import BadInput, Conflict
from records.snapshot import Store

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_each_save_is_a_version_over_the_one_before_and_the_newest_is_in_force(store):
    settings = Settings(thresholds={"repeat_marac": {"window_days": 200}})
    assert configuration_of(settings, store) == "settings file"
    save_thresholds(store, {"gang_network": {"least_members": 4}}, "mo", "Too many pairs", AT)
    saved = save_thresholds(
        store, {"gang_network": {"least_incidents": 6, "least_members": 3}}, "mo", "Too few", AT
    )
    assert saved.thresholds == {"gang_network": {"least_incidents": 6}}
    held = thresholds_of(settings, store)
    assert (held.gang_network.least_members, held.gang_network.least_incidents) == (3, 6)
    assert held.repeat_marac.window_days == 200
    assert configuration_of(settings, store) == "version 2, saved 2026-03-02"
    assert sorted(file.name for file in (store.path / "thresholds").iterdir()) == ["0001.json", "0002.json"]


def test_a_version_is_taken_back_by_a_further_one(store):
    with pytest.raises(BadInput, match="nothing to take back"):
        undo_thresholds(store, "mo", "A slip", AT)
    save_thresholds(store, {"gang_network": {"least_members": 4}}, "mo", "Too many pairs", AT)
    save_thresholds(store, {"gang_network": {"least_incidents": 9}}, "mo", "Too many still", AT)
    with pytest.raises(BadInput, match="Say why"):
        undo_thresholds(store, "mo", " ", AT)
    assert undo_thresholds(store, "eve", "Nine hid two groups", AT).thresholds == {
        "gang_network": {"least_members": 4}
    }
    held = thresholds_of(Settings(), store)
    assert (held.gang_network.least_members, held.gang_network.least_incidents) == (4, 4)
    assert [(saved_thresholds(store).version, saved_thresholds(store).saved_by)] == [(3, "eve")]


def test_the_first_version_taken_back_leaves_what_is_shipped(store):
    save_thresholds(store, {"gang_network": {"least_members": 4}}, "mo", "Too many pairs", AT)
    assert undo_thresholds(store, "mo", "A slip", AT).thresholds == {}
    assert thresholds_of(Settings(), store).gang_network.least_members == 3


def test_what_cannot_be_saved_leaves_no_version(store):
    for changes, reason in (
        ({"gang_network": {"least_members": 4}}, " "),
        ({"gang_network": {"x": 4}}, "Why"),
    ):
        with pytest.raises(BadInput):
            save_thresholds(store, changes, "mo", reason, AT)
    assert saved_thresholds(store) is None


def test_two_who_save_at_once_do_not_write_over_each_other(store, monkeypatch):
    save_thresholds(store, {"gang_network": {"least_members": 4}}, "mo", "First", AT)
    monkeypatch.setattr("mashlink.hub_thresholds.saved_thresholds", lambda _store: None)
    with pytest.raises(Conflict, match="just now"):
        save_thresholds(store, {"gang_network": {"least_members": 5}}, "eve", "Second", AT)
    monkeypatch.undo()
    assert saved_thresholds(store).reason == "First"


def test_a_damaged_version_is_named(store):
    (store.path / "thresholds").mkdir()
    (store.path / "thresholds" / "0001.json").write_text("{}")
    with pytest.raises(BadInput, match=r"0001\.json"):
        thresholds_of(Settings(), store)


def test_settings_are_written_as_detector_setting_value():
    assert parse_changes(["gang_network.least_members=4", 'gang_network.concerns=["weapons"]', "a.b=c"]) == {
        "gang_network": {"least_members": 4, "concerns": ["weapons"]},
        "a": {"b": "c"},
    }
    with pytest.raises(BadInput, match="least_members=4"):
        parse_changes(["gang_network=4"])
