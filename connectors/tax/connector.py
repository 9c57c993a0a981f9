"""The clerk for the tax office: one signed letter for up to 100 taxpayers and all kinds of record at once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from connectors.port import Errand, Fetched, Outcome, Unavailable, Unreadable
from connectors.tax.envelope import CONTENT_TYPE, TRAN_ID, Head, read, write
from connectors.tax.translate import Page, Wanted, held, read_page, write_message
from connectors.transport.line import Line
from connectors.transport.wire import AgencyRefusal, MalformedAnswer, WireRequest, WireResponse
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord

BATCH_SIZE: Final = 100
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_Outcomes = dict[tuple[SubjectId, RecordKind], Outcome]


@dataclass(frozen=True, slots=True)
class TaxSettings:
    """How we are known to the tax office and to the exchange platform in front of it."""

    base_url: str
    channel_id: str
    identity_type: str
    rid: str
    """gjgxjhpt_rid: who requests."""
    sid: str
    """gjgxjhpt_sid: the service requested."""
    app_secret: str = field(repr=False)
    path: str = "/esb/SWZJ"
    page_size: int = BATCH_SIZE
    """Taxpayers on one page, at most 100."""


class TaxClerk:
    """Knows how the tax office is asked. Asks only for the elements that the wanted facts need."""

    def __init__(self, line: Line, settings: TaxSettings, clock: Callable[[], datetime]) -> None:
        self._line = line
        self._settings = settings
        self._clock = clock

    @property
    def agency(self) -> AgencyId:
        """The tax office."""
        return AgencyId.TAX

    @property
    def batch_size(self) -> int:
        """Taxpayers in one letter."""
        return BATCH_SIZE

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        """One outcome per pair; a kind or a taxpayer that the office does not know has no records."""
        outcomes: _Outcomes = {(subject, kind): Fetched(()) for subject in subjects for kind in wanted}
        asked_for = held(wanted)
        if asked_for:
            distinct = tuple(dict.fromkeys(subjects))
            for start in range(0, len(distinct), BATCH_SIZE):
                outcomes |= await self._ask_batch(distinct[start : start + BATCH_SIZE], asked_for, errand)
        return outcomes

    async def _ask_batch(self, subjects: Sequence[SubjectId], wanted: Wanted, errand: Errand) -> _Outcomes:
        """All pages for one batch. After a page that fails, what earlier pages told stays."""
        records: dict[tuple[SubjectId, RecordKind], tuple[SourceRecord, ...]] = {}
        told: set[SubjectId] = set()
        missing: set[RecordKind] = set()
        failure: Unavailable | Unreadable | None = None
        number, pages = 1, 1
        while number <= pages and failure is None:
            page = await self._ask_page(subjects, wanted, errand, number=number)
            if isinstance(page, Page):
                for pair, rows in page.records.items():
                    records[pair] = records.get(pair, ()) + rows
                told |= page.taxpayers
                missing |= page.missing
                pages, number = page.pages, number + 1
            else:
                failure = page
        outcomes: _Outcomes = {}
        for subject in subjects:
            for kind in wanted:
                if failure is not None and subject not in told:
                    outcomes[subject, kind] = failure
                elif kind in missing:
                    outcomes[subject, kind] = Unreadable("the answer lacks a section")
                else:
                    outcomes[subject, kind] = Fetched(records.get((subject, kind), ()))
        return outcomes

    async def _ask_page(
        self, subjects: Sequence[SubjectId], wanted: Wanted, errand: Errand, *, number: int
    ) -> Page | Unavailable | Unreadable:
        asked_at = self._clock()
        head = self._head(errand, asked_at)
        message = write_message(subjects, wanted, page=number, page_size=self._settings.page_size)

        def reader(response: WireResponse) -> Page:
            if response.status != 200:
                raise AgencyRefusal(f"status {response.status}")
            page = read_page(read(response.content, tran_seq=head.tran_seq), subjects, wanted, answered_at=asked_at)
            if page.number != number:
                raise MalformedAnswer("the answer is another page")
            return page

        request = WireRequest(
            operation=TRAN_ID,
            method="POST",
            path=self._settings.path,
            headers={"content-type": CONTENT_TYPE, "soapaction": f'"{TRAN_ID}"'},
            content=write(head, message),
        )
        return await self._line.ask(request, reader, errand)

    def _head(self, errand: Errand, asked_at: datetime) -> Head:
        """The letter's head, signed: Base64(HMAC-SHA256(secret, sid + rid + rtime))."""
        own = self._settings
        rtime = str(int(asked_at.timestamp() * 1000))
        digest = hmac.digest(own.app_secret.encode(), f"{own.sid}{own.rid}{rtime}".encode(), hashlib.sha256)
        local = asked_at.astimezone(_SHANGHAI)
        return Head(
            rid=own.rid,
            sid=own.sid,
            rtime=rtime,
            sign=base64.b64encode(digest).decode(),
            channel_id=own.channel_id,
            identity_type=own.identity_type,
            tran_seq=secrets.token_hex(16),
            tran_date=f"{local:%Y%m%d}",
            tran_time=f"{local:%H%M%S}{local.microsecond // 1000:03d}",
            attribution=errand.attribution,
        )
