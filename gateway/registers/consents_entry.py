"""A consent as it stands on file: its terms, what has been done with it, and the signed statements that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from policies.evidence import Consent
from schema.vocabulary.consents import ENDED, ConsentAct, ConsentState, ConsentTerms, after

NOTICE_SHOWN: Final = "notice_shown"
"""Name in a grant's evidence; its value is the name of the notice that the subject was shown."""

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


class PaperFault(Exception):
    """The statements of a consent don't prove what they say; the message holds nothing of them."""


class Party(StrEnum):
    """Who does something with a consent."""

    SUBJECT = "subject"
    GRANTEE = "grantee"
    OPERATOR = "operator"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class ConsentActed:
    """One act, as it was signed."""

    act: ConsentAct
    by: Party
    at: datetime
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement as it is written down; number 0 is the artefact."""

    consent_id: str
    number: int
    subject: str
    organisation: str
    client_id: str
    """The one client that may use the consent; "" for all of the organisation's."""
    statement: str
    """JWS, compact."""
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentFile:
    """A consent with everything that was done with it."""

    consent_id: str
    terms: ConsentTerms
    asked_at: datetime
    answer_by: datetime
    """The last moment at which the subject may answer; a later answer counts for nothing."""
    acts: tuple[ConsentActed, ...] = ()
    statements: tuple[str, ...] = ()
    """The artefact, then one statement for each act."""
    grantee_name: str = ""
    """The organisation's name as the subject was told it."""
    asked_by: str = ""
    """Id of the client that asked; "" for one that the operator has filed."""

    def state_at(self, now: datetime) -> ConsentState:
        """What the acts have made of it, and what time has."""
        state = self._acted_state()
        if state is ConsentState.REQUESTED:
            return ConsentState.EXPIRED if now > self.answer_by else state
        if state not in ENDED and day_of(now) > self.terms.ends_on:
            return ConsentState.EXPIRED
        return state

    @property
    def granted(self) -> ConsentActed | None:
        """The act by which it was given; None if it never was."""
        return next((acted for acted in self.acts if acted.act is ConsentAct.GRANT), None)

    @property
    def granted_at(self) -> datetime | None:
        """When it was given; None if it never was."""
        granted = self.granted
        return None if granted is None else granted.at

    @property
    def ended_by(self) -> ConsentActed | None:
        """The act that ended it; None where none did, though time may have."""
        last = self.acts[-1] if self.acts else None
        return last if last is not None and last.act in _ENDING else None

    @property
    def last_at(self) -> datetime:
        """When the last statement was made."""
        return self.acts[-1].at if self.acts else self.asked_at

    @property
    def last_row(self) -> StatementRow:
        """The last statement as it is written down."""
        return StatementRow(
            consent_id=self.consent_id,
            number=len(self.statements) - 1,
            subject=str(self.terms.subject),
            organisation=self.terms.organisation,
            client_id=self.terms.client_id,
            statement=self.statements[-1],
            at=self.last_at,
        )

    def as_evidence(self, now: datetime, *, used_up: bool = False) -> Consent | None:
        """What the judge is told of it; None if it was never given.

        One that the subject gave holds from the day of the grant at the earliest. What the operator has filed was given
        before, so that it holds from the day that its terms name.
        """
        granted, terms = self.granted, self.terms
        if granted is None:
            return None
        is_filed = granted.by is Party.OPERATOR
        given_on = terms.valid_from if is_filed else max(terms.valid_from, day_of(granted.at))
        ended = self.ended_by
        return Consent(
            items=terms.items,
            purposes=terms.purposes,
            given_on=given_on,
            ends_on=terms.ends_on,
            is_written=terms.is_written,
            was_warned=bool(terms.notice) and granted.evidence.get(NOTICE_SHOWN) == terms.notice,
            # one that is withdrawn before it begins never held, which is no contradiction
            withdrawn_on=None if ended is None else max(day_of(ended.at), given_on),
            is_paused=self.state_at(now) is ConsentState.PAUSED,
            is_used_up=used_up,
            data_from=terms.data_from,
            data_to=terms.data_to,
        )

    def _acted_state(self) -> ConsentState:
        state = ConsentState.REQUESTED
        for acted in self.acts:
            following = after(state, acted.act)
            if following is None:
                raise PaperFault("an act on a consent can't follow the one before it")
            state = following
        return state


_ENDING: Final = frozenset({ConsentAct.REJECT, ConsentAct.REVOKE, ConsentAct.REPLACE})


def day_of(moment: datetime) -> date:
    """The calendar day, Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()
