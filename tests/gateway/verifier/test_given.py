"""Receipts under one signature: each read by itself, their signature checked once."""

from __future__ import annotations

import pytest

from gateway.verifier.given import ReceiptReader
from gateway.verifier.jws import Statement, StatementFault
from gateway.verifier.keys import read_keys
from tests.verifier_builders import LogBuilder, LogKey, key_set, resigned, with_said

KEY = LogKey()
KEYS = read_keys(key_set(KEY))
LOG = LogBuilder(KEY)
LOG.append("before")
TOGETHER = [receipt.rpartition("~")[0] for receipt in LOG.append_all(*(f"entry {number}" for number in range(5)))]
ALONE = LOG.append("after").rpartition("~")[0]


def test_each_says_its_own_place() -> None:
    reader = ReceiptReader(KEYS)
    given = [reader.verified(text) for text in (*TOGETHER, ALONE)]
    assert [(one.position, one.leaf_index) for one in given] == [(at + 1, at) for at in range(1, 7)]
    assert [one.claims["jti"] for one in given] == [f"request-{number}" for number in range(2, 8)]
    assert {(one.together.log, one.together.segment) for one in given} == {("a-log", 1)}


def test_a_signature_is_checked_once_for_all_that_stand_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    is_signed = Statement.is_signed

    def counted(statement: Statement) -> bool:
        checked.append(statement.signed)
        return is_signed(statement)

    monkeypatch.setattr(Statement, "is_signed", counted)
    reader = ReceiptReader(KEYS)
    for text in (*TOGETHER, *TOGETHER, ALONE):
        reader.verified(text)
    assert len(checked) == 2


def test_a_bad_signature_is_bad_for_all_and_for_no_other() -> None:
    reader, bad = ReceiptReader(KEYS), resigned(TOGETHER[0])
    for text in (bad, bad):
        assert reader.read(text).position == 2
        with pytest.raises(StatementFault, match="not signed by key `log-key`"):
            reader.verified(text)
    assert reader.verified(TOGETHER[0]).position == 2


def test_claims_of_one_stand_under_no_path_of_another() -> None:
    reader = ReceiptReader(KEYS)
    for one in TOGETHER:
        for other in TOGETHER:
            statement, claims, _, _ = one.split("~")
            _, _, number, path = other.split("~")
            if one == other:
                assert reader.read(f"{statement}~{claims}~{number}~{path}")
                continue
            with pytest.raises(StatementFault, match="do not lead to the root"):
                reader.read(f"{statement}~{claims}~{number}~{path}")
    with pytest.raises(StatementFault, match="do not lead to the root"):
        reader.read(with_said(ALONE, jti="another"))


@pytest.mark.parametrize("number", ["01", "+0", "-1", " 0", "٠", "", "1.0", "9" * 5000])
def test_a_number_has_one_form(number: str) -> None:
    statement, claims, _, path = ALONE.split("~")
    with pytest.raises(StatementFault, match="place among others that cannot be read"):
        ReceiptReader(KEYS).read(f"{statement}~{claims}~{number}~{path}")
