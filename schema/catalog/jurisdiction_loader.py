"""Read a jurisdiction's data file into a `Jurisdiction`, or say everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from schema.catalog.data_file import CatalogFault, DataFile
from schema.catalog.entry import CatalogItem
from schema.catalog.jurisdiction import RULE_NAMES, Jurisdiction
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import SourceArticle

_TEXTS: Final = ("code", "name", "chinese", "division")
_KEYS: Final = frozenset({*_TEXTS, "demanded", "purposes", "masks", "articles"})
_ATTRIBUTES: Final = frozenset(part.name for part in fields(CatalogItem)) - {"edition", "jurisdiction"}


def load_jurisdiction(code: str, source: Traversable | None = None) -> Jurisdiction:
    """The jurisdiction with this code (`TJ`).

    Errors: CatalogFault with every fault of its file; one that cannot be read at all is a fault too, since it might be
            the one looked for.
    """
    folder = source or files("schema.catalog") / "jurisdictions"
    unread: list[str] = []
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        reader = DataFile.open(path)
        table = {} if reader.faults else reader.parse()
        unread += reader.faults
        if table.get("code") == code:
            return _jurisdiction(reader, table)
    raise CatalogFault([*unread, f"no jurisdiction has the code `{code}`"])


def _jurisdiction(reader: DataFile, table: Mapping[str, Any]) -> Jurisdiction:
    reader.take(table, _KEYS, "")
    for key in sorted(_KEYS - table.keys()):
        reader.complain(f"`{key}` is missing")
    texts = {name: reader.text_of(table, name) for name in _TEXTS if name in table}
    articles = _articles(reader, table)
    purposes = _purposes(reader, table)
    demanded = _demanded(reader, table)
    masks = reader.table(table, "masks")
    reader.take(masks, frozenset({"exact_amounts"}), "")
    exact = frozenset(reader.listed(masks, "exact_amounts", CallerClass, what="caller class"))
    if reader.faults:
        raise CatalogFault(reader.faults)
    return Jurisdiction(
        **texts, demanded_attributes=demanded, purposes=purposes, exact_amounts=exact, articles=articles
    )


def _articles(reader: DataFile, table: Mapping[str, Any]) -> dict[str, SourceArticle]:
    given = reader.table(table, "articles")
    for name in sorted(set(RULE_NAMES) ^ given.keys()):
        reader.complain(f"the articles must name each rule once; look at `{name}`", key=name)
    read = {name: reader.convert(SourceArticle.parse, text, what="article", key=name) for name, text in given.items()}
    return {name: article for name, article in read.items() if article is not None}


def _purposes(reader: DataFile, table: Mapping[str, Any]) -> dict[CallerClass, frozenset[Purpose]]:
    given = reader.table(table, "purposes")
    read = {}
    for name in given:
        caller = reader.convert(CallerClass, name, what="caller class", key=name)
        allowed = reader.listed(given, name, Purpose, what="purpose")
        if caller is not None:
            read[caller] = frozenset(allowed)
    return read


def _demanded(reader: DataFile, table: Mapping[str, Any]) -> tuple[str, ...]:
    given = reader.table(table, "demanded")
    reader.take(given, frozenset({"attributes", "article"}), "")
    names = reader.listed(given, "attributes", str, what="attribute")
    for name in names:
        if name not in _ATTRIBUTES:
            reader.complain(f"`{name}` is not an attribute that a catalog item states", key="attributes")
    return names
