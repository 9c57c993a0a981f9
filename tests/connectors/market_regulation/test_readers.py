"""Single columns: what is read, and what is complained about."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from connectors.market_regulation import readers
from connectors.market_regulation.codes import PENALTY_KINDS, REGISTRATION_STATES
from connectors.market_regulation.readers import NotReadable


@pytest.mark.parametrize("nothing", [None, "", "  ", "\\n"])
def test_nothing_has_several_forms(nothing):
    assert readers.text(nothing) is None
    assert readers.day(nothing) is None
    assert readers.money(nothing, "156") is None
    assert readers.ratio(nothing) is None
    assert readers.names(nothing) == []
    assert readers.flag(nothing) is None


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ("2020-02-29", "2020-02-29"),
        ("2020-02-29 00:00:00", "2020-02-29"),
        (date(2020, 2, 29), "2020-02-29"),
        ("9999-09-09", None),
        (date(2099, 12, 31), None),
    ],
)
def test_days(stated, meant):
    assert readers.day(stated) == meant


@pytest.mark.parametrize("stated", ["2021-02-29", "20200229", "2020年2月29日", "0000-99-99", "2020-02-29T10:00:00"])
def test_impossible_days_are_not_readable(stated):
    with pytest.raises(NotReadable):
        readers.day(stated)


@pytest.mark.parametrize(
    ("stated", "yuan"),
    [
        ("0.000001", "0.01"),
        ("100", "1000000.00"),
        (Decimal("5.200000"), "52000.00"),
        (0.3, "3000.00"),
        ("12345678901.123456", "123456789011234.56"),
    ],
)
def test_ten_thousands_become_yuan_exactly(stated, yuan):
    assert readers.money(stated, "156") == {"amount": yuan, "currency": "CNY"}


@pytest.mark.parametrize("stated", ["N/A", "-1", "0.0000001", "NaN", "Infinity", "1e400", "１万"])
def test_impossible_amounts_are_not_readable(stated):
    with pytest.raises(NotReadable):
        readers.money(stated, "156")


def test_an_unknown_currency_is_not_readable():
    with pytest.raises(NotReadable):
        readers.money("1", "999")


def test_codes():
    assert readers.one_of(REGISTRATION_STATES)("3") == "REVOKED"
    assert readers.several_of(PENALTY_KINDS, ";；")("罚款；没收违法所得;警告") == ["FINE", "WARNING"]
    with pytest.raises(NotReadable):
        readers.several_of(PENALTY_KINDS, ";；")("罚款;流放")


@pytest.mark.parametrize(("stated", "meant"), [("100.000", "100"), ("60.50", "60.5"), ("0", "0"), (Decimal(40), "40")])
def test_shares(stated, meant):
    assert readers.ratio(stated) == meant


@pytest.mark.parametrize("stated", ["100.01", "-1", "一半"])
def test_impossible_shares_are_not_readable(stated):
    with pytest.raises(NotReadable):
        readers.ratio(stated)


def test_moments_without_an_offset_are_meant_in_beijing():
    assert readers.moment("2026-05-01 08:30:00").isoformat() == "2026-05-01T08:30:00+08:00"
    assert readers.moment(datetime(2026, 5, 1)).isoformat() == "2026-05-01T00:00:00+08:00"  # noqa: DTZ001 - as drivers give it
    with pytest.raises(NotReadable):
        readers.moment("昨天")


def test_a_flag_is_one_or_nought():
    assert [readers.flag("1"), readers.flag("0")] == [True, False]
    with pytest.raises(NotReadable):
        readers.flag("是")
