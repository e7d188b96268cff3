"""The append-only ledger: every append is one durable, signed step of the tree."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select, func, insert, select, update
from sqlalchemy import delete as delete_rows

from records.errors import BadInput, LedgerUnavailable, NotThere
from records.ledger.database import open_engine, reading, upgrade, writing
from records.ledger.entry import (
    Entry,
    LoggedEntry,
    Receipt,
    instant_of,
    instant_text,
    leaf_of,
    payload_digest,
    payload_text,
)
from records.ledger.head import SignedHead, keep_outside, kept_outside, sign
from records.ledger.keys import signing_key
from records.ledger.merkle import appended_nodes, peaks, root_hash
from records.ledger.state import ERASE, STATE_ACTS, LedgerState, fold
from records.ledger.stored import logged_entry, nodes_of, signed_head
from records.ledger.tables import ENTRY, FACTS, HEAD, NODE, PAYLOAD, SUBJECT
from records.ledger.verification import VerificationReport, verify

Clock = Callable[[], datetime]
Check = Callable[[LedgerState], None]


def utc_now() -> datetime:
    """The time by the host's clock, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """What people did, in the order they did it. Safe to share between threads and to open in several processes."""

    def __init__(self, engine: Engine, keys: Path, clock: Clock) -> None:
        self._engine = engine
        self._keys = keys
        self._clock = clock
        self._signing_key = signing_key(keys)
        self._state = LedgerState()
        self._state_lock = Lock()

    @classmethod
    def open(cls, url: str | Path, keys: Path, clock: Clock = utc_now) -> Self:
        """Open, or begin, the ledger at a database address (a path means an SQLite file), signed with ``keys``.

        Raises LedgerUnavailable when the database or the keys cannot be used.
        """
        engine = open_engine(url)
        try:
            upgrade(engine)
            return cls(engine, keys, clock)
        except BaseException:
            engine.dispose()
            raise

    def close(self) -> None:
        """Give the database connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, entry: Entry, check: Check | None = None) -> Receipt:
        """Take an entry; when this returns, the entry is on disk and in the tree.

        ``check`` is called with the state that stands just before, while no other writer can change it; what it
        raises leaves the ledger as it was. Raises LedgerUnavailable when the entry could not be kept.
        """
        body = payload_text(entry)
        with self._appending() as connection:
            if check is not None:
                check(_advance(connection, self._state))
            head = self._append(connection, entry, body)
        return self._acknowledge(head)

    def erase(self, sequence: int, by: Entry) -> Receipt:
        """Blank the payload of entry ``sequence``; ``by`` (act ``erase``) is logged and says who and why.

        Raises NotThere when there is no such entry, BadInput when the entry is itself an erasure.
        """
        if by.act != ERASE:
            raise BadInput(f"An erasure is logged under the act {ERASE!r}, not {by.act!r}.")
        with self._appending() as connection:
            act = connection.execute(select(ENTRY.c.act).where(ENTRY.c.sequence == sequence)).scalar()
            if act is None:
                raise NotThere(f"The ledger has no entry {sequence}.")
            if act == ERASE:
                raise BadInput(f"Entry {sequence} is an erasure; the record of an erasure stays.")
            logged = replace(by, outcome="answered", details={"sequence": sequence})
            head = self._append(connection, logged, payload_text(logged))
            connection.execute(
                update(PAYLOAD)
                .where(PAYLOAD.c.sequence == sequence)
                .values(salt=None, body=None, erased_by=head.tree_size)
            )
            connection.execute(delete_rows(SUBJECT).where(SUBJECT.c.sequence == sequence))
        return self._acknowledge(head)

    def entries(self, **filters: Any) -> list[LoggedEntry]:
        """The entries that match, oldest first.

        Filters: ``actor``, ``role``, ``act``, ``purpose``, ``outcome``, ``hub`` (equal), ``subject`` (a record
        id), ``after`` and ``before`` (sequences, exclusive), ``since`` and ``until`` (times, until exclusive), ``limit``,
        ``newest_first`` (bool). Raises BadInput for any other.
        """
        with reading(self._engine) as connection:
            return [logged_entry(row) for row in connection.execute(_selection(**filters))]

    def state(self) -> LedgerState:
        """What stands now; only entries since the last call are read."""
        with self._state_lock, reading(self._engine) as connection:
            self._state = _advance(connection, self._state)
            return self._state

    def head(self) -> SignedHead | None:
        """The latest signed head, to hand to a witness; None before the first entry."""
        with reading(self._engine) as connection:
            row = connection.execute(select(HEAD).order_by(HEAD.c.tree_size.desc()).limit(1)).first()
            return None if row is None else signed_head(row)

    def verify(self, witnesses: tuple[SignedHead, ...] = ()) -> VerificationReport:
        """Check every entry, the tree and the heads, also against heads that ``witnesses`` kept elsewhere."""
        with reading(self._engine) as connection:
            return verify(connection, self._keys, self._signing_key.public_key(), witnesses)

    @contextmanager
    def _appending(self) -> Iterator[Connection]:
        """A write transaction on a ledger that still holds everything its kept head vouches for."""
        with writing(self._engine) as connection:
            self._refuse_rollback(connection)
            yield connection

    def _refuse_rollback(self, connection: Connection) -> None:
        """Growing a ledger that was cut back would overwrite the kept head, the proof that it was."""
        try:
            kept = kept_outside(self._keys)
        except (OSError, BadInput) as error:
            raise LedgerUnavailable(
                "The ledger's kept head cannot be read; run `mashlink ledger verify`."
            ) from error
        if kept is None or kept.tree_size == 0:
            return
        root = connection.execute(select(HEAD.c.root_hash).where(HEAD.c.tree_size == kept.tree_size)).scalar()
        if root is None or root.hex() != kept.root_hash:
            raise LedgerUnavailable(
                f"The ledger does not hold the {kept.tree_size} entries that its kept head vouches for; "
                "run `mashlink ledger verify` and restore it from a backup."
            )

    def _append(self, connection: Connection, entry: Entry, body: str) -> SignedHead:
        size: int = connection.execute(select(func.coalesce(func.max(ENTRY.c.sequence), 0))).scalar_one()
        sequence, at, salt = size + 1, instant_text(self._clock()), secrets.token_bytes(16)
        facts = {name: getattr(entry, name) for name in FACTS}
        digest = payload_digest(salt, body)
        added = self._added_nodes(connection, size, leaf_of(sequence, at, facts, digest))
        connection.execute(insert(ENTRY).values(sequence=sequence, at=at, payload_digest=digest, **facts))
        connection.execute(insert(PAYLOAD).values(sequence=sequence, salt=salt, body=body))
        if entry.subjects:
            rows = [{"record_id": subject, "sequence": sequence} for subject in sorted(set(entry.subjects))]
            connection.execute(insert(SUBJECT), rows)
        connection.execute(
            insert(NODE), [{"level": lvl, "position": pos, "hash": value} for lvl, pos, value in added]
        )
        nodes = {(lvl, pos): value for lvl, pos, value in added}
        stored = nodes_of(connection, [place for place in peaks(sequence) if place not in nodes])
        head = sign(
            self._signing_key,
            sequence,
            root_hash(sequence, lambda *place: nodes.get(place) or stored[place]),
            at,
        )
        connection.execute(
            insert(HEAD).values(
                tree_size=sequence,
                root_hash=bytes.fromhex(head.root_hash),
                signed_at=head.signed_at,
                key_id=head.key_id,
                signature=bytes.fromhex(head.signature),
            )
        )
        return head

    @staticmethod
    def _added_nodes(connection: Connection, size: int, leaf: bytes) -> list[tuple[int, int, bytes]]:
        siblings = nodes_of(connection, peaks(size))
        return appended_nodes(size, leaf, lambda level, position: siblings[level, position])

    def _acknowledge(self, head: SignedHead) -> Receipt:
        try:
            keep_outside(self._keys, head)
        except (OSError, BadInput) as error:
            raise LedgerUnavailable("The ledger's head cannot be kept beside its database.") from error
        return Receipt(
            head.tree_size, instant_of(head.signed_at), head.tree_size, head.root_hash, head.signature
        )


def _advance(connection: Connection, state: LedgerState) -> LedgerState:
    """The state after the newest entry, from one that stood earlier."""
    newest: int = connection.execute(select(func.coalesce(func.max(ENTRY.c.sequence), 0))).scalar_one()
    if newest == state.sequence:
        return state
    news = _state_entries(connection, state.sequence)
    if any(logged.entry.act == ERASE for logged in news):
        state, news = LedgerState(), _state_entries(connection, 0)
    return replace(fold(state, news), sequence=newest)


def _state_entries(connection: Connection, after: int) -> list[LoggedEntry]:
    statement = _selection(after=after).where(ENTRY.c.act.in_(STATE_ACTS))
    return [logged_entry(row) for row in connection.execute(statement)]


def _selection(  # noqa: PLR0913 - one keyword a filter, as `entries` documents them
    *,
    subject: str | None = None,
    after: int | None = None,
    before: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    newest_first: bool = False,
    **equal: str | None,
) -> Select[Any]:
    unknown = sorted(set(equal) - set(FACTS))
    if unknown:
        raise BadInput(
            f"The ledger has no filter {unknown[0]!r}; use {', '.join(FACTS)}, subject, after, since, until."
        )
    statement = select(ENTRY, PAYLOAD.c.body, PAYLOAD.c.erased_by).outerjoin(
        PAYLOAD, PAYLOAD.c.sequence == ENTRY.c.sequence
    )
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(ENTRY.c[name] == value)
    if subject is not None:
        concerned = select(SUBJECT.c.sequence).where(SUBJECT.c.record_id == subject)
        statement = statement.where(ENTRY.c.sequence.in_(concerned))
    if after is not None:
        statement = statement.where(ENTRY.c.sequence > after)
    if before is not None:
        statement = statement.where(ENTRY.c.sequence < before)
    if since is not None:
        statement = statement.where(ENTRY.c.at >= instant_text(since))
    if until is not None:
        statement = statement.where(ENTRY.c.at < instant_text(until))
    order = ENTRY.c.sequence.desc() if newest_first else ENTRY.c.sequence
    return statement.order_by(order).limit(limit)
