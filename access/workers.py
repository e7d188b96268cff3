"""What the people of the hub are called, where a page or a document says who did something."""

from typing import Final

from records.ledger import Entry, Ledger

# Roles whose words are not just the key with its underscores taken out.
_ROLES: Final[dict[str, str]] = {"decision_maker": "decision-maker", "marac_coordinator": "MARAC coordinator"}


class WorkerNames:
    """The name and role with which somebody last signed in to the console; each looked up once.

    Who signs in tells of nobody that the hub knows, so it is the same for every reader, and looking is not logged.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, str] = {}

    def of(self, worker: str) -> str:
        """Name and role of the worker whom the ledger knows by this id; the id where they never signed in here."""
        if worker not in self._known:
            self._known[worker] = self._told(worker)
        return self._known[worker]

    def name_of(self, worker: str) -> str | None:
        """The name alone; None where they never signed in here."""
        latest = self._latest(worker)
        return _name(latest) if latest else None

    def _told(self, worker: str) -> str:
        latest = self._latest(worker)
        name = _name(latest) if latest else None
        if latest is None or name is None:
            return worker
        return f"{name}, {_ROLES.get(latest.role) or latest.role.replace('_', ' ')}"

    def _latest(self, worker: str) -> Entry | None:
        found = self._ledger.entries(act="sign_in", actor=worker, newest_first=True, limit=1)
        return found[0].entry if found else None


def _name(entry: Entry) -> str | None:
    return str(entry.details.get("name") or "").strip() or None
