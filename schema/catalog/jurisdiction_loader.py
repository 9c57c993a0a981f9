"""Read a jurisdiction's data file into a `Jurisdiction`, or say everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from schema.catalog.article_reader import read_cited
from schema.catalog.data_file import CatalogFault, DataFile
from schema.catalog.entry import CatalogItem, LinkedRole
from schema.catalog.jurisdiction import Jurisdiction, NationalLaw, PurposeRule
from schema.catalog.jurisdiction_reader import read_deadlines, read_purposes, read_rule_articles
from schema.catalog.national_loader import load_national
from schema.catalog.switch_reader import Ground, asked_for, read_switches
from schema.catalog.switches import Switch, SwitchName
from schema.vocabulary.caller import CallerClass, Purpose

_TEXTS: Final = ("code", "name", "chinese", "division")
_TABLES: Final = ("demanded", "organs", "exact_amounts", "purpose", "switch", "deadline", "articles")
_ATTRIBUTES: Final = frozenset(part.name for part in fields(CatalogItem)) - {"edition", "jurisdiction"}
_CODE: Final = re.compile(r"""(?m)^[ \t]*code[ \t]*=[ \t]*["']([^"'\n]*)["']""")
_FIRST_HEADER: Final = re.compile(r"(?m)^[ \t]*\[|\Z")


def load_jurisdiction(
    code: str,
    *,
    configured: Mapping[str, str] | None = None,
    national: NationalLaw | None = None,
    source: Traversable | None = None,
) -> Jurisdiction:
    """The jurisdiction with this code (`TJ`).

    Shape:   `configured` by `LN.decision_other_unit.unit`: what a text has lost and the operator has to say;
             `national` saves reading it again
    Errors:  CatalogFault with every fault of its file, and with every configured key that no jurisdiction asks for;
             a file of which nobody can say whose it is is a fault too if no other is the one
    """
    folder = source or files("schema.catalog") / "jurisdictions"
    law = national or load_national()
    packs, unread = _packs(folder)
    if code not in packs:
        raise CatalogFault([*unread, f"no jurisdiction has the code `{code}`"])
    reader = packs[code]
    given = configured or {}
    jurisdiction = _read(reader, Ground(code, law.regulations, given))
    faults = [*reader.faults, *_unasked(given, packs)]
    if jurisdiction is None or faults:
        raise CatalogFault(faults)
    return jurisdiction


def jurisdiction_codes(source: Traversable | None = None) -> tuple[str, ...]:
    """The codes of all jurisdictions, in the order of the alphabet.

    Errors:  CatalogFault if a file does not say whose it is
    """
    packs, unread = _packs(source or files("schema.catalog") / "jurisdictions")
    if unread:
        raise CatalogFault(unread)
    return tuple(sorted(packs))


def _packs(folder: Traversable) -> tuple[dict[str, DataFile], list[str]]:
    """The files by the code in their head, unparsed, and what is wrong with those that have none."""
    packs: dict[str, DataFile] = {}
    unread: list[str] = []
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        reader = DataFile.open(path)
        head = _FIRST_HEADER.search(reader.text)
        code = _CODE.search(reader.text, 0, head.start() if head else 0)
        if reader.faults:
            unread += reader.faults
        elif code is None:
            unread.append(f"{path.name}:1: does not begin with the `code` of a jurisdiction")
        elif code[1] in packs:
            packs[code[1]].faults.append(f"{reader.where(code[1])}: `{code[1]}` is also {packs[code[1]].name}")
        else:
            packs[code[1]] = reader
    return packs, unread


def _read(reader: DataFile, ground: Ground) -> Jurisdiction | None:
    raw = reader.parse()
    if not raw:
        return None
    regulations = ground.regulations
    texts = _head(reader, raw)
    regulation = regulations.get(ground.code)
    if regulation is None:
        reader.complain(f"`{ground.code}` is not among the regulations", key="code")
    demanded = read_cited(reader, raw, "demanded", kind=_attribute, regulations=regulations)
    organs = read_cited(reader, raw, "organs", kind=CallerClass, regulations=regulations)
    exact = read_cited(reader, raw, "exact_amounts", kind=CallerClass, regulations=regulations)
    rules = read_purposes(reader, raw, regulations)
    purposes = _by_caller(rules)
    for caller in sorted((organs.keys() | exact.keys()) - purposes.keys()):
        reader.complain(f"`{caller}` inquires by duty or sees exact amounts, but for no purpose", key=caller)
    switches = read_switches(reader, raw, ground)
    deadlines = read_deadlines(reader, raw, switches=switches, regulations=regulations)
    articles = read_rule_articles(reader, raw, regulations)
    if reader.faults or regulation is None:
        return None
    return Jurisdiction(
        **texts,
        regulation=regulation,
        demanded_attributes=tuple(demanded),
        purpose_rules=rules,
        purposes=purposes,
        organs=frozenset(organs),
        exact_amounts=frozenset(exact),
        switches=switches,
        linked_roles=_linked_roles(switches),
        articles=articles,
        deadlines=deadlines,
    )


def _head(reader: DataFile, raw: Mapping[str, Any]) -> dict[str, str]:
    """The texts about the jurisdiction itself; what may stand in the file at all is told here."""
    reader.take(raw, frozenset({*_TEXTS, *_TABLES}), "")
    for key in (*_TEXTS, *_TABLES):
        if key not in raw:
            reader.complain(f"`{key}` is missing")
    texts = {name: reader.text_of(raw, name) for name in _TEXTS if name in raw}
    if not re.fullmatch("[0-9]{6}", texts.get("division") or "000000"):
        reader.complain("`division` must be six digits (GB/T 2260)", key="division")
    return texts


def _attribute(text: str) -> str:
    if text not in _ATTRIBUTES:
        raise ValueError("a catalog item states no such attribute")
    return text


def _by_caller(rules: Mapping[Purpose, PurposeRule]) -> dict[CallerClass, frozenset[Purpose]]:
    callers = {caller for rule in rules.values() for caller in rule.callers}
    return {caller: frozenset(rule.purpose for rule in rules.values() if caller in rule.callers) for caller in callers}


def _linked_roles(switches: Mapping[SwitchName, Switch]) -> frozenset[LinkedRole]:
    roles = switches[SwitchName.LINKED_PERSONS].details["roles"]
    return frozenset(LinkedRole(role) for role in roles) if isinstance(roles, tuple) else frozenset()


def _unasked(configured: Mapping[str, str], packs: Mapping[str, DataFile]) -> Iterator[str]:
    """Configured keys that no jurisdiction asks for: a value at a wrong place is as good as none."""
    for key in sorted(configured):
        code = key.partition(".")[0]
        pack = packs.get(code)
        raw: Mapping[str, Any] = DataFile(pack.name, pack.text).parse() if pack is not None else {}
        if key not in asked_for(raw):
            yield f'`catalog.configured."{key}"`: no jurisdiction asks for it'
