"""The log in tests: a real one with a real key, its entries as flat rows, and replies with their receipts."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from joserfc.jwk import KeySet

from gateway.identity.keys import SigningKey, generate_key_set, signing_key
from gateway.identity.statements import StatementSigner
from gateway.pipeline.seal_receipt import salted, without_receipt
from gateway.registers.engine import RegisterEngine
from gateway.registers.log import AuditLog, LogTerms
from gateway.registers.log_entry import RECEIPTS
from gateway.registers.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from gateway.registers.subject_keys import SubjectKeys
from policies.logged_verdicts import read


@cache
def the_keys() -> KeySet:
    """One ES256 key for all tests."""
    return generate_key_set()


class StillKeys:
    """Keys that nobody changes."""

    def __init__(self, keys: KeySet) -> None:
        self._set = keys
        self._keys: dict[str, Any] = {str(key.kid): key for key in keys.keys}

    @property
    def sign_with(self) -> SigningKey:
        return signing_key(self._set)

    def find(self, kid: str) -> SigningKey | None:
        return self._keys.get(kid)

    def public(self) -> Mapping[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self._keys.values()]}


def a_reply(status: int, whole: bytes) -> Reply:
    """What a caller sees of an answer."""
    raw, receipt = without_receipt(whole)
    return Reply(status, whole, raw, receipt, orjson.loads(raw))


def a_row(text: str) -> Mapping[str, Any]:
    """An entry with names of columns; `at` as a time."""
    entry = orjson.loads(text)
    caller = entry["caller"]
    return {
        "request_id": entry["id"],
        "at": datetime.fromisoformat(entry["at"]),
        "client_id": caller["client"],
        "organisation": caller["organisation"],
        "officer": caller["officer"],
        "workflow": caller["workflow"],
        "caller_class": caller["class"],
        "jurisdiction": caller["jurisdiction"],
        "purpose": entry["purpose"],
        "matter": entry["matter"],
        "case_reference": entry["case"],
        "catalog_edition": entry["edition"],
        "operation_digest": entry["operation"],
        "request_digest": entry["request"],
        "body_digest": entry["response"],
        "status": entry["status"],
        "fault_code": entry["fault"],
        "verdicts": in_words(entry["verdicts"]),
        **{name: entry[name] for name in ("key", "subjects", "sources")},
    }


def in_words(verdicts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Verdicts of an entry with what was decided by name of the field."""
    return [{**part, "decided": dict(read(part["decided"]))} if "decided" in part else {**part} for part in verdicts]


def as_logged(verdicts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """And the other way round."""
    return [
        {**part, "decided": [[words, name] for name, words in part["decided"].items()]}
        if "decided" in part
        else {**part}
        for part in verdicts
    ]


def receipt_says(receipt: str) -> Mapping[str, Any]:
    """The claims of a receipt, as its caller got it, that our key has signed."""
    return said_in(receipt.rpartition("~")[0], a_signer())


def said_in(receipt: str, signer: StatementSigner) -> Mapping[str, Any]:
    """What a receipt without its salt says with its statement, after its path and that signature were found right."""
    statement, claims, number_text, path = receipt.split("~")
    together, number, content = signer.verify(statement, RECEIPTS), int(number_text), _from_base64url(claims)
    hashes, root = _from_base64url(path), _from_base64url(together["root"])
    beside = [hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES)]
    assert verify_inclusion(leaf_hash(content), number, together["size"], path=beside, root=root)
    return {**together, **orjson.loads(content), "pos": together["pos"] + number, "idx": together["idx"] + number}


def digests_of(receipt: str, request: bytes, response: bytes | None) -> tuple[str, str]:
    """What a receipt for these bytes says of them, under the salt that it came with."""
    made = salted(request, response, salt=_from_base64url(receipt.rpartition("~")[2]))
    return made.request, made.response


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@cache
def a_signer() -> StatementSigner:
    """Signs with the key of these tests."""
    return StatementSigner(StillKeys(the_keys()))


@asynccontextmanager
async def open_log(engine: RegisterEngine, issuer: str) -> AsyncIterator[tuple[AuditLog, SubjectKeys]]:
    """The log in this database, and the keys for its subjects; the engine is done with at the end."""
    log, keys = AuditLog(engine, a_signer(), LogTerms(issuer, 1_000_000)), SubjectKeys(engine, b"m" * 32)
    try:
        await log.start()
        await keys.start()
        yield log, keys
    finally:
        await log.aclose()
        await engine.dispose()


@dataclass(frozen=True)
class Reply:
    """What came back from the corridor."""

    status: int
    whole: bytes
    """All that left."""
    raw: bytes
    """Without its receipt, which is another one each time."""
    receipt: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        return self.body.get("data")

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.body.get("errors", []))
