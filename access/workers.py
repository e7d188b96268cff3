"""What the people of the hub are called, where a page or a document says who did something."""

from datetime import datetime, timedelta
from typing import Final

from records.ledger import Entry, Ledger

# Roles whose words are not just the key with its underscores taken out.
_ROLES: Final[dict[str, str]] = {"decision_maker": "decision-maker", "marac_coordinator": "MARAC coordinator"}


class WorkerNames:
    """The name and role with which people sign in to the console; each looked up once.

    Who signs in tells of nobody that the hub knows, so it is the same for every reader, and looking is not logged.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[str, datetime], str] = {}

    def of(self, worker: str, at: datetime) -> str:
        """What the worker whom the ledger knows by this id was called who did something at ``at``: name and role of then.

        The id where they had not signed in here. A later name or role changes nothing of what was said before, so that a
        document made again is the same.
        """
        if (worker, at) not in self._known:
            # Until is exclusive; whoever signs in may act in the same instant.
            self._known[worker, at] = self._told(worker, until=at + timedelta(microseconds=1))
        return self._known[worker, at]

    def name_of(self, worker: str) -> str | None:
        """The name alone that a worker last signed in with; None where they never did."""
        latest = self._latest(worker)
        return _name(latest) if latest else None

    def _told(self, worker: str, until: datetime) -> str:
        latest = self._latest(worker, until=until)
        name = _name(latest) if latest else None
        if latest is None or name is None:
            return worker
        return f"{name}, {_ROLES.get(latest.role) or latest.role.replace('_', ' ')}"

    def _latest(self, worker: str, **filters: datetime) -> Entry | None:
        found = self._ledger.entries(act="sign_in", actor=worker, newest_first=True, limit=1, **filters)
        return found[0].entry if found else None


def _name(entry: Entry) -> str | None:
    return str(entry.details.get("name") or "").strip() or None
