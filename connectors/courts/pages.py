"""One page of a list as the courts answer it; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from connectors.courts.values import Illegible, read_moment
from connectors.transport.wire import MalformedAnswer

Row: TypeAlias = Mapping[str, Any]
"""One row by the courts' own names; any JSON value may stand in it."""
ORGANISATION: Final = "1"
"""`type` of a row about an organisation; `0` is a natural person."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of one list, filed under one key."""

    total: int
    """Rows on all pages."""
    elsewhere: int | None
    """Rows filed under the organisation code inside the code that was asked for; None if not told."""
    compiled_at: datetime
    """When the courts last compiled the list."""
    rows: tuple[Row, ...]


def read_page(data: Mapping[str, Any], key: str, *, number: int, size: int) -> Page:
    """Page `number` of the rows filed under `key`, at most `size` of them.

    Errors:  MalformedAnswer for another page, a wrong number of rows, or a row about somebody else
    """
    total = _count(data.get("total"))
    rows = data.get("list")
    if total is None or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MalformedAnswer("the page lacks its total or its rows")
    if _count(data.get("pageNo")) != number or len(rows) != min(size, max(0, total - (number - 1) * size)):
        raise MalformedAnswer("the page is another one, or not whole")
    try:
        compiled_at = read_moment(data.get("dataTime"))
    except Illegible:
        raise MalformedAnswer("the page does not say when it was compiled") from None
    _require_own(rows, key)
    return Page(total, _count(data.get("zzjgdmTotal")), compiled_at, tuple(rows))


def _count(value: object) -> int | None:
    """A whole number, written as a number or as text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        return int(value)
    return value if type(value) is int and value >= 0 else None


def _require_own(rows: Sequence[Row], key: str) -> None:
    """Every organisation's row must carry the key asked for; court data print it with hyphen and lower case too.

    A person's row carries a masked identity number instead, which proves nothing.
    """
    for row in rows:
        if row.get("type") == ORGANISATION:
            filed = row.get("cardNum")
            if not isinstance(filed, str) or filed.replace("-", "").strip().upper() != key:
                raise MalformedAnswer("the page has a row about another subject")
