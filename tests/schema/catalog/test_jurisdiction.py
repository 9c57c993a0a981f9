"""A jurisdiction names an article for each rule of the judge, and only for those."""

from __future__ import annotations

from policies.rules import RULES
from schema.catalog.jurisdiction import RULE_NAMES
from tests.builders import tianjin


def test_every_rule_has_a_name_that_jurisdictions_must_give_an_article_for() -> None:
    assert {name for name, _ in RULES} <= set(RULE_NAMES)
    assert len(set(RULE_NAMES)) == len(RULE_NAMES)


def test_no_caller_class_may_inquire_unless_the_regulation_lists_it() -> None:
    tianjin_purposes = tianjin().jurisdiction.purposes
    assert all(tianjin_purposes.values())
    assert tianjin().jurisdiction.exact_amounts <= tianjin_purposes.keys()
