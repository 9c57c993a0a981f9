"""Stage 9: what was asked and what leaves is written down before it leaves; no entry, no answer.

The entry holds coordinates, verdicts, articles, sources and digests; never a released value, a name
or a code in clear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from gateway.faults import ClientFault, FaultCode, GatewayFault
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.house import House
from gateway.pipeline.release import SubjectRelease
from gateway.registers.audit import AuditEntry, AuditUnwritable, subject_digest
from policies.verdict import DecisionSheet, Effect, Verdict
from schema.vocabulary.caller import Caller, Inquiry


async def seal(
    admitted: AdmittedRequest,
    caller: Caller,
    *,
    inquiry: Inquiry,
    releases: Sequence[SubjectRelease],
    body: bytes,
    status: int,
    fault: FaultCode | None,
    house: House,
) -> int:
    """Append the entry; returns its position once it is durable.

    Errors:  GatewayFault AUDIT_UNWRITABLE
    """
    entry = AuditEntry(
        request_id=admitted.request_id,
        at=admitted.as_of,
        client_id=caller.client_id,
        organisation=caller.organisation,
        caller_class=caller.caller_class.value,
        jurisdiction=caller.jurisdiction,
        purpose=inquiry.purpose.value if inquiry.purpose else None,
        matter=inquiry.matter,
        case_reference=inquiry.case_reference,
        catalog_edition=house.catalog.edition,
        operation_digest=_digest(admitted.params.query.encode()),
        body_digest=_digest(body),
        status=status,
        fault_code=fault.value if fault else None,
        subjects=_subjects(releases, house.audit_subject_key),
        verdicts=_verdicts(releases),
        sources=_sources(releases),
    )
    try:
        return await house.audit.append(entry)
    except AuditUnwritable as failure:
        raise GatewayFault(FaultCode.AUDIT_UNWRITABLE, "the record of requests cannot be written") from failure


async def seal_fault(
    admitted: AdmittedRequest, caller: Caller, fault: ClientFault, *, body: bytes, status: int, house: House
) -> int:
    """Write down a request that was refused as a whole, as far as it was understood."""
    return await seal(
        admitted, caller, inquiry=admitted.stated, releases=(), body=body, status=status, fault=fault.code, house=house
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _subjects(releases: Sequence[SubjectRelease], key: bytes) -> list[dict[str, Any]]:
    """Per subject its keyed hash, which sheet judged it, and what stayed back silently."""
    sheets = {id(sheet): place for place, sheet in enumerate(_sheets(releases))}
    rows = []
    for released in releases:
        row: dict[str, Any] = {
            "subject": subject_digest(key, released.subject),
            "sheet": sheets[id(released.plan.sheet)],
        }
        if released.silent:
            row["silent"] = sorted({f"{coordinate} {code}" for coordinate, code in released.silent})
        rows.append(row)
    return rows


def _verdicts(releases: Sequence[SubjectRelease]) -> list[dict[str, str]]:
    return [_sheet_in_words(sheet) for sheet in _sheets(releases)]


def _sheets(releases: Sequence[SubjectRelease]) -> list[DecisionSheet]:
    return list({id(released.plan.sheet): released.plan.sheet for released in releases}.values())


def _sources(releases: Sequence[SubjectRelease]) -> list[str]:
    return sorted({f"{agency.value} {how}" for released in releases for agency, how in released.sources})


@lru_cache(maxsize=2048)
def _sheet_in_words(sheet: DecisionSheet) -> dict[str, str]:
    """Coordinate → verdict, with code, rule and article where there is a finding."""
    return {
        (f"{field.below}>{field.coordinate}" if field.below else field.coordinate): _in_words(verdict)
        for field, verdict in sheet.verdicts.items()
    }


def _in_words(verdict: Verdict) -> str:
    if verdict.effect is Effect.SHOW:
        return "SHOW"
    finding = verdict.findings[0]
    head = f"MASK {verdict.mask}" if verdict.effect is Effect.MASK else f"WITHHOLD {finding.code}"
    return f"{head} {finding.rule} {finding.article}"
