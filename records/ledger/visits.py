"""Visits to the console, kept in the ledger's database so that every process that serves it knows them.

They are no part of the record: rows come and go. What browsers hold is a random token; here stands its digest alone,
so that whoever reads the table can sign in as nobody.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from records.ledger.database import reading, writing
from records.ledger.tables import SESSION, SIGN_IN_ATTEMPT

# A bound on what a flood of sign-ins can leave behind; the oldest are pushed out and start again.
_MOST_ATTEMPTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """A visit by its key. ``began`` and ``seen`` are seconds since 1970; ``body`` is text that the console alone reads."""

    key: str
    subject: str
    began: float
    seen: float
    body: str


@dataclass(frozen=True, slots=True)
class KeptAttempt:
    """A sign-in on its way to the provider and back."""

    key: str
    began: float
    body: str


class Visits:
    """The visits and sign-in attempts of one ledger's database. Every call may raise LedgerUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, visit: KeptVisit, oldest: float) -> None:
        """Keep a new visit, and forget those that began before ``oldest``."""
        with writing(self._engine) as connection:
            connection.execute(delete(SESSION).where(SESSION.c.began < oldest))
            connection.execute(
                insert(SESSION),
                {
                    "key": visit.key,
                    "subject": visit.subject,
                    "began": visit.began,
                    "seen": visit.seen,
                    "body": visit.body,
                },
            )

    def of(self, key: str) -> KeptVisit | None:
        """The visit of this key, if it is kept."""
        with reading(self._engine) as connection:
            row = connection.execute(select(SESSION).where(SESSION.c.key == key)).first()
        return None if row is None else _visit(row)

    def saw(self, key: str, at: float) -> None:
        """Note that the visitor was there; never brings back a visit that was ended meanwhile."""
        with writing(self._engine) as connection:
            connection.execute(update(SESSION).where(SESSION.c.key == key).values(seen=at))

    def change(self, key: str, body: str) -> None:
        """Put another body in place; never brings back a visit that was ended meanwhile."""
        with writing(self._engine) as connection:
            connection.execute(update(SESSION).where(SESSION.c.key == key).values(body=body))

    def end(self, key: str) -> None:
        """Forget a visit."""
        with writing(self._engine) as connection:
            connection.execute(delete(SESSION).where(SESSION.c.key == key))

    def end_all_of(self, subject: str) -> int:
        """Forget every visit of a worker; says how many there were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(SESSION).where(SESSION.c.subject == subject)).rowcount

    def begin_attempt(self, attempt: KeptAttempt, oldest: float) -> None:
        """Keep a sign-in under way, and forget those from before ``oldest``."""
        with writing(self._engine) as connection:
            connection.execute(delete(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.c.began < oldest))
            _push_out_oldest(connection)
            values = {"key": attempt.key, "began": attempt.began, "body": attempt.body}
            connection.execute(insert(SIGN_IN_ATTEMPT), values)

    def take_attempt(self, key: str) -> KeptAttempt | None:
        """The sign-in of this key, given to one caller once."""
        with writing(self._engine) as connection:
            row = connection.execute(select(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.c.key == key)).first()
            connection.execute(delete(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.c.key == key))
        return None if row is None else KeptAttempt(row.key, row.began, row.body)


def _push_out_oldest(connection: Connection) -> None:
    kept: int = connection.execute(select(func.count()).select_from(SIGN_IN_ATTEMPT)).scalar_one()
    if kept < _MOST_ATTEMPTS:
        return
    oldest = (
        select(SIGN_IN_ATTEMPT.c.key)
        .order_by(SIGN_IN_ATTEMPT.c.began, SIGN_IN_ATTEMPT.c.key)
        .limit(kept - _MOST_ATTEMPTS + 1)
    )
    connection.execute(delete(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.c.key.in_(oldest)))


def _visit(row: Row[tuple[str, str, float, float, str]]) -> KeptVisit:
    return KeptVisit(row.key, row.subject, row.began, row.seen, row.body)
