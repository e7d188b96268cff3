"""The append-only ledger: every append is one durable, signed step of the tree."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, bindparam, case, func, literal_column, select

from records.errors import BadInput, LedgerUnavailable, NotThere
from records.ledger.appending import last_head, ready_to_grow, write_entry
from records.ledger.checkpoint import Checkpoint
from records.ledger.database import forget_pages, open_engine, reading, upgrade, writing
from records.ledger.entry import (
    Entry,
    LoggedEntry,
    Receipt,
    instant_of,
    payload_text,
)
from records.ledger.folding import ERASE, ERASURE, STATE_ACTS, fold
from records.ledger.head import SignedHead, keep_outside
from records.ledger.key_changes import CHANGE_KEY, KeyChange, changes_in
from records.ledger.keys import key_id, next_signing_key, signing_key, signing_key_named, take_over
from records.ledger.merkle import consistency_proof
from records.ledger.rewriting import blank, rewrite_about
from records.ledger.selection import Selection
from records.ledger.state import LedgerState
from records.ledger.stored import logged_entry, nodes_of
from records.ledger.summaries import Look, SubjectReader, WorkerSummary, by_worker, looks, readers_of
from records.ledger.tables import ENTRY
from records.ledger.verification import VerificationReport, verify
from records.ledger.visits import Visits

Clock = Callable[[], datetime]
Check = Callable[[LedgerState], None]

# What every read begins with: whether anything was written since, and whether it changes what stands. The acts are
# written into the statements, since a list of values would be put in again at each of them.
_CHANGES_STATE: Final = ENTRY.c.act.in_([literal_column(f"'{act}'") for act in STATE_ACTS])
_SINCE: Final = ENTRY.c.sequence > bindparam("after")
_NEWEST: Final = select(func.max(ENTRY.c.sequence), func.max(case((_CHANGES_STATE, ENTRY.c.sequence)))).where(
    _SINCE
)
_NEWS: Final = Selection().statement().where(_SINCE, _CHANGES_STATE)


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
        if entry.act == CHANGE_KEY:
            raise BadInput("A change of the signing key is made by changing it, not by an entry alone.")
        body = payload_text(entry)
        with writing(self._engine) as connection:
            if check is not None:
                check(_advance(connection, self._state))
            head = self._write(connection, entry, body)
        return self._acknowledge(head)

    def erase(self, sequence: int, by: Entry) -> Receipt:
        """Blank the payload of entry ``sequence``; ``by`` (act ``erase``) is logged and says who and why.

        Raises NotThere when there is no such entry, BadInput when the entry is itself an erasure.
        """
        if by.act != ERASE:
            raise BadInput(f"An erasure is logged under the act {ERASE!r}, not {by.act!r}.")
        with writing(self._engine) as connection:
            act = connection.execute(select(ENTRY.c.act).where(ENTRY.c.sequence == sequence)).scalar()
            if act is None:
                raise NotThere(f"The ledger has no entry {sequence}.")
            if act in (ERASE, ERASURE):
                raise BadInput(f"Entry {sequence} is an erasure; the record of an erasure stays.")
            if act == CHANGE_KEY:
                raise BadInput(
                    f"Entry {sequence} is a change of key; without it what was signed before is nobody's."
                )
            logged = replace(by, outcome="answered", details={"sequence": sequence})
            head = self._write(connection, logged, payload_text(logged))
            blank(connection, [sequence], head.tree_size)
        forget_pages(self._engine)
        return self._acknowledge(head)

    def erase_about(
        self, record_ids: Collection[str], by: Entry, words: Collection[str] = (), check: Check | None = None
    ) -> Receipt:
        """Log an erasure of rows (act ``erasure``) and take these records out of every entry's payload.

        An entry that is about nobody else is blanked; of one that is about others too, what names the erased goes
        (also texts that hold one of ``words``), and ``by`` vouches for what is left. ``check`` as for ``append``.
        Raises BadInput for another act.
        """
        if by.act != ERASURE:
            raise BadInput(f"An erasure of rows is logged under the act {ERASURE!r}, not {by.act!r}.")
        with writing(self._engine) as connection:
            if check is not None:
                check(_advance(connection, self._state))
            rewritten = rewrite_about(connection, record_ids, words)
            logged = replace(by, details=by.details | rewritten.told())
            head = self._write(connection, logged, payload_text(logged))
            rewritten.carry_out(connection, head.tree_size)
        forget_pages(self._engine)
        return self._acknowledge(head)

    def change_key(self, by: Entry) -> Receipt:
        """Sign with a new key from now on; ``by`` (act ``change_key``) is logged under it, and signed by the old one too.

        What the old key signed verifies as before; the old key itself is gone. Raises BadInput for another act, or while
        nothing is signed.
        """
        if by.act != CHANGE_KEY:
            raise BadInput(f"A change of key is logged under the act {CHANGE_KEY!r}, not {by.act!r}.")
        with writing(self._engine) as connection:
            size, key = ready_to_grow(connection, self._keys, self._signing_key)
            last = last_head(connection)
            if last is None:
                raise BadInput(
                    "The ledger is empty: nothing is signed, and the key may be replaced as it is."
                )
            following = next_signing_key(self._keys)
            change = KeyChange.between(key, following.public_key(), last)
            entry = replace(by, outcome="answered", details=change.told())
            head = write_entry(connection, following, size, self._clock(), (entry, payload_text(entry)))
        try:
            take_over(self._keys)
        except OSError as error:
            raise LedgerUnavailable(f"{self._keys}: the new key cannot be put in its place.") from error
        self._signing_key = following
        return self._acknowledge(head)

    def entries(self, **filters: Any) -> list[LoggedEntry]:
        """The entries that match, oldest first.

        Filters: ``actor``, ``role``, ``act``, ``purpose``, ``outcome``, ``hub`` (equal), ``subject`` (a record
        id), ``alert`` (a kind, or ``any``), ``after`` and ``before`` (sequences, exclusive), ``since`` and ``until`` (times, until exclusive), ``limit``,
        ``newest_first`` (bool). Raises BadInput for any other.
        """
        with reading(self._engine) as connection:
            return [logged_entry(row) for row in connection.execute(Selection.of(filters).statement())]

    def workers(self, since: datetime, until: datetime) -> list[WorkerSummary]:
        """What each worker did from ``since`` to before ``until``, counted."""
        with reading(self._engine) as connection:
            return by_worker(connection, since, until)

    def readers_of(self, record_id: str) -> list[SubjectReader]:
        """Who did what that concerned a record, the latest first."""
        with reading(self._engine) as connection:
            return readers_of(connection, record_id)

    def looks(self, since: datetime, until: datetime, acts: frozenset[str]) -> list[Look]:
        """The answered entries of these acts with the records they showed, oldest first."""
        with reading(self._engine) as connection:
            return looks(connection, since, until, acts)

    def state(self) -> LedgerState:
        """What stands now; only entries since the last call are read."""
        with self._state_lock, reading(self._engine) as connection:
            self._state = _advance(connection, self._state)
            return self._state

    def head(self) -> SignedHead | None:
        """The latest signed head, to hand to a witness; None before the first entry."""
        with reading(self._engine) as connection:
            return last_head(connection)

    def check_grows(self) -> None:
        """Return when the next entry could be taken: the database can be written, and holds all that the kept head vouches for.

        Writes nothing, but takes the writer's turn: between two looks another process may append. Raises LedgerUnavailable.
        """
        with writing(self._engine) as connection:
            ready_to_grow(connection, self._keys, self._signing_key)

    def checkpoint(self, hub: str, since: int = 0) -> Checkpoint:
        """The latest head to hand to a witness, with the proof that it continues the head of size ``since``.

        Raises BadInput while nothing is logged, or when ``since`` is no size this ledger ever had.
        """
        with reading(self._engine) as connection:
            head = last_head(connection)
            if head is None:
                raise BadInput("The ledger is empty; there is nothing to witness yet.")
            if not 0 <= since <= head.tree_size:
                raise BadInput(f"The ledger has {head.tree_size} entries; it was never one of {since}.")
            self._follow(head)
            changes = tuple(changes_in(connection, since))
            proof: list[bytes] = []
            if since:
                proof = consistency_proof(
                    since, head.tree_size, lambda *place: nodes_of(connection, [place])[place]
                )
        public_key = self._signing_key.public_key().public_bytes_raw().hex()
        return Checkpoint(hub, head, public_key, since, tuple(value.hex() for value in proof), changes)

    def visits(self) -> Visits:
        """The console's visits, kept beside the ledger in its database."""
        return Visits(self._engine)

    def verify(self, witnesses: tuple[SignedHead, ...] = ()) -> VerificationReport:
        """Check every entry, the tree and the heads, also against heads that ``witnesses`` kept elsewhere."""
        with reading(self._engine) as connection:
            head = last_head(connection)
            if head is not None:
                self._follow(head)
            return verify(connection, self._keys, self._signing_key, witnesses)

    def _write(self, connection: Connection, entry: Entry, body: str) -> SignedHead:
        size, self._signing_key = ready_to_grow(connection, self._keys, self._signing_key)
        return write_entry(connection, self._signing_key, size, self._clock(), (entry, body))

    def _follow(self, head: SignedHead) -> None:
        """Go by the key that signed the last head, where another process changed it."""
        if head.key_id != key_id(self._signing_key.public_key()):
            self._signing_key = signing_key_named(self._keys, head.key_id)

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
    newest, changing = connection.execute(_NEWEST, {"after": state.sequence}).one()
    if newest is None:
        return state
    news = _state_entries(connection, state.sequence) if changing is not None else []
    if any(logged.entry.act in (ERASE, ERASURE) for logged in news):
        state, news = LedgerState(), _state_entries(connection, 0)
    return replace(fold(state, news), sequence=newest)


def _state_entries(connection: Connection, after: int) -> list[LoggedEntry]:
    return [logged_entry(row) for row in connection.execute(_NEWS, {"after": after})]
