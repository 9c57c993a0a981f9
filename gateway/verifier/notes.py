"""What an outcome rests on, in sentences: what was taken on trust, what was not checked, what can't be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.verifier.report import Counted


@dataclass(frozen=True, slots=True)
class Basis:
    """What there is to tell of one verification.

    Units:   `signatures` are receipts whose signature was checked, `tail` those of them that no checkpoint covers yet
    """

    counted: Counted
    signatures: int
    tail: int
    begins_inside: int | None
    uncompared: int
    """Kept checkpoints for which the file holds too little to compare."""
    keys_are_independent: bool
    end_is_known: bool


def notes_of(basis: Basis, *, is_verified: bool) -> tuple[str, ...]:
    """One sentence for each thing that a reader should know beside the outcome."""
    return (*_on_keys(basis), *(_on_proof(basis) if is_verified else ()))


def _on_keys(basis: Basis) -> Iterator[str]:
    if not basis.keys_are_independent:
        yield "keys as the file names them: not independent (--keys FILE takes them from elsewhere)"


def _on_proof(basis: Basis) -> Iterator[str]:
    counted = basis.counted
    if basis.signatures < counted.entries:
        yield (
            f"signed checkpoints prove the entries; of {counted.entries} receipts the signatures of {basis.signatures} "
            "were checked and the others held against their entries only (--all-signatures checks each)"
        )
    elif counted.entries:
        yield "the signature of every receipt was checked"
    if basis.begins_inside is not None:
        yield (
            f"the file begins inside segment {basis.begins_inside}: its entries there are proven by their receipts, "
            "not by a checkpoint"
        )
    if basis.tail:
        yield f"no checkpoint covers the last {basis.tail} entries yet; their receipts prove them"
    for number in counted.dropped:
        yield f"the entries of segment {number} are gone; its closing holds the place"
    if basis.uncompared:
        yield f"kept checkpoints about entries that do not stand in the file: {basis.uncompared}, not compared"
    if not basis.end_is_known:
        yield "what may have been cut off at the end shows only against --expect-size or --against"
