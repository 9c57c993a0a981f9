"""Stage 9: what was asked and what leaves is written down before it leaves; no entry, no answer.

The entry holds coordinates, verdicts, articles, sources and digests; never a released value, a name
or a code in clear.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from gateway.faults import ClientFault, FaultCode, GatewayFault, status_of
from gateway.pipeline.access import Access
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.house import House
from gateway.pipeline.plan import SubjectPlan
from gateway.pipeline.release import SubjectRelease
from gateway.pipeline.told import Told
from gateway.registers.audit import AuditUnwritable
from gateway.registers.audit_entry import AuditEntry, subject_digest
from policies.question import DemandedField
from policies.verdict import DecisionSheet, Effect, Verdict
from schema.vocabulary.caller import Caller, Inquiry
from schema.vocabulary.identifiers import SubjectId


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request was about, as far as it was understood."""

    inquiry: Inquiry
    releases: Sequence[SubjectRelease] = ()
    searches: Sequence[DecisionSheet] = ()
    explained: Sequence[Access] = ()
    consents: Mapping[SubjectId, frozenset[str]] = field(default_factory=dict)
    """Ids of the consents that the answer rests on, by the subject that gave them."""
    told: Sequence[Told] = ()
    """What was told of consents or done with them, and what was told of inquiries."""

    def subjects(self) -> Iterator[SubjectId]:
        """Whom it was about, in the order in which the verdicts count them."""
        yield from (released.subject for released in self.releases)
        yield from (told.subject for told in self.explained)
        for told in self.told:
            yield from told.subjects


async def seal(
    admitted: AdmittedRequest,
    caller: Caller,
    asked: Asked,
    *,
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
        purpose=asked.inquiry.purpose.value if asked.inquiry.purpose else None,
        matter=asked.inquiry.matter,
        case_reference=asked.inquiry.case_reference,
        catalog_edition=house.catalog.edition,
        operation_digest=_keyed(admitted.params.query, house.audit_subject_key),
        body_digest=_digest(body),
        status=status,
        fault_code=fault.value if fault else None,
        subjects=[subject_digest(house.audit_subject_key, subject) for subject in asked.subjects()],
        verdicts=[
            *_verdicts(asked.releases, asked.consents),
            *({"search": True, "decided": _decided(sheet)} for sheet in asked.searches),
            *(_explained(one, len(asked.releases) + place) for place, one in enumerate(asked.explained)),
            *_told(asked.told, len(asked.releases) + len(asked.explained)),
        ],
        sources=_sources(asked.releases),
    )
    try:
        return await house.audit.append(entry)
    except AuditUnwritable as failure:
        raise GatewayFault(FaultCode.AUDIT_UNWRITABLE, "the record of requests cannot be written") from failure


async def seal_fault(
    admitted: AdmittedRequest, caller: Caller, fault: ClientFault, *, body: bytes, inquiry: Inquiry, house: House
) -> int:
    """Write down a request that was refused as a whole, as far as it was understood."""
    asked, status = Asked(inquiry), status_of(fault.code)
    return await seal(admitted, caller, asked, body=body, status=status, fault=fault.code, house=house)


async def seal_unfinished(
    admitted: AdmittedRequest,
    caller: Caller,
    inquiry: Inquiry,
    *,
    asked: Iterable[tuple[SubjectId, SubjectPlan]],
    end: BaseException,
    house: House,
) -> None:
    """Write down a request that ended without an answer: its caller left, or the house broke.

    Nothing leaves after this, so a record that cannot be written is passed over.
    """
    broken = end.code if isinstance(end, GatewayFault | ClientFault) else FaultCode.INTERNAL
    fault = FaultCode.CALLER_LEFT if isinstance(end, asyncio.CancelledError) else broken
    about = Asked(inquiry, [SubjectRelease(subject, plan, {}, []) for subject, plan in asked])
    with suppress(GatewayFault):
        await seal(admitted, caller, about, body=b"", status=status_of(fault), fault=fault, house=house)


def _keyed(text: str, key: bytes) -> str:
    """A document may hold a code in clear, and there are few codes: without the key its digest tells nothing."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=32, key=key).hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _verdicts(releases: Sequence[SubjectRelease], consents: Mapping[SubjectId, frozenset[str]]) -> list[dict[str, Any]]:
    """Per sheet: whom it judged (positions in `subjects`), what it decided, what then stayed back silently, and the
    consents that it rests on."""
    judged: dict[int, tuple[DecisionSheet, list[int], dict[str, list[int]]]] = {}
    for position, released in enumerate(releases):
        sheet = released.plan.sheet
        _, positions, silent = judged.setdefault(id(sheet), (sheet, [], {}))
        positions.append(position)
        for kept in released.silent:
            held = silent.setdefault(f"{kept.coordinate} {kept.code} {kept.rule} {kept.article}", [])
            if not held or held[-1] != position:
                held.append(position)
    return [
        {
            "subjects": positions,
            "decided": _decided(sheet),
            "silent": silent,
            **_resting_on(positions, releases, consents),
        }
        for sheet, positions, silent in judged.values()
    ]


def _resting_on(
    positions: Sequence[int], releases: Sequence[SubjectRelease], consents: Mapping[SubjectId, frozenset[str]]
) -> dict[str, list[str]]:
    """Ids of consents, which name nobody; left out where the answer rests on the law alone."""
    if not consents:
        return {}
    names = sorted({name for position in positions for name in consents.get(releases[position].subject, ())})
    return {"consents": names} if names else {}


def _explained(told: Access, position: int) -> dict[str, Any]:
    """What was told of the law; fields that no catalog lists are counted, as a caller may have written anything."""
    return {
        "explained": True,
        "subjects": [position],
        "purpose": told.purpose,
        "decided": _decided(told.sheet, only_listed=True),
        "unlisted": sum(1 for field in told.sheet.verdicts if not _is_listed(field, told.sheet)),
    }


def _told(told: Sequence[Told], first: int) -> Iterator[dict[str, Any]]:
    """What was told of consents or done with them; `first` is the position of the first of their subjects."""
    for one in told:
        yield {"about": "consents", "subjects": [*range(first, first + len(one.subjects))], **one.sealed()}
        first += len(one.subjects)


def _sources(releases: Sequence[SubjectRelease]) -> list[dict[str, str | int]]:
    counted = Counter(source for released in releases for source in released.sources)
    return [
        {"agency": agency.value, "outcome": how, "subjects": count} for (agency, how), count in sorted(counted.items())
    ]


@lru_cache(maxsize=2048)
def _decided(sheet: DecisionSheet, *, only_listed: bool = False) -> orjson.Fragment:
    """Coordinate → verdict, with code, rule and article where there is a finding; written once per sheet."""
    return orjson.Fragment(
        orjson.dumps(
            {
                (f"{field.below}>{field.coordinate}" if field.below else field.coordinate): _in_words(verdict)
                for field, verdict in sheet.verdicts.items()
                if not only_listed or _is_listed(field, sheet)
            }
        )
    )


def _is_listed(field: DemandedField, sheet: DecisionSheet) -> bool:
    entries = sheet.catalogs[0].entries
    return field.coordinate in entries and (field.below is None or field.below in entries)


def _in_words(verdict: Verdict) -> str:
    if verdict.effect is Effect.SHOW:
        return "SHOW"
    finding = verdict.findings[0]
    head = f"MASK {verdict.mask}" if verdict.effect is Effect.MASK else f"WITHHOLD {finding.code}"
    return f"{head} {finding.rule} {finding.article}"
