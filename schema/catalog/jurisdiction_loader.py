"""Read a jurisdiction's data file into a `Jurisdiction`, or say everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from schema.catalog.data_file import CatalogFault, DataFile
from schema.catalog.entry import CatalogItem
from schema.catalog.jurisdiction import RULE_NAMES, Jurisdiction
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import SourceArticle

_ATTRIBUTES = frozenset(part.name for part in fields(CatalogItem))


def load_jurisdiction(code: str, source: Traversable | None = None) -> Jurisdiction:
    """The jurisdiction with this code (`TJ`); raises CatalogFault."""
    folder = source or files("schema.catalog") / "jurisdictions"
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        reader = DataFile(path.name, path.read_text(encoding="utf-8"))
        table = reader.parse()
        if table.get("code") == code or reader.faults:
            jurisdiction = _jurisdiction(reader, table)
            if jurisdiction is None or reader.faults:
                raise CatalogFault(reader.faults)
            return jurisdiction
    raise CatalogFault([f"no jurisdiction has the code `{code}`"])


def _jurisdiction(reader: DataFile, table: Mapping[str, Any]) -> Jurisdiction | None:
    known = frozenset({"code", "name", "chinese", "division", "demanded", "purposes", "masks", "articles"})
    reader.take(table, known, "")
    for key in known - table.keys():
        reader.complain(f"`{key}` is missing")
    articles = {
        name: reader.convert(SourceArticle.parse, text, what="article", near=str(text))
        for name, text in table.get("articles", {}).items()
    }
    for name in set(RULE_NAMES) ^ articles.keys():
        reader.complain(f"the articles must name each rule once; look at `{name}`")
    purposes = {
        reader.convert(CallerClass, caller, what="caller class", near=caller): frozenset(
            reader.convert(Purpose, purpose, what="purpose", near=purpose) for purpose in allowed
        )
        for caller, allowed in table.get("purposes", {}).items()
    }
    exact = frozenset(
        reader.convert(CallerClass, caller, what="caller class", near=caller)
        for caller in table.get("masks", {}).get("exact_amounts", ())
    )
    demanded = tuple(table.get("demanded", {}).get("attributes", ()))
    for name in set(demanded) - _ATTRIBUTES:
        reader.complain(f"`{name}` is not an attribute of catalog items", near=name)
    if reader.faults:
        return None
    return Jurisdiction(
        code=table["code"],
        name=table["name"],
        chinese=table["chinese"],
        division=table["division"],
        demanded_attributes=demanded,
        purposes=purposes,
        exact_amounts=exact,
        articles=articles,
    )
