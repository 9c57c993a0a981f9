"""Masks show what their kind allows, again and again, and remove what they do not understand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.masks import mask
from schema.catalog.entry import MaskKind
from schema.vocabulary.records import Fact

ALLOWED_DIGITS = {MaskKind.M1: 0, MaskKind.M2: 7, MaskKind.M4: 7, MaskKind.M8: 4}


@pytest.mark.parametrize(
    ("kind", "fact", "seen"),
    [
        (MaskKind.M0, "王小明", "王小明"),
        (MaskKind.M1, "王小明", "王*"),
        (MaskKind.M1, "欧阳小明", "欧阳*"),
        (MaskKind.M2, "000000199001011234", "000***1234"),
        (MaskKind.M2, "12345", "***"),
        (MaskKind.M3, "天津市和平区南京路1号2门301", "天津市和平区"),
        (MaskKind.M3, "内蒙古自治区呼和浩特市新城区海东路9号", "内蒙古自治区呼和浩特市新城区"),
        (MaskKind.M3, "nowhere 1", None),
        (MaskKind.M4, "10012345678", "100****5678"),
        (MaskKind.M4, "12345", "****"),
        (MaskKind.M5, "someone@example.com", "s***@example.com"),
        (MaskKind.M5, "not an address", None),
        (MaskKind.M6, 120, None),
        (MaskKind.M8, "1990-01-01", "1990"),
        (MaskKind.M8, "long ago", None),
        (MaskKind.M1, None, None),
        (MaskKind.M1, ["王小明", "李四"], ["王*", "李*"]),
        (MaskKind.M1, {"name": "王小明"}, None),
        (MaskKind.M1, 7, None),
    ],
)
def test_each_kind(kind: MaskKind, fact: Fact, seen: Fact) -> None:
    assert mask(kind, fact) == seen


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        ("-5.00", "[, 0)"),
        ("0.00", "[0, 100000)"),
        ("99999.99", "[0, 100000)"),
        ("100000.00", "[100000, 1000000)"),
        ("100000000.00", "[100000000, )"),
    ],
)
def test_amounts_become_bands(amount: str, band: str) -> None:
    expected = {"amount": None, "currency": "CNY", "band": band}
    assert mask(MaskKind.M6, {"amount": amount, "currency": "CNY"}) == expected


def test_an_amount_that_is_no_number_goes() -> None:
    assert mask(MaskKind.M6, {"amount": "many", "currency": "CNY"}) is None
    assert mask(MaskKind.M6, {"amount": "NaN", "currency": "CNY"}) is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("当事人王小明未申报", "当事人王*未申报"),
        ("法定代表人:李四,身份证000000199001011234", "法定代表人:李*,身份证***"),
        ("电话10012345678或022-12345678", "电话***或***"),
        ("住址天津市和平区1号,无", "住址***,无"),
        ("邮箱 a@b.cn", "邮箱 ***"),
        ("由张三先生收取", "由张*先生收取"),
        ("由周样壬签收", "由周*签收"),
        ("张三将其持有的10%股权转让给李四", "张*将其持有的10%股权转让给李*"),
        ("向原告欧阳锋给付货款", "向原告欧阳*给付货款"),
        ("责任人员:张三、李四", "责任人员:张*、李*"),
        ("向市场监督管理局提交虚假材料", "向市场监督管理局提交虚假材料"),
        ("逾期未申报2025年增值税", "逾期未申报2025年增值税"),
    ],
)
def test_persons_are_struck_out_of_free_text(text: str, seen: str) -> None:
    assert mask(MaskKind.M7, text) == seen


texts = st.text("王小明李四欧阳天津市和平区路号0123456789xX-@.当事人法定代表人住址先生:, ", max_size=40)
amounts = st.decimals(-(10**10), 10**10, places=2).map(lambda amount: {"amount": str(amount), "currency": "CNY"})
facts = st.none() | texts | amounts | st.integers()


@given(st.sampled_from(list(MaskKind)), facts)
def test_masking_twice_is_masking_once(kind: MaskKind, fact: Fact) -> None:
    once = mask(kind, fact)
    assert mask(kind, once) == once


@given(st.sampled_from(sorted(ALLOWED_DIGITS)), st.text("0123456789X", min_size=8, max_size=20))
def test_no_digit_survives_beyond_the_allowance(kind: MaskKind, number: str) -> None:
    seen = mask(kind, number) or ""
    assert isinstance(seen, str)
    assert len(re.sub(r"[^0-9]", "", seen)) <= ALLOWED_DIGITS[kind]
