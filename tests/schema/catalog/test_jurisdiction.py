"""A jurisdiction names an article for each rule of the judge, and only for those."""

from __future__ import annotations

from policies.rules import RULES
from schema.catalog.jurisdiction import RULE_NAMES, PurposeRule
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import SourceArticle


def test_every_rule_has_a_name_that_jurisdictions_must_give_an_article_for() -> None:
    assert {name for name, *_ in RULES} <= set(RULE_NAMES)
    assert len(set(RULE_NAMES)) == len(RULE_NAMES)


def test_no_caller_class_may_inquire_unless_the_regulation_lists_it() -> None:
    tianjin = load_jurisdiction("TJ")
    assert all(tianjin.purposes.values())
    assert tianjin.exact_amounts <= tianjin.purposes.keys()
    assert tianjin.organs <= tianjin.purposes.keys()


def test_a_purpose_is_cited_by_the_article_that_admits_the_caller() -> None:
    organs, sharing = SourceArticle("TJ", "19(6)"), SourceArticle("TJ", "8")
    callers = frozenset({CallerClass.STATE_ORGAN, CallerClass.NATIONAL_PLATFORM})
    rule = PurposeRule(Purpose.OTHER_MANAGEMENT, callers, organs, "", {CallerClass.NATIONAL_PLATFORM: sharing})
    assert rule.article_for(CallerClass.STATE_ORGAN) == organs
    assert rule.article_for(CallerClass.NATIONAL_PLATFORM) == sharing
