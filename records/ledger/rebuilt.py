"""A Merkle tree grown again from its leaves, in memory, at two hashes an entry."""

from collections.abc import Iterator

from records.ledger.merkle import appended_nodes, root_hash

_BYTES = 32


class RebuiltTree:
    """The hashes of all complete subtrees, level by level, as bare bytes: a million entries take 64 megabytes."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[bytearray] = []

    def grow(self, leaf: bytes) -> None:
        """Add the next leaf's hash."""
        for level, _, value in appended_nodes(self.size, leaf, self.node):
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += value
        self.size += 1

    def node(self, level: int, position: int) -> bytes:
        """The hash of a complete subtree."""
        return bytes(self._levels[level][position * _BYTES : (position + 1) * _BYTES])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves, all by default; what was complete once stays as it is."""
        return root_hash(self.size if size is None else size, self.node)

    def inner_nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """The (level, position, hash) of every complete subtree of two leaves and more, in that order."""
        for level in range(1, len(self._levels)):
            for position in range(len(self._levels[level]) // _BYTES):
                yield level, position, self.node(level, position)
