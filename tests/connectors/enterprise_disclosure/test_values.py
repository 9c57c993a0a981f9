"""Single values: exact amounts, both forms of dates, code texts, and what nobody can read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.enterprise_disclosure import values

BEIJING = ZoneInfo("Asia/Shanghai")


def _ms(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=BEIJING).timestamp() * 1000)


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("2019年02月14日", "2019-02-14"),
        ("2019年2月4日", "2019-02-04"),
        (_ms(2019, 2, 14), "2019-02-14"),
        (str(_ms(2019, 2, 14)), "2019-02-14"),
        (_ms(1955, 5, 1), "1955-05-01"),
        (-(10**12), "1938-04-25"),
        (_ms(1988, 7, 1), "1988-07-01"),  # Beijing summer time
        ("9999年09月09日", None),
        (_ms(9999, 9, 9), None),
        ("2099年12月31日", None),
        ("", None),
        (None, None),
    ],
)
def test_both_forms_of_dates(stated: object, read: str | None) -> None:
    assert values.day(stated) == read


@pytest.mark.parametrize("stated", ["2019年02月30日", "2019-02-14", "长期", True, 1.5, [], 10**30, "二〇一九年"])
def test_a_date_that_is_none(stated: object) -> None:
    with pytest.raises(ValueError):
        values.day(stated)


@given(st.dates(date(1930, 1, 1), date(9998, 1, 1)))
def test_a_day_survives_both_forms(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    expected = None if day == date(2099, 12, 31) else day.isoformat()
    assert values.day(f"{day.year}年{day.month:02d}月{day.day:02d}日") == expected
    assert values.day(round((midnight - datetime.fromtimestamp(0, BEIJING)) / timedelta(milliseconds=1))) == expected


@pytest.mark.parametrize(
    ("stated", "amount"),
    [
        ("120.5万元", "1205000.00"),
        ("120.500000", "1205000.00"),
        ("0.000001", "0.01"),
        ("-3.2万元", "-32000.00"),
        ("1,200万元", "12000000.00"),
        ("100 万元人民币", "1000000.00"),
        ("0", "0.00"),
    ],
)
def test_ten_thousands_become_yuan_exactly(stated: str, amount: str) -> None:
    assert values.money(stated) == {"amount": amount, "currency": "CNY"}


@given(st.decimals(Decimal(-(10**14)), Decimal(10**14), places=2))
def test_no_cent_is_lost(yuan: Decimal) -> None:
    read = values.money(f"{yuan.scaleb(-4):.6f}")
    assert isinstance(read, dict)
    assert read["amount"] == f"{yuan:.2f}"


def test_currencies() -> None:
    assert values.money("10万元", "美元") == {"amount": "100000.00", "currency": "USD"}
    assert values.money("10万美元", "") == {"amount": "100000.00", "currency": "USD"}
    assert values.money("", "人民币") is None
    with pytest.raises(ValueError):
        values.money("10万元", "贝壳")


@pytest.mark.parametrize("stated", ["12亿元", "约五万元", "1.0000001", "NaN", "9" * 400, {"amount": 1}, True])
def test_an_amount_that_is_none(stated: object) -> None:
    with pytest.raises(ValueError):
        values.money(stated)


def test_code_texts_in_either_width_of_brackets() -> None:
    assert values.registration_status("存续（在营、开业、在册）") == "ACTIVE"
    assert values.registration_status("吊销，未注销") == "REVOKED"
    assert values.registration_status("注销") == "DEREGISTERED"
    assert values.entity_type("有限责任公司（自然人独资）") == "1151"
    assert values.entity_type("有限责任公司(自然人独资)") == "1151"
    assert values.pledge_kind("动产抵押") == "CHATTEL"
    assert values.penalty_kinds("罚款、没收违法所得，警告") == ["FINE", "WARNING"]
    for read in (values.registration_status, values.entity_type, values.pledge_kind, values.penalty_kinds):
        assert read("") is None
        with pytest.raises(ValueError):
            read("闻所未闻")


def test_shares_and_whole_numbers() -> None:
    assert values.share("60.00%") == "60"
    assert values.share("33.3300") == "33.33"
    assert values.share("") is None
    assert values.whole("12人") == 12
    assert values.whole("") is None
    for read, stated in ((values.share, "101%"), (values.share, "半数"), (values.whole, "十二")):
        with pytest.raises(ValueError):
            read(stated)


def test_comparable_texts() -> None:
    assert (
        values.comparable("津市监罚〔2024〕 12号") == values.comparable("津市监罚（2024）12号") == "津市监罚(2024)12号"
    )
    assert values.comparable("样禾【天津】abc公司") == "样禾(天津)ABC公司"
    assert values.comparable(None) == ""
