"""Consents that subjects gave elsewhere, as the operator files them: told again they are no new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from gateway.base64url import base64url_text
from gateway.identity.consent_statements import artefact_payload, canonical
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import ConsentFile, Party
from gateway.registers.engine import RegisterFault
from gateway.rights.consent_writing import ATTEMPTS, AlreadyReplaced, ConsentWriter, parties
from schema.vocabulary.consents import ENDED, ConsentTerms

_PAGE: Final = 100
_NO_TIME: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator has of a consent."""

    terms: ConsentTerms
    grantee_name: str
    evidence: Mapping[str, str]


class ConsentFiling:
    """Files artefact and grant in one; the judge weighs their form, as it does with every other consent."""

    def __init__(self, register: ConsentRegister, writer: ConsentWriter) -> None:
        self._register = register
        self._writer = writer

    async def file(self, told: Told, *, now: datetime) -> ConsentFile:
        """The consent on file.

        With the same terms as before it is the one of before, whatever has become of that: what the subject has taken
        back stays taken back. With another end, or other bounds, it takes the place of the one of before.

        Errors:  RegisterFault
        """
        for _ in range(ATTEMPTS):
            before = await self._before(told.terms)
            if before is not None and _is_same(before.terms, told.terms):
                return before
            terms = told.terms
            if before is not None and not terms.replaces:
                terms = replace(terms, replaces=before.consent_id)
            draft = ConsentFile(_fixed_id(terms), terms, now, now, grantee_name=told.grantee_name)
            file = self._writer.drawn_up(draft)
            try:
                changed = await self._writer.granted(file, by=Party.OPERATOR, evidence=told.evidence, now=now)
            except AlreadyReplaced as fault:
                if told.terms.replaces:
                    raise RegisterFault("a consent names one that another has replaced already") from fault
                continue  # by what somebody else has filed between the two readings
            if before is not None and before.state_at(now) not in ENDED and len(changed) == 1:
                continue  # it was ended between the two readings: somebody else has filed one in its place
            if await self._writer.wrote([file.last_row, *(one.last_row for one in changed)]):
                return changed[0]
        raise RegisterFault("a consent is filed by too many at once")

    async def _before(self, terms: ConsentTerms) -> ConsentFile | None:
        """The last one that was filed between the same parties for the same items, purposes and first day."""
        same: list[ConsentFile] = []
        page: Sequence[ConsentFile] = await self._register.of_subject(terms.subject, "", _PAGE)
        while page:
            same += [file for file in page if _is_filed(file) and _identity(file.terms) == _identity(terms)]
            page = await self._register.of_subject(terms.subject, page[-1].consent_id, _PAGE)
        replaced = {file.terms.replaces for file in same}
        return next((file for file in same if file.consent_id not in replaced), None)


def _is_filed(file: ConsentFile) -> bool:
    return file.granted is not None and file.granted.by is Party.OPERATOR


def _is_same(one: ConsentTerms, other: ConsentTerms) -> bool:
    return replace(one, replaces="") == replace(other, replaces="")


def _identity(terms: ConsentTerms) -> tuple[object, ...]:
    return *parties(terms), terms.client_id, terms.items, terms.purposes, terms.valid_from


def _fixed_id(terms: ConsentTerms) -> str:
    """The same for the same terms, so that of two processes that file them at once only one does."""
    told = canonical(artefact_payload(ConsentFile("", terms, _NO_TIME, _NO_TIME), ""))
    return f"C{base64url_text(sha256(told).digest()[:18])}"  # `-` in front would read as an option
