"""What the HTTP room asks of the desk it is given."""

from typing import Protocol

from access import ReadingDesk


class HubDesk(ReadingDesk, Protocol):
    """Opens scoped views, and says whether it could."""

    def check_ready(self) -> None:
        """Return when data and ledger can be read; raises StoreUnavailable or LedgerUnavailable."""
        ...
