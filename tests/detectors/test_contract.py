"""What every detector owes its reader: a rule in words, sourced thresholds, stored findings, a page that is current."""

import json
import re
from pathlib import Path

import pytest

from detectors import DETECTORS, Thresholds, detector_pages, rule_text, store_findings
from detectors.fact_tables import FACT_TABLES
from records.errors import BadInput
from records.snapshot import ROW_TABLES
from records.vocabulary import DETECTORS as NAMES

PAGES = Path(__file__).parents[2] / "docs" / "detectors"


def test_the_registry_is_the_vocabulary():
    assert tuple(detector.name for detector in DETECTORS) == NAMES


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_each_says_its_rule_and_has_thresholds_with_sources(detector):
    assert len(rule_text(detector)) > 200
    limits = getattr(Thresholds(), detector.name)
    assert all(field.description for field in type(limits).model_fields.values())


def test_a_detector_without_a_rule_in_words_is_refused():
    class Silent:
        name, version, grows = "silent", "1", False

    with pytest.raises(TypeError, match="silent"):
        rule_text(Silent())


def test_a_profile_changes_what_it_names_and_refuses_what_it_does_not_know():
    asked = Thresholds.from_profile({"repeat_marac": {"window_days": 180}})
    assert (asked.repeat_marac.window_days, asked.gang_network) == (180, Thresholds().gang_network)
    with pytest.raises(BadInput, match=r"repeat_marac\.window"):
        Thresholds.from_profile({"repeat_marac": {"window": 180}})


def test_findings_are_stored_with_ranks_subjects_and_evidence(world):
    for name, times in (("often", 6), ("less", 4)):
        record = world.person(name)
        for number in range(times):
            world.event("contact", world.days_ago(10 + 30 * number), {record: "subject"})
    store_findings(world.connection, world.scope, world.find("repeat_notifications"))
    rows = world.connection.execute("SELECT rank, finding_id, body FROM finding ORDER BY rank").fetchall()
    assert [json.loads(body)["subjects"][0]["person_id"] for *_, body in rows] == ["often", "less"]
    evidence = world.connection.execute(
        "SELECT count(*) FROM finding_evidence e JOIN involvement v USING (event_id, record_id, role)"
    ).fetchall()
    assert evidence == [(10,)]
    store_findings(world.connection, world.scope, [])
    assert world.connection.execute("SELECT count(*) FROM finding_subject").fetchall() == [(0,)]


def test_the_pages_are_what_the_code_says():
    for name, text in detector_pages().items():
        assert (PAGES / name).read_text(encoding="utf-8") == text, (
            f"{name} is behind the code: run `mashlink docs`"
        )


@pytest.mark.parametrize("table", FACT_TABLES, ids=lambda table: table.__name__)
def test_facts_read_the_rows_of_the_scope_and_no_others(table):
    read = re.findall(r"\b(?:FROM|JOIN) (\w+)", table())
    assert read
    assert not set(read) & (set(ROW_TABLES) - {"label"})
