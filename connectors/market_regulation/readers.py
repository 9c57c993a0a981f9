"""Reading single columns of the exchange tables: text, days, amounts, codes. Pure; complains by raising.

Nothing is NULL or the two characters `\\n`. An open end is written 9999-09-09, 9999-12-31 or 2099-12-31.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias

from connectors.market_regulation.codes import CURRENCIES
from schema.vocabulary.records import Fact

Reader: TypeAlias = Callable[..., Fact]
"""Column values, in the order of the fact's columns, to one fact; raises `NotReadable`."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_OPEN_ENDS: Final = frozenset({"9999-09-09", "9999-12-31", "2099-12-31"})
_BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_CENT: Final = Decimal("0.01")


class NotReadable(ValueError):
    """The column holds something that its specification does not know; the message never repeats it."""


def text(value: Any) -> str | None:
    """Text as stated, without surrounding blanks; None for nothing."""
    if value is None:
        return None
    plain = value.strip() if isinstance(value, str) else str(value)
    return plain if plain and plain != "\\n" else None


@lru_cache(maxsize=4096)
def day(value: Any) -> str | None:
    """A calendar day `YYYY-MM-DD`; None for nothing and for an open end."""
    plain = text(value.isoformat() if isinstance(value, date) else value)
    if plain is None:
        return None
    written = plain[:10]
    if _DAY.fullmatch(written) is None or plain[10:] not in ("", " 00:00:00", "T00:00:00"):
        raise NotReadable("not a date")
    try:
        date.fromisoformat(written)
    except ValueError as fault:
        raise NotReadable("not a day of the calendar") from fault
    return None if written in _OPEN_ENDS else written


def money(value: Any, currency: Any = None) -> Fact:
    """An amount in 万元 with up to 6 decimals as yuan with 2, exactly; no currency stated means 156."""
    plain = text(value)
    if plain is None:
        return None
    amount = _number(plain).scaleb(4)
    exact = amount.quantize(_CENT)
    if exact != amount:
        raise NotReadable("an amount in fractions of a cent")
    return {"amount": f"{exact:f}", "currency": one_of(CURRENCIES)(text(currency) or "156")}


def ratio(value: Any) -> str | None:
    """A share in per cent, as text without needless zeros."""
    plain = text(value)
    if plain is None:
        return None
    share = _number(plain)
    if share > 100:
        raise NotReadable("more than the whole")
    written = f"{share:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def one_of(table: Mapping[str, str | StrEnum]) -> Callable[[Any], str | None]:
    """A reader of one code of `table`."""

    def read(value: Any) -> str | None:
        code = text(value)
        if code is None:
            return None
        if code not in table:
            raise NotReadable("an unknown code")
        return str(table[code])

    return read


def several_of(table: Mapping[str, str | StrEnum], separators: str) -> Callable[[Any], list[str] | None]:
    """A reader of several codes of `table`, each meaning named once, in the order of the table's meanings stated."""
    split = re.compile(f"[{separators}]")
    read = one_of(table)

    def read_all(value: Any) -> list[str] | None:
        stated = text(value)
        if stated is None:
            return None
        meanings = [read(part) for part in split.split(stated)]
        return list(dict.fromkeys(meaning for meaning in meanings if meaning is not None))

    return read_all


def member_of(known: Set[str]) -> Callable[[Any], str | None]:
    """A reader of a code that is passed on as it stands."""

    def read(value: Any) -> str | None:
        code = text(value)
        if code is not None and code not in known:
            raise NotReadable("an unknown code")
        return code

    return read


def shaped(pattern: str) -> Callable[[Any], str | None]:
    """A reader of text that must have a certain form."""
    form = re.compile(pattern)

    def read(value: Any) -> str | None:
        stated = text(value)
        if stated is not None and form.fullmatch(stated) is None:
            raise NotReadable("text of a wrong form")
        return stated

    return read


def names(value: Any) -> list[str]:
    """Several names separated by semicolons; none is an empty list."""
    return [part.strip() for part in re.split("[;；]", text(value) or "") if part.strip()]


def flag(value: Any) -> bool | None:
    """`1` and `0`."""
    stated = text(value)
    if stated not in (None, "0", "1"):
        raise NotReadable("neither 0 nor 1")
    return None if stated is None else stated == "1"


@lru_cache(maxsize=4096)
def moment(value: Any) -> datetime:
    """An update time as an aware moment; stated without offset, meant in Beijing time."""
    if isinstance(value, datetime):
        stated = value
    else:
        try:
            stated = datetime.fromisoformat(text(value) or "")
        except ValueError as fault:
            raise NotReadable("not a time") from fault
    return stated.replace(tzinfo=_BEIJING) if stated.tzinfo is None else stated.astimezone(_BEIJING)


def _number(plain: str) -> Decimal:
    try:
        number = Decimal(plain)
    except InvalidOperation as fault:
        raise NotReadable("not a number") from fault
    if not number.is_finite() or number < 0 or number.adjusted() > 15:
        raise NotReadable("an impossible number")
    return number
