"""Numbers and addresses of persons go from free text, names are cut to the surname; the rest of a sentence stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.free_text import strike_persons, strike_streets

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


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("证号９９９９９９１９８００１０１１２３４", "证号***"),
        ("证号 999999 19800101 123x", "证号 ***"),
        ("电话100 0000 5678", "电话***"),
        ("电话100-0000-5678", "电话***"),
        ("座机：(022)27123456", "座机：***"),
        ("银行卡号6222021234567890123", "银行卡号***"),
        ("护照E12345678", "护照***"),
        ("1980年1月1日出生，住天津市和平区虚构路3号", "***出生，住***"),
        ("被告人张三丰逾期", "被告人张*逾期"),
        ("主要负责人（张三）", "主要负责人（张*）"),
        ("张三（法定代表人）未到场", "张*（法定代表人）未到场"),
        ("负责人：阿依古丽·买买提", "负责人：阿*"),
        ("判令张三于十日内偿还李四借款", "判令张*于十日内偿还李*借款"),
    ],
)
def test_how_people_really_write_numbers_names_and_homes(text: str, seen: str) -> None:
    assert strike_persons(text) == seen


@pytest.mark.parametrize(
    "text", ["患者住院治疗", "欠费用，住房公积金管理中心", "为91120101XNXN00005Q提供担保", "罚款1380000元"]
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert strike_persons(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("天津市和平区拟建大道163号14层40室", "天津市和平区***"),
        ("天津市蓟州区虚构镇某某村三组", "天津市蓟州区虚构镇***"),
        ("哈尔滨市道里区示范小区3栋2单元501", "哈尔滨市道里区***"),
        ("当事人在和平区示范路3-1号销售熟食", "当事人在和平区***销售熟食"),
        ("食品销售（预包装食品、散装食品）", "食品销售（预包装食品、散装食品）"),
        ("道路货物运输", "道路货物运输"),
    ],
)
def test_streets_go_and_districts_stay(text: str, seen: str) -> None:
    assert strike_streets(text) == seen
    assert strike_streets(seen) == seen
