"""Explanations as tables: one line for each thing, and nothing a terminal could take as a command."""

from __future__ import annotations

STATUS = "TaxpayerProfile.taxpayerStatus"


def test_verdict_rule_article_and_remedy_have_a_line_each(creditgraph):
    out = creditgraph("policy", "explain", STATUS, "--class", "STATE_ORGAN", "--purpose", "INSPECTION").out
    lines = [line.strip() for line in out.splitlines()]
    assert lines[0].startswith("Tianjin 天津市, edition TJ-")
    assert any(line.startswith(STATUS) and "纳税人状态" in line for line in lines)
    assert any(line.startswith("verdict 结果") and "PURPOSE_NOT_PUBLISHED" in line for line in lines)
    assert any(line.startswith("rule 规则") and line.endswith("published_matter, TJ 19") for line in lines)
    assert any(line.startswith("also 其他理由") and "staff_authority, TJ 21(2)" in line for line in lines)
    assert sum(line.startswith("missing 缺少") for line in lines) == 2
    assert any(line.startswith("how 办理") and "your unit has to give you authority" in line for line in lines)
    assert any(line.startswith("records 记录") and "display_period (TJ 42)" in line for line in lines)


def test_what_is_shown_has_no_reason(creditgraph):
    out = creditgraph("policy", "explain", "LegalPerson.registeredName").out
    assert "shown 展示" in out
    assert not [word for word in ("rule 规则", "missing", "how 办理") if word in out]


def test_a_mask_is_named_and_a_role_is_titled(creditgraph):
    out = creditgraph("policy", "explain", "TaxArrears.arrearsBalance", "Shareholder.person>PersonRef.name").out
    assert "desensitised 脱敏展示 M6 (MASKED)" in out
    assert "Shareholder.person>PersonRef.name  Name 姓名" in out


def test_what_was_typed_cannot_steer_the_terminal(creditgraph):
    assert "\x1b" not in creditgraph("policy", "explain", "\x1b[31mTaxArrears.x").out
