"""Each rule is held by a case: the judge without it answers at least one case of the tables otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from policies import decide, review
from policies.rules import FACT_RULES, LISTING_RULES, RECORD_RULES, RULES, linked_person, minor, objection
from schema.catalog.jurisdiction import RULE_NAMES
from tests.decisions.case import all_cases
from tests.decisions.doors import Answer, pure

_TUPLES = (
    (decide, "LISTING_RULES", LISTING_RULES),
    (decide, "RULES", RULES),
    (review, "RECORD_RULES", RECORD_RULES),
    (review, "FACT_RULES", FACT_RULES),
)
_TUPLES_BY_NAME = {rule: (module, name, rules) for module, name, rules in _TUPLES for rule, _ in rules}
_ALONE: dict[str, tuple[object, str, Callable[..., object]]] = {
    minor.RULE: (minor, "is_minor", lambda *_: False),
    linked_person.RULE: (linked_person, "is_unlinked", lambda *_: False),
    objection.RULE: (objection, "prepare", lambda *_: None),
}
"""Rules that stand in no list: where they are asked, and what is answered when they say nothing."""
_NO_RULE = frozenset({"own_information", "right_to_know"})
"""Articles that a region gives for what no rule refuses: one's own information is shown."""


@cache
def as_it_is() -> dict[str, Answer]:
    """What the whole judge answers; that it is what the tables expect is tested beside."""
    return {case.code: pure(case) for case in all_cases()}


def held_otherwise(untouched: dict[str, Answer]) -> list[str]:
    """Cases that the judge now answers otherwise."""
    return [case.code for case in all_cases() if pure(case) != untouched[case.code]]


@pytest.mark.parametrize("rule", sorted(_TUPLES_BY_NAME))
def test_without_a_rule_of_a_list_some_case_ends_otherwise(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    untouched = as_it_is()
    module, name, rules = _TUPLES_BY_NAME[rule]
    monkeypatch.setattr(module, name, tuple(one for one in rules if one[0] != rule))
    assert held_otherwise(untouched), f"no case of the tables needs the rule `{rule}`"


@pytest.mark.parametrize("rule", sorted(_ALONE))
def test_without_a_rule_that_stands_alone_some_case_ends_otherwise(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    untouched = as_it_is()
    module, name, silent = _ALONE[rule]
    monkeypatch.setattr(module, name, silent)
    assert held_otherwise(untouched), f"no case of the tables needs the rule `{rule}`"


def test_every_rule_that_a_region_gives_an_article_for_is_taken_away_once() -> None:
    assert _TUPLES_BY_NAME.keys() | _ALONE.keys() | _NO_RULE == set(RULE_NAMES)
