"""The tree against the test vectors of Certificate Transparency, and its proofs against the definitions."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.ledger.merkle import (
    EMPTY_ROOT,
    appended_nodes,
    audit_path,
    consistency_proof,
    leaf_hash,
    root_hash,
    verify_audit_path,
    verify_consistency,
)

# The leaves and roots that implementations of RFC 6962 share for their tests.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree(leaves):
    nodes = {}
    for size, leaf in enumerate(leaves):
        for level, position, value in appended_nodes(size, leaf_hash(leaf), lambda *place: nodes[place]):
            nodes[level, position] = value
    return lambda level, position: nodes[level, position]


def plain_root(hashes):
    """MTH of the RFC, written as it is defined there."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(hashes[:split]) + plain_root(hashes[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_shared_vectors(size):
    assert root_hash(size, tree(LEAVES)).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            3,
            ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
        ),
    ],
)
def test_audit_paths_are_those_of_the_shared_vectors(index, size, path):
    assert [value.hex() for value in audit_path(index, size, tree(LEAVES))] == path


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_consistency_proofs_are_those_of_the_shared_vectors(old, new, proof):
    assert [value.hex() for value in consistency_proof(old, new, tree(LEAVES))] == proof


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_the_root_grown_leaf_by_leaf_is_the_defined_one(leaves):
    assert root_hash(len(leaves), tree(leaves)) == plain_root([leaf_hash(leaf) for leaf in leaves])


@given(st.integers(1, 40), st.data())
def test_a_proof_holds_for_its_own_leaf_and_root_and_for_no_other(size, data):
    leaves = [bytes([number]) for number in range(size)]
    nodes = tree(leaves)
    root = root_hash(size, nodes)
    index = data.draw(st.integers(0, size - 1))
    path = audit_path(index, size, nodes)
    assert verify_audit_path(leaf_hash(leaves[index]), index, size, path, root)
    assert not verify_audit_path(leaf_hash(b"other"), index, size, path, root)
    assert not verify_audit_path(leaf_hash(leaves[index]), index, size, path, leaf_hash(b"other"))
    assert not verify_audit_path(leaf_hash(leaves[index]), index, size, [*path, root], root)
    old = data.draw(st.integers(1, size))
    old_root = root_hash(old, nodes)
    proof = consistency_proof(old, size, nodes)
    assert verify_consistency(old, size, old_root, root, proof)
    assert not verify_consistency(old, size, leaf_hash(b"other"), root, proof)
    assert not verify_consistency(old, size, old_root, leaf_hash(b"other"), proof)


def test_places_outside_the_tree_are_refused():
    nodes = tree(LEAVES)
    with pytest.raises(IndexError):
        audit_path(8, 8, nodes)
    with pytest.raises(IndexError):
        consistency_proof(0, 8, nodes)
    assert not verify_audit_path(b"", 8, 8, [], b"")
    assert not verify_consistency(0, 8, b"", b"", [])
    assert not verify_consistency(3, 8, b"", b"", [])
