"""Editions of one region in the order of time: an edition ends where the next one begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise, zip_longest

from schema.catalog.edition_reader import EditionFile, EditionHead


def in_order(files: Sequence[EditionFile]) -> list[EditionHead]:
    """The heads by their beginning, each ended by the next one at the latest."""
    heads = sorted((file.head for file in files if file.head), key=lambda head: (head.effective_from, head.code))
    ended = []
    for head, following in zip_longest(heads, heads[1:]):
        ends = [day for day in (head.effective_to, following and following.effective_from) if day]
        ended.append(replace(head, effective_to=min(ends, default=None)))
    return ended


def timeline_faults(files: Sequence[EditionFile]) -> Iterator[str]:
    """What is wrong with the editions of one region taken together, each at its file and line."""
    right = [(file, file.head) for file in files if file.head]
    right.sort(key=lambda pair: (pair[1].effective_from, pair[1].code))
    for (file, head), (_, following) in pairwise(right):
        if head.effective_from == following.effective_from:
            place = file.reader.where(key="effective_from")
            yield f"{place}: editions `{head.code}` and `{following.code}` begin on the same day"
        elif head.effective_to is not None and head.effective_to > following.effective_from:
            place = file.reader.where(key="effective_to")
            yield f"{place}: edition `{head.code}` is still in force when `{following.code}` begins"
    yield from _base_faults(right)


def _base_faults(files: Sequence[tuple[EditionFile, EditionHead]]) -> Iterator[str]:
    heads = {head.code: head for _, head in files}
    for file, head in files:
        base, place = head.based_on, file.reader.where(key="based_on")
        if not base:
            continue
        if base not in heads:
            yield f"{place}: `{base}` is no edition of jurisdiction `{head.jurisdiction}`"
        elif head.code in bases(head.code, heads)[1:]:
            yield f"{place}: edition `{head.code}` is based on itself, by way of `{base}`"
        elif heads[base].effective_from > head.effective_from:
            yield f"{place}: edition `{head.code}` begins before `{base}`, which it is based on"


def bases(code: str, heads: Mapping[str, EditionHead]) -> list[str]:
    """The edition and those it is based on, newest first; one that comes again is the last."""
    chain: list[str] = []
    while code in heads and chain.count(code) < 2:
        chain.append(code)
        code = heads[code].based_on
    return chain


def chosen(heads: Sequence[EditionHead], edition: str | None, as_of: date | None) -> EditionHead | None:
    """The edition with this code, or the newest in force on this day, or the newest of all; None if there is none."""
    fitting = [
        head
        for head in heads
        if (edition is None or head.code == edition)
        and (as_of is None or edition is not None or head.is_in_force(as_of))
    ]
    return fitting[-1] if fitting else None
