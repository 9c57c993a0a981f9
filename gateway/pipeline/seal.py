"""Stage 9: what was asked and what leaves is written down before it leaves; no entry, no answer.

The entry is durable before this stage ends, and the receipt for it goes out with the answer.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from gateway.base64url import base64url_text
from gateway.faults import ClientFault, FaultCode, GatewayFault, status_of
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.answer import fault_body
from gateway.pipeline.house import House
from gateway.pipeline.seal_entry import Asked, Outcome, Stamp, entry_text
from gateway.pipeline.seal_receipt import Salted, salted, with_receipt
from gateway.registers.engine import RegisterFault
from gateway.registers.log import AuditUnwritable
from gateway.registers.log_entry import NewEntry
from schema.vocabulary.caller import Caller

__all__ = ["Asked", "Outcome", "seal", "seal_fault", "seal_unfinished"]


async def seal(
    admitted: AdmittedRequest, caller: Caller, asked: Asked, outcome: Outcome, *, house: House
) -> tuple[bytes, str]:
    """Append the entry; returns the body with the receipt in it, and the receipt, once the entry is durable.

    Errors:  GatewayFault AUDIT_UNWRITABLE
    """
    digested = salted(admitted.sent, outcome.body)
    try:
        period, subjects = await _subjects(asked, admitted, house)
        stamp = Stamp(
            house.catalog.edition, digested, _keyed(admitted.params.query, house.audit_subject_key), period, subjects
        )
        entry = NewEntry(
            request_id=admitted.request_id,
            at=admitted.as_of,
            text=entry_text(admitted, caller, asked, outcome, stamp=stamp),
            subjects=tuple(dict.fromkeys(subjects)),
            claims=_claims(admitted, digested, house),
        )
        placed = await house.audit.append(entry)
    except (AuditUnwritable, RegisterFault) as failure:
        raise GatewayFault(FaultCode.AUDIT_UNWRITABLE, "the log of requests cannot be written") from failure
    receipt = digested.given(placed.receipt)
    return with_receipt(outcome.body or b"{}", receipt), receipt


async def seal_fault(
    admitted: AdmittedRequest, caller: Caller, fault: ClientFault, *, about: Asked, house: House
) -> tuple[bytes, str]:
    """Write down a request that was refused as a whole, as far as it was understood; returns as `seal` does."""
    outcome = Outcome(fault_body(fault), status_of(fault.code), fault.code)
    return await seal(admitted, caller, about, outcome, house=house)


async def seal_unfinished(
    admitted: AdmittedRequest, caller: Caller, about: Asked, *, end: BaseException, house: House
) -> None:
    """Write down a request that ended without an answer: its caller left, or the house broke.

    Nothing leaves after this, so a log that cannot be written is passed over.
    """
    broken = end.code if isinstance(end, GatewayFault | ClientFault) else FaultCode.INTERNAL
    fault = FaultCode.CALLER_LEFT if isinstance(end, asyncio.CancelledError) else broken
    with suppress(GatewayFault):
        await seal(admitted, caller, about, Outcome(None, status_of(fault), fault), house=house)


async def _subjects(asked: Asked, admitted: AdmittedRequest, house: House) -> tuple[str | None, list[str]]:
    """The period of the digests, and the digest of each subject in the order in which the verdicts count them."""
    subjects = asked.subjects()
    return await house.subject_keys.digests_on(admitted.as_of.date(), subjects) if subjects else (None, [])


@lru_cache(maxsize=256)
def _keyed(document: str, key: bytes) -> str:
    """A document may hold a code in clear, and there are few codes: without the key its digest tells nothing."""
    return base64url_text(hashlib.blake2b(document.encode("utf-8", "replace"), digest_size=24, key=key).digest())


def _claims(admitted: AdmittedRequest, digested: Salted, house: House) -> Mapping[str, Any]:
    """What the receipt says, but for the entry's place."""
    return {
        "iat": int(admitted.as_of.timestamp()),
        "jti": admitted.request_id,
        "req": digested.request,
        "res": digested.response,
        "cat": house.catalog.edition,
    }
