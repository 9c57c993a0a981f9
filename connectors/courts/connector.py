"""The clerk for the courts: one sealed call per list and key, ten rows a page, no batch.

Rows are filed under the unified social credit code or, older ones, under the organisation code inside
it; a call may name one key only. The answer for the whole code tells how many rows the other key has,
so the second call is spared where there are none.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from connectors.courts.envelope import Envelope, Posting
from connectors.courts.lists import CourtList, lists_for, needs_delisted
from connectors.courts.pages import Page, Row, read_page
from connectors.courts.translate import merged, translate
from connectors.port import Errand, Fetched, Outcome, Unavailable, Unreadable
from connectors.transport.line import Line
from connectors.transport.wire import AgencyRefusal, MalformedAnswer, WireRequest, WireResponse
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord

PAGE_SIZE: Final = 10
_HEADERS: Final = {"content-type": "application/json; charset=utf-8"}
_Failure = Unavailable | Unreadable
_Rows = tuple[tuple[Row, ...], datetime]


@dataclass(frozen=True, slots=True)
class CourtsSettings:
    """How we are known to the courts' service."""

    base_url: str
    """Where the line leads; the clerk itself writes paths only."""
    app_key: str
    sign_key: str = field(repr=False)
    sm4_key: str = field(repr=False)
    """32 hexadecimal digits."""
    path: str = "/api/zxgk"
    max_pages: int = 50
    """A subject with more pages on one list is answered as unreadable, never in part."""
    pages_at_once: int = 4
    """Further pages of one list asked at the same time."""


class CourtsClerk:
    """Knows how the courts are asked. Asks only the lists that hold an ordered fact."""

    def __init__(self, line: Line, settings: CourtsSettings, clock: Callable[[], datetime]) -> None:
        """Raises ValueError for an SM4 key of another form."""
        self._line = line
        self._settings = settings
        self._clock = clock
        self._envelope = Envelope(settings.app_key, settings.sign_key, sm4_key=settings.sm4_key)

    @property
    def agency(self) -> AgencyId:
        """The courts."""
        return AgencyId.COURTS

    @property
    def batch_size(self) -> int:
        """The courts answer for one subject at a time."""
        return 1

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        """One outcome per pair; a kind that the courts do not keep has no records."""
        pairs = [(subject, kind) for subject in dict.fromkeys(subjects) for kind in wanted]
        outcomes = await asyncio.gather(*(self._records(*pair, wanted[pair[1]], errand) for pair in pairs))
        return dict(zip(pairs, outcomes, strict=True))

    async def _records(self, subject: SubjectId, kind: RecordKind, facts: frozenset[str], errand: Errand) -> Outcome:
        """All lists that the kind needs; if one fails the kind fails, for half the cases would look like all."""
        lists = lists_for(kind, facts)
        with_past = needs_delisted(facts)
        listings = await asyncio.gather(*(self._listing(each, subject, errand, with_past=with_past) for each in lists))
        records: list[SourceRecord] = []
        try:
            for court_list, listing in zip(lists, listings, strict=True):
                if isinstance(listing, _Failure):
                    return listing
                rows, as_of = listing
                records += translate(court_list, kind, merged(rows, as_of), facts=facts, as_of=as_of)
        except MalformedAnswer as complaint:
            return Unreadable(str(complaint))
        return Fetched(tuple(records))

    async def _listing(
        self, court_list: CourtList, subject: SubjectId, errand: Errand, *, with_past: bool
    ) -> _Rows | _Failure:
        """The rows of one list under both keys, and when the older part was compiled."""
        first = await self._filed_under(subject, court_list, errand, with_past=with_past)
        if isinstance(first, _Failure):
            return first
        if first.elsewhere == 0:
            return first.rows, first.compiled_at
        second = await self._filed_under(subject.organization_code, court_list, errand, with_past=with_past)
        if isinstance(second, _Failure):
            return second
        return first.rows + second.rows, min(first.compiled_at, second.compiled_at)

    async def _filed_under(
        self, key: str, court_list: CourtList, errand: Errand, *, with_past: bool
    ) -> Page | _Failure:
        """All pages under one key as one."""

        async def ask(number: int) -> Page | _Failure:
            return await self._page(key, court_list, errand, number=number, with_past=with_past)

        first = await ask(1)
        if isinstance(first, _Failure) or first.total <= PAGE_SIZE:
            return first
        pages = -(-first.total // PAGE_SIZE)
        if pages > self._settings.max_pages:
            return Unreadable("more pages than we read")
        rows = first.rows
        for start in range(2, pages + 1, self._settings.pages_at_once):
            numbers = range(start, min(start + self._settings.pages_at_once, pages + 1))
            for page in await asyncio.gather(*map(ask, numbers)):
                if isinstance(page, _Failure):
                    return page
                if (page.total, page.compiled_at) != (first.total, first.compiled_at):
                    return Unavailable("the list was renewed while it was read")
                rows += page.rows
        return Page(first.total, first.elsewhere, first.compiled_at, rows)

    async def _page(
        self, key: str, court_list: CourtList, errand: Errand, *, number: int, with_past: bool
    ) -> Page | _Failure:
        posting = Posting(self._clock(), f"{errand.attribution}-{secrets.token_hex(4)}")

        def reader(response: WireResponse) -> Page:
            if response.status != 200:
                raise AgencyRefusal(f"status {response.status}")
            return read_page(self._envelope.open(response.content, posting), key, number=number, size=PAGE_SIZE)

        body = {"cardNum": key, "pageNo": number, "pageSize": PAGE_SIZE, "delist": "1" if with_past else "0"}
        request = WireRequest(
            operation=court_list.value,
            method="POST",
            path=f"{self._settings.path}/{court_list.value}",
            headers=_HEADERS,
            content=self._envelope.seal(body, posting),
        )
        return await self._line.ask(request, reader, errand)
