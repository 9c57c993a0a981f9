"""The parts of a jurisdiction's data file, each read into its values: purposes, deadlines, articles of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from schema.catalog.article_reader import read_article
from schema.catalog.data_file import DataFile
from schema.catalog.jurisdiction import RULE_NAMES, Deadline, PurposeRule, Regulation
from schema.catalog.sections import check_keys, section, sections
from schema.catalog.switch_reader import readable_limit
from schema.catalog.switches import SWITCH_FORMS, DetailKind, Limit, Switch, SwitchName
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import SourceArticle

_PURPOSE: Final = frozenset({"code", "callers", "article"})
_DEADLINE: Final = frozenset({"code", "event", "act", "article"})
_LIMITS: Final = frozenset({"limit", "limit_of"})


def read_purposes(
    reader: DataFile, raw: Mapping[str, Any], regulations: Mapping[str, Regulation]
) -> dict[Purpose, PurposeRule]:
    """Each purpose that the regulation names; one with a fault is left out."""
    read: dict[Purpose, PurposeRule] = {}
    told: set[str] = set()
    for view, given in sections(reader, raw, "purpose"):
        code = str(given.get("code"))
        if code in told:
            view.complain(f"the purpose `{code}` stands twice", key="code")
        told.add(code)
        rule = _purpose(view, given, regulations)
        if rule is not None:
            read[rule.purpose] = rule
    if not told:
        reader.complain("no purpose of inquiry is named")
    return read


def read_deadlines(
    reader: DataFile,
    raw: Mapping[str, Any],
    *,
    switches: Mapping[SwitchName, Switch],
    regulations: Mapping[str, Regulation],
) -> dict[str, Deadline]:
    """Each duty with a limit; a limit that is a switch's too is written there alone (`limit_of`)."""
    read: dict[str, Deadline] = {}
    told: set[str] = set()
    for view, given in sections(reader, raw, "deadline"):
        check_keys(view, given, "deadline", needed=_DEADLINE, known=_LIMITS)
        code, event, act = (view.text_of(given, name) if name in given else "" for name in ("code", "event", "act"))
        if code in told:
            view.complain(f"the deadline `{code}` stands twice", key="code")
        told.add(code)
        limit = _limit(view, given, switches)
        article = read_article(view, given, "article", regulations=regulations) if "article" in given else None
        if limit is not None and article is not None:
            read[code] = Deadline(code, event, act, limit, article)
    return read


def read_rule_articles(
    reader: DataFile, raw: Mapping[str, Any], regulations: Mapping[str, Regulation]
) -> dict[str, SourceArticle]:
    """The article behind each rule of the judge."""
    view, given = section(reader, raw, "articles")
    for name in sorted(RULE_NAMES):
        if name not in given:
            view.complain(f"the rule `{name}` has no article", key="articles")
    read = {}
    for name in given:
        if name not in RULE_NAMES:
            view.complain(f"`{name}` is not a rule of the judge", key=name)
            continue
        article = read_article(view, given, name, regulations=regulations)
        if article is not None:
            read[name] = article
    return read


def _purpose(view: DataFile, given: Mapping[str, Any], regulations: Mapping[str, Regulation]) -> PurposeRule | None:
    check_keys(view, given, "purpose", needed=_PURPOSE, known=frozenset({"condition", "admitted"}))
    purpose = view.convert(Purpose, given["code"], what="purpose", key="code") if "code" in given else None
    callers = frozenset(view.listed(given, "callers", CallerClass, what="caller class"))
    article = read_article(view, given, "article", regulations=regulations) if "article" in given else None
    condition = view.text_of(given, "condition") if "condition" in given else ""
    admitted: dict[CallerClass, SourceArticle] = {}
    for name, text in view.table(given, "admitted").items():
        caller = view.convert(CallerClass, name, what="caller class", key="admitted")
        by = read_article(view, {"admitted": text}, "admitted", regulations=regulations)
        if caller is not None and by is not None:
            admitted[caller] = by
    if "callers" in given and not callers:
        view.complain("nobody may state this purpose by its own article", key="callers")
    for caller in sorted(callers & admitted.keys()):
        view.complain(f"`{caller}` is admitted by two articles", key="admitted")
    if purpose is None or article is None:
        return None
    return PurposeRule(purpose, callers | admitted.keys(), article, condition, admitted)


def _limit(view: DataFile, given: Mapping[str, Any], switches: Mapping[SwitchName, Switch]) -> Limit | None:
    if len(_LIMITS & given.keys()) != 1:
        view.complain("a deadline states either `limit` or `limit_of`", key="deadline")
        return None
    if "limit" in given:
        return view.convert(readable_limit, given["limit"], what="limit", key="limit")
    return _limit_of(view, view.text_of(given, "limit_of"), switches)


def _limit_of(view: DataFile, text: str, switches: Mapping[SwitchName, Switch]) -> Limit | None:
    """The limit that a switch states; None without a fault where the switch has one of its own."""
    name, _, detail = text.partition(".")
    if text not in _limits_of_switches():
        view.complain(f"`{text}` is not a limit of a switch", key="limit_of")
        return None
    switch = switches.get(SwitchName(name))
    if switch is None:
        return None
    limit = switch.details.get(detail)
    if not isinstance(limit, Limit):
        view.complain(f"`{name}` states no `{detail}` here", key="limit_of")
        return None
    return limit


def _limits_of_switches() -> frozenset[str]:
    return frozenset(
        f"{name}.{detail}"
        for name, form in SWITCH_FORMS.items()
        for details in form.values.values()
        for detail, kind in details.items()
        if kind is DetailKind.LIMIT
    )
