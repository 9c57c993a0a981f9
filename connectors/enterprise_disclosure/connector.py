"""The clerk for the enterprise disclosure system: search for a token, then only the sections that the order needs."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias
from urllib.parse import urlencode

import orjson

from connectors.enterprise_disclosure import facts as sections
from connectors.enterprise_disclosure.facts import Row
from connectors.enterprise_disclosure.tokens import Found, SubjectToken, TokenBook, expiry
from connectors.enterprise_disclosure.translate import Page, Plan, identified, joined, plan, read_page, source_record
from connectors.port import Errand, Fetched, Outcome, Unavailable, Unreadable
from connectors.transport.line import Line
from connectors.transport.wire import AgencyRefusal, MalformedAnswer, WireRequest, WireResponse
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind

PAGE_LENGTH: Final = 10
"""Rows on one page; the agency gives no more."""

_SEARCH: Final = "entSearch"
_MOST_REPORTS: Final = 100
"""Each costs a call of its own; the oldest possible report is of 2013."""
_Rows: TypeAlias = "list[Row] | Unavailable | Unreadable"


@dataclass(frozen=True, slots=True)
class EnterpriseDisclosureSettings:
    """How the disclosure system is reached, and how we are known to the exchange platform in front of it."""

    base_url: str
    """For whoever lays the line; paths are absolute below it."""
    rid: str
    """gjgxjhpt_rid: who requests."""
    sid: str
    """gjgxjhpt_sid: the service requested."""
    app_secret: str = field(repr=False)
    path: str = "/share"
    token_life_s: float = 600.0
    """How long a subject's token lasts."""
    tokens_kept: int = 10_000
    most_rows: int = 1_000
    """More rows than this in one section are taken for an error."""


@dataclass(frozen=True, slots=True)
class _Expired:
    """The agency no longer accepts the subject's token."""


class EnterpriseDisclosureClerk:
    """Knows which sections answer which wants."""

    def __init__(self, line: Line, settings: EnterpriseDisclosureSettings, clock: Callable[[], datetime]) -> None:
        self._line = line
        self._settings = settings
        self._clock = clock
        self._tokens = TokenBook(self._search, clock, capacity=settings.tokens_kept)
        self._seal = hmac.new(settings.app_secret.encode(), (settings.sid + settings.rid).encode(), hashlib.sha256)

    @property
    def agency(self) -> AgencyId:
        """The disclosure system."""
        return AgencyId.ENTERPRISE_DISCLOSURE

    @property
    def batch_size(self) -> int:
        """A token opens one subject only."""
        return 1

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        """One outcome per pair; a subject that the search does not find has no records."""
        plans = [planned for kind, ordered in wanted.items() if (planned := plan(kind, ordered)) is not None]
        outcomes: dict[tuple[SubjectId, RecordKind], Outcome] = {
            (subject, kind): Fetched(()) for subject in subjects for kind in wanted
        }
        if plans:
            for answered in await asyncio.gather(*(self._ask_one(subject, plans, errand) for subject in subjects)):
                outcomes |= answered
        return outcomes

    async def _ask_one(
        self, subject: SubjectId, plans: Sequence[Plan], errand: Errand
    ) -> dict[tuple[SubjectId, RecordKind], Outcome]:
        token = await self._tokens.token(subject, errand)
        if token is None:
            return {}
        if not isinstance(token, SubjectToken):
            return {(subject, planned.kind): token for planned in plans}
        answers = await asyncio.gather(*(self._records(subject, planned, errand) for planned in plans))
        return {(subject, planned.kind): outcome for planned, outcome in zip(plans, answers, strict=True)}

    async def _records(self, subject: SubjectId, planned: Plan, errand: Errand) -> Outcome:
        try:
            rows = await self._whole_rows(subject, planned, errand)
            if not isinstance(rows, list):
                return rows
            answered_at = self._clock()
            return Fetched(tuple(source_record(planned, row, answered_at) for row in rows))
        except MalformedAnswer as complaint:
            return Unreadable(str(complaint))

    async def _whole_rows(self, subject: SubjectId, planned: Plan, errand: Errand) -> _Rows:
        """The rows of the plan's sections, put together where a record is spread over two of them."""
        if sections.REPORT_DETAIL in planned.sections:
            return await self._reports(subject, errand)
        if sections.CONTRIBUTIONS not in planned.sections:
            return await self._section(subject, planned.sections[0], errand)
        listed, added = await asyncio.gather(
            *(self._section(subject, section, errand) for section in (sections.SHAREHOLDERS, sections.CONTRIBUTIONS))
        )
        if not isinstance(listed, list):
            return listed
        return joined(listed, added, "invId") if isinstance(added, list) else added

    async def _reports(self, subject: SubjectId, errand: Errand) -> _Rows:
        """The list of annual reports, then the detail of each year."""
        listed = await self._section(subject, sections.REPORTS, errand)
        if not isinstance(listed, list):
            return listed
        if len(listed) > _MOST_REPORTS:
            return Unreadable("too many annual reports")
        keys = [identified(row, "anCheId") for row in listed]
        details: list[Row] = []
        for found in await asyncio.gather(
            *(self._section(subject, sections.REPORT_DETAIL, errand, anCheId=key) for key in keys)
        ):
            if not isinstance(found, list):
                return found
            details += found
        return joined(listed, details, "anCheId")

    async def _section(self, subject: SubjectId, section: str, errand: Errand, **form: str) -> _Rows:
        """All rows of one section: the first page, then all others at once."""
        first = await self._page(subject, section, errand, form=form, start=0)
        if not isinstance(first, Page):
            return first
        if first.total > self._settings.most_rows:
            return Unreadable("too many rows")
        rows = list(first.rows)
        form = {**form, "cacheKey": first.cache_key}
        starts = range(PAGE_LENGTH, first.total, PAGE_LENGTH)
        pages = (self._page(subject, section, errand, form=form, start=start) for start in starts)
        for page in await asyncio.gather(*pages):
            if not isinstance(page, Page):
                return page
            rows += page.rows
        return rows if len(rows) == first.total else Unreadable("pages that do not add up")

    async def _page(
        self, subject: SubjectId, section: str, errand: Errand, *, form: Mapping[str, str], start: int
    ) -> Page | Unavailable | Unreadable:
        """One page; a token that has expired is renewed once."""
        draw = start // PAGE_LENGTH + 1

        def reader(response: WireResponse) -> Page | _Expired:
            return _Expired() if _is_expired(response) else read_page(response, draw)

        for _ in range(2):
            token = await self._tokens.token(subject, errand)
            if token is None:
                return Unavailable("the subject left while it was asked about")
            if not isinstance(token, SubjectToken):
                return token
            stated = {"pripid": token.pripid, "nodeNum": token.node, **form}
            got = await self._line.ask(self._request(section, errand, stated, start=start), reader, errand)
            if not isinstance(got, _Expired):
                return got
            self._tokens.forget(subject, token)
        return Unavailable("a new token is refused")

    async def _search(self, subject: SubjectId, errand: Errand) -> Found:
        asked_at = self._clock()
        request = self._request(_SEARCH, errand, {"uniscId": subject}, start=0)

        def reader(response: WireResponse) -> SubjectToken | None:
            if response.status == 401:
                raise AgencyRefusal("signature refused")
            hits = [row for row in read_page(response, 1).rows if row.get("uniscId") == subject]
            if not hits:
                return None
            ends_at = expiry(asked_at, self._settings.token_life_s)
            return SubjectToken(identified(hits[0], "pripid"), identified(hits[0], "nodeNum"), ends_at)

        return await self._line.ask(request, reader, errand)

    def _request(self, operation: str, errand: Errand, form: Mapping[str, str], *, start: int) -> WireRequest:
        """A signed look-up: Base64(HMAC-SHA256(appSecret, sid + rid + rtime))."""
        rtime = str(int(self._clock().timestamp() * 1000))
        seal = self._seal.copy()
        seal.update(rtime.encode())
        paging = {"draw": start // PAGE_LENGTH + 1, "start": start, "length": PAGE_LENGTH}
        return WireRequest(
            operation=operation,
            method="POST",
            path=f"{self._settings.path}/{operation}",
            headers={
                "content-type": "application/x-www-form-urlencoded; charset=utf-8",
                "gjgxjhpt_rid": self._settings.rid,
                "gjgxjhpt_sid": self._settings.sid,
                "gjgxjhpt_rtime": rtime,
                "gjgxjhpt_sign": base64.b64encode(seal.digest()).decode(),
                "x-attribution": errand.attribution,
            },
            content=urlencode({**form, **paging}).encode(),
        )


def _is_expired(response: WireResponse) -> bool:
    """Whether a 401 speaks of the token.

    Errors:  AgencyRefusal for a 401 about anything else
    """
    if response.status != 401:
        return False
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError as fault:
        raise MalformedAnswer("a refusal that is not JSON") from fault
    if isinstance(answer, dict) and answer.get("code") == "TOKEN_EXPIRED":
        return True
    raise AgencyRefusal("signature refused")
