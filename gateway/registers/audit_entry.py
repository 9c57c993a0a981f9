"""What is written about one request: values only, none of which can be read back to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What is written about one request: never a released value, a name, or a code in clear.

    Shape:  `at` is aware; digests are hexadecimal; subjects are named by `subject_digest` alone.
            The last three are written as JSON; a part that many requests share (the verdicts of one sheet)
            may be an `orjson.Fragment`, so that it is serialised once.
    """

    request_id: str
    at: datetime
    client_id: str
    organisation: str
    caller_class: str
    jurisdiction: str
    catalog_edition: str
    operation_digest: str
    body_digest: str
    status: int
    purpose: str | None = None
    matter: str | None = None
    case_reference: str | None = None
    fault_code: str | None = None
    subjects: Sequence[Any] = ()
    verdicts: Sequence[Any] = ()
    sources: Sequence[Any] = ()


def subject_digest(key: bytes, code: str) -> str:
    """What the record keeps of a subject's code: BLAKE2b-128 under `key`, 32 hexadecimal digits.

    Shape:  `key` of 1 to 64 bytes; whoever holds it can find the rows about a code that is known to them.
    """
    return blake2b(code.encode("utf-8", "replace"), digest_size=16, key=key).hexdigest()


def row_of(entry: AuditEntry) -> dict[str, Any]:
    """The entry as values by column; raises ValueError for a time without zone, before it can spoil a batch."""
    if entry.at.tzinfo is None:
        raise ValueError("the time of an entry needs its zone")
    return {
        "request_id": entry.request_id,
        "at": entry.at,
        "client_id": entry.client_id,
        "organisation": entry.organisation,
        "caller_class": entry.caller_class,
        "jurisdiction": entry.jurisdiction,
        "purpose": entry.purpose,
        "matter": _writable(entry.matter),
        "case_reference": _writable(entry.case_reference),
        "catalog_edition": entry.catalog_edition,
        "operation_digest": entry.operation_digest,
        "body_digest": entry.body_digest,
        "status": entry.status,
        "fault_code": entry.fault_code,
        "subjects": orjson.dumps(entry.subjects).decode(),
        "verdicts": orjson.dumps(entry.verdicts).decode(),
        "sources": orjson.dumps(entry.sources).decode(),
    }


def _writable(stated: str | None) -> str | None:
    """What a caller stated, without what no database takes; else one caller could spoil the batch of all."""
    if stated is None or stated.isprintable():
        return stated
    return stated.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
