"""Stage 9: what was asked and what leaves is written down before it leaves; no entry, no answer.

The entry holds coordinates, verdicts, articles, sources and digests; never a released value, a name
or a code in clear.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson

from gateway.faults import ClientFault, FaultCode, GatewayFault
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.house import House
from gateway.pipeline.release import SubjectRelease
from gateway.registers.audit import AuditUnwritable
from gateway.registers.audit_entry import AuditEntry, subject_digest
from policies.verdict import DecisionSheet, Effect, Verdict
from schema.vocabulary.caller import Caller, Inquiry


async def seal(
    admitted: AdmittedRequest,
    caller: Caller,
    *,
    inquiry: Inquiry,
    releases: Sequence[SubjectRelease],
    searches: Sequence[DecisionSheet],
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
        subjects=tuple(subject_digest(house.audit_subject_key, released.subject) for released in releases),
        verdicts=[*_verdicts(releases), *({"search": True, "decided": _decided(sheet)} for sheet in searches)],
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
        admitted,
        caller,
        inquiry=admitted.stated,
        releases=(),
        searches=(),
        body=body,
        status=status,
        fault=fault.code,
        house=house,
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _verdicts(releases: Sequence[SubjectRelease]) -> list[dict[str, Any]]:
    """Per sheet: whom it judged (positions in `subjects`), what it decided, what then stayed back silently."""
    judged: dict[int, tuple[DecisionSheet, list[int], dict[str, list[int]]]] = {}
    for position, released in enumerate(releases):
        sheet = released.plan.sheet
        _, positions, silent = judged.setdefault(id(sheet), (sheet, [], {}))
        positions.append(position)
        for coordinate, code in released.silent:
            held = silent.setdefault(f"{coordinate} {code}", [])
            if not held or held[-1] != position:
                held.append(position)
    return [
        {"subjects": positions, "decided": _decided(sheet), "silent": silent}
        for sheet, positions, silent in judged.values()
    ]


def _sources(releases: Sequence[SubjectRelease]) -> list[dict[str, str | int]]:
    counted = Counter(source for released in releases for source in released.sources)
    return [
        {"agency": agency.value, "outcome": how, "subjects": count} for (agency, how), count in sorted(counted.items())
    ]


@lru_cache(maxsize=2048)
def _decided(sheet: DecisionSheet) -> orjson.Fragment:
    """Coordinate → verdict, with code, rule and article where there is a finding; written once per sheet."""
    return orjson.Fragment(
        orjson.dumps(
            {
                (f"{field.below}>{field.coordinate}" if field.below else field.coordinate): _in_words(verdict)
                for field, verdict in sheet.verdicts.items()
            }
        )
    )


def _in_words(verdict: Verdict) -> str:
    if verdict.effect is Effect.SHOW:
        return "SHOW"
    finding = verdict.findings[0]
    head = f"MASK {verdict.mask}" if verdict.effect is Effect.MASK else f"WITHHOLD {finding.code}"
    return f"{head} {finding.rule} {finding.article}"
