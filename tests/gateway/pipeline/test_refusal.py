"""What a caller is told of a refusal: a sentence, the item, the article, and what would help."""

from __future__ import annotations

import logging

import pytest

from gateway.pipeline.refusal import _SENTENCES, refusal
from policies.question import DemandedField
from policies.verdict import Effect, Finding, Verdict
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from tests.builders import a_verdict, an_asker

PATH = ("subject", "taxArrears", "taxPeriodFrom")


def test_every_code_that_may_be_told_has_its_sentence() -> None:
    assert _SENTENCES.keys() == {code.value for code in ReasonCode if code.is_public}


def test_a_refusal_names_item_rule_and_article() -> None:
    told = refusal(a_verdict("TaxArrears.taxPeriodFrom", an_asker(CallerClass.STATE_ORGAN)), PATH).as_json()
    assert tuple(told["path"]) == PATH
    assert told["message"] == "this field is shared for a stated purpose only"
    assert {name: told["extensions"][name] for name in ("code", "coordinate", "catalogItem", "article", "rule")} == {
        "code": "PURPOSE_REQUIRED",
        "coordinate": "TaxArrears.taxPeriodFrom",
        "catalogItem": "SUP-TX1",
        "article": "TJ 19",
        "rule": "purpose",
    }
    assert "@inquiry" in told["extensions"]["help"]


def test_of_a_rule_that_failed_the_operator_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    failed = Finding(Effect.WITHHOLD, ReasonCode.RULE_FAILED, "consent", SourceArticle("house", "rule"))
    field = DemandedField(FieldCoordinate("TaxArrears.taxPeriodFrom"))
    with caplog.at_level(logging.ERROR):
        refusal(Verdict(field, None, (failed,)), PATH)
    assert "the rule consent failed on TaxArrears.taxPeriodFrom" in caplog.text
