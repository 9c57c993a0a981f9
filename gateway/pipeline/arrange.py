"""A list of released records narrowed, sorted and cut as asked; sees only what the caller sees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from gateway.pipeline.roots import Arrangement
from schema.vocabulary.records import Fact

Row = TypeVar("Row", bound=Mapping[str, Fact])
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?")
"""A number as facts state one; `007`, `1e5` and `NaN` are texts, such as document numbers."""


def arrange(rows: Sequence[Row], arrangement: Arrangement | None) -> Sequence[Row]:
    """The rows that meet every condition, in the order asked for, at most `first`.

    A fact that is not there meets no condition and sorts last. Equal facts keep the agency's order.
    """
    if arrangement is None:
        return rows
    for name, equals, low, high in arrangement.where:
        rows = [row for row in rows if _holds(_seen(row.get(name)), equals, low=low, high=high)]
    by = arrangement.order_by
    if by is not None:
        known = [row for row in rows if _seen(row.get(by)) is not None]
        known.sort(key=lambda row: _rank(_seen(row[by])), reverse=arrangement.descending)
        rows = [*known, *(row for row in rows if _seen(row.get(by)) is None)]
    return rows[: arrangement.first]


def _seen(fact: Fact) -> Fact:
    """What a fact is compared by: of money its amount, which is not there where only the band may be known."""
    return fact.get("amount") if isinstance(fact, Mapping) else fact


def _holds(fact: Fact, equals: str | None, *, low: str | None, high: str | None) -> bool:
    if fact is None:
        return False
    rank = _rank(fact)
    if equals is not None and rank != _rank(equals):
        return False
    if low is not None and rank < _rank(low):
        return False
    return high is None or rank <= _rank(high)


def _rank(fact: Fact) -> tuple[int, Decimal, str]:
    """Numbers as numbers, everything else as text; dates sort as text."""
    text = ("true" if fact else "false") if isinstance(fact, bool) else str(fact)
    return (0, Decimal(text), "") if _NUMBER.fullmatch(text) else (1, Decimal(0), text)
