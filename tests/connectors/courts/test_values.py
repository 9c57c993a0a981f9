"""Single values in every form in which the courts write them."""

from __future__ import annotations

import pytest

from connectors.courts.values import (
    Illegible,
    normal_number,
    read_amount,
    read_date,
    read_gender,
    read_identity_number,
    read_moment,
    read_text,
)


@pytest.mark.parametrize("stated", [None, "", " ", "暂无", "无", " 暂无 ", "-"])
@pytest.mark.parametrize("reader", [read_text, read_date, read_amount, read_gender, read_identity_number])
def test_ways_to_say_nothing(reader, stated):
    assert reader(stated) is None


@pytest.mark.parametrize("reader", [read_text, read_date, read_amount, read_gender, read_identity_number, read_moment])
@pytest.mark.parametrize("stated", [7, True, [], {}])
def test_what_is_not_text_is_illegible(reader, stated):
    with pytest.raises(Illegible):
        reader(stated)


@pytest.mark.parametrize("stated", ["2019年02月14日", "2019年2月14日", "20190214", "2019-02-14", " 20190214 "])
def test_dates_of_all_forms(stated):
    assert read_date(stated) == "2019-02-14"


@pytest.mark.parametrize("stated", ["99990909", "9999年12月31日", "2099-12-31"])
def test_open_ends_are_no_date(stated):
    assert read_date(stated) is None


@pytest.mark.parametrize(
    "stated", ["2019年02月30日", "20191301", "2019/02/14", "2019年", "1902", "20190214日", "２０１９0214"]
)
def test_illegible_dates(stated):
    with pytest.raises(Illegible):
        read_date(stated)


@pytest.mark.parametrize(
    ("stated", "amount"),
    [
        ("1200000", "1200000.00"),
        ("1200000.5", "1200000.50"),
        ("1,200,000.00", "1200000.00"),
        ("1200000元", "1200000.00"),
        ("0", "0.00"),
        ("0.005", "0.01"),
        ("999999999999999.99", "999999999999999.99"),
    ],
)
def test_amounts_in_yuan(stated, amount):
    assert read_amount(stated) == {"amount": amount, "currency": "CNY"}


@pytest.mark.parametrize("stated", ["120万元", "-5", "12,00", "约5000元", "1e6", "NaN", "支付货款5000元及利息"])
def test_illegible_amounts(stated):
    with pytest.raises(Illegible):
        read_amount(stated)


@pytest.mark.parametrize(("digit", "name"), [("0", "UNKNOWN"), ("1", "MALE"), ("2", "FEMALE"), ("9", "UNSPECIFIED")])
def test_genders(digit, name):
    assert read_gender(digit) == name


def test_unknown_gender_is_illegible():
    with pytest.raises(Illegible):
        read_gender("3")


def test_identity_number_passes_masked_only():
    assert read_identity_number("000000********123X") == "000000********123X"
    with pytest.raises(Illegible) as refusal:
        read_identity_number("000000199001011230")
    assert "000000" not in str(refusal.value)


def test_moments():
    assert read_moment("20260601023000").isoformat() == "2026-06-01T02:30:00+08:00"
    for stated in ("20260601", "暂无", "20261301000000"):
        with pytest.raises(Illegible):
            read_moment(stated)


@pytest.mark.parametrize("stated", ["（2019）京03执224号", "(2019) 京03执224号", "〔2019〕京03执 224号"])
def test_one_number_in_all_brackets(stated):
    assert normal_number(stated) == "(2019)京03执224号"
