"""The register of consents: signed statements that are only added to, and counts of how often each consent was used.

What is read here is read by `read`, which believes nothing that isn't signed; this module knows rows only.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.consents_counting import Use, Wants, counting_for
from gateway.registers.consents_entry import ConsentFile, PaperFault, StatementRow
from gateway.registers.consents_table import APPEND_ONLY, CONSENT_STATEMENTS, SIGNED_CONSENTS
from gateway.registers.engine import RegisterFault, create_tables, register_errors
from gateway.registers.turns import Turns
from schema.vocabulary.identifiers import SubjectId

__all__ = ["AlreadyWritten", "ConsentRegister", "Use"]

_LOG = logging.getLogger("creditgraph.registers")
_S: Final = CONSENT_STATEMENTS.c


class AlreadyWritten(Exception):
    """Somebody else has written a statement under one of these numbers first; nothing was written."""


ReadStatements: TypeAlias = Callable[[Sequence[str]], ConsentFile]
"""Believes the statements of one consent, or raises PaperFault."""


class ConsentRegister:
    """The book. `start` before anything is asked, `aclose` at the end."""

    def __init__(
        self, engine: AsyncEngine, read: ReadStatements, *, passes_over: bool = False, patience_s: float = 5.0
    ) -> None:
        """Shape:   with `passes_over` what isn't proved by its signatures is as if it weren't there, and the log says
        so; without, it is a fault, as it has to be for an operator
        """
        self._engine = engine
        self._read = read
        self._passes_over = passes_over
        self._counting = counting_for(engine)
        self._patience_s = patience_s
        """Seconds that one transaction may take before its requests are refused."""
        self._turns: Turns[Wants, Wants] = Turns(self._count, "the register of consents")

    async def start(self) -> None:
        """Create the tables if they are missing; raises RegisterFault."""
        await create_tables(self._engine, SIGNED_CONSENTS, APPEND_ONLY)
        self._turns.open()

    async def aclose(self) -> None:
        """Answer who waits, then stop; later askings are refused."""
        await self._turns.aclose()
        await self._counting.aclose()

    async def add(self, rows: Sequence[StatementRow]) -> None:
        """Write all statements or none.

        Errors:  AlreadyWritten where another process was first; RegisterFault
        """
        in_order = sorted(rows, key=lambda row: (row.consent_id, row.number))  # whoever writes several takes one order
        with register_errors():
            try:
                async with self._engine.begin() as connection:
                    await connection.execute(insert(CONSENT_STATEMENTS), [asdict(row) for row in in_order])
            except IntegrityError as error:
                raise AlreadyWritten("a statement with this number stands already") from error

    async def files(self, consent_ids: Collection[str]) -> Mapping[str, ConsentFile]:
        """The consents with these ids, without those that don't exist.

        Errors:  RegisterFault, also where what is on file isn't proved by its signatures, unless that is passed over
        """
        if not consent_ids:
            return {}
        found = await self._rows(_statements().where(_S.consent_id.in_(sorted(set(consent_ids)))))
        return {file.consent_id: file for file in self._believed(found.items())}

    async def of_subject(self, subject: SubjectId, after: str, first: int) -> Sequence[ConsentFile]:
        """Consents that were asked of a subject, the one asked for last first; see `_page`."""
        return await self._page(_S.subject == str(subject), after, first)

    async def waiting(self, subject: SubjectId, organisation: str, *, since: datetime) -> int:
        """How many requests that an organisation made after `since` the subject has not answered; RegisterFault."""
        answer = CONSENT_STATEMENTS.alias()
        is_answered = exists().where(answer.c.consent_id == _S.consent_id, answer.c.number == 1)
        whose = (_S.subject == str(subject), _S.organisation == organisation, _S.number == 0, _S.at > since)
        with register_errors():
            async with self._engine.connect() as connection:
                counted = await connection.execute(
                    select(func.count()).select_from(CONSENT_STATEMENTS).where(*whose, ~is_answered)
                )
                return int(counted.scalar_one())

    async def of_organisation(self, organisation: str, after: str, first: int) -> Sequence[ConsentFile]:
        """Consents that an organisation has asked for, the one asked for last first; see `_page`."""
        return await self._page(_S.organisation == organisation, after, first)

    async def count_use(self, wants: Collection[Use]) -> frozenset[Use]:
        """Count all uses of one request, and return none; or count none, and return those that are used up.

        Across processes no use is counted beyond its `times`; requests of one moment share a transaction.

        Errors:  RegisterFault, also when the register is not running; then some may have been counted
        """
        return await self._turns.ask(frozenset(wants))

    async def _page(self, whose: ColumnElement[bool], after: str, first: int) -> Sequence[ConsentFile]:
        """At most `first` consents; `after` is the id of the last one of the page before, "" for the first page.

        An id that isn't among those that are listed is followed by nothing.

        Errors:  RegisterFault, as `files`
        """
        page: list[ConsentFile] = []
        while (wanted := first - len(page)) > 0:
            rows = await self._rows(_statements().where(_S.consent_id.in_(_heads(whose, after, wanted))))
            in_order = sorted(rows.items(), key=lambda one: (one[1][0].at, one[0]), reverse=True)
            page += self._believed(in_order)
            if len(in_order) < wanted:
                break
            after = in_order[-1][0]
        return page

    async def _rows(self, statements: Select[Any]) -> Mapping[str, Sequence[Row[Any]]]:
        """The rows of each consent, in the order of its statements."""
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(statements)).all()
        by_id: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            by_id[row.consent_id].append(row)
        return by_id

    def _believed(self, found: Iterable[tuple[str, Sequence[Row[Any]]]]) -> Sequence[ConsentFile]:
        files, passed_over = [], 0
        for consent_id, rows in found:
            try:
                files.append(self._file(consent_id, rows))
            except RegisterFault:
                if not self._passes_over:
                    raise
                passed_over += 1
        if passed_over:
            _LOG.error("consents on file that their signatures don't prove count for nothing: %d", passed_over)
        return files

    def _file(self, consent_id: str, rows: Sequence[Row[Any]]) -> ConsentFile:
        """What is signed has to agree with the columns, by which it was found."""
        try:
            file = self._read([row.statement for row in rows])
        except PaperFault as fault:
            raise RegisterFault("a consent on file isn't proved by its signatures") from fault
        terms = file.terms
        told = (file.consent_id, str(terms.subject), terms.organisation, terms.client_id)
        if any((row.consent_id, row.subject, row.organisation, row.client_id) != told for row in rows):
            raise RegisterFault("a consent on file isn't the one that its row names")
        return file

    async def _count(self, wants: Sequence[Wants]) -> Sequence[Wants]:
        with register_errors():
            async with asyncio.timeout(self._patience_s):
                return await self._counting.count(wants)


def _statements() -> Select[Any]:
    columns = (_S.consent_id, _S.subject, _S.organisation, _S.client_id, _S.statement, _S.at)
    return select(*columns).order_by(_S.consent_id, _S.number)


def _heads(whose: ColumnElement[bool], after: str, first: int) -> Select[Any]:
    """Ids of consents, the one asked for last first."""
    heads = select(_S.consent_id).where(whose, _S.number == 0)
    if after:
        asked_at = select(_S.at).where(whose, _S.number == 0, _S.consent_id == after).scalar_subquery()
        heads = heads.where(or_(_S.at < asked_at, and_(_S.at == asked_at, _S.consent_id < after)))
    return heads.order_by(_S.at.desc(), _S.consent_id.desc()).limit(first)
