"""Single values as the courts write them, read into releasable form; pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final

from schema.vocabulary.codes import GenderCode
from schema.vocabulary.records import Fact

SHANGHAI: Final = timezone(timedelta(hours=8))
"""China keeps one time without summer time."""
NOTHING: Final = frozenset({"", "暂无", "无", "无。", "/", "-", "—", "null", "NULL"})
"""How the courts write that there is no value."""
OPEN_ENDS: Final = frozenset({"9999-09-09", "9999-12-31", "2099-12-31"})
_DATE: Final = re.compile(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日|-(\d{1,2})-(\d{1,2})|(\d{2})(\d{2}))", re.ASCII)
_MOMENT: Final = re.compile(r"\d{14}", re.ASCII)
_AMOUNT: Final = re.compile(r"(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,6})?(?:元)?", re.ASCII)
_CENT: Final = Decimal("0.01")
_GENDERS: Final = {
    "0": GenderCode.UNKNOWN,
    "1": GenderCode.MALE,
    "2": GenderCode.FEMALE,
    "9": GenderCode.UNSPECIFIED,
}
_BRACKETS: Final = str.maketrans("（）〔〕【】［］", "()()()()")


class Illegible(Exception):
    """A value nobody can read; the message never repeats it."""


def read_text(value: Any) -> str | None:  # any JSON value may stand here
    """Text as stated, without blanks around it; None for nothing. Raises Illegible for what is not text."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Illegible("not text")
    text = value.strip()
    return None if text in NOTHING else text


def read_date(value: Any) -> str | None:
    """`2019年02月14日`, `20190214` or `2019-02-14` as `2019-02-14`; an open end is None.

    Errors:  Illegible for any other form and for an impossible day
    """
    text = read_text(value)
    return None if text is None else _iso_date(text)


@lru_cache(maxsize=4096)
def _iso_date(text: str) -> str | None:
    """Days repeat from row to row, so what was read is kept."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise Illegible("not a date")
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        stated = date(year, month, day).isoformat()
    except ValueError:
        raise Illegible("an impossible day") from None
    return None if stated in OPEN_ENDS else stated


def read_moment(value: Any) -> datetime:
    """Fourteen digits, `20260110023000`, as an aware time of Shanghai. Raises Illegible."""
    text = read_text(value)
    if text is None or not _MOMENT.fullmatch(text):
        raise Illegible("not a point in time")
    try:
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Illegible("an impossible point in time") from None


def read_amount(value: Any) -> Fact:
    """An amount in yuan, written as text, as Money; more than two decimals are rounded half up.

    Errors:  Illegible for another unit, a sign, or words
    """
    text = read_text(value)
    if text is None:
        return None
    if not _AMOUNT.fullmatch(text):
        raise Illegible("not an amount in yuan")
    amount = Decimal(text.removesuffix("元").replace(",", ""))
    return {"amount": str(amount.quantize(_CENT, ROUND_HALF_UP)), "currency": "CNY"}


def read_gender(value: Any) -> str | None:
    """GB/T 2261.1 digit as a name of GenderCode. Raises Illegible for an unknown one."""
    text = read_text(value)
    if text is None:
        return None
    gender = _GENDERS.get(text)
    if gender is None:
        raise Illegible("an unknown gender code")
    return gender.value


def read_identity_number(value: Any) -> str | None:
    """An identity number that the courts have masked; one that came whole is not passed on (Illegible)."""
    text = read_text(value)
    if text is not None and "*" not in text:
        raise Illegible("an identity number without a mask")
    return text


def normal_number(text: str) -> str:
    """A document number for comparing: half-width brackets, no blanks."""
    return "".join(text.translate(_BRACKETS).split())
