"""`creditgraph policy decide`: what it prints, and how it ends."""

from __future__ import annotations

from tests.gateway.cli.a_decision import AGREED, REFUSED, a_table


def test_cases_that_end_as_the_table_expects(creditgraph, tmp_path):
    ended = creditgraph("policy", "decide", str(a_table(tmp_path)))
    assert (ended.code, ended.out) == (0, "TJ-x-01  WITHHOLD CONSENT_REQUIRED (consent, TJ 37¶2)\n")


def test_a_case_that_ends_otherwise_is_told_with_both_words(creditgraph, tmp_path):
    ended = creditgraph("policy", "decide", str(a_table(tmp_path, (REFUSED, 'expect = { verdict = "SHOW" }'))))
    assert ended.code == 1
    assert ended.out == "TJ-x-01  WITHHOLD CONSENT_REQUIRED (consent, TJ 37¶2)   the table expects SHOW\n"


def test_the_marker_of_an_objection_and_a_mask_are_told(creditgraph, tmp_path):
    marks = 'marks = [ { mark = "OBJECTED", since = 2026-01-01 } ]'
    ended = creditgraph("policy", "decide", str(a_table(tmp_path, (REFUSED, f"{marks}\n{AGREED}"))))
    assert ended.out == "TJ-x-01  SHOW, marked as objected   the table expects SHOW\n"
    masked = a_table(
        tmp_path,
        ("TaxArrears.taxPeriodFrom", "TaxArrears.arrearsBalance"),
        (REFUSED, 'expect = { verdict = "MASK", mask = "M6", article = "TJ 4" }'),
    )
    assert creditgraph("policy", "decide", str(masked)).out == "TJ-x-01  MASK M6 (masking, TJ 4)\n"


def test_json_holds_verdict_code_rule_article_and_what_would_help(creditgraph, tmp_path):
    ended = creditgraph("policy", "decide", str(a_table(tmp_path)), "--json")
    [case] = ended.json["cases"]
    assert ended.json["exitCode"] == 0
    assert (case["verdict"], case["code"], case["rule"], case["article"]) == (
        "WITHHOLD",
        "CONSENT_REQUIRED",
        "consent",
        "TJ 37¶2",
    )
    assert case["asExpected"]
    assert case["value"] is None
    assert "consent" in case["help"]


def test_one_case_is_asked_for_by_its_id(creditgraph, tmp_path):
    table = a_table(tmp_path)
    assert creditgraph("policy", "decide", str(table), "--case", "TJ-x-01").code == 0
    ended = creditgraph("policy", "decide", str(table), "--case", "TJ-x-99")
    assert (ended.code, ended.err) == (2, "creditgraph: table.toml has no case `TJ-x-99`\n")


def test_a_table_with_faults_is_refused_with_all_of_them(creditgraph, tmp_path):
    ended = creditgraph("policy", "decide", str(a_table(tmp_path, ("2026-06-01", '"soon"'), ("TJ-x", "SH-x"))))
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 2


def test_a_law_whose_text_lost_a_number_is_not_judged_by_until_somebody_says_it(creditgraph, tmp_path):
    table = a_table(tmp_path, ('"ORGANISATION"', '"ORGANISATION", division = "120100"'))
    ended = creditgraph("policy", "decide", str(table))
    assert ended.code == 2
    assert "LN.decision_other_unit.unit" in ended.err
    known = ("--configured", "LN.decision_other_unit.unit=5wd")
    assert creditgraph("policy", "decide", str(table), *known).code == 0
