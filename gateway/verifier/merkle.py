"""Merkle trees as RFC 9162 §2.1 defines them (the hashing of RFC 6962): grown leaf by leaf; proofs of inclusion."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """SHA-256 over 0x00 and the content of a leaf: 32 bytes (§2.1.1)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over 0x01 and the two nodes below: 32 bytes (§2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows: of n leaves it holds the roots of the perfect subtrees, at most log2(n) + 1 hashes."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        """How many leaves it has."""
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf, given as its hash."""
        peaks, size = self._peaks, self.size
        while size & 1:  # every set bit is a perfect subtree that has found its twin
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash over all leaves so far; that of nothing if there are none."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def inclusion_path(leaves: Sequence[bytes], index: int) -> Sequence[bytes]:
    """The hashes beside the way from a leaf to the root, lowest first (§2.1.3.1).

    Shape:   `leaves` as their hashes, 0 <= `index` < len(leaves)
    """
    path, level = [], list(leaves)
    while len(level) > 1:
        if (index ^ 1) < len(level):
            path.append(level[index ^ 1])
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired if len(level) % 2 == 0 else [*paired, level[-1]]
        index >>= 1
    return path


def root_by_path(leaf: bytes, index: int, *, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a proof of inclusion leads to; None if it has not the length of one (§2.1.3.2).

    Shape:   `leaf` as its hash, `index` from 0 in a tree of `size` leaves, `path` lowest first
    """
    if not 0 <= index < size:
        return None
    last, root = size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            root = node_hash(beside, root)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            root = node_hash(root, beside)
        index >>= 1
        last >>= 1
    return root if last == 0 else None
