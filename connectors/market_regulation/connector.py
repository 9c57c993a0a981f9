"""The clerk for market regulation: which tables answer which wants, and the search by registered name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from connectors.market_regulation import queries
from connectors.market_regulation.tables import LEGAL_REPRESENTATIVE, SUBJECT, TABLES
from connectors.market_regulation.translate import Reading, check, newest_of_each, reading, record, updated
from connectors.port import Errand, Fetched, NamePage, NameSearch, Outcome, Unavailable, Unreadable
from connectors.transport.exchange import Exchange, ExchangeSettings, Query, Row, Table
from connectors.transport.resilience import BreakerSettings, RetrySettings
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord

BATCH_SIZE: Final = 100
_PERSON_OPERATION: Final = "LegalPerson.legalRepresentative"

_Outcomes: TypeAlias = dict[tuple[SubjectId, RecordKind], Outcome]


@dataclass(frozen=True, slots=True)
class MarketRegulationSettings:
    """How market regulation's exchange database is reached; see `ExchangeSettings` for the meaning of each."""

    url: str
    statement_log: Path | None = None
    pool_size: int = 10
    call_timeout_s: float = 5.0
    retry: RetrySettings = field(default_factory=RetrySettings)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
    most_names: int = 100
    """Most entries on one page of the search by name."""

    @property
    def exchange(self) -> ExchangeSettings:
        """What the exchange is built from."""
        return ExchangeSettings(
            url=self.url,
            statement_log=self.statement_log,
            pool_size=self.pool_size,
            call_timeout_s=self.call_timeout_s,
            retry=self.retry,
            breaker=self.breaker,
        )


class MarketRegulationClerk:
    """Asks the exchange tables, each errand on one connection; a fact that is not ordered is not selected."""

    agency: Final = AgencyId.MARKET_REGULATION
    batch_size: Final = BATCH_SIZE

    def __init__(self, exchange: Exchange, settings: MarketRegulationSettings, clock: Callable[[], datetime]) -> None:
        self._exchange = exchange
        self._settings = settings
        self._clock = clock

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        """One outcome per subject and kind; a kind that this agency does not keep is fetched as empty."""
        readings = {kind: reading(kind, facts) for kind, facts in wanted.items()}
        outcomes: _Outcomes = {
            (subject, kind): Fetched(()) for subject in subjects for kind, how in readings.items() if how is None
        }
        for start in range(0, len(subjects), BATCH_SIZE):
            batch = subjects[start : start + BATCH_SIZE]
            outcomes |= await self._ask_batch(batch, [how for how in readings.values() if how is not None], errand)
        return outcomes

    async def search(self, wanted: NameSearch, errand: Errand) -> NamePage | Unavailable | Unreadable:
        """One page by name, then code; a position is the name and code of an entry."""
        last = _last_entry(wanted.position)
        if wanted.position is not None and last is None:
            return Unreadable("position")
        size = max(1, min(wanted.first, self._settings.most_names))
        pattern = queries.name_pattern(wanted.text)
        values: dict[str, str | int] = {"pattern": pattern, "size": size + 1}
        if last is not None:
            values |= {"name": last[0], "code": last[1]}
        page, count = await self._exchange.tables(
            [
                Query("names", queries.page_of_names(after=last is not None), values),
                Query("names", queries.count_of_names(), {"pattern": pattern}),
            ],
            errand,
        )
        if isinstance(page, Unavailable | Unreadable):
            return page
        if isinstance(count, Unavailable | Unreadable):
            return count
        return _name_page(page, size=size, total=int(count[0]["TOTAL"]))

    async def aclose(self) -> None:
        """Close the exchange."""
        await self._exchange.aclose()

    async def _ask_batch(self, batch: Sequence[SubjectId], readings: Sequence[Reading], errand: Errand) -> _Outcomes:
        values = {queries.CODES: batch}
        asked = [
            Query(how.kind.value, queries.current_rows(TABLES[how.kind], how.columns), values, check)
            for how in readings
        ]
        persons = next((how.person_columns for how in readings if how.person), None)
        if persons is not None:
            people = queries.current_rows(LEGAL_REPRESENTATIVE, persons)
            asked.append(Query(_PERSON_OPERATION, people, values, check))
        tables = await self._exchange.tables(asked, errand) if asked else ()
        representatives = tables[-1] if persons is not None else ()
        outcomes: _Outcomes = {}
        for how, table in zip(readings, tables, strict=False):
            outcomes |= self._read(batch, how, table, representatives if how.person else ())
        return outcomes

    def _read(self, batch: Sequence[SubjectId], how: Reading, table: Table, representatives: Table) -> _Outcomes:
        """The outcome of each subject for one kind."""
        for answer in (table, representatives):
            if isinstance(answer, Unavailable | Unreadable):
                return dict.fromkeys(((subject, how.kind) for subject in batch), answer)
        assert not isinstance(table, Unavailable | Unreadable)
        assert not isinstance(representatives, Unavailable | Unreadable)
        now = self._clock()
        people = {str(row[SUBJECT]): row for row in sorted(representatives, key=updated)}
        found: dict[str, list[SourceRecord]] = {}
        for row in table:
            code = str(row[SUBJECT])
            found.setdefault(code, []).append(record(how, row, people.get(code), now=now))
        return {(subject, how.kind): Fetched(newest_of_each(found.get(subject, ()))) for subject in batch}


def _name_page(rows: Sequence[Row], *, size: int, total: int) -> NamePage:
    """One row more than `size` means that more follow; it is not shown."""
    shown = [(SubjectId(row["UNISCID"]), str(row["ENTNAME"])) for row in rows[:size]]
    return NamePage(
        codes=tuple(code for code, _ in shown),
        names=dict(shown),
        positions={code: json.dumps([name, code], ensure_ascii=False) for code, name in shown},
        has_next=len(rows) > size,
        total=total,
    )


def _last_entry(position: str | None) -> tuple[str, str] | None:
    """Name and code inside a position; None if there is none or it is not one of ours."""
    try:
        match json.loads(position or "null"):
            case [str(name), str(code)]:
                return name, code
    except ValueError:
        pass
    return None
