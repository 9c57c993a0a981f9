"""What callers type is struck of what names a person or a subject, and stays what the log needs otherwise."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pipeline.seal_statement import desensitised
from tests.builders import SOME_CODE
from tests.strategies import lawful


@pytest.mark.parametrize("text", [None, "", "TJ-2026-1", "抽查", "(2026)津01执123号", "津审批许可〔2026〕第12345号"])
def test_what_names_a_case_stays(text) -> None:
    assert desensitised(text) == text


@pytest.mark.parametrize("text", ["XK-2026-0601-000123-AB", "20260601123456", "night-run 7", "年度抽查（二）"])
def test_what_names_a_process_stays(text) -> None:
    assert desensitised(text) == text


@pytest.mark.parametrize(
    "secret",
    [
        *(SOME_CODE, SOME_CODE.lower(), f"x{SOME_CODE}y", "9112 0000 1030 6996 7Y", "91120000-103069967Y"),
        *("000000197408291166", "000000 1974 0829 1166", "00000019740829116X", "000000740829116"),
        *("13800138000", "138-0013-8000", "138 0013 8000", "+86 13800138000", "022-23456789", "(022)23456789"),
        *("a.b@example.test", "a＠example.test", "１３８００１３８０００", "６２２２０２１２３４５６７８９０１２３"),
        *("138\u30000013\u30008000", "138\t0013\t8000", "138  0013  8000", "138_0013_8000", "138/0013/8000"),
        *("000000\u300019740829\u30001166", "000000  19740829  1166", "6222\u00a00212\u00a03456\u00a07890"),
        *("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "١٣٨٠٠١٣٨٠٠٠", "𝟗1120000103069967Y", "一三八零零一三八零零零"),
        *("138\u200b00138000", "９１１２００００１０３０６９９６７Ｙ"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "核查{}的许可", "case {} / 7"])
def test_numbers_and_addresses_are_struck(secret, around) -> None:
    seen = desensitised(around.format(secret))
    assert seen is not None
    assert "***" in seen
    assert secret not in seen
    assert not re.search(r"\d{5}", seen)


def test_a_person_in_a_role_keeps_the_surname_only() -> None:
    assert desensitised("法定代表人王小明的许可") == "法定代表人王*的许可"


def test_what_no_database_takes_is_replaced() -> None:
    assert desensitised("抽\0查\ud800\u202e") == "抽\ufffd查\ufffd"


@given(st.text(alphabet=st.sampled_from("0123456789-. 　＠@Xx津案号AB王９\u200b法定代表人"), max_size=60))
@lawful(300)
def test_striking_again_changes_nothing(text) -> None:
    once = desensitised(text)
    assert desensitised(once) == once
