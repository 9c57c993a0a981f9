"""The wave before the others: a search by name is judged, then asked; the subjects it names are judged anew.

To search by a field needs the right to see it, and a right over the search gives none over what it finds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from connectors.port import Errand, NameIndex, NamePage, NameSearch, Unavailable, Unreadable
from gateway.faults import FaultCode, Problem
from gateway.pipeline.cursors import Cursors, InvalidCursor
from gateway.pipeline.plan import Planner
from gateway.pipeline.refusal import refusal
from gateway.pipeline.roots import NameQuery, Root
from policies.evidence import Evidence
from policies.question import Asker, DemandedField
from policies.verdict import DecisionSheet, Effect
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectId, SubjectKind

_LOG = logging.getLogger("creditgraph.pipeline")
SEARCHED = FieldCoordinate("LegalPerson.registeredName")


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found, or why it could not be asked."""

    sheet: DecisionSheet
    """How the search itself was judged."""
    codes: tuple[SubjectId, ...] = ()
    cursors: Mapping[SubjectId, str] | None = None
    end_cursor: str | None = None
    has_next: bool = False
    total: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Searcher:
    """What a search needs of the house."""

    index: NameIndex
    cursors: Cursors
    planner: Planner


async def find(root: Root, caller: Caller, *, asker: Asker, errand: Errand, today: date, searcher: Searcher) -> Found:
    """Judge a search and ask for one page of it. Total: what goes wrong is a problem on its path."""
    query = root.search or NameQuery("", 0, None)
    path = root.selection.path
    evidence = Evidence(SubjectKind.ORGANISATION, is_own=False)
    sheet = searcher.planner.judge((SEARCHED,), asker, evidence=evidence, as_of=today)
    verdict = sheet.verdicts[DemandedField(SEARCHED)]
    if verdict.effect is Effect.WITHHOLD:
        return Found(sheet, problem=refusal(verdict, path))
    try:
        position = searcher.cursors.open(query.after, caller, query.text) if query.after else None
    except InvalidCursor:
        message = "the cursor is not one of this caller's for this search"
        return Found(
            sheet, problem=Problem(FaultCode.INVALID_CURSOR, message, path=path, help="start from the first page")
        )
    page = await _ask(searcher.index, NameSearch(query.text, query.first, position), errand)
    if not isinstance(page, NamePage):
        return Found(sheet, problem=_trouble(page, path))
    cursors = {code: searcher.cursors.seal(place, caller, query.text) for code, place in page.positions.items()}
    return Found(
        sheet,
        codes=page.codes,
        cursors=cursors,
        end_cursor=cursors.get(page.codes[-1]) if page.codes else None,
        has_next=page.has_next,
        total=page.total,
    )


async def _ask(index: NameIndex, wanted: NameSearch, errand: Errand) -> NamePage | Unavailable | Unreadable:
    """One page, or a trouble, also from an index that breaks its promise never to raise or to be late."""
    try:
        async with asyncio.timeout_at(errand.deadline):
            return await index.search(wanted, errand)
    except TimeoutError:
        return Unavailable("no answer within the deadline")
    except Exception as fault:  # noqa: BLE001 - a fault at one counter must not reach the rest of the answer
        _LOG.error("the index of names failed: %s", type(fault).__qualname__)
        return Unreadable("the index failed")


def with_codes(root: Root, found: Found) -> Root:
    """The root with the subjects that its search has named."""
    return replace(root, codes=found.codes)


def _trouble(page: object, path: tuple[str, ...]) -> Problem:
    details = {"agency": AgencyId.MARKET_REGULATION.value}
    if isinstance(page, Unavailable):
        message = "the agency that keeps the register of names cannot be reached"
        return Problem(FaultCode.SOURCE_UNAVAILABLE, message, path=path, help="ask again later", details=details)
    message = "the agency's answer cannot be read"
    return Problem(FaultCode.SOURCE_UNREADABLE, message, path=path, help="the operator has been told", details=details)
