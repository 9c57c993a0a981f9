"""The signatures of receipts, one by one; stretches that are long are shared out among several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from gateway.verifier.given import ReceiptReader
from gateway.verifier.jws import StatementFault
from gateway.verifier.keys import read_keys
from gateway.verifier.lines import Entry, LineFault, Unreadable, content_of, next_line, read_lines

_CHUNK: Final = 1 << 20
_WORTH_A_POOL: Final = 8
"""Chunks; a process is started in the time that one takes."""


class Span(NamedTuple):
    """Whole lines of one file, from one byte up to another."""

    path: Path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The first entry whose receipt is not signed."""

    position: int
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many receipts were checked, and the first that is bad."""

    receipts: int
    bad: Unsigned | None


def check_spans(
    spans: Sequence[Span], keys: bytes, *, workers: int, advance: Callable[[int], None] = lambda _: None
) -> Checked:
    """Check the receipts of all entries in these spans, in their order, up to the first bad one.

    Shape:   `keys` is a JWK set that can be read; `advance` hears how many bytes were done
    Errors:  Unreadable
    """
    chunks = [chunk for span in spans for chunk in _chunks(span)]
    receipts = 0
    with closing(_results(chunks, keys, workers)) as results:
        for chunk, checked in zip(chunks, results, strict=False):
            receipts += checked.receipts
            advance(chunk.end - chunk.start)
            if checked.bad:
                return Checked(receipts, checked.bad)
    return Checked(receipts, None)


def _results(chunks: Sequence[Span], keys: bytes, workers: int) -> Generator[Checked, None, None]:
    if workers < 2 or len(chunks) < _WORTH_A_POOL:
        yield from (_check(chunk, keys) for chunk in chunks)
        return
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield from pool.map(_check, chunks, [keys] * len(chunks))
    except BrokenProcessPool as fault:
        raise Unreadable("a process that checks signatures has ended; try it with --workers 1") from fault
    finally:
        pool.shutdown(cancel_futures=True)


def _chunks(span: Span) -> Iterator[Span]:
    """A span in pieces, cut where lines begin."""
    start = span.start
    while start < span.end:
        end = min(start + _CHUNK, span.end)
        if end < span.end:
            end = next_line(span.path, end)
        yield Span(span.path, start, min(end, span.end))
        start = end


def _check(chunk: Span, keys: bytes) -> Checked:
    """What one process does with one piece."""
    receipts, number = ReceiptReader(read_keys(keys)), 0
    for _, raw in read_lines(chunk.path, start=chunk.start, end=chunk.end):
        if not raw.startswith(b'{"entry":'):
            continue
        try:
            entry = content_of(raw)
        except LineFault:
            continue  # the walk names it
        if isinstance(entry, Entry):
            number += 1
            try:
                receipts.verified(entry.receipt)
            except StatementFault as fault:
                return Checked(number, Unsigned(entry.position, f"its receipt {fault}"))
    return Checked(number, None)
