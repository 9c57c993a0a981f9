"""From what a client asks for to a consent that can be put before the subject, or to the reasons why it can't."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from gateway.identity.authorization_details import AskedConsent, DetailsRefused
from gateway.registers.callers_entry import Client, Organisation
from gateway.registers.consents_entry import SHANGHAI, ConsentFile, day_of
from gateway.setting_identity import Consents
from policies.authorisation import form_of, request_faults
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import ALL_ITEMS
from schema.vocabulary.consents import ConsentAct, ConsentState, ConsentTerms, after

MOST_FAULTS: Final = 5
"""Faults that are told at once."""


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What the operator has set."""

    settings: Consents
    code_exceptions: frozenset[str] = frozenset()
    """Codes of subjects that are accepted although their check character is wrong."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks subjects for consents."""

    client: Client
    organisation: Organisation

    def holds(self, file: ConsentFile) -> bool:
        """Whether the consent is for this client: for its organisation, and for no other client of it."""
        terms = file.terms
        return terms.organisation == self.organisation.organisation_id and terms.client_id in (
            "",
            self.client.client_id,
        )


class ConsentDrafts:
    """Drafts consents under the catalog in force."""

    def __init__(self, catalog: Callable[[], Catalog], rules: DeskRules) -> None:
        self._catalog = catalog
        self._rules = rules

    def draft(
        self, asked: AskedConsent, asker: Asker, *, standing: Mapping[str, ConsentFile], now: datetime
    ) -> ConsentFile:
        """A consent that nobody has been asked for yet, in the form that the law wants.

        Shape:   `standing` holds the consent that it names to be replaced, if there is one
        Errors:  DetailsRefused with the first faults, each a sentence with its article
        """
        catalog, today = self._catalog(), day_of(now)
        terms = _terms(asked, asker, now)
        form = form_of(terms, asker.organisation.caller_class, catalog)
        terms = replace(terms, is_written=form.is_written, notice=form.notice)
        found = request_faults(
            terms,
            asker.organisation.caller_class,
            catalog,
            today=today,
            longest_days=self._rules.settings.longest.days,
        )
        sentences = [f"{fault.sentence} ({fault.article})" for fault in found]
        sentences += _agreement_faults(terms, asker)
        if asked.replaces and not _can_be_replaced(standing.get(asked.replaces), terms, asker, now=now):
            sentences.append("`replaces` names no consent of this subject that is in force for this client")
        if sentences:
            raise DetailsRefused(_plain("; ".join(sentences[:MOST_FAULTS])))
        return ConsentFile(
            consent_id=f"C{secrets.token_urlsafe(18)}",  # one that begins with `-` would read as an option
            terms=terms,
            asked_at=now,
            answer_by=min(now + self._rules.settings.answer_within, _end_of(terms)),
            grantee_name=asker.organisation.name,
            asked_by=asker.client.client_id,
        )


def _terms(asked: AskedConsent, asker: Asker, now: datetime) -> ConsentTerms:
    """The consent is for the organisation, as the law knows it; which of its clients has asked, the artefact says."""
    return ConsentTerms(
        subject=asked.subject,
        organisation=asker.organisation.organisation_id,
        items=asked.items,
        purposes=asked.purposes,
        valid_from=asked.valid_from or day_of(now),
        ends_on=asked.valid_until,
        data_from=asked.data_from,
        data_to=asked.data_to,
        frequency=asked.frequency,
        replaces=asked.replaces,
    )


def _agreement_faults(terms: ConsentTerms, asker: Asker) -> Sequence[str]:
    reached = asker.organisation.items
    beyond = [] if reached >= ALL_ITEMS else sorted(terms.items - reached)
    return [f"the organisation's agreements do not reach item {code} (house rule)" for code in beyond]


def _can_be_replaced(file: ConsentFile | None, terms: ConsentTerms, asker: Asker, *, now: datetime) -> bool:
    if file is None or file.terms.subject != terms.subject or not asker.holds(file):
        return False
    return after(file.state_at(now), ConsentAct.REPLACE) is ConsentState.REVOKED


def _end_of(terms: ConsentTerms) -> datetime:
    return datetime.combine(terms.ends_on, time.min, SHANGHAI) + timedelta(days=1, microseconds=-1)


def _plain(text: str) -> str:
    """In the characters that RFC 6749 §5.2 leaves to descriptions."""
    return text.replace("¶", " para. ").encode("ascii", "replace").decode().replace('"', "'").replace("\\", "/")
