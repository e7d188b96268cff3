"""Who did something is called by name and role, as they last signed in."""

from datetime import UTC, datetime

from access.workers import WorkerNames
from records.ledger import Entry, Ledger


def signed_in(ledger: Ledger, worker: str, role: str, name: str | None) -> None:
    details = {} if name is None else {"name": name}
    ledger.append(Entry(worker, role, "home", "sign_in", "answered", details=details))


def test_a_worker_is_called_by_the_name_and_role_of_the_latest_sign_in(tmp_path):
    with Ledger.open(
        tmp_path / "ledger.sqlite", tmp_path / "keys", lambda: datetime(2026, 9, 1, tzinfo=UTC)
    ) as ledger:
        signed_in(ledger, "u-1", "analyst", "Gwen Adeyemi")
        signed_in(ledger, "u-1", "marac_coordinator", "Gwen Adeyemi-Pratt")
        signed_in(ledger, "u-2", "decision_maker", "Daniel Okonjo-Reed")
        signed_in(ledger, "u-3", "link_reviewer", None)
        ledger.append(Entry("u-4", "operator", "home", "lookup", "answered"))
        names = WorkerNames(ledger)
        assert [names.of(worker) for worker in ("u-1", "u-2", "u-3", "u-4", "u-5")] == [
            "Gwen Adeyemi-Pratt, MARAC coordinator",
            "Daniel Okonjo-Reed, decision-maker",
            "u-3",
            "u-4",
            "u-5",
        ]
        assert [names.name_of(worker) for worker in ("u-1", "u-3", "u-5")] == [
            "Gwen Adeyemi-Pratt",
            None,
            None,
        ]
