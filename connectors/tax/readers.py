"""How single values of the tax office are read: its text in, a releasable fact out.

Every reader raises ValueError for text that it cannot read; no message repeats the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from schema.vocabulary.records import Fact

Reader: TypeAlias = Callable[[str], Fact]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YUAN: Final = re.compile(r"\d{1,15}(\.\d{1,2})?", re.ASCII)
_TEN_THOUSAND_YUAN: Final = re.compile(r"\d{1,11}(\.\d{1,6})?", re.ASCII)
_YEAR: Final = re.compile(r"(19|20)\d{2}", re.ASCII)
_SCORE: Final = re.compile(r"\d{1,3}", re.ASCII)
_TAXPAYER_NUMBER: Final = re.compile(r"[0-9A-Z]{15,20}", re.ASCII)
_OPEN_ENDS: Final = frozenset({"9999-09-09", "9999-12-31", "2099-12-31"})


def text(stated: str) -> Fact:
    """Free text as stated."""
    return stated


def day(stated: str) -> Fact:
    """A calendar day `YYYY-MM-DD`."""
    if not _DAY.fullmatch(stated):
        raise ValueError("not a date")
    return date.fromisoformat(stated).isoformat()


def last_day(stated: str) -> Fact:
    """The last day of a period; None for the days by which the office writes an open end."""
    return None if stated in _OPEN_ENDS else day(stated)


def yuan(stated: str) -> Fact:
    """Money from yuan with up to 2 decimals."""
    if not _YUAN.fullmatch(stated):
        raise ValueError("not an amount in yuan")
    return {"amount": f"{Decimal(stated):.2f}", "currency": "CNY"}


def ten_thousand_yuan(stated: str) -> Fact:
    """Money from 万元 with up to 6 decimals: the unit of the national template for penalties.

    Source: double-publicity template, CF_NR_FK and CF_NR_WFFF
    """
    if not _TEN_THOUSAND_YUAN.fullmatch(stated):
        raise ValueError("not an amount in ten thousand yuan")
    return {"amount": f"{Decimal(stated) * 10_000:.2f}", "currency": "CNY"}


def year(stated: str) -> Fact:
    """A calendar year."""
    if not _YEAR.fullmatch(stated):
        raise ValueError("not a year")
    return int(stated)


def score(stated: str) -> Fact:
    """A whole score of up to three digits."""
    if not _SCORE.fullmatch(stated):
        raise ValueError("not a score")
    return int(stated)


def taxpayer_number(stated: str) -> Fact:
    """纳税人识别号: 18 characters today, 15 to 20 in older registrations."""
    if not _TAXPAYER_NUMBER.fullmatch(stated):
        raise ValueError("not a taxpayer number")
    return stated


def code(table: Mapping[str, str]) -> Reader:
    """A reader of one code of `table`."""

    def read(stated: str) -> Fact:
        if stated not in table:
            raise ValueError("the code is not in the table")
        return str(table[stated])

    return read


def codes(table: Mapping[str, str]) -> Reader:
    """A reader of several codes of `table`, separated by half- or full-width semicolons; each name once."""
    read_one = code(table)

    def read(stated: str) -> Fact:
        return list(dict.fromkeys(read_one(part.strip()) for part in re.split("[;；]", stated) if part.strip()))

    return read
