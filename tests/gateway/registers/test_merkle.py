"""Trees and proofs against the published vectors of Certificate Transparency and against RFC 9162, word by word.

Vectors: `merkle_tree_test.cc` of google/certificate-transparency and `testonly/constants.go`, `proof/verify_test.go`,
`rfc6962/rfc6962_test.go` of transparency-dev/merkle v0.0.2; leaves are counted from 0 here.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registers.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

CONTENTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
LEAVES = [leaf_hash(content) for content in CONTENTS]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
"""By size."""

N96 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N5F = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N6B = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
NBC = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NCA = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N0E = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
ND3 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N6E = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
NFA = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"

trees = st.lists(st.binary(max_size=3), min_size=1, max_size=70).map(lambda ones: [leaf_hash(one) for one in ones])


def test_hashes_are_the_published_ones():
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert ROOTS[0] == EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    assert root_of(LEAVES[:size]) == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 2, [N96]),
        (1, 2, [N6E]),
        (0, 8, [N96, N5F, N6B]),
        (5, 8, [NBC, NCA, ND3]),
        (2, 3, [NFA]),
        (1, 5, [N6E, N5F, NBC]),
    ],
)
def test_inclusion_paths_are_the_published_ones(index, size, path):
    assert [node.hex() for node in inclusion_path(LEAVES[:size], index)] == path


@pytest.mark.parametrize(
    ("old", "new", "path"), [(1, 1, []), (1, 8, [N96, N5F, N6B]), (6, 8, [N0E, NCA, ND3]), (2, 5, [N5F, NBC])]
)
def test_consistency_paths_are_the_published_ones(old, new, path):
    assert [node.hex() for node in consistency_path(LEAVES, old, new)] == path


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """RFC 9162 §2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole=whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], whole=False), naive_root(leaves[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@given(trees, st.data())
def test_proofs_are_those_of_the_definition_and_verify(leaves, data):
    new = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(1, new))
    index = data.draw(st.integers(0, new - 1))
    root, before = naive_root(leaves[:new]), naive_root(leaves[:old])
    inclusion, consistency = inclusion_path(leaves[:new], index), consistency_path(leaves, old, new)
    assert root_of(leaves[:new]) == root
    assert inclusion == naive_path(index, leaves[:new])
    assert consistency == naive_subproof(old, leaves[:new], whole=True)
    assert verify_inclusion(leaves[index], index, new, path=inclusion, root=root)
    assert verify_consistency(old, new, path=consistency, old_root=before, new_root=root)


@given(trees, st.data())
def test_no_altered_proof_verifies(leaves, data):
    leaves = [node_hash(leaf, bytes([place])) for place, leaf in enumerate(leaves)]  # all different
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(leaves, index), root_of(leaves)
    for altered in altered_paths(path, root):
        assert not verify_inclusion(leaves[index], index, size, path=altered, root=root)
    elsewhere = data.draw(st.integers(-1, 2 * size).filter(lambda other: other != index))
    assert not verify_inclusion(leaves[index], elsewhere, size, path=path, root=root)
    assert not verify_inclusion(b"\x00" * 32, index, size, path=path, root=root)
    assert not verify_inclusion(leaves[index], index, size, path=path, root=b"\x00" * 32)


@given(trees, st.data())
def test_no_altered_continuation_verifies(leaves, data):
    leaves = [node_hash(leaf, bytes([place])) for place, leaf in enumerate(leaves)]
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    path, before, after = consistency_path(leaves, old, new), root_of(leaves[:old]), root_of(leaves)
    for altered in altered_paths(path, after):
        assert not verify_consistency(old, new, path=altered, old_root=before, new_root=after)
    assert not verify_consistency(old, new, path=path, old_root=b"\x00" * 32, new_root=after)
    assert not verify_consistency(old, new, path=path, old_root=before, new_root=b"\x00" * 32)
    assert not verify_consistency(0, new, path=path, old_root=EMPTY_ROOT, new_root=after)
    assert not verify_consistency(new + 1, new, path=path, old_root=before, new_root=after)


def altered_paths(path, root):
    yield [*path, root]
    yield [*path, b""]
    yield [root, *path]
    for place, node in enumerate(path):
        yield [*path[:place], bytes([node[0] ^ 8]) + node[1:], *path[place + 1 :]]
        yield [*path[:place], *path[place + 1 :]]


@given(trees, st.integers(0, 70))
def test_a_frontier_goes_on_from_what_was_kept(leaves, stop):
    first = Frontier()
    for leaf in leaves[:stop]:
        first.append(leaf)
    second = Frontier(first.size, first.peaks)
    for leaf in leaves[stop:]:
        second.append(leaf)
    assert second.size == len(leaves)
    assert second.root() == naive_root(leaves)


def test_what_is_no_frontier_and_no_place_is_refused():
    for size, peaks in ((1, b""), (0, b"\x00" * 32), (3, b"\x00" * 33), (-1, b"\x00" * 32)):
        with pytest.raises(ValueError, match="peaks"):
            Frontier(size, peaks)
    for index in (-1, 8):
        with pytest.raises(IndexError):
            inclusion_path(LEAVES, index)
    for old, new in ((0, 8), (5, 4), (1, 9)):
        with pytest.raises(IndexError):
            consistency_path(LEAVES, old, new)
