"""The Merkle tree of RFC 6962 (Certificate Transparency), section 2.1, over SHA-256.

Every function that needs the tree takes ``nodes``: a callable that gives the hash of the complete subtree of
``2**level`` leaves that starts at leaf ``position * 2**level``. So a tree of n leaves is read and grown with
O(log n) hashes, wherever they are kept.
"""

import hashlib
from collections.abc import Callable, Sequence

Nodes = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: the prefix keeps it from ever being taken for an inner node."""
    return hashlib.sha256(b"\x00" + data).digest()


def inner_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees put together."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended_nodes(size: int, leaf: bytes, nodes: Nodes) -> list[tuple[int, int, bytes]]:
    """The (level, position, hash) of every complete subtree that the leaf after ``size`` others completes."""
    level, position, value = 0, size, leaf
    added = [(level, position, value)]
    while position % 2 == 1:
        value = inner_hash(nodes(level, position - 1), value)
        level, position = level + 1, position // 2
        added.append((level, position, value))
    return added


def peaks(size: int) -> list[tuple[int, int]]:
    """The (level, position) of the complete subtrees that make up a tree of ``size`` leaves, left to right."""
    found = []
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def root_hash(size: int, nodes: Nodes) -> bytes:
    """The root of the tree of the first ``size`` leaves (MTH of the RFC)."""
    return _subtree(0, size, nodes) if size else EMPTY_ROOT


def audit_path(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root of a tree of ``size`` leaves (PATH of the RFC)."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, nodes))
            end = middle
        else:
            path.append(_subtree(start, middle, nodes))
            start = middle
    return path[::-1]


def consistency_proof(old_size: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes that show the tree of ``old_size`` leaves to be a beginning of that of ``size`` (PROOF of the RFC)."""
    if not 0 < old_size <= size:
        raise IndexError(f"no proof leads from {old_size} to {size} leaves")
    proof: list[bytes] = []
    start, end, whole = 0, size, True
    while old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_subtree(middle, end, nodes))
            end = middle
        else:
            proof.append(_subtree(start, middle, nodes))
            start, whole = middle, False
    if not whole:
        proof.append(_subtree(start, end, nodes))
    return proof[::-1]


def verify_audit_path(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether ``path`` leads from the leaf's hash at ``index`` to ``root`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position % 2 == 1 or position == last:
            value = inner_hash(sibling, value)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            value = inner_hash(value, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and value == root


def verify_consistency(
    old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the tree behind ``root`` begins with that behind ``old_root`` (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    remaining = list(proof)
    if old_size & (old_size - 1) == 0:
        remaining.insert(0, old_root)
    if not remaining:
        return False
    position, last = old_size - 1, size - 1
    while position % 2 == 1:
        position, last = position >> 1, last >> 1
    old_value = new_value = remaining[0]
    for sibling in remaining[1:]:
        if last == 0:
            return False
        if position % 2 == 1 or position == last:
            old_value, new_value = inner_hash(sibling, old_value), inner_hash(sibling, new_value)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            new_value = inner_hash(new_value, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_value == old_root and new_value == root


def _split(size: int) -> int:
    """The largest power of two below ``size`` (k of the RFC)."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(start: int, end: int, nodes: Nodes) -> bytes:
    """The root over leaves ``start`` to ``end``, where ``start`` is a multiple of the first complete subtree."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(nodes(level, start >> level))
        start += 1 << level
    value = found.pop()
    while found:
        value = inner_hash(found.pop(), value)
    return value
