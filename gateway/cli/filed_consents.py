"""Consents that a subject gave elsewhere, as the operator tells them in a file; held against register and law."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from gateway.registers.callers_book import CallerBook
from gateway.registers.callers_entry import Organisation
from gateway.registers.consents_entry import NOTICE_SHOWN
from policies.authorisation import NOTICE, request_faults
from schema.catalog.catalog import Catalog
from schema.catalog.data_file import DataFile
from schema.vocabulary.caller import ALL_ITEMS, Purpose
from schema.vocabulary.consents import ConsentTerms, Frequency, Per
from schema.vocabulary.identifiers import SubjectId

_KEYS: Final = frozenset(
    {
        *("subject", "organisation", "client_id", "items", "purposes", "given_on", "ends_on"),
        *("data_from", "data_to", "frequency", "is_written", "was_warned", "paper"),
    }
)
_WITHDRAWN: Final = "withdrawn_on"
_ITEM_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_LONGEST_PAPER: Final = 200


@dataclass(frozen=True, slots=True)
class ToldConsent:
    """One consent, and where it stands in its file."""

    terms: ConsentTerms
    paper: str
    """Where the signed paper lies; "" if that is not said."""
    part: DataFile

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same consent when it is told again with another end."""
        terms = self.terms
        return terms.subject, terms.organisation, terms.client_id, terms.items, terms.purposes, terms.valid_from

    @property
    def evidence(self) -> Mapping[str, str]:
        """What is signed along with its grant."""
        told = {"door": "operator", "paper": self.paper, NOTICE_SHOWN: self.terms.notice}
        return {name: value for name, value in told.items() if value}

    def check(self, book: CallerBook, catalog: Catalog, *, today: date, longest_days: int) -> None:
        """Complain of everything for which the consent would be void or worthless."""
        terms, organisation = self.terms, book.organisations.get(self.terms.organisation)
        if organisation is None:
            self.part.complain("the organisation is not registered", key="organisation")
            return
        client = book.clients.get(terms.client_id)
        if terms.client_id and (client is None or client.organisation_id != terms.organisation):
            self.part.complain("the organisation has no such client", key="client_id")
        found = request_faults(terms, organisation.caller_class, catalog, today=today, longest_days=longest_days)
        for fault in found:
            self.part.complain(f"{fault.sentence} ({fault.article})")
        for item in _beyond(terms, organisation):
            self.part.complain(f"the organisation's agreements do not reach item {item} (house rule)", key="items")


def read_consent(part: DataFile, raw: Mapping[str, Any], code_exceptions: frozenset[str]) -> ToldConsent | None:
    """One `[[consent]]` table, by the forms of its values alone; None if it cannot be one."""
    part.take(raw, _KEYS | {_WITHDRAWN}, "")
    if _WITHDRAWN in raw:
        part.complain(f"`{_WITHDRAWN}` is not taken: withdraw it with `creditgraph consents revoke`", key=_WITHDRAWN)
    subject = subject_of(part, raw, code_exceptions)
    organisation = part.text_of(raw, "organisation")
    client_id = part.text_of(raw, "client_id") if "client_id" in raw else ""
    items = part.listed(raw, "items", _item, what="code of a catalog item")
    purposes = part.listed(raw, "purposes", Purpose, what="purpose")
    for key in ("items", "purposes"):
        if raw.get(key, []) == []:
            part.complain(f"a consent names its {key}", key=key)
    days = {key: day_of(part, raw, key) for key in ("given_on", "ends_on", "data_from", "data_to")}
    if "given_on" not in raw:
        part.complain("a consent says when it was given: `given_on`")
    if "ends_on" not in raw:
        part.complain("a consent without `ends_on` is void (Heilongjiang Art. 36(1))")
    is_written, was_warned = (_yes(part, raw, key) for key in ("is_written", "was_warned"))
    frequency, paper = _frequency(part, raw), _paper(part, raw)
    given_on, ends_on = days["given_on"], days["ends_on"]
    if subject is None or given_on is None or ends_on is None:
        return None
    terms = ConsentTerms(subject, organisation, frozenset(items), frozenset(purposes), given_on, ends_on)
    terms = replace(
        terms,
        client_id=client_id,
        data_from=days["data_from"],
        data_to=days["data_to"],
        frequency=frequency,
        is_written=is_written,
        notice=NOTICE if was_warned else "",
    )
    return ToldConsent(terms, paper, part)


def subject_of(part: DataFile, raw: Mapping[str, Any], code_exceptions: frozenset[str]) -> SubjectId | None:
    """The code under `subject`; it is not repeated where it is wrong, as it may be somebody's."""
    code = raw.get("subject")
    try:
        if isinstance(code, str):
            return SubjectId.parse(code, code_exceptions)
    except ValueError as fault:
        part.complain(f"`subject`: {fault}", key="subject")
        return None
    part.complain("`subject` must be a unified social credit code", key="subject")
    return None


def day_of(part: DataFile, raw: Mapping[str, Any], key: str) -> date | None:
    """The calendar day under `key`; None without one, with a fault if something else is there."""
    value = raw.get(key)
    if value is None or type(value) is date:  # a time of day is a date, too, for isinstance
        return value
    part.complain(f"`{key}` must be a date", key=key)
    return None


def _yes(part: DataFile, raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        part.complain(f"`{key}` must be true or false", key=key)
    return value is True


def _frequency(part: DataFile, raw: Mapping[str, Any]) -> Frequency | None:
    if "frequency" not in raw:
        return None
    match raw["frequency"]:
        case {"times": int() as times, "per": str() as per, **others} if not others and per in Per.__members__:
            if not isinstance(times, bool) and times > 0:
                return Frequency(times, Per(per))
    spans = ", ".join(Per)
    part.complain(f"`frequency` is a table of `times`, from 1, and `per`, one of {spans}", key="frequency")
    return None


def _paper(part: DataFile, raw: Mapping[str, Any]) -> str:
    paper = part.text_of(raw, "paper") if "paper" in raw else ""
    if len(paper) > _LONGEST_PAPER:
        part.complain(f"`paper` is longer than {_LONGEST_PAPER} characters", key="paper")
    return paper


def _item(code: str) -> str:
    if not _ITEM_CODE.fullmatch(code):
        raise ValueError
    return code


def _beyond(terms: ConsentTerms, organisation: Organisation) -> list[str]:
    """Items that no agreement of the organisation reaches."""
    reached = organisation.items
    return [] if reached >= ALL_ITEMS else sorted(terms.items - reached)
