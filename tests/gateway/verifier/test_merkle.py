"""Trees against the definition of RFC 9162, word for word, and the public vectors of Certificate Transparency."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from gateway.verifier.merkle import EMPTY_ROOT, Frontier, inclusion_path, leaf_hash, node_hash, root_by_path

# transparency-dev/merkle, testonly/constants.go: eight leaves, and the root for each size from 0.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
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
PATHS = {
    # (index, size): path
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
LEAVES = [leaf_hash(bytes.fromhex(one)) for one in INPUTS]

leaves = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def split(size: int) -> int:
    """The largest power of two below a size."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def defined_root(tree: Sequence[bytes]) -> bytes:
    """MTH of §2.1.1, over leaves that are hashed already."""
    if not tree:
        return sha256(b"").digest()
    if len(tree) == 1:
        return tree[0]
    k = split(len(tree))
    return node_hash(defined_root(tree[:k]), defined_root(tree[k:]))


def defined_path(index: int, tree: Sequence[bytes]) -> list[bytes]:
    """PATH of §2.1.3.1."""
    if len(tree) == 1:
        return []
    k = split(len(tree))
    if index < k:
        return [*defined_path(index, tree[:k]), defined_root(tree[k:])]
    return [*defined_path(index - k, tree[k:]), defined_root(tree[:k])]


def grown(tree: Sequence[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in tree:
        frontier.append(leaf)
    return frontier


def test_roots_are_those_of_the_public_vectors() -> None:
    assert [grown(LEAVES[:size]).root().hex() for size in range(9)] == ROOTS
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_paths_are_those_of_the_public_vectors() -> None:
    for (index, size), path in PATHS.items():
        assert [one.hex() for one in inclusion_path(LEAVES[:size], index)] == path
        root = root_by_path(LEAVES[index], index, size=size, path=[bytes.fromhex(one) for one in path])
        assert root is not None
        assert root.hex() == ROOTS[size]


@given(leaves)
def test_a_tree_that_grew_has_the_root_of_the_definition(tree: list[bytes]) -> None:
    assert grown(tree).root() == defined_root(tree)
    assert grown(tree).size == len(tree)


@given(leaves, st.data())
def test_a_path_is_that_of_the_definition_and_leads_to_the_root(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    path = inclusion_path(tree, index)
    assert path == defined_path(index, tree)
    assert root_by_path(tree[index], index, size=len(tree), path=path) == defined_root(tree)


@given(leaves, st.data())
def test_a_proof_that_is_changed_does_not_lead_to_the_root(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    path, root = inclusion_path(tree, index), defined_root(tree)
    assert root_by_path(leaf_hash(b"another"), index, size=len(tree), path=path) != root
    assert root_by_path(tree[index], index, size=len(tree), path=[*path, bytes(32)]) is None
    assert root_by_path(tree[index], len(tree), size=len(tree), path=path) is None
    assert root_by_path(tree[index], -1, size=len(tree), path=path) is None
    if path:
        assert root_by_path(tree[index], index, size=len(tree), path=path[1:]) is None
        at = data.draw(st.integers(0, len(path) - 1))
        changed = [*path[:at], bytes(32), *path[at + 1 :]]
        assert root_by_path(tree[index], index, size=len(tree), path=changed) != root
