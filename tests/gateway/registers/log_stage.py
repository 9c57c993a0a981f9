"""A log on a real database with real signatures, and a reader that believes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import orjson

from gateway.base64url import base64url_text
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import generate_key_set, save_key_set
from gateway.identity.statements import StatementSigner
from gateway.registers.log import AuditLog, LogTerms, NewEntry
from gateway.registers.log_entry import CLOSING, statement_digest
from gateway.registers.merkle import leaf_hash, root_of
from tests.conftest import AS_OF
from tests.logged import said_in

ISSUER = "https://gateway.example"
TERMS = LogTerms(ISSUER, segment_entries=1_000_000)


def a_signer(folder: Path) -> StatementSigner:
    """With a key of its own, or that of a signer made here before."""
    path = folder / "keys.json"
    if not path.exists():
        save_key_set(path, generate_key_set())
    return StatementSigner(KeyRing(path))


def an_entry(name: str = "r-1", *, at: datetime = AS_OF, subjects: tuple[str, ...] = ()) -> NewEntry:
    text = orjson.dumps({"request": name, "matter": "食品经营许可", "at": at})
    return NewEntry(name, at, text, subjects, {"iat": int(at.timestamp()), "jti": name, "cat": "TJ-2024"})


def months_later(months: int) -> datetime:
    """The fixed hour some months later, about."""
    return AS_OF + timedelta(days=31 * months)


async def verified(log: AuditLog, signer: StatementSigner) -> list[str]:
    """The names of all requests in order, after every position, hash, signature and root was found right."""
    head, segments = await log.head(), await log.segments()
    entries = await log.entries(0, 1_000_000)
    dropped = {segment.number for segment in segments if segment.dropped_at is not None}
    whole = [
        position
        for segment in segments
        if segment.number not in dropped
        for position in range(segment.first, segment.first + segment.size)
    ]
    assert [entry.position for entry in entries] == [*whole, *range(head.first, head.position + 1)]
    previous, position = "", 0
    for number, segment in enumerate(segments, start=1):
        claims = signer.verify(segment.closing, CLOSING)
        assert (segment.number, segment.first) == (number, position + 1)
        stated = {name: claims[name] for name in ("log", "seg", "first", "size", "previous")}
        assert stated == {
            "log": head.log_id,
            "seg": number,
            "first": position + 1,
            "size": segment.size,
            "previous": previous,
        }
        if number not in dropped:
            assert claims["root"] == base64url_text(root_in(entries, number, segment.size))
        previous, position = statement_digest(segment.closing), position + segment.size
    assert (head.segment, head.first, head.previous) == (len(segments) + 1, position + 1, previous)
    assert head.root() == root_in(entries, head.segment, head.size)
    for entry in entries:
        said = said_in(entry.receipt, signer)
        assert {name: said[name] for name in ("iss", "log", "pos", "seg", "idx", "leaf", "jti")} == {
            "iss": ISSUER,
            "log": head.log_id,
            "pos": entry.position,
            "seg": entry.segment,
            "idx": entry.index,
            "leaf": base64url_text(leaf_hash(entry.text.encode())),
            "jti": entry.request_id,
        }
    return [entry.request_id for entry in entries]


def root_in(entries, segment: int, size: int) -> bytes:
    own = [entry for entry in entries if entry.segment == segment]
    assert [entry.index for entry in own] == list(range(size))
    return root_of(leaf_hash(entry.text.encode()) for entry in own)
