"""An entry that cannot be folded is a clear refusal that names it, never a state that half understood it."""

from datetime import UTC, date, datetime

import pytest

from records.errors import LedgerUnavailable
from records.ledger import Actor, Entry, Ledger, LedgerState, LoggedEntry, hide
from records.ledger.exchange import EXCHANGE_ACTS
from records.ledger.folding import ERASE, STATE_ACTS, fold
from records.ledger.well_formed import SHAPES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
# A value that each check takes, by the name of the check; the others are lists that name what they take.
GOOD = {
    "_ids": ["a:1"],
    "_name": "a:1",
    "_words": None,
    "_day": "2026-03-02",
    "_last_day": None,
    "_number": 1,
}
KNOWN = ("same", "confirmed", "given", "would_not_help", "shareable", "justified")


def logged(act, details, sequence=7):
    return LoggedEntry(sequence, NOW, Entry("mo", "decision_maker", "home", act, "answered", details=details))


def good_value(holds):
    return GOOD.get(holds.__name__) if holds.__name__ in GOOD else next(one for one in KNOWN if holds(one))


def good_details(act):
    return {name: good_value(holds) for name, holds in SHAPES[act].items()}


@pytest.mark.parametrize(("act", "name"), [(act, name) for act, shape in SHAPES.items() for name in shape])
def test_each_detail_of_each_act_is_asked_for(act, name):
    lacking = {key: value for key, value in good_details(act).items() if key != name}
    with pytest.raises(
        LedgerUnavailable, match=rf"Entry 7 of the ledger \({act}\).*lack {name}.*mashlink ledger"
    ):
        fold(LedgerState(), [logged(act, lacking)])
    for wrong in ({"a:1": 1}, 3.5):
        with pytest.raises(LedgerUnavailable, match=f"Entry 7 .*its {name} is not"):
            fold(LedgerState(), [logged(act, {**lacking, name: wrong})])


def test_every_act_that_changes_what_stands_has_its_shape_or_asks_by_itself():
    assert set(STATE_ACTS) - set(SHAPES) == {*EXCHANGE_ACTS, "reveal", ERASE}


def test_ids_that_came_as_one_text_hide_nobody_in_silence():
    details = {"record_ids": "council:m1", "named_actors": []}
    with pytest.raises(LedgerUnavailable, match="its record_ids is not"):
        fold(LedgerState(), [logged("hide", details)])


def test_a_detail_between_hubs_that_cannot_be_read_is_refused_too():
    with pytest.raises(LedgerUnavailable, match=r"Entry 7 of the ledger \(exchange_partner\)"):
        fold(LedgerState(), [logged("exchange_partner", {"hub": "next"})])


@pytest.mark.parametrize("outcome", ["denied", "failed"])
def test_what_was_not_done_need_not_be_well_formed(outcome):
    entry = Entry("mo", "analyst", "home", "hide", outcome, details={"anything": 1})
    assert fold(LedgerState(), [LoggedEntry(1, NOW, entry)]).hide_orders == ()


def test_a_ledger_with_such_an_entry_answers_nothing_until_it_is_mended(tmp_path):
    actor = Actor("mo", "privacy_officer", "home", "audit", "In hiding")
    with Ledger.open(tmp_path / "ledger.sqlite", tmp_path / "keys", clock=lambda: NOW) as ledger:
        hide(ledger, actor, ["council:m1"], ["mo"])
        assert len(ledger.state().hide_orders) == 1
        ledger.append(
            Entry("x", "operator", "home", "lift_hide", "answered", details={"order_id": ["hide-1"]})
        )
        for _ in range(2):
            with pytest.raises(LedgerUnavailable, match=r"Entry 2 of the ledger \(lift_hide\)"):
                ledger.state()
        ledger.erase(2, by=Entry("ola", "operator", "home", "erase", "answered", reason="Malformed"))
        assert len(ledger.state().hide_orders) == 1


def test_days_are_days():
    standing = {name: value for name, value in good_details("release").items() if name != "ends_on"}
    state = fold(LedgerState(), [logged("release", {**standing, "ends_on": "2026-04-01"})])
    assert state.grants[0].ends_on == date(2026, 4, 1)
    with pytest.raises(LedgerUnavailable, match="its ends_on is not"):
        fold(LedgerState(), [logged("release", {**standing, "ends_on": "next spring"})])
