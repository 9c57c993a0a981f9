"""Numbers and addresses of persons go from free text, names are cut to the surname; the rest of a sentence stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.free_text import strike_persons

ROLES = st.sampled_from(["当事人", "法定代表人", "股东", "被执行人", "责任人员:", "联系人 "])
NAMES = st.sampled_from(["王小明", "李四", "欧阳锋", "司马青衫", "张三", "于洋"])
IDENTITY_NUMBERS = st.from_regex(r"(?:000000|999999)(?:19|20)\d{9}[\dX]", fullmatch=True)


@given(ROLES, NAMES, st.sampled_from(["未按期申报", "，逾期未缴", "", "。"]))
def test_a_name_after_a_role_keeps_its_surname_only(role: str, name: str, rest: str) -> None:
    surname = name[:2] if name[:2] in {"欧阳", "司马"} else name[:1]
    seen = strike_persons(role + name + rest)
    assert seen.startswith(f"{role}{surname}*")
    assert name not in seen


@given(IDENTITY_NUMBERS, st.sampled_from(["", "身份证号", "证件:", "号码 "]), st.sampled_from(["", "，", "的"]))
def test_no_identity_number_stays(number: str, before: str, after: str) -> None:
    assert strike_persons(before + number + after) == f"{before}***{after}"


@pytest.mark.parametrize(
    "text",
    [
        "津市监处罚〔2026〕12号",
        "罚款人民币50000.00元",
        "违反《中华人民共和国税收征收管理法》第六十条",
        "注册资本1000万元，成立于2015-03-02",
        "",
    ],
)
def test_what_tells_of_no_person_stays(text: str) -> None:
    assert strike_persons(text) == text


@given(st.text("王李欧阳小明当事人股东由向签收收取10000000001998-@.a住址:，。 ", max_size=60))
def test_striking_twice_is_striking_once(text: str) -> None:
    once = strike_persons(text)
    assert strike_persons(once) == once
