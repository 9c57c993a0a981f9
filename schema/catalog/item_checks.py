"""Does an item hold together, and does it satisfy the regulation of its region? One sentence per contradiction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final

from schema.catalog.entry import (
    CatalogEntry,
    CatalogItem,
    Character,
    DataCategory,
    ItemSource,
    Publicity,
    Sensitivity,
    Sharing,
)
from schema.catalog.jurisdiction import Jurisdiction
from schema.catalog.switches import Switch, SwitchName
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.periods import Term, ends_on
from schema.vocabulary.records import RecordKind

_ADVERSE: Final = frozenset({Character.UNTRUSTWORTHY, Character.SERIOUS})
_SOME_DAY: Final = date(2000, 1, 1)


def own_faults(item: CatalogItem) -> Iterator[str]:
    """What contradicts itself, whatever the regulation says."""
    code = item.code
    if item.publicity is Publicity.PUBLIC and item.sharing is Sharing.NOT_SHARED:
        yield f"item `{code}` is published and not shared"
    if item.publicity is not Publicity.PUBLIC and CallerClass.PUBLIC in item.sharing_scope:
        yield f"item `{code}` is not published and shared with the public"
    if (item.source is ItemSource.NATIONAL_BASIC) != (item.category_no > 0):
        yield f"item `{code}` is of the National Basic Catalog if it has a class number, and only then"
    if item.effective_to is not None and item.effective_to <= item.effective_from:
        yield f"item `{code}` ends before it begins"
    if item.retention is not None and item.display.term is not None and _is_longer(item.display.term, item.retention):
        yield f"item `{code}` is displayed for {item.display.term} and kept for {item.retention}"


def sharing_faults(entry: CatalogEntry) -> Iterator[str]:
    """A condition always says for whom and to what end (Tianjin Art. 10)."""
    if entry.sensitivity is not Sensitivity.CONDITIONAL:
        return
    if not entry.sharing_scope:
        yield f"`{entry.coordinate}` is shared on condition, and with nobody"
    for caller in sorted(entry.sharing_scope - {row.caller for row in entry.use_authority}):
        yield f"`{entry.coordinate}` is shared with `{caller}`, which has no authority to use it"


def law_faults(
    item: CatalogItem, entries: Collection[CatalogEntry], kinds: Collection[RecordKind], *, law: Jurisdiction
) -> Iterator[str]:
    """Where the item falls short of what the regulation asks for, with the article.

    `entries` are the fields under the item, `kinds` the records that it has a place for.
    """
    switches = law.switches
    simplified, document = switches[SwitchName.SIMPLIFIED_PENALTIES], switches[SwitchName.LEGAL_DOCUMENT]
    utilities, judged = switches[SwitchName.UTILITIES_DATA], item.judged
    if RecordKind.ADMINISTRATIVE_PENALTY in kinds and simplified.value == "OUT" and judged.procedure is None:
        yield (
            f"item `{item.code}` does not say by which procedure a penalty was given (`judged.procedure`); "
            f"{simplified.article} keeps the simplified one out"
        )
    is_founded = judged.legal_document is not None or bool(judged.no_document_because)
    if item.character in _ADVERSE and document.value == "REQUIRED" and not is_founded:
        yield (
            f"item `{item.code}` names no legal document (`judged.legal_document`), which {document.article} "
            "demands, nor says why there is none (`no_document_because`)"
        )
    if utilities.value == "OUT" and any(entry.category is DataCategory.UTILITIES for entry in entries):
        yield f"item `{item.code}` holds data of utilities, which {utilities.article} leaves out"
    yield from _period_faults(item, switches)


def _period_faults(item: CatalogItem, switches: Mapping[SwitchName, Switch]) -> Iterator[str]:
    period = switches[SwitchName.QUERY_PERIOD]
    longest = period.details.get("term")
    if item.character not in _ADVERSE:
        return
    if isinstance(longest, Term) and item.display.term is not None and _is_longer(item.display.term, longest):
        yield f"item `{item.code}` is displayed for {item.display.term}; {period.article} allows {longest}"
    if longest is None and not item.display.is_limited:
        yield f"item `{item.code}` does not say how long it is displayed, which {period.article} demands"


def _is_longer(one: Term, other: Term) -> bool:
    return ends_on(_SOME_DAY, one) > ends_on(_SOME_DAY, other)
