"""What a subject is asked in one authorization request, and what becomes of its answer: all is given, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from gateway.identity.authorization import AuthorizationDesk, PushedRequest, RequestGone
from gateway.identity.oauth_ports import Callers
from gateway.registers.consents_entry import ConsentFile, Party, day_of
from gateway.rights.consents import Actor, ConsentDesk, ConsentRefused
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.consents import ConsentAct, ConsentState, ConsentTerms
from schema.vocabulary.identifiers import SubjectId

_DOOR: Final = "consent page"
_ANSWERABLE: Final = frozenset({ConsentState.REQUESTED, ConsentState.ACTIVE})


class AnswerTrouble(StrEnum):
    """Why a request cannot be answered."""

    GONE = "gone"
    """There is no such request, or it has been answered or has ended."""
    SUSPENDED = "suspended"
    """Who has sent it may not ask at present."""
    ANSWERED = "answered"
    """A consent that it asks for can no longer be given."""


class CannotAnswer(Exception):
    """The request cannot be answered, and nothing was done."""

    def __init__(self, trouble: AnswerTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Grantee:
    """Who asks."""

    name: str
    caller_class: CallerClass
    organisation_id: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One consent that is asked for."""

    consent_id: str
    terms: ConsentTerms
    answer_by: date
    """The last day on which it can be answered, Asia/Shanghai."""
    is_given: bool = False
    """Whether the subject has agreed to it before, so that it is only bound anew."""

    @property
    def needs_tick(self) -> bool:
        """Whether the subject has to confirm that it has read a notice."""
        return bool(self.terms.notice) and not self.is_given


class AnswerDesk:
    """Reads what is asked, and writes what is answered. Its methods raise RegisterFault if the registers do."""

    def __init__(self, authorization: AuthorizationDesk, consents: ConsentDesk, callers: Callers) -> None:
        self._authorization = authorization
        self._consents = consents
        self._callers = callers

    async def pushed(self, client_id: str, request_uri: str, *, has_begun: bool, now: datetime) -> PushedRequest:
        """The request.

        Shape:   `has_begun` once a page is open for it, which then has its own time
        Errors:  CannotAnswer GONE
        """
        pushed = await self._authorization.look(client_id, request_uri, now=now, has_begun=has_begun)
        if pushed is None:
            raise CannotAnswer(AnswerTrouble.GONE)
        return pushed

    def grantee(self, pushed: PushedRequest) -> Grantee:
        """Who has sent the request; raises CannotAnswer SUSPENDED."""
        client = self._callers.client(pushed.client_id)
        organisation = None if client is None else self._callers.organisation(client.organisation_id)
        if client is None or organisation is None or not (client.is_active and organisation.is_active):
            raise CannotAnswer(AnswerTrouble.SUSPENDED)
        return Grantee(organisation.name, organisation.caller_class, organisation.organisation_id, client.client_id)

    async def asked(self, pushed: PushedRequest, *, subject: SubjectId, now: datetime) -> Sequence[Asked] | None:
        """The consents that this subject is asked for; None if one of them is another subject's.

        Errors:  CannotAnswer ANSWERED or SUSPENDED
        """
        grantee = self.grantee(pushed)
        files = await self._consents.files(pushed.consents)
        if any(file.terms.subject != subject for file in files.values()):
            return None
        found = [files[consent] for consent in pushed.consents if consent in files]
        asked = [_asked(file, file.state_at(now)) for file in found if _is_answerable(file, grantee, now)]
        if not asked or len(asked) < len(pushed.consents):
            raise CannotAnswer(AnswerTrouble.ANSWERED)
        return asked

    async def approve(
        self, pushed: PushedRequest, asked: Sequence[Asked], *, subject: SubjectId, language: str, now: datetime
    ) -> str:
        """Give every consent, and say where the browser goes with the code.

        Shape:   every notice has been read; `language` is the one that the subject was asked in
        Errors:  CannotAnswer ANSWERED, and then none is given, or GONE
        """
        evidence = {"door": _DOOR, "language": language}
        actor = Actor(Party.SUBJECT, subject, notice_read=True, evidence=evidence)
        await self._answered(asked, ConsentAct.GRANT, actor=actor, now=now)
        ids = [one.consent_id for one in asked]
        try:
            return await self._authorization.finish(pushed, subject=subject, consents=ids, now=now)
        except RequestGone as gone:  # the same subject's other click has taken it, and what was given stays given
            raise CannotAnswer(AnswerTrouble.GONE) from gone

    async def refuse(self, pushed: PushedRequest, asked: Sequence[Asked], *, subject: SubjectId, now: datetime) -> str:
        """Refuse every consent that waits, and say where the browser goes; what was given before stays.

        Errors:  CannotAnswer ANSWERED, and then none is refused, or GONE
        """
        actor = Actor(Party.SUBJECT, subject, evidence={"door": _DOOR})
        await self._answered(asked, ConsentAct.REJECT, actor=actor, now=now)
        try:
            return await self._authorization.refuse(pushed, error="access_denied", now=now)
        except RequestGone as gone:
            raise CannotAnswer(AnswerTrouble.GONE) from gone

    async def _answered(self, asked: Sequence[Asked], act: ConsentAct, *, actor: Actor, now: datetime) -> None:
        """Every consent that waits is answered in the same moment, or none; raises CannotAnswer ANSWERED."""
        waiting = [one.consent_id for one in asked if not one.is_given]
        try:
            if waiting:
                await self._consents.act_on_all(waiting, act, actor=actor, now=now)
        except ConsentRefused as refusal:
            raise CannotAnswer(AnswerTrouble.ANSWERED) from refusal


def _is_answerable(file: ConsentFile, grantee: Grantee, now: datetime) -> bool:
    return file.terms.organisation == grantee.organisation_id and file.state_at(now) in _ANSWERABLE


def _asked(file: ConsentFile, state: ConsentState) -> Asked:
    return Asked(file.consent_id, file.terms, day_of(file.answer_by), is_given=state is ConsentState.ACTIVE)
