"""Merkle trees as transparency logs have them: hashes, roots that grow, and proofs.

A tree is given by the hashes of its leaves, in order. Pure: no database, no clock.

Source: RFC 6962 §2.1; RFC 9162 §2.1 (the same trees, with the ways to verify).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256().digest()
"""The root of a tree without leaves (RFC 9162 §2.1.1)."""


def leaf_hash(content: bytes) -> bytes:
    """Hash of one leaf's content (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees (RFC 9162 §2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a tree that grows: what is needed to go on and to tell the root, at most 64 hashes."""

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        """As `size` and `peaks` of another one; raises ValueError if they do not belong together."""
        if size < 0 or len(peaks) != HASH_BYTES * size.bit_count():
            raise ValueError("these are not the peaks of a tree of this size")
        self._size = size
        self._peaks = [peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES)]

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def peaks(self) -> bytes:
        """The roots of its perfect subtrees, the largest first, one after the other."""
        return b"".join(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its hash."""
        node, full = leaf, self._size
        while full & 1:
            node = node_hash(self._peaks.pop(), node)
            full >>= 1
        self._peaks.append(node)
        self._size += 1

    def root(self) -> bytes:
        """The hash of the whole tree (RFC 9162 §2.1.1)."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            node = node_hash(peak, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree with these leaves, given by their hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_path(leaves: Sequence[bytes], index: int) -> Sequence[bytes]:
    """What proves that the leaf is in the tree: the hashes beside its way to the root, from below (RFC 9162 §2.1.3.1).

    Errors:  IndexError for a leaf that the tree does not have
    """
    if not 0 <= index < len(leaves):
        raise IndexError("the tree has no such leaf")
    path, level = [], leaves
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        level = _level_above(level)
        index >>= 1
    return path


def root_and_paths(leaves: Sequence[bytes]) -> tuple[bytes, Sequence[bytes]]:
    """The root, and what proves each leaf to be below it, made together: nodes are hashed once and paths share them.

    Shape:   at least one leaf; each path as `inclusion_path` has it, its hashes one after the other
    """
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(_level_above(levels[-1]))
    paths: Sequence[bytes] = [b""]
    for level in levels[-2::-1]:
        last, above = len(level) - 1, paths
        paths = [
            level[place ^ 1] + above[place >> 1] if place ^ 1 <= last else above[place >> 1]
            for place in range(len(level))
        ]
    return levels[-1][0], paths


def consistency_path(leaves: Sequence[bytes], old: int, new: int) -> Sequence[bytes]:
    """What proves that the tree of the first `new` leaves continues that of the first `old` (RFC 9162 §2.1.4.1).

    Shape:   empty for two trees of one size
    Errors:  IndexError unless 0 < old <= new <= number of leaves
    """
    if not 0 < old <= new <= len(leaves):
        raise IndexError("the tree never had these sizes")
    first, last, is_whole = 0, new, True  # the subtree that is cut by `old`; whether the old root is all of it
    path: list[bytes] = []
    while first + old != last:
        split = first + (1 << (last - first - 1).bit_length() - 1)
        if first + old <= split:
            path.append(root_of(leaves[split:last]))
            last = split
        else:
            path.append(root_of(leaves[first:split]))
            old -= split - first
            first, is_whole = split, False
    if not is_whole:
        path.append(root_of(leaves[first:last]))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, *, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf stands at `index` in the tree of that size and root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(beside, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, new: int, *, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of size `new` continues that of size `old` (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, node)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """A node without a neighbour goes up as it is."""
    above = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return [*above, level[-1]] if len(level) % 2 else above
