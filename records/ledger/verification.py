"""Whether the ledger is still what it was: every entry, payload, tree node and signed head, and what was kept elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Row, and_, func, select

from records.errors import BadInput, LedgerUnavailable
from records.ledger.entry import leaf_of, payload_digest
from records.ledger.folding import ERASE, ERASURE
from records.ledger.head import SignedHead, kept_outside, sign
from records.ledger.indexes import EntryIndex
from records.ledger.key_changes import KeysInTurn, changes_in
from records.ledger.keys import key_id
from records.ledger.merkle import EMPTY_ROOT
from records.ledger.rebuilt import RebuiltTree
from records.ledger.stored import indexed_of, logged_entry, signed_head
from records.ledger.tables import ALERT, ENTRY, FACTS, HEAD, NODE, PAYLOAD, SUBJECT

# Rows fetched at a time, so that memory does not grow with the ledger but for its hashes.
_AT_A_TIME = 5000
# Entries among which one that changed places is looked for.
_MOST_DISPLACED = 500


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """Something that is not as it was signed, from entry ``sequence`` to entry ``last``."""

    kind: str
    sequence: int
    message: str
    last: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "last", max(self.last, self.sequence))


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What a verification found. ``erased`` lists entries whose payload a logged erasure blanked: no problem."""

    tree_size: int
    root_hash: str
    problems: tuple[LedgerProblem, ...]
    erased: tuple[int, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was changed, removed, reordered, cut off or forked."""
        return not self.problems


def verify(
    connection: Connection, keys: Path, key: Ed25519PrivateKey, witnesses: tuple[SignedHead, ...]
) -> VerificationReport:
    """Read the whole ledger once, in order, and compare it with what was signed. Memory: some 70 bytes an entry."""
    check = _Verification(connection, key)
    check.read_entries()
    check.compare_stored_tree()
    check.compare_kept_head(keys)
    check.compare_witnesses(witnesses)
    problems = sorted(check.problems, key=lambda problem: (problem.sequence, problem.kind))
    return VerificationReport(check.tree.size, check.tree.root().hex(), tuple(problems), tuple(check.erased))


class _Verification:
    """The tree rebuilt from the entries, and what did not fit on the way."""

    def __init__(self, connection: Connection, key: Ed25519PrivateKey) -> None:
        self.connection = connection
        self.problems: list[LedgerProblem] = []
        self.erased: list[int] = []
        self.tree = RebuiltTree()
        self._key = key
        self._displaced: dict[int, Row[Any]] = {}
        self._was: dict[bytes, int] = {}
        self._forked = False
        # The problem of each kind that the next one may continue.
        self._open: dict[str, int] = {}
        self._keys = self._keys_in_turn(key)

    def report(self, kind: str, sequence: int, message: str, last: int = 0) -> None:
        """Note a problem; one that follows on the last of its kind lengthens it."""
        problem = LedgerProblem(kind, sequence, message, last)
        before = self._open.get(kind)
        if before is not None and self.problems[before].last + 1 == sequence:
            first = self.problems[before]
            self.problems[before] = replace(first, last=problem.last)
            return
        self._open[kind] = len(self.problems)
        self.problems.append(problem)

    def read_entries(self) -> None:
        """Rebuild the tree entry by entry, and compare each root with the head signed over it."""
        erasures = self._erasures()
        subjects = EntryIndex(self.connection, SUBJECT, "record_id")
        alerts = EntryIndex(self.connection, ALERT, "kind")
        for row in self._rows():
            if self.tree.size + 1 < row.sequence:
                self._grow_over_a_gap(row.sequence)
            facts = {name: getattr(row, name) for name in FACTS}
            leaf = leaf_of(row.sequence, row.at, facts, row.payload_digest)
            stored = leaf if row.leaf is None or len(row.leaf) != len(leaf) else row.leaf
            if row.leaf is not None and row.leaf != leaf:
                self._displaced[row.sequence] = row
                self._was[row.leaf] = row.sequence
            self._check_payload(row, erasures, (subjects, alerts))
            self.tree.grow(stored)
            self._check_head(row, row.at)
        self._look_behind_the_end()
        for index in (subjects, alerts):
            for sequence in index.rest():
                self._index_altered(sequence, f"names entry {sequence}, which is not there.")
        self._name_displaced()

    def compare_stored_tree(self) -> None:
        """The inner nodes that appends build on are those that the leaves give."""
        statement = (
            select(NODE.c.level, NODE.c.position, NODE.c.hash)
            .where(NODE.c.level > 0)
            .order_by(NODE.c.level, NODE.c.position)
            .execution_options(yield_per=_AT_A_TIME)
        )
        with self.connection.execute(statement) as rows:
            stored = ((row.level, row.position, row.hash) for row in rows)
            here = next(stored, None)
            for level, position, value in self.tree.inner_nodes():
                # What lies behind the last complete subtree was left by entries that were cut off, and said so above.
                while here is not None and here[:2] < (level, position):
                    here = next(stored, None)
                if here != (level, position, value):
                    self._node_altered(level, position)

    def compare_kept_head(self, keys: Path) -> None:
        """The head kept in a file outside the database still describes a beginning of this ledger."""
        try:
            kept = kept_outside(keys)
        except (OSError, BadInput):
            self.report(
                "kept_head_altered", self.tree.size, "The head kept outside the database cannot be read."
            )
            return
        if kept is not None:
            self._compare_outside_head(kept, "the head kept outside the database", 0)
        elif self.tree.size:
            self.report(
                "kept_head_missing", self.tree.size, "The head kept outside the database is not there."
            )

    def compare_witnesses(self, witnesses: tuple[SignedHead, ...]) -> None:
        """Heads that others keep are beginnings of this ledger; of a fork, between which two of them it lies."""
        agreed = 0
        for head in sorted(witnesses, key=lambda one: one.tree_size):
            if self._compare_outside_head(head, "a witness's head", agreed):
                agreed = head.tree_size

    def _compare_outside_head(self, head: SignedHead, name: str, agreed: int) -> bool:
        size = self.tree.size
        if not head.holds(self._keys.of(head.tree_size)):
            self.report("signature", head.tree_size, f"The signature of {name} is not this ledger's.")
        elif head.tree_size > size:
            self.report(
                "truncated",
                size + 1,
                f"By {name}, entries {size + 1} to {head.tree_size} once stood and are not there.",
                head.tree_size,
            )
        elif self.tree.root(head.tree_size).hex() != head.root_hash:
            self.report(
                "fork",
                agreed + 1,
                f"By {name}, signed {head.signed_at}, entries {agreed + 1} to {head.tree_size} were once others than "
                "these, or stood in another order.",
                head.tree_size,
            )
        else:
            return True
        return False

    def _rows(self) -> Iterator[Row[Any]]:
        statement = (
            select(ENTRY, PAYLOAD.c.salt, PAYLOAD.c.body, PAYLOAD.c.erased_by)
            .add_columns(HEAD.c.root_hash, HEAD.c.signed_at, HEAD.c.key_id, HEAD.c.signature)
            .add_columns(NODE.c.hash.label("leaf"))
            .select_from(ENTRY)
            .outerjoin(PAYLOAD, PAYLOAD.c.sequence == ENTRY.c.sequence)
            .outerjoin(HEAD, HEAD.c.tree_size == ENTRY.c.sequence)
            .outerjoin(NODE, and_(NODE.c.level == 0, NODE.c.position == ENTRY.c.sequence - 1))
            .order_by(ENTRY.c.sequence)
            .execution_options(yield_per=_AT_A_TIME)
        )
        yield from self.connection.execute(statement)

    def _erasures(self) -> dict[int, tuple[int, str | None]]:
        """Erased entry -> the last entry that logs its erasure, and the digest of what that one left of its payload."""
        statement = select(ENTRY, PAYLOAD.c.body).join(PAYLOAD, PAYLOAD.c.sequence == ENTRY.c.sequence)
        logs = statement.where(ENTRY.c.act.in_((ERASE, ERASURE)), PAYLOAD.c.body.is_not(None))
        found: dict[int, tuple[int, str | None]] = {}
        for row in self.connection.execute(logs.order_by(ENTRY.c.sequence)):
            details = logged_entry(row).entry.details
            blanked = details.get("blanked", []) if row.act == ERASURE else [details.get("sequence")]
            found.update({one: (row.sequence, None) for one in blanked if isinstance(one, int)})
            left = details.get("redacted", {}) if row.act == ERASURE else {}
            found.update({int(one): (row.sequence, digest) for one, digest in left.items()})
        return found

    def _check_payload(
        self,
        row: Row[Any],
        erasures: dict[int, tuple[int, str | None]],
        indexes: tuple[EntryIndex, EntryIndex],
    ) -> None:
        sequence = row.sequence
        subjects, alerts = (index.of(sequence) for index in indexes)
        expected_subjects: set[str] = set()
        # An alert's kind says nothing of anybody, so it outlives an erasure.
        expected_alerts = alerts
        if row.body is None or row.salt is None:
            if row.body is None and row.salt is None and erasures.get(sequence) == (row.erased_by, None):
                self.erased.append(sequence)
            else:
                self.report(
                    "blanked",
                    sequence,
                    f"The payload of entry {sequence} is gone, and no erasure is logged for it.",
                )
        elif (row.erased_by, digest := payload_digest(bytes(row.salt), row.body)) == erasures.get(sequence):
            # What an erasure left of the payload: the erasing entry vouches for it in the place of the leaf.
            self.erased.append(sequence)
            expected_subjects, expected_alerts = indexed_of(sequence, row.body)
        elif digest != row.payload_digest:
            self.report(
                "payload_altered",
                sequence,
                f"The reason, subjects or details of entry {sequence} were changed.",
            )
            return
        else:
            expected_subjects, expected_alerts = indexed_of(sequence, row.body)
        if subjects != expected_subjects or alerts != expected_alerts:
            self._index_altered(sequence, f"of entry {sequence} was changed.")

    def _index_altered(self, sequence: int, what: str) -> None:
        self.report("subjects_altered", sequence, f"The index of subjects and alerts {what}")

    def _grow_over_a_gap(self, until: int) -> None:
        """Go on over entries that are not there by the leaves stored for them."""
        first, last = self.tree.size + 1, until - 1
        are = f"Entries {first} to {last} are" if last > first else f"Entry {first} is"
        self.report("deleted", first, f"{are} not there.", last)
        joined = select(NODE.c.position, NODE.c.hash.label("leaf"), HEAD).outerjoin(
            HEAD, HEAD.c.tree_size == NODE.c.position + 1
        )
        within = and_(NODE.c.level == 0, NODE.c.position.between(first - 1, last - 1))
        rows = {row.position: row for row in self.connection.execute(joined.where(within))}
        for position in range(first - 1, last):
            row = rows.get(position)
            self.tree.grow(EMPTY_ROOT if row is None else row.leaf)
            if row is not None:
                self._check_head(row, row.signed_at)

    def _check_head(self, row: Row[Any], at: str) -> None:
        """Compare the root after the newest entry with its signed head; the first that differs says where."""
        sequence = self.tree.size
        if row.signature is None:
            self.report(
                "head_missing", sequence, f"The signed head over the first {sequence} entries is not there."
            )
            return
        root = self.tree.root()
        if at != row.signed_at or not self._is_signed(sequence, row):
            self.report(
                "signature",
                sequence,
                f"The signature over the first {sequence} entries is not this ledger's.",
            )
        elif row.root_hash != root and not self._forked:
            self.report(
                "altered", sequence, f"From entry {sequence} on, the tree is not the one that was signed."
            )
            self._forked = True

    def _is_signed(self, sequence: int, row: Row[Any]) -> bool:
        if sequence >= self._keys.present_from:
            # Ed25519 gives one signature to a message (RFC 8032): making it again costs a third of checking it.
            genuine = sign(self._key, sequence, row.root_hash, row.signed_at)
            return (genuine.signature, genuine.key_id) == (row.signature.hex(), row.key_id)
        key = self._keys.of(sequence)
        stored = SignedHead(sequence, row.root_hash.hex(), row.signed_at, row.key_id, row.signature.hex())
        return stored.key_id == key_id(key) and stored.holds(key)

    def _keys_in_turn(self, key: Ed25519PrivateKey) -> KeysInTurn:
        """Who signed what; a change of key that the keys after it do not vouch for is a problem, and what it leads to too."""
        try:
            turns = KeysInTurn(key.public_key(), changes_in(self.connection))
        except LedgerUnavailable as error:
            self.report("key_change", 0, str(error))
            return KeysInTurn(key.public_key(), ())
        for change in turns.broken:
            self.report(
                "key_change",
                change.sequence,
                f"Entry {change.sequence} changes the key without both of them.",
            )
        return turns

    def _look_behind_the_end(self) -> None:
        size = self.tree.size
        last: int = self.connection.execute(select(func.max(HEAD.c.tree_size))).scalar() or 0
        if last <= size:
            return
        self.report(
            "truncated", size + 1, f"Entries {size + 1} to {last} were signed and are not there.", last
        )
        newest = signed_head(self.connection.execute(select(HEAD).where(HEAD.c.tree_size == last)).one())
        if not newest.holds(self._keys.of(last)):
            self.report(
                "signature", last, f"The signature over the first {last} entries is not this ledger's."
            )

    def _node_altered(self, level: int, position: int) -> None:
        first, last = (position << level) + 1, (position + 1) << level
        self.report(
            "tree_altered",
            first,
            f"The stored hash over entries {first} to {last} is not what they give.",
            last,
        )

    def _name_displaced(self) -> None:
        """Entries that differ from their leaf: moved here from elsewhere, or changed."""
        for sequence, row in self._displaced.items():
            facts = {name: getattr(row, name) for name in FACTS}
            leaves = (leaf_of(other, row.at, facts, row.payload_digest) for other in self._displaced)
            was = None
            if len(self._displaced) < _MOST_DISPLACED:
                was = next((self._was[leaf] for leaf in leaves if leaf in self._was), None)
            if was is None:
                self.report("altered", sequence, f"Entry {sequence} was changed after it was signed.")
            else:
                self.report("reordered", sequence, f"Entry {sequence} holds what was signed as entry {was}.")
