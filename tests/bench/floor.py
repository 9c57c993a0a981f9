"""The least that any program would do: check the token, ask the same agencies for the same facts, write the same JSON.

No desk, no cache, no policy, no GraphQL, no record. What it writes is compared with the gateway's
answer before anything is measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from connectors.port import Errand, Fetched, Outcome
from connectors.transport.wire import Clerk
from gateway.identity.presented import Presented
from gateway.identity.tokens import TokenVerifier
from gateway.pipeline.admit import hour
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord

Wants = Sequence[tuple[AgencyId, RecordKind, frozenset[str]]]
_Answers = Mapping[tuple[AgencyId, SubjectId, RecordKind], Sequence[SourceRecord]]
MR, ED, TX, CT = AgencyId.MARKET_REGULATION, AgencyId.ENTERPRISE_DISCLOSURE, AgencyId.TAX, AgencyId.COURTS


class Floor:
    """A hand-written permit check."""

    def __init__(self, clerks: Mapping[AgencyId, Clerk], verifier: TokenVerifier, wants: Wants) -> None:
        self._verifier = verifier
        self._asked: list[tuple[Clerk, dict[RecordKind, frozenset[str]]]] = []
        for agency, clerk in clerks.items():
            own = {kind: facts for asked, kind, facts in wants if asked is agency}
            if own:
                self._asked.append((clerk, own))

    async def one(self, token: str, code: str) -> bytes:
        """The answer to the question about one subject."""
        now = hour()
        await self._verifier.verify(Presented(token), now.timestamp())
        subject = SubjectId.parse(code)
        answers = await self._ask([subject])
        return orjson.dumps({"data": {"subject": _subject(subject, answers, now)}})

    async def many(self, token: str, codes: Sequence[str]) -> bytes:
        """The answer to the question about many subjects."""
        now = hour()
        await self._verifier.verify(Presented(token), now.timestamp())
        subjects = [SubjectId.parse(code) for code in codes]
        answers = await self._ask(subjects)
        return orjson.dumps({"data": {"subjects": [_subject(subject, answers, now) for subject in subjects]}})

    async def _ask(self, subjects: Sequence[SubjectId]) -> _Answers:
        errand = Errand("bench", asyncio.get_running_loop().time() + 5)
        calls = [
            (clerk, subjects[start : start + clerk.batch_size], wants)
            for clerk, wants in self._asked
            for start in range(0, len(subjects), clerk.batch_size)
        ]
        answered = await asyncio.gather(*(clerk.ask(batch, wants, errand) for clerk, batch, wants in calls))
        return {
            (clerk.agency, *pair): _records(outcome)
            for (clerk, _, _), outcomes in zip(calls, answered, strict=True)
            for pair, outcome in outcomes.items()
        }


def _records(outcome: Outcome) -> Sequence[SourceRecord]:
    assert isinstance(outcome, Fetched), outcome
    return outcome.records


def _subject(code: SubjectId, answers: _Answers, now: datetime) -> dict[str, Any]:
    def of(kind: RecordKind, *agencies: AgencyId) -> list[SourceRecord]:
        found = [record for agency in agencies for record in answers.get((agency, code, kind), ())]
        return found if len(agencies) == 1 else _joined(found)

    kinds = RecordKind
    return {
        "unifiedSocialCreditCode": code,
        "legalPerson": _first(of(kinds.LEGAL_PERSON, MR), _REGISTRATION, now),
        "registrationChanges": _rows(of(kinds.REGISTRATION_CHANGE, MR), _CHANGE, now, most=10),
        "shareholders": _rows(of(kinds.SHAREHOLDER, MR, ED), _HOLDING, now, most=10),
        "administrativeLicenses": _rows(of(kinds.ADMINISTRATIVE_LICENSE, ED, MR, TX), _LICENSE, now, most=10),
        "administrativePenalties": _rows(of(kinds.ADMINISTRATIVE_PENALTY, MR, TX, ED), _PENALTY, now, most=10),
        "annualReports": _rows(of(kinds.ANNUAL_REPORT, ED), _REPORT, now, stale=2 * 366, most=3),
        "taxpayerProfile": _first(of(kinds.TAXPAYER_PROFILE, TX), _TAXPAYER, now, stale=2),
        "taxCreditRatings": _rows(of(kinds.TAX_CREDIT_RATING, TX), _RATING, now, stale=2 * 366, most=3),
        "taxArrears": _rows(of(kinds.TAX_ARREARS, TX), _ARREARS, now, stale=2 * 92),
        "judgmentDefaults": _rows(of(kinds.JUDGMENT_DEFAULTER, CT), _DEFAULT, now, stale=2, most=10),
        "enforcementCases": _rows(of(kinds.ENFORCEMENT_CASE, CT), _CASE, now, stale=2, most=10),
    }


_REGISTRATION = ("registeredName", "registrationStatus", "registeredCapital", "domicile", "legalRepresentative")
_CHANGE = ("changeItem", "changeDate")
_HOLDING = ("shareholderName", "shareholderType", "subscribedAmount", "paidAmount", "holdingRatio")
_LICENSE = ("licenseDocumentNumber", "licenseCategory", "decisionDate", "validTo", "licensingAuthority")
_PENALTY = ("penaltyDocumentNumber", "violationType", "fineAmount", "decisionDate", "penaltyAuthority")
_AMOUNTS = (
    *("totalAssets", "totalLiabilities", "totalEquity", "totalRevenue", "mainBusinessRevenue"),
    "totalTaxPaid",
)
_REPORT = ("reportYear", *_AMOUNTS)
_TAXPAYER = ("taxpayerStatus", "competentTaxAuthority")
_RATING = ("ratingYear", "taxCreditRating", "ratingAuthority", "ratingDate")
_ARREARS = ("taxCategory", "arrearsBalance")
_DEFAULT = ("caseNumber", "publicationDate", "performanceStatus")
_CASE = ("caseNumber", "enforcementAmount")
_MONEY = frozenset(
    {
        *("registeredCapital", "subscribedAmount", "paidAmount", "fineAmount", "arrearsBalance", "enforcementAmount"),
        *_AMOUNTS,
    }
)


def _joined(records: Sequence[SourceRecord]) -> list[SourceRecord]:
    """Records of one thing become one; who comes first has the word."""
    found: dict[str, SourceRecord] = {}
    for record in records:
        first = found.get(record.key)
        if first is None:
            found[record.key] = record
        else:
            known = {name: fact for name, fact in first.facts.items() if fact is not None}
            found[record.key] = replace(first, facts={**record.facts, **known})
    return list(found.values())


def _first(
    records: Sequence[SourceRecord], names: Sequence[str], now: datetime, *, stale: int | None = None
) -> dict[str, Any] | None:
    return _row(records[0], names, now, stale=stale) if records else None


def _rows(
    records: Sequence[SourceRecord],
    names: Sequence[str],
    now: datetime,
    *,
    stale: int | None = None,
    most: int | None = None,
) -> list[dict[str, Any]]:
    return [_row(record, names, now, stale=stale) for record in records[:most]]


def _row(record: SourceRecord, names: Sequence[str], now: datetime, *, stale: int | None) -> dict[str, Any]:
    """`stale` in days: older is called so."""
    facts = record.facts
    row: dict[str, Any] = {}
    for name in names:
        fact: Any = facts.get(name)
        if fact is not None and name in _MONEY:
            fact = {"amount": fact["amount"], "currency": fact["currency"], "band": None}
        elif fact is not None and name == "legalRepresentative":
            fact = {"name": fact["name"]}
        row[name] = fact
    is_stale = stale is not None and now - (record.confirmed_at or record.as_of) > timedelta(days=stale)
    row["provenance"] = {
        "agency": record.agency.value,
        "asOf": record.as_of.isoformat(timespec="seconds"),
        "freshness": "STALE" if is_stale else "CURRENT",
        "fromCache": False,
    }
    return row
