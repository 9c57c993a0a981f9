"""Signs what is done with consents and writes it down, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gateway.identity.consent_papers import ConsentPapers
from gateway.registers.consents import AlreadyWritten, ConsentRegister
from gateway.registers.consents_entry import ConsentFile, Party, StatementRow
from schema.vocabulary.consents import ConsentAct, ConsentTerms, after

ATTEMPTS: Final = 8
"""How often something is tried anew because another process was first."""
_REPLACED_BY: Final = "replaced_by"


class AlreadyReplaced(Exception):
    """The consent whose place this one would take has been replaced by another, and one has one successor."""


class ConsentWriter:
    """Papers and register together: what is signed is read again before it is written."""

    def __init__(self, register: ConsentRegister, papers: ConsentPapers) -> None:
        self._register = register
        self._papers = papers

    def drawn_up(self, draft: ConsentFile) -> ConsentFile:
        """The consent with its artefact."""
        return self._papers.read([self._papers.artefact(draft)])

    def acted(
        self, file: ConsentFile, act: ConsentAct, *, by: Party, evidence: Mapping[str, str], now: datetime
    ) -> ConsentFile:
        """The consent after an act that may follow."""
        statement = self._papers.act(file, act, by=by, evidence=evidence, now=now)
        return self._papers.read([*file.statements, statement])

    async def granted(
        self, file: ConsentFile, *, by: Party, evidence: Mapping[str, str], now: datetime
    ) -> tuple[ConsentFile, ...]:
        """The consent given, and the one whose place it takes ended; what its parties have ended is left as it is.

        Errors:  AlreadyReplaced, RegisterFault
        """
        given = self.acted(file, ConsentAct.GRANT, by=by, evidence=evidence, now=now)
        old_id = file.terms.replaces
        old = (await self._register.files([old_id])).get(old_id) if old_id else None
        if old is None or parties(old.terms) != parties(file.terms):
            return (given,)
        if old.ended_by is not None and old.ended_by.act is ConsentAct.REPLACE:
            raise AlreadyReplaced
        if after(old.state_at(max(now, old.last_at)), ConsentAct.REPLACE) is None:
            return (given,)
        ended = self.acted(old, ConsentAct.REPLACE, by=by, evidence={_REPLACED_BY: file.consent_id}, now=now)
        return given, ended

    async def wrote(self, rows: Sequence[StatementRow]) -> bool:
        """Whether all rows could be written; if not, another process was first and nothing was.

        Errors:  RegisterFault
        """
        try:
            await self._register.add(rows)
        except AlreadyWritten:
            return False
        return True


def parties(terms: ConsentTerms) -> tuple[str, str]:
    """Between whom a consent is: the subject's code, the organisation's id."""
    return terms.subject, terms.organisation
