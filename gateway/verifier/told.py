"""Outcomes as people read them and as scripts do; nothing from a file can steer a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gateway.verifier.base64url import encoded
from gateway.verifier.inclusion import Inclusion
from gateway.verifier.receipts import Receipt
from gateway.verifier.report import Finding, Report


def report_lines(report: Report) -> Iterator[str]:
    """The outcome of verifying an export, line by line."""
    counted = report.counted
    if report.finding is None:
        yield f"verified: log {printable(report.log)}"
    else:
        yield f"NOT VERIFIED: log {printable(report.log)}"
        yield from _finding_lines(report.finding)
        yield f"in order before that: {counted.entries} entries"
    if counted.entries:
        yield f"entries      {counted.entries}, positions {counted.first} to {counted.last}"
    yield f"checkpoints  {counted.checkpoints}, closings {counted.closings}"
    yield f"signatures   {report.signatures} of receipts"
    yield from (f"note: {note}" for note in report.notes)


def report_json(report: Report, code: int) -> dict[str, Any]:
    """The same as one JSON object."""
    counted, finding = report.counted, report.finding
    return {
        "exitCode": code,
        "verified": report.is_verified,
        "log": report.log,
        "entries": counted.entries,
        "first": counted.first,
        "last": counted.last,
        "checkpoints": counted.checkpoints,
        "closings": counted.closings,
        "dropped": list(counted.dropped),
        "signatures": report.signatures,
        "finding": finding
        and {"position": finding.position, "what": finding.what, "part": finding.part, "line": finding.line},
        "notes": list(report.notes),
    }


def receipt_lines(receipt: Receipt, held: Sequence[str], inclusion: Inclusion | None) -> Iterator[str]:
    """What a receipt proves, line by line; `held` are the things that it was held against."""
    yield f"the receipt is signed by {printable(receipt.issuer)}"
    yield f"request      {printable(receipt.request_id)}, catalog {printable(receipt.edition)}"
    yield f"place        position {receipt.position}, segment {receipt.segment}, index {receipt.index}"
    yield f"log          {printable(receipt.log)}"
    yield from (f"fits         {what}" for what in held)
    if inclusion is None:
        return
    covering = inclusion.covered_by
    yield f"in the log   {covering.name} covers it: {covering.size} entries"
    yield f"  leaf       {inclusion.leaf.hex()}"
    yield from (f"  beside     {one.hex()}" for one in inclusion.path)
    yield f"  root       {covering.root.hex()}"
    yield f"  signed     {inclusion.statement}"


def receipt_json(receipt: Receipt, held: Sequence[str], inclusion: Inclusion | None) -> dict[str, Any]:
    """The same as one JSON object; hashes are base64url as in receipts and checkpoints."""
    return {
        "exitCode": 0,
        "verified": True,
        "issuer": receipt.issuer,
        "givenAt": receipt.given_at,
        "requestId": receipt.request_id,
        "edition": receipt.edition,
        "log": receipt.log,
        "position": receipt.position,
        "segment": receipt.segment,
        "index": receipt.index,
        "fits": list(held),
        "inclusion": inclusion
        and {
            "leaf": encoded(inclusion.leaf),
            "index": inclusion.index,
            "size": inclusion.covered_by.size,
            "path": [encoded(one) for one in inclusion.path],
            "root": encoded(inclusion.covered_by.root),
            "statement": inclusion.statement,
        },
    }


def printable(text: str) -> str:
    """Text of others, without what a terminal could take as a command, and not longer than a line."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:200])


def _finding_lines(finding: Finding) -> Iterator[str]:
    if finding.position is not None:
        yield f"first bad entry: {finding.position}"
    place = f" (file {finding.part}, line {finding.line})" if finding.line else ""
    yield f"{printable(finding.what)}{place}"
