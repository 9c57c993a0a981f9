"""Signatures of receipts: the first bad one in the order of the log, alone and in several processes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from gateway.verifier import signatures
from gateway.verifier.lines import Unreadable
from gateway.verifier.signatures import Span, check_spans
from tests.verifier_builders import LogKey, a_log, key_set, line_of, resigned, told_in, written


@pytest.fixture(scope="module")
def lines_and_keys() -> tuple[list[bytes], bytes]:
    log = a_log(20, tail=20)
    return log.export(), key_set(log.key)


def spans_of(path: Path, lines: list[bytes], cut: int) -> list[Span]:
    at = sum(map(len, lines[:cut]))
    return [Span(path, 0, at), Span(path, at, path.stat().st_size)]


def by_a_stranger(lines: list[bytes], *positions: int) -> list[bytes]:
    stranger, changed = LogKey(), list(lines)
    for number, line in enumerate(lines):
        told = told_in(line)
        if told.get("entry", {}).get("pos") in positions:
            told["entry"]["receipt"] = resigned(told["entry"]["receipt"], stranger)
            changed[number] = line_of(told)
    return changed


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_bad_receipt_is_named(
    workers: int, tmp_path: Path, lines_and_keys: tuple[list[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "_CHUNK", 1500)
    lines, keys = lines_and_keys
    path = written(tmp_path, lines)
    done: list[int] = []
    checked = check_spans(spans_of(path, lines, 7), keys, workers=workers, advance=done.append)
    assert (checked.receipts, checked.bad) == (40, None)
    assert sum(done) == path.stat().st_size
    assert len(done) > 8
    bad = by_a_stranger(lines, 17, 33)
    path = written(tmp_path, bad)
    checked = check_spans(spans_of(path, bad, 7), keys, workers=workers)
    assert checked.receipts == 17
    assert checked.bad is not None
    assert checked.bad.position == 17
    assert "not signed by key `log-key`" in checked.bad.what


def test_spans_are_taken_in_their_order_and_nothing_else_is_looked_at(
    tmp_path: Path, lines_and_keys: tuple[list[bytes], bytes]
) -> None:
    lines, keys = lines_and_keys
    bad = by_a_stranger(lines, 3)
    path = written(tmp_path, bad)
    first, second = spans_of(path, bad, 10)
    assert check_spans([second], keys, workers=1).bad is None
    checked = check_spans([second, first], keys, workers=1).bad
    assert checked is not None
    assert checked.position == 3


class Ending(ProcessPoolExecutor):
    """As if the machine had killed a process."""

    def map(self, *_: object, **__: object) -> Iterator[Any]:
        raise BrokenProcessPool


def test_a_process_that_ended_is_no_finding(
    tmp_path: Path, lines_and_keys: tuple[list[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "_CHUNK", 1500)
    monkeypatch.setattr(signatures, "ProcessPoolExecutor", Ending)
    lines, keys = lines_and_keys
    with pytest.raises(Unreadable, match="--workers 1"):
        check_spans(spans_of(written(tmp_path, lines), lines, 7), keys, workers=2)


def test_lines_that_are_no_entries_are_left_to_the_walk(tmp_path: Path) -> None:
    path = written(tmp_path, [b"{}\n", b'{"entry":\n', b'{"entry":{}}\n'])
    assert check_spans([Span(path, 0, path.stat().st_size)], key_set(LogKey()), workers=1).receipts == 0
