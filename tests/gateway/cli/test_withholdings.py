"""The operator withholds inquiries of an investigation until a day; lifted, they are told again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.pipeline.admit import hour
from tests.builders import SOME_CODE
from tests.gateway.cli.inquiry_book import written
from tests.gateway.cli.standing_stage import told  # noqa: F401 - a fixture
from tests.inquiry_stage import OTHER_CODE, Looked

OF_IT = ("--subject", SOME_CODE)
SOON = (hour().date() + timedelta(days=30)).isoformat()
OF_BANK = ("withhold", "--organisation", "first-bank", "--until", SOON, "--basis", "CPL 54")
LOOKS = (
    Looked("r-case", organisation="first-bank", purpose="CREDIT_GRANTING", case="案-1"),
    Looked("r-bank", organisation="first-bank", purpose="CREDIT_GRANTING"),
    Looked("r-other", organisation="other"),
)


@pytest.fixture
def inquiries(told, tmp_path):  # noqa: F811 - a fixture
    written(tmp_path, *LOOKS)
    return lambda *words: told("inquiries", *words)


def names(inquiries, *words):
    return [one["id"] for one in inquiries("show", *OF_IT, *words, "--json").json["inquiries"]]


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (("--case", "案-1"), ["r-other", "r-bank"]),
        (("--purpose", "CREDIT_GRANTING"), ["r-other"]),
        (("--purpose", "CREDIT_GRANTING", "--subject", SOME_CODE), ["r-other"]),
        (("--purpose", "CREDIT_GRANTING", "--subject", OTHER_CODE), ["r-other", "r-bank", "r-case"]),
        (("--client", "police-desk", "--to", "2026-01-01"), ["r-other", "r-bank", "r-case"]),
    ],
)
def test_what_is_withheld_is_not_told_until_it_is_lifted(inquiries, chosen, left):
    filed = inquiries(*OF_BANK, *chosen, "--json")
    assert filed.code == 0
    assert names(inquiries) == left
    assert names(inquiries, "--with-withheld") == ["r-other", "r-bank", "r-case"]
    assert inquiries("export", *OF_IT, "--json").json["inquiries"] == len(left)
    assert inquiries("lift", filed.json["withholding"]["id"]).code == 0
    assert names(inquiries) == ["r-other", "r-bank", "r-case"]


@pytest.mark.parametrize("case", [f"许可 {SOME_CODE}", "138 0013 8000", "法定代表人王小明"])
def test_a_case_that_the_log_does_not_tell_from_others_is_not_withheld(inquiries, case):
    ended = inquiries(*OF_BANK, "--case", case)
    assert (ended.code, case in ended.out + ended.err) == (2, False)
    assert inquiries("list-withheld", "--json").json["withholdings"] == []


def test_the_operator_sees_what_is_withheld(inquiries):
    ended = inquiries(*OF_BANK, "--case", "案-1")
    assert ended.code == 0
    assert ", one case  " in ended.out
    assert [line.endswith("(withheld)") for line in inquiries("show", *OF_IT, "--with-withheld").out.splitlines()] == [
        False,
        False,
        True,
    ]
    (line,) = inquiries("list-withheld").out.splitlines()
    assert line.startswith(ended.out.partition(";")[0])
    assert "案" not in line
    (told_,) = inquiries("list-withheld", "--json").json["withholdings"]
    assert (told_["isInForce"], told_["namesCase"], told_["namesSubject"], told_["until"]) == (True, True, False, SOON)
    assert inquiries("lift", told_["id"], "--json").json["lifted"] == told_["id"]
    assert inquiries("list-withheld").out.endswith("  lifted\n")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (OF_BANK, 1),
        ((*OF_BANK[:2], "nobody", *OF_BANK[3:], "--case", "x"), 1),
        ((*OF_BANK, "--case", "x", "--until", "2020-01-01"), 1),
        ((*OF_BANK, "--case", "x", "--until", "soon"), 2),
        ((*OF_BANK, "--case", "x", "--until", ""), 2),
        ((*OF_BANK, "--case", "x", "--subject", "X"), 2),
        ((*OF_BANK, "--case", "x", "--from", "x"), 2),
        (("lift", "unknown"), 1),
    ],
)
def test_what_is_refused(inquiries, words, code):
    assert inquiries(*words).code == code
    assert inquiries("list-withheld").out == "nothing was ever withheld\n"
