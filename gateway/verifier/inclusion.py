"""The proof that an entry stands in the log: the hashes from its leaf up to a root that the log has signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.verifier.base64url import encoded
from gateway.verifier.covering import Covering, CoveringReader
from gateway.verifier.jws import StatementFault
from gateway.verifier.keys import KeysByName
from gateway.verifier.lines import Content, Dropped, Entry, Head, LineFault, Signed, Unreadable, content_of, read_lines
from gateway.verifier.merkle import inclusion_path, leaf_hash, root_by_path
from gateway.verifier.receipts import Receipt
from gateway.verifier.report import Found


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A proof that was verified.

    Shape:   `path` holds hashes of 32 bytes, lowest first; `leaf` and the root of `covered_by` are its ends
    """

    leaf: bytes
    index: int
    path: Sequence[bytes]
    covered_by: Covering
    statement: str
    """The checkpoint or closing itself."""


def prove(receipt: Receipt, export: Path, keys: KeysByName) -> Inclusion:
    """The proof of inclusion for a receipt, from an export that holds its segment from the beginning.

    Errors:  Unreadable; Found if the export holds something else than the receipt says, or too little for a proof
    """
    leaves: list[bytes] = []
    for content in _of_segment(receipt, export):
        if isinstance(content, Entry):
            leaves.append(_leaf(receipt, content, len(leaves)))
        elif len(leaves) > receipt.index:
            return _proven(receipt, leaves, signed=content, keys=keys)
    if len(leaves) <= receipt.index:
        raise Found(f"entry {receipt.position} does not stand in the export", receipt.position)
    raise Found(f"no checkpoint in the export covers entry {receipt.position} yet", receipt.position)


def _of_segment(receipt: Receipt, export: Path) -> Iterator[Entry | Signed]:
    """The entries of the receipt's segment, and every signed word from the first of them on."""
    is_begun = False
    for number, line in enumerate(read_lines(export)):
        content = _content(export, line.raw)
        match content:
            case Head() if number == 0:
                if content.log != receipt.log:
                    raise Found("the export is of another log than the receipt")
            case _ if number == 0:
                raise Unreadable(f"`{export}` is no export of a log: its first line does not name one")
            case Entry() if content.segment == receipt.segment:
                is_begun = True
                yield content
            case Entry() if is_begun:
                return
            case Signed() if is_begun:
                yield content
            case Dropped() if content.segment == receipt.segment:
                raise Found(f"the entries of segment {receipt.segment} are gone from the log", receipt.position)
            case _:
                pass


def _content(export: Path, raw: bytes) -> Content:
    try:
        return content_of(raw)
    except LineFault as fault:
        raise Unreadable(f"`{export}` is no export of a log: {fault}") from fault


def _leaf(receipt: Receipt, entry: Entry, index: int) -> bytes:
    """The leaf of the next entry of the segment; the receipt's own has to be the one that it was given for."""
    if entry.leaf_index != index:
        raise Found(f"the export lacks entries of segment {entry.segment}, so nothing can be proven by it")
    leaf = leaf_hash(entry.text.encode())
    if index == receipt.index:
        if encoded(leaf) != receipt.leaf or entry.position != receipt.position:
            raise Found(f"entry {receipt.position} is not what the receipt was given for", receipt.position)
        if entry.receipt != receipt.signed:
            raise Found(f"entry {receipt.position} has another receipt in the log", receipt.position)
    return leaf


def _proven(receipt: Receipt, leaves: Sequence[bytes], *, signed: Signed, keys: KeysByName) -> Inclusion:
    try:
        covering = CoveringReader(keys).read(signed.text, is_closing=signed.is_closing)
    except StatementFault as fault:
        raise Found(f"the checkpoint that covers entry {receipt.position} {fault}") from fault
    if (covering.log, covering.segment, covering.size) != (receipt.log, receipt.segment, len(leaves)):
        raise Found(f"{covering.name} does not cover what stands before it")
    leaf, path = leaves[receipt.index], inclusion_path(leaves, receipt.index)
    if root_by_path(leaf, receipt.index, size=covering.size, path=path) != covering.root:
        raise Found(f"{covering.name} has another root than the entries give", receipt.position)
    return Inclusion(leaf, receipt.index, path, covering, signed.text)
