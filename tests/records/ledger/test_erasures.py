"""Erasing rows takes who it was out of every entry, leaves what concerns others, and verification says so."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from records.errors import BadInput, Conflict
from records.ledger import (
    Actor,
    Entry,
    ErasureTerms,
    GrantTerms,
    Ledger,
    erase_rows,
    hold,
    judge,
    lift_hold,
    release,
    restrict,
)

OPERATOR = Actor("op", "operator", "home", "audit", "Request under Article 17")
TERMS = ErasureTerms(
    "person",
    "key-1",
    records=frozenset({"0a", "0b"}),
    events=frozenset({"0c"}),
    record_ids=frozenset({"police:1", "health:1"}),
    words=frozenset({"Quillfeather", "9990000018"}),
)
Make = Callable[..., Entry]


def test_an_entry_about_nobody_else_is_blanked_and_one_about_others_keeps_them(
    ledger: Ledger, entry: Make
) -> None:
    ledger.append(entry(subjects=("police:1",), reason="Is Quillfeather known?"))
    ledger.append(
        entry(subjects=("police:1", "police:2"), reason="Ms QUILLFEATHER called", details={"rows": 7})
    )
    ledger.append(entry(subjects=("police:2",)))
    restrict(ledger, OPERATOR, ["health:1", "health:2"], GrantTerms(frozenset({"dana"})))
    judge(ledger, OPERATOR, "police:1", "police:2", "same")
    release(
        ledger, OPERATOR, ["police:1"], GrantTerms(agencies=frozenset({"health"}), ends_on=date(2027, 1, 1))
    )
    erase_rows(ledger, OPERATOR, TERMS)

    both = ledger.entries(limit=2)[1].entry
    assert (both.subjects, both.reason, both.details) == (("police:2",), None, {"rows": 7})
    assert [one.sequence for one in ledger.entries() if one.erased] == [1, 5, 6]
    assert ledger.entries(subject="police:1") == []
    assert [one.sequence for one in ledger.entries(subject="police:2")] == [2, 3]
    state = ledger.state()
    # The restriction goes on for the other; the judgement and the release had nobody else.
    assert [(one.kind, one.record_ids) for one in state.grants] == [("restriction", frozenset({"health:2"}))]
    assert (state.judgements, state.erasures[0].records) == ({}, TERMS.records)

    report = ledger.verify()
    assert report.sound, report.problems
    assert report.erased == (1, 2, 4, 5, 6)


def test_what_an_erasure_left_of_an_entry_is_vouched_for(
    ledger: Ledger, entry: Make, tamper: Callable[..., None]
) -> None:
    ledger.append(entry(subjects=("police:1", "police:2")))
    erase_rows(ledger, OPERATOR, TERMS)
    erase_rows(
        ledger, OPERATOR, ErasureTerms("person", "key-1", frozenset({"0d"}), record_ids=frozenset({"x:9"}))
    )
    assert ledger.verify().sound
    tamper("UPDATE ledger_payload SET body = replace(body, 'police:2', 'police:3') WHERE sequence = 1")
    assert [one.kind for one in ledger.verify().problems] == ["payload_altered"]


def test_an_entry_that_two_erasures_touch_is_still_vouched_for(ledger: Ledger, entry: Make) -> None:
    ledger.append(entry(subjects=("police:1", "police:2", "police:3")))
    erase_rows(ledger, OPERATOR, TERMS)
    erase_rows(
        ledger,
        OPERATOR,
        ErasureTerms("person", "key-1", frozenset({"0d"}), record_ids=frozenset({"police:2"})),
    )
    assert ledger.entries(limit=1)[0].entry.subjects == ("police:3",)
    erase_rows(
        ledger,
        OPERATOR,
        ErasureTerms("person", "key-1", frozenset({"0e"}), record_ids=frozenset({"police:3"})),
    )
    assert ledger.entries(limit=1)[0].erased
    assert ledger.verify().sound


def test_a_hold_stops_an_erasure_until_it_is_lifted(ledger: Ledger) -> None:
    hold(ledger, OPERATOR, ["health:1"], "Family court 7")
    with pytest.raises(Conflict, match="Family court 7"):
        erase_rows(ledger, OPERATOR, TERMS)
    assert ledger.state().erasures == ()
    lift_hold(ledger, OPERATOR, "hold-1")
    erase_rows(ledger, OPERATOR, TERMS)
    assert len(ledger.state().erasures) == 1
    with pytest.raises(Conflict, match="no such hold"):
        lift_hold(ledger, OPERATOR, "hold-1")


def test_the_reason_of_an_erasure_may_not_name_the_person(ledger: Ledger) -> None:
    loud = Actor("op", "operator", "home", "audit", "quillfeather asked for it")
    with pytest.raises(BadInput, match="without naming"):
        erase_rows(ledger, loud, TERMS)
    assert ledger.entries() == []


@pytest.mark.parametrize(
    "terms", [ErasureTerms("person", "k"), ErasureTerms("other", "k", frozenset({"0a"}))]
)
def test_an_erasure_of_nothing_or_of_no_kind_is_refused(ledger: Ledger, terms: ErasureTerms) -> None:
    with pytest.raises(BadInput):
        erase_rows(ledger, OPERATOR, terms)


def test_no_byte_of_the_erased_is_left_in_the_file(tmp_path: Path, entry: Make) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite", tmp_path / "keys") as ledger:
        for number in range(60):
            ledger.append(entry(subjects=("police:1", f"police:{number + 10}"), reason="Quillfeather again"))
            ledger.append(entry(subjects=("police:1",), reason="Where does Quillfeather live?"))
        erase_rows(ledger, OPERATOR, TERMS)
        left = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("ledger.sqlite*")))
        assert ledger.verify().sound
    for trace in (b'"police:1"', b"Quillfeather"):
        assert trace not in left
    assert b"police:10" in left
