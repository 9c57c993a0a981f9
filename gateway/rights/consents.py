"""The desk at which consents are asked for, given, rested and taken back; every act is a signed statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from gateway.identity.authorization_details import (
    CONSENT_ID,
    AskedConsent,
    DetailsRefused,
    NamedConsent,
    read_details,
)
from gateway.identity.consent_papers import ConsentPapers
from gateway.registers.callers_entry import Client, Organisation
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import ConsentFile, StatementRow
from gateway.registers.engine import RegisterFault
from gateway.rights.consent_actors import Actor, ConsentRefusal, ConsentRefused, check, not_found
from gateway.rights.consent_filing import ConsentFiling, Told
from gateway.rights.consent_requests import Asker, ConsentDrafts, DeskRules
from gateway.rights.consent_writing import ATTEMPTS, AlreadyReplaced, ConsentWriter
from schema.catalog.catalog import Catalog
from schema.vocabulary.consents import ConsentAct, ConsentState, ConsentTerms, after
from schema.vocabulary.identifiers import SubjectId

__all__ = ["Actor", "ConsentDesk", "ConsentRefusal", "ConsentRefused", "DeskRules"]

_PAGE: Final = 100
_IN_FORCE: Final = frozenset({ConsentState.ACTIVE})
_ASKABLE: Final = frozenset({ConsentState.REQUESTED, ConsentState.ACTIVE})


class Callers(Protocol):
    """The register of callers, as far as consents need it."""

    def organisation(self, organisation_id: str) -> Organisation | None:
        """The organisation if it is registered and active."""


class ConsentDesk:
    """Stands on the register of consents; what another process does meanwhile is seen by each call."""

    def __init__(
        self,
        register: ConsentRegister,
        papers: ConsentPapers,
        callers: Callers,
        catalog: Callable[[], Catalog],
        rules: DeskRules,
    ) -> None:
        self._register = register
        self._writer = ConsentWriter(register, papers)
        self._filing = ConsentFiling(register, self._writer)
        self._callers = callers
        self._drafts = ConsentDrafts(catalog, rules)
        self._settings = rules.settings
        self._code_exceptions = rules.code_exceptions

    async def request(self, details: Sequence[Mapping[str, Any]], client: Client, *, now: datetime) -> Sequence[str]:
        """Put consents before their subjects, all of them or none; returns the id of each, in the order of the details.

        One that is named by its id has to wait for its subject's answer, or to be in force.

        Errors:  DetailsRefused, RegisterFault
        """
        read = read_details(details, self._code_exceptions)
        asker, names = self._asker(client), _names(read)
        if len(set(names)) != len(names):  # two in the place of one would leave the subject with both
            raise DetailsRefused("the authorization details name a consent twice")
        standing = await self._register.files(names)
        ids: list[str] = []
        rows: list[StatementRow] = []
        for one in read:
            if isinstance(one, NamedConsent):
                _check_named(standing.get(one.consent_id), asker, _ASKABLE, now=now)
                ids.append(one.consent_id)
                continue
            draft = self._drafts.draft(one, asker, standing=standing, now=now)
            rows.append(self._writer.drawn_up(draft).last_row)
            ids.append(draft.consent_id)
        if rows:
            await self._leave_in_peace(rows, now)
            await self._register.add(rows)
        return ids

    async def bindable(self, ids: Sequence[str], client: Client, *, now: datetime) -> Mapping[str, SubjectId]:
        """Whose consent each is, if all of them are in force for this client.

        Errors:  DetailsRefused, RegisterFault
        """
        asker = self._asker(client)
        if not all(CONSENT_ID.fullmatch(one) for one in ids):
            raise _not_in_force()
        standing = await self._register.files(ids)
        for one in ids:
            _check_named(standing.get(one), asker, _IN_FORCE, now=now)
        return {one: standing[one].terms.subject for one in ids}

    async def act(self, consent_id: str, act: ConsentAct, *, actor: Actor, now: datetime) -> ConsentFile:
        """Do something with a consent and return it as it stands then.

        Giving one that replaces another ends that other one in the same moment; only one can take its place.

        Errors:  ConsentRefused, RegisterFault
        """
        (done,) = await self.act_on_all([consent_id], act, actor=actor, now=now)
        return done

    async def act_on_all(
        self, ids: Sequence[str], act: ConsentAct, *, actor: Actor, now: datetime
    ) -> Sequence[ConsentFile]:
        """Do the same with several consents, with all of them or with none, and return them as they stand then.

        Shape:   `ids` are distinct
        Errors:  ConsentRefused for the first that refuses, RegisterFault
        """
        if not all(CONSENT_ID.fullmatch(one) for one in ids):
            raise not_found()
        for _ in range(ATTEMPTS):
            files = await self._register.files(ids)
            done = [await self._done(files.get(one), act, actor=actor, now=now) for one in ids]
            rows = [file.last_row for changed in done for file in changed]
            if len({(row.consent_id, row.number) for row in rows}) < len(rows):
                raise _replaced()  # two of them would take the place of one
            if await self._writer.wrote(rows):
                return [changed[0] for changed in done]
        raise RegisterFault("a consent is acted on by too many at once")

    async def file_by_operator(self, terms: ConsentTerms, evidence: Mapping[str, str], *, now: datetime) -> ConsentFile:
        """File a consent that the subject gave elsewhere; the judge weighs its form, as it does with every other.

        Told again it is no new consent; see `ConsentFiling.file`.

        Errors:  RegisterFault
        """
        organisation = self._callers.organisation(terms.organisation)
        name = organisation.name if organisation is not None else ""
        return await self._filing.file(Told(terms, name, evidence), now=now)

    async def files(self, ids: Collection[str]) -> Mapping[str, ConsentFile]:
        """Consents by their ids, whoever's they are; raises RegisterFault."""
        return await self._register.files([one for one in ids if CONSENT_ID.fullmatch(one)])

    async def of_subject(self, subject: SubjectId, *, after: str = "", first: int = _PAGE) -> Sequence[ConsentFile]:
        """What a subject was asked for, the latest first, from after the consent of this id; raises RegisterFault."""
        return await self._register.of_subject(subject, after, first)

    async def of_grantee(self, organisation: str, *, after: str = "", first: int = _PAGE) -> Sequence[ConsentFile]:
        """What an organisation has asked for, likewise; raises RegisterFault."""
        return await self._register.of_organisation(organisation, after, first)

    def _asker(self, client: Client) -> Asker:
        organisation = self._callers.organisation(client.organisation_id) if client.organisation_id else None
        if organisation is None:
            raise DetailsRefused("consents are given to organisations, and this client belongs to none")
        return Asker(client, organisation)

    async def _leave_in_peace(self, rows: Sequence[StatementRow], now: datetime) -> None:
        """No organisation asks a subject again and again that does not answer; raises DetailsRefused.

        Of several that ask at the very same time each may see room for itself: the number is kept about, not exactly.
        """
        since, most = now - self._settings.answer_within, self._settings.most_waiting
        for (subject, organisation), count in Counter((row.subject, row.organisation) for row in rows).items():
            waiting = await self._register.waiting(SubjectId(subject), organisation, since=since)
            if waiting + count > most:
                raise DetailsRefused(
                    f"a subject may have {most} requests of one organisation to answer, and {waiting} wait; "
                    "ask again when one is answered or has lapsed"
                )

    async def _done(
        self, file: ConsentFile | None, act: ConsentAct, *, actor: Actor, now: datetime
    ) -> tuple[ConsentFile, ...]:
        """The consent after the act, and before anybody has written it down; then what else changes with it."""
        if file is None or not actor.owns(file):
            raise not_found()
        evidence = check(act, actor, file)
        if after(file.state_at(max(now, file.last_at)), act) is None:
            raise _cannot_follow(file, act, now)
        if act is not ConsentAct.GRANT:
            return (self._writer.acted(file, act, by=actor.by, evidence=evidence, now=now),)
        try:
            return await self._writer.granted(file, by=actor.by, evidence=evidence, now=now)
        except AlreadyReplaced as fault:
            raise _replaced() from fault


def _names(read: Sequence[AskedConsent | NamedConsent]) -> Sequence[str]:
    names = [one.consent_id if isinstance(one, NamedConsent) else one.replaces for one in read]
    return [name for name in names if name]


def _check_named(file: ConsentFile | None, asker: Asker, states: frozenset[ConsentState], *, now: datetime) -> None:
    if file is None or not asker.holds(file) or file.state_at(now) not in states:
        raise _not_in_force()


def _not_in_force() -> DetailsRefused:
    return DetailsRefused("a consent is named that is not in force for this client")


def _replaced() -> ConsentRefused:
    message = "another consent takes the place of the one that this would replace"
    return ConsentRefused(ConsentRefusal.STATE, message, "look at the one that stands in its place")


def _cannot_follow(file: ConsentFile, act: ConsentAct, now: datetime) -> ConsentRefused:
    state = file.state_at(now)
    message = f"a consent that is {state.value} can't be changed by {act.value}"
    return ConsentRefused(ConsentRefusal.STATE, message, "ask for the consent to see what stands now")
