"""Whether the ledger is still what it was: every entry, payload, tree node and signed head, and what was kept elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, select

from records.errors import BadInput
from records.ledger.entry import leaf_of, payload_digest
from records.ledger.head import SignedHead, kept_outside
from records.ledger.merkle import EMPTY_ROOT, appended_nodes, root_hash
from records.ledger.state import ERASE
from records.ledger.stored import logged_entry, signed_head
from records.ledger.tables import ENTRY, FACTS, HEAD, NODE, PAYLOAD, SUBJECT


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """Something that is not as it was signed. ``sequence`` is the entry it concerns (or the first of them)."""

    kind: str
    sequence: int
    message: str


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
    connection: Connection, keys: Path, public_key: Ed25519PublicKey, witnesses: tuple[SignedHead, ...]
) -> VerificationReport:
    """Read the whole ledger once, in order, and compare it with what was signed. Memory: one hash an entry."""
    check = _Verification(connection, public_key)
    check.read_entries()
    check.compare_stored_tree()
    check.compare_kept_head(keys)
    for witness in witnesses:
        check.compare_outside_head(witness, "a witness's head")
    problems = tuple(sorted(check.problems, key=lambda problem: (problem.sequence, problem.kind)))
    return VerificationReport(check.size, check.roots[-1].hex(), problems, tuple(check.erased))


class _Verification:
    """The tree rebuilt from the entries, and what did not fit on the way."""

    def __init__(self, connection: Connection, public_key: Ed25519PublicKey) -> None:
        self.connection = connection
        self.public_key = public_key
        self.problems: list[LedgerProblem] = []
        self.erased: list[int] = []
        self.roots: list[bytes] = [EMPTY_ROOT]
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._displaced: dict[int, Row[Any]] = {}
        rows = connection.execute(select(NODE.c.level, NODE.c.position, NODE.c.hash))
        self._stored = {(row.level, row.position): bytes(row.hash) for row in rows}
        heads = connection.execute(select(HEAD))
        self._heads = {row.tree_size: signed_head(row) for row in heads}

    @property
    def size(self) -> int:
        """Entries in the tree so far."""
        return len(self.roots) - 1

    def report(self, kind: str, sequence: int, message: str) -> None:
        """Note a problem."""
        self.problems.append(LedgerProblem(kind, sequence, message))

    def read_entries(self) -> None:
        """Rebuild the tree entry by entry, and compare each root with the head signed over it."""
        erasures = self._erasures()
        subjects = self._subjects()
        forked = False
        for row in self._rows():
            while self.size + 1 < row.sequence:
                self._grow_over_a_gap()
            leaf = leaf_of(
                row.sequence, row.at, {name: getattr(row, name) for name in FACTS}, row.payload_digest
            )
            stored = self._stored.get((0, self.size))
            if stored is not None and stored != leaf:
                self._displaced[row.sequence] = row
            self._check_payload(row, erasures, subjects.pop(row.sequence, set()))
            self._grow(stored or leaf)
            forked = self._check_head(forked)
        last = max([self.size, *self._heads])
        if last > self.size:
            self.report(
                "truncated",
                self.size + 1,
                f"Entries {self.size + 1} to {last} were signed and are not there.",
            )
        for sequence in sorted(subjects):
            self.report(
                "subjects_altered",
                sequence,
                f"The index of subjects names entry {sequence}, which is not there.",
            )
        self._name_displaced()

    def compare_stored_tree(self) -> None:
        """The inner nodes that appends build on are those that the leaves give."""
        for (level, position), value in sorted(self._stored.items()):
            if level and self._nodes.get((level, position)) != value and (position + 1) << level <= self.size:
                first = (position << level) + 1
                self.report(
                    "tree_altered",
                    first,
                    f"The stored hash over entries {first} to {(position + 1) << level} is wrong.",
                )

    def compare_kept_head(self, keys: Path) -> None:
        """The head kept in a file outside the database still describes a beginning of this ledger."""
        try:
            kept = kept_outside(keys)
        except (OSError, BadInput):
            self.report("kept_head_altered", self.size, "The head kept outside the database cannot be read.")
            return
        if kept is not None:
            self.compare_outside_head(kept, "the head kept outside the database")
        elif self.size:
            self.report("kept_head_missing", self.size, "The head kept outside the database is not there.")

    def compare_outside_head(self, head: SignedHead, name: str) -> None:
        """A head kept elsewhere is signed by this ledger's key and is a beginning of this ledger."""
        if not head.holds(self.public_key):
            self.report("signature", head.tree_size, f"The signature of {name} is not this ledger's.")
        elif head.tree_size > self.size:
            self.report(
                "truncated",
                self.size + 1,
                f"By {name}, entries {self.size + 1} to {head.tree_size} once stood and are not there.",
            )
        elif self.roots[head.tree_size].hex() != head.root_hash:
            self.report(
                "fork",
                head.tree_size,
                f"By {name}, the first {head.tree_size} entries were once others than these.",
            )

    def _rows(self) -> Iterator[Row[Any]]:
        statement = (
            select(ENTRY, PAYLOAD.c.salt, PAYLOAD.c.body, PAYLOAD.c.erased_by)
            .outerjoin(PAYLOAD, PAYLOAD.c.sequence == ENTRY.c.sequence)
            .order_by(ENTRY.c.sequence)
            .execution_options(yield_per=2000)
        )
        yield from self.connection.execute(statement)

    def _erasures(self) -> dict[int, int]:
        """Erased entry -> the entry that logs its erasure."""
        statement = select(ENTRY, PAYLOAD.c.body).join(PAYLOAD, PAYLOAD.c.sequence == ENTRY.c.sequence)
        rows = self.connection.execute(statement.where(ENTRY.c.act == ERASE, PAYLOAD.c.body.is_not(None)))
        found = {}
        for row in rows:
            erased = logged_entry(row).entry.details.get("sequence")
            if isinstance(erased, int):
                found[erased] = row.sequence
        return found

    def _subjects(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for row in self.connection.execute(select(SUBJECT)):
            found.setdefault(row.sequence, set()).add(row.record_id)
        return found

    def _check_payload(self, row: Row[Any], erasures: dict[int, int], subjects: set[str]) -> None:
        sequence = row.sequence
        if row.body is None or row.salt is None:
            if row.body is None and row.salt is None and erasures.get(sequence, -1) == row.erased_by:
                self.erased.append(sequence)
            else:
                self.report(
                    "blanked",
                    sequence,
                    f"The payload of entry {sequence} is gone, and no erasure is logged for it.",
                )
            expected: set[str] = set()
        elif payload_digest(bytes(row.salt), row.body) != row.payload_digest:
            self.report(
                "payload_altered",
                sequence,
                f"The reason, subjects or details of entry {sequence} were changed.",
            )
            return
        else:
            expected = set(logged_entry(row).entry.subjects)
        if subjects != expected:
            self.report(
                "subjects_altered", sequence, f"The index of subjects of entry {sequence} was changed."
            )

    def _grow_over_a_gap(self) -> None:
        sequence = self.size + 1
        self.report("deleted", sequence, f"Entry {sequence} is not there.")
        self._grow(self._stored.get((0, self.size), EMPTY_ROOT))

    def _grow(self, leaf: bytes) -> None:
        for level, position, value in appended_nodes(self.size, leaf, lambda *place: self._nodes[place]):
            self._nodes[level, position] = value
        self.roots.append(root_hash(self.size + 1, lambda *place: self._nodes[place]))

    def _check_head(self, forked: bool) -> bool:
        """Compare the root after the newest entry with its signed head; the first that differs says where."""
        sequence, head = self.size, self._heads.get(self.size)
        if head is None:
            self.report(
                "head_missing", sequence, f"The signed head over the first {sequence} entries is not there."
            )
        elif not head.holds(self.public_key):
            self.report(
                "signature",
                sequence,
                f"The signature over the first {sequence} entries is not this ledger's.",
            )
        elif head.root_hash != self.roots[-1].hex() and not forked:
            self.report(
                "altered", sequence, f"From entry {sequence} on, the tree is not the one that was signed."
            )
            return True
        return forked

    def _name_displaced(self) -> None:
        """Entries that differ from their leaf: moved here from elsewhere, or changed."""
        places = {self._stored[0, sequence - 1]: sequence for sequence in self._displaced}
        for sequence, row in self._displaced.items():
            facts = {name: getattr(row, name) for name in FACTS}
            leaves = (leaf_of(other, row.at, facts, row.payload_digest) for other in self._displaced)
            was = (
                next((places[leaf] for leaf in leaves if leaf in places), None)
                if len(self._displaced) < 500
                else None
            )
            if was is None:
                self.report("altered", sequence, f"Entry {sequence} was changed after it was signed.")
            else:
                self.report("reordered", sequence, f"Entry {sequence} holds what was signed as entry {was}.")
