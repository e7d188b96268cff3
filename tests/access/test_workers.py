"""Who did something is called by name and role, as they had signed in when they did it."""

from datetime import UTC, datetime, timedelta

from access.workers import WorkerNames
from records.ledger import Entry, Ledger


def signed_in(ledger: Ledger, worker: str, role: str, name: str | None) -> None:
    details = {} if name is None else {"name": name}
    ledger.append(Entry(worker, role, "home", "sign_in", "answered", details=details))


def test_a_worker_is_called_by_the_name_and_role_that_they_had_signed_in_with(tmp_path):
    now = datetime(2026, 9, 1, 9, tzinfo=UTC)
    clock = [now]
    with Ledger.open(tmp_path / "ledger.sqlite", tmp_path / "keys", lambda: clock[0]) as ledger:
        signed_in(ledger, "u-1", "analyst", "Gwen Adeyemi")
        signed_in(ledger, "u-2", "decision_maker", "Daniel Okonjo-Reed")
        signed_in(ledger, "u-3", "link_reviewer", None)
        ledger.append(Entry("u-4", "operator", "home", "lookup", "answered"))
        later = clock[0] = now + timedelta(days=40)
        signed_in(ledger, "u-1", "marac_coordinator", "Gwen Adeyemi-Pratt")
        names = WorkerNames(ledger)
        assert [names.of(worker, now) for worker in ("u-1", "u-2", "u-3", "u-4", "u-5")] == [
            "Gwen Adeyemi, analyst",
            "Daniel Okonjo-Reed, decision-maker",
            "u-3",
            "u-4",
            "u-5",
        ]
        # What she did then she did under her name and role of then, whatever she is called now.
        assert names.of("u-1", later) == "Gwen Adeyemi-Pratt, MARAC coordinator"
        assert names.of("u-1", later - timedelta(days=1)) == "Gwen Adeyemi, analyst"
        assert [names.name_of(worker) for worker in ("u-1", "u-3", "u-5")] == [
            "Gwen Adeyemi-Pratt",
            None,
            None,
        ]
