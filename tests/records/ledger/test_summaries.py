"""What the ledger counts of workers and subjects, in both databases."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
EVER = (START, START + timedelta(days=1))


def test_workers_and_subjects_are_counted(ledger, entry):
    for facts in (
        {"subjects": ("police:1", "nhs:2")},
        {"subjects": ("police:1",), "details": {"alerts": [{"kind": "hide_order"}]}},
        {"subjects": (), "outcome": "denied"},
        {"actor": "eve", "subjects": ("police:1",), "purpose": None},
        {"role": "auditor", "act": "ledger", "subjects": ()},
    ):
        ledger.append(entry(**facts))
    workers = ledger.workers(*EVER)
    assert [(one.actor, one.role, one.entries, one.records, one.alerts, one.denied) for one in workers] == [
        ("dana", "analyst", 3, 2, 1, 1),
        ("dana", "auditor", 1, 0, 0, 0),
        ("eve", "analyst", 1, 1, 0, 0),
    ]
    assert (workers[0].first, workers[0].last, workers[0].days) == (START, START + timedelta(minutes=2), 1)
    assert [(one.actor, one.entries) for one in ledger.readers_of("police:1")] == [("eve", 1), ("dana", 2)]
    assert ledger.readers_of("police:9") == []
    assert [
        (look.sequence, look.actor, look.record_ids) for look in ledger.looks(*EVER, frozenset({"lookup"}))
    ] == [
        (1, "dana", frozenset({"police:1", "nhs:2"})),
        (2, "dana", frozenset({"police:1"})),
        (4, "eve", frozenset({"police:1"})),
    ]
    assert ledger.workers(START - timedelta(days=2), START) == []
    assert ledger.looks(START, START + timedelta(minutes=1), frozenset({"lookup"}))[0].sequence == 1
