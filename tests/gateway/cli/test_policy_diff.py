"""What a newer edition lets whom see, told in the terminal; a widening without a signature ends with 1."""

from __future__ import annotations

import pytest

from tests.gateway.cli.small_editions import NEW, OLD, two_editions, widen

SIGNED = """
[[widening]]
edition = "TJ-*"
item = "T-1"
field = "*"
class = "*"
purpose = "*"
moment = "*"
because = "the tax office publishes the list"
signed_by = "the head of the credit office"
on = 2026-06-01
"""


@pytest.fixture
def entries(tmp_path):
    return two_editions(tmp_path / "entries")


@pytest.fixture
def signed(tmp_path):
    path = tmp_path / "sign_off.toml"
    path.write_text(SIGNED, "utf-8")
    return path


@pytest.fixture
def unsigned(tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("", "utf-8")
    return path


def test_a_widening_is_told_item_by_item(creditgraph, entries):
    ended = creditgraph("policy", "diff", OLD, NEW, "--entries", str(entries))
    assert ended.code == 0
    assert "WIDENED  T-1  WITHHOLD CALLER_NOT_AUTHORISED -> SHOW" in ended.out
    assert "  fields    CreditSubject.taxArrears, TaxArrears.announcementDate" in ended.out
    assert "  classes   all but " in ended.out
    last = ended.out.splitlines()[-1]
    assert last.startswith("TJ-1 on 2026-07-01 -> TJ-2 on 2026-07-01: ")
    assert last.endswith(" widened, 0 narrowed")


def test_the_other_way_round_it_is_a_narrowing(creditgraph, entries, unsigned):
    ended = creditgraph("policy", "diff", NEW, OLD, "--entries", str(entries), "--signed-off", str(unsigned))
    assert ended.code == 0
    assert "NARROWED  T-1  SHOW -> WITHHOLD CALLER_NOT_AUTHORISED" in ended.out
    assert ": 0 widened (0 not signed off), " in ended.out


def test_a_widening_that_nobody_has_signed_ends_with_1(creditgraph, entries, unsigned):
    ended = creditgraph("policy", "diff", OLD, NEW, "--entries", str(entries), "--signed-off", str(unsigned))
    assert ended.code == 1
    assert "WIDENED  T-1  WITHHOLD CALLER_NOT_AUTHORISED -> SHOW  [not signed off]" in ended.out


def test_a_widening_that_somebody_has_signed_ends_with_0(creditgraph, entries, signed):
    ended = creditgraph("policy", "diff", OLD, NEW, "--entries", str(entries), "--signed-off", str(signed))
    assert ended.code == 0
    assert "[signed off]" in ended.out
    assert "(0 not signed off)" in ended.out


def test_a_sign_off_that_matches_nothing_is_told(creditgraph, entries, signed):
    ended = creditgraph("policy", "diff", NEW, NEW, "--entries", str(entries), "--signed-off", str(signed))
    assert ended.code == 0
    assert ended.out.startswith("matches nothing: widening 1 (edition TJ-*; item T-1;")


def test_programs_read_the_same(creditgraph, entries, unsigned, signed):
    arguments = ("policy", "diff", OLD, NEW, "--entries", str(entries), "--json", "--signed-off")
    ended = creditgraph(*arguments, str(unsigned))
    assert ended.json["exitCode"] == ended.code == 1
    assert ended.json["new"] == {"edition": NEW, "asOf": "2026-07-01"}
    assert {change["isSignedOff"] for change in ended.json["changes"]} == {False}
    assert ended.json["changes"][0].keys() >= {"direction", "item", "fields", "classes", "purposes", "moments"}
    assert {change["isSignedOff"] for change in creditgraph(*arguments, str(signed)).json["changes"]} == {True}


def test_what_cannot_be_compared_is_told(creditgraph, entries, tmp_path):
    odd = tmp_path / "odd.json"
    odd.write_text("{}", "utf-8")
    assert creditgraph("policy", "diff", OLD, str(odd), "--entries", str(entries)).code == 2
    assert creditgraph("policy", "diff", OLD, "TJ-9", "--entries", str(entries)).code == 1
    ended = creditgraph("policy", "diff", OLD, NEW, "--entries", str(entries), "--signed-off", str(odd))
    assert ended.code == 2
    assert "odd.json" in ended.err


def test_a_table_is_printed_or_stored(creditgraph, entries, tmp_path):
    stored = tmp_path / "table.json"
    printed = creditgraph("policy", "table", OLD, "--entries", str(entries))
    ended = creditgraph("policy", "table", OLD, "--entries", str(entries), "--write", str(stored))
    assert printed.code == ended.code == 0
    assert stored.read_text("utf-8") == printed.out
    assert ended.out == f"2 fields of TJ-1, judged on 2026-01-01, stored in {stored}\n"
    assert creditgraph("policy", "diff", str(stored), OLD, "--entries", str(entries)).out.endswith(
        ": 0 widened, 0 narrowed\n"
    )


def test_a_stored_table_is_not_written_over_by_a_wider_one_without_a_signature(creditgraph, entries, tmp_path, signed):
    stored = tmp_path / "table.json"
    arguments = ("policy", "table", OLD, "--entries", str(entries), "--write", str(stored))
    creditgraph(*arguments)
    before = stored.read_text("utf-8")
    widen(entries)
    ended = creditgraph(*arguments)
    assert ended.code == 1
    assert "stays: it would become wider" in ended.err
    assert "WIDENED  T-1" in ended.err
    assert stored.read_text("utf-8") == before
    assert creditgraph(*arguments, "--signed-off", str(signed)).code == 0
    assert stored.read_text("utf-8") != before


def test_a_table_that_cannot_be_made_or_stored_is_told(creditgraph, entries, tmp_path):
    assert creditgraph("policy", "table", "TJ-9", "--entries", str(entries)).code == 1
    odd = tmp_path / "odd.json"
    odd.write_text("{}", "utf-8")
    assert creditgraph("policy", "table", OLD, "--entries", str(entries), "--write", str(odd)).code == 2
    nowhere = str(tmp_path / "missing" / "table.json")
    assert creditgraph("policy", "table", OLD, "--entries", str(entries), "--write", nowhere).code == 2
