"""The switches of one jurisdiction: each set once, to a value that its form knows, with the details of that value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from schema.catalog.article_reader import SILENT, article_fault
from schema.catalog.data_file import DataFile
from schema.catalog.entry import LinkedRole
from schema.catalog.jurisdiction import Regulation
from schema.catalog.sections import check_keys, sections
from schema.catalog.switches import NOT_SAID, SWITCH_FORMS, Detail, DetailKind, Limit, Switch, SwitchName
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.periods import Term, ends_on
from schema.vocabulary.reasons import SourceArticle

CONFIGURED: Final = "CONFIGURED"
"""Stands where the text of the law has lost a value: the gateway must be told it, and guesses nothing."""

_KEYS: Final = frozenset({"code", "value", "article"})
_LOST: Final = frozenset({"lost", "example"})
_NAMED: Final[Mapping[str, type[StrEnum]]] = {"roles": LinkedRole, "from": CallerClass}
"""What the names of a detail are names of."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a pack is read against."""

    code: str
    """The jurisdiction's own code, `LN`."""
    regulations: Mapping[str, Regulation]
    configured: Mapping[str, str]
    """Values that a text has lost, by `LN.switch.detail`."""


def read_switches(reader: DataFile, raw: Mapping[str, Any], ground: Ground) -> dict[SwitchName, Switch]:
    """Every switch; one that is missing, stands twice or has a fault is left out, with a fault."""
    read: dict[SwitchName, Switch] = {}
    told: set[str] = set()
    for view, given in sections(reader, raw, "switch"):
        code = str(given.get("code"))
        if code in told:
            view.complain(f"the switch `{code}` is set twice", key="code")
        told.add(code)
        switch = _switch(view, given, ground)
        if switch is not None:
            read[SwitchName(code)] = switch
    for name in SwitchName:
        if name not in told:
            reader.complain(f"the switch `{name}` is missing")
    return read


def asked_for(raw: Mapping[str, Any]) -> frozenset[str]:
    """The keys of the settings that a pack needs, `LN.switch.detail`, without reading it whole."""
    switches = raw.get("switch", [])
    tables = [one for one in switches if isinstance(one, dict)] if isinstance(switches, list) else []
    return frozenset(
        f"{raw.get('code')}.{one.get('code')}.{key}"
        for one in tables
        for key, value in one.items()
        if value == CONFIGURED and key not in _KEYS
    )


def readable_limit(text: str) -> Limit:
    """A limit that runs out; raises ValueError or OverflowError for anything else."""
    limit = Limit.parse(text)
    if limit.term is not None:
        readable_term(text)
    return limit


def readable_term(text: str) -> Term:
    """A term that is longer than nothing and does not lead past the calendar."""
    term = Term.parse(text)
    if term == Term():
        raise ValueError("a term is longer than nothing")
    ends_on(date(2000, 1, 1), term)
    return term


def _switch(view: DataFile, given: Mapping[str, Any], ground: Ground) -> Switch | None:
    before = len(view.faults)
    details = _details(view, given)
    article = _article(view, given, ground)
    read = {key: _detail(view, given, key, kind=details[key], ground=ground) for key in details if key in given}
    if article is None or len(view.faults) > before:
        return None
    return Switch(given["value"], article, {key: made for key, made in read.items() if made is not None})


def _details(view: DataFile, given: Mapping[str, Any]) -> Mapping[str, DetailKind]:
    """The details that go with the value; none, with a fault, if switch or value is unknown."""
    name = view.convert(SwitchName, given["code"], what="switch", key="code") if "code" in given else None
    value = given.get("value")
    if name is None or value is None:
        check_keys(view, {key: given[key] for key in given.keys() & _KEYS}, "switch", needed=_KEYS)
        return {}
    form = SWITCH_FORMS[name].values
    if not isinstance(value, str) or value not in form:
        view.complain(f"`{value}` is not a value of `{name}`, which has {', '.join(form)}", key="value")
        return {}
    lost = _LOST if any(given.get(key) == CONFIGURED for key in form[value]) else frozenset()
    check_keys(view, given, "switch", needed=_KEYS | form[value].keys() | lost)
    return form[value]


def _article(view: DataFile, given: Mapping[str, Any], ground: Ground) -> SourceArticle | None:
    """The article; silence and NOT_SAID go together, and it is the jurisdiction's own text that is silent."""
    if "article" not in given:
        return None
    article = view.convert(SourceArticle.parse, given["article"], what="article", key="article")
    if article is None:
        return None
    if article.article != SILENT and given.get("value") != NOT_SAID:
        fault = article_fault(article, ground.regulations)
    elif article.article != SILENT or given.get("value") != NOT_SAID:
        fault = f"`{article}` beside `{given.get('value')}`: `{SILENT}` goes with {NOT_SAID} and with nothing else"
    else:
        fault = (
            "" if article.regulation == ground.code else f"`{article}`: only the jurisdiction's own text can be silent"
        )
    if fault:
        view.complain(fault, key="article")
    return article


def _detail(view: DataFile, given: Mapping[str, Any], key: str, *, kind: DetailKind, ground: Ground) -> Detail | None:
    value = given[key]
    match kind:
        case DetailKind.COUNT:
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
            view.complain(f"`{key}` must be a number above 0", key=key)
            return None
        case DetailKind.NAMES:
            names = tuple(str(name) for name in view.listed(given, key, _NAMED[key], what="name here", near=""))
            if not names:
                view.complain(f"`{key}` names nobody", key=key)
            return names
        case _:
            timed = readable_term if kind is DetailKind.TERM else readable_limit
            return _timed(view, given, key, kind=timed, ground=ground)


def _timed(
    view: DataFile, given: Mapping[str, Any], key: str, *, kind: Callable[[str], Limit | Term], ground: Ground
) -> Limit | Term | None:
    if given[key] != CONFIGURED:
        return view.convert(kind, given[key], what="limit", key=key)
    setting = f"{ground.code}.{given.get('code')}.{key}"
    told = f'`catalog.configured."{setting}"`'
    if setting in ground.configured:
        return view.convert(kind, ground.configured[setting], what=f"limit for {told}", key=key)
    view.complain(f"{given.get('lost')}: set {told}, for example to {given.get('example')}", key=key)
    return None
