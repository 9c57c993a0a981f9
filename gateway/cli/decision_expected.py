"""What a case of a decision table expects, read and held against itself: a verdict, its code, rule and article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from gateway.cli.decision_case import Outcome, Ruling
from schema.catalog.article_reader import article_fault
from schema.catalog.entry import MaskKind
from schema.catalog.jurisdiction import RULE_NAMES, Regulation
from schema.vocabulary.reasons import ReasonCode, SourceArticle

EXPECT_KEYS: Final = frozenset({"verdict", "code", "rule", "article", "mask", "value", "objected"})


def read_expected(
    given: Mapping[str, Any],
    *,
    has_record: bool,
    regulations: Mapping[str, Regulation],
    complain: Callable[[str], None],
) -> Ruling | None:
    """The ruling that is expected; None, with a complaint, if it does not even name a verdict."""
    if given.get("verdict") not in Outcome.__members__:
        complain(f"`{given.get('verdict')}` is not a valid verdict")
        return None
    outcome = Outcome(given["verdict"])
    is_objected = bool(given.get("objected", False))
    for fault in _contradictions(outcome, given, has_record=has_record):
        complain(fault)
    if outcome is Outcome.SHOW:
        return Ruling(outcome, is_objected=is_objected)
    is_mask = outcome is Outcome.MASK
    rule, code = given.get("rule", "masking" if is_mask else ""), "MASKED" if is_mask else given.get("code", "")
    mask = given.get("mask", "M0")
    for fault in _unknown(outcome, rule=rule, code=code, mask=mask):
        complain(fault)
    article = str(given.get("article", ""))
    fault = cited_fault(article, regulations) if article else ""
    if fault:
        complain(fault)
    known = MaskKind(mask) if mask in MaskKind.__members__ else MaskKind.M0
    return Ruling(outcome, str(code), str(rule), article, known, is_objected)


def cited_fault(text: str, regulations: Mapping[str, Regulation]) -> str:
    """Why this article cannot be cited; "" if it can."""
    try:
        return article_fault(SourceArticle.parse(text), regulations)
    except ValueError:
        return f"`{text}` is not a valid article"


def _unknown(outcome: Outcome, *, rule: object, code: object, mask: object) -> Iterator[str]:
    if rule not in RULE_NAMES:
        yield f"`{rule}` is no rule"
    if code not in ReasonCode.__members__:
        yield f"`{code}` is no code"
    elif ReasonCode(str(code)).is_public != (outcome is Outcome.WITHHOLD):
        yield f"`{code}` is {'said' if ReasonCode(str(code)).is_public else 'silent'}"
    if outcome is Outcome.MASK and (mask not in MaskKind.__members__ or mask == "M0"):
        yield f"`{mask}` is not a valid mask"


def _contradictions(outcome: Outcome, given: Mapping[str, Any], *, has_record: bool) -> Iterator[str]:
    """What cannot go together."""
    is_seen = outcome in {Outcome.SHOW, Outcome.MASK}
    if outcome is Outcome.SHOW and given.keys() & {"code", "rule", "article", "mask"}:
        yield "what is shown has neither code nor rule"
    if outcome is not Outcome.SHOW and "article" not in given:
        yield "an article is needed"
    if outcome is not Outcome.MASK and "mask" in given:
        yield "only what is masked has a mask"
    if given.keys() & {"value", "objected"} and not (is_seen and has_record):
        yield "a value and a marker are seen on a record that is shown"
    if outcome is Outcome.SILENT and not has_record:
        yield "only a record can be kept back in silence"
