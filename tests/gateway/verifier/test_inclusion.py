"""Proofs that a receipt's entry stands in an export, or why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.verifier.inclusion import prove
from gateway.verifier.keys import read_keys
from gateway.verifier.lines import Unreadable
from gateway.verifier.merkle import root_by_path
from gateway.verifier.receipts import Receipt, read_receipt
from gateway.verifier.report import Found
from tests.verifier_builders import (
    LogBuilder,
    LogKey,
    a_log,
    key_set,
    line_of,
    told_in,
    with_claims,
    with_said,
    written,
)

KEY = LogKey()
KEYS = read_keys(key_set(KEY))


def a_log_and_its_receipts() -> tuple[LogBuilder, list[Receipt]]:
    """A closed segment of five, an open one of four with a checkpoint after its third entry."""
    log = LogBuilder(KEY)
    receipts = []
    for number in range(9):
        receipts.append(read_receipt(log.append(f"entry {number}"), KEYS))
        if number in (2, 7):
            log.checkpoint()
        if number == 4:
            log.close()
    return log, receipts


LOG, RECEIPTS = a_log_and_its_receipts()


def because(receipt: Receipt, export: Path) -> str:
    with pytest.raises(Found) as found:
        prove(receipt, export, KEYS)
    return found.value.what


@pytest.mark.parametrize("number", range(8))
def test_every_entry_that_is_covered_is_proven_by_the_next_signed_word(number: int, tmp_path: Path) -> None:
    proof = prove(RECEIPTS[number], written(tmp_path, LOG.export()), KEYS)
    covering = proof.covered_by
    assert covering.size == (3 if number < 3 or number > 4 else 5)
    assert covering.is_closing == (number in (3, 4))
    assert root_by_path(proof.leaf, proof.index, size=covering.size, path=proof.path) == covering.root


def test_an_entry_that_nothing_covers_yet_is_said_to_be_so(tmp_path: Path) -> None:
    assert because(RECEIPTS[8], written(tmp_path, LOG.export())) == "no checkpoint in the export covers entry 9 yet"


def test_an_export_that_holds_too_little_proves_nothing(tmp_path: Path) -> None:
    assert "does not stand in the export" in because(RECEIPTS[7], written(tmp_path, LOG.export(up_to=6)))
    assert "does not stand in the export" in because(RECEIPTS[0], written(tmp_path, LOG.export(after=5)))
    assert "lacks entries of segment 1" in because(RECEIPTS[3], written(tmp_path, LOG.export(after=2)))


def test_entries_that_are_gone_are_said_to_be_gone(tmp_path: Path) -> None:
    log, receipts = a_log_and_its_receipts()
    log.drop(1)
    assert because(receipts[3], written(tmp_path, log.export())) == "the entries of segment 1 are gone from the log"
    assert prove(receipts[6], written(tmp_path, log.export()), KEYS).index == 1


def test_a_log_that_holds_something_else_is_found(tmp_path: Path) -> None:
    lines = LOG.export()
    told = told_in(lines[2])["entry"]
    other = written(tmp_path, [*lines[:2], line_of({"entry": {**told, "text": "else"}}), *lines[3:]])
    assert "is not what the receipt was given for" in because(RECEIPTS[1], other)
    assert "another root" in because(RECEIPTS[0], other)
    forged = {**told, "receipt": with_said(told["receipt"], jti="else")}
    swapped = written(tmp_path, [*lines[:2], line_of({"entry": forged}), *lines[3:]])
    assert "another receipt" in because(RECEIPTS[1], swapped)
    unsigned = line_of({"checkpoint": with_claims(told_in(lines[4])["checkpoint"], iat=1)})
    assert "not signed" in because(RECEIPTS[1], written(tmp_path, [*lines[:4], unsigned, *lines[5:]]))
    assert "another log" in because(RECEIPTS[1], written(tmp_path, a_log(3, key=KEY, log="other").export()))
    assert "does not cover" in because(RECEIPTS[1], written(tmp_path, [*lines[:4], lines[11], *lines[5:]]))


@pytest.mark.parametrize("content", [b"prose\n", b"{}\n", b'{"end":{"next":0,"entries":0}}\n'])
def test_what_is_no_export_is_unreadable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="no export of a log"):
        prove(RECEIPTS[0], written(tmp_path, [content]), KEYS)
