"""Two exports of one log: the first entry that stands in both and is another one."""

from __future__ import annotations

from pathlib import Path

from gateway.verifier.difference import first_difference
from tests.verifier_builders import LogKey, a_log, written


def test_the_first_difference_in_the_range_is_named(tmp_path: Path) -> None:
    key = LogKey()
    log, other = a_log(tail=4, key=key), a_log(tail=4, key=key)
    for number in range(3):
        log.append(f"ours {number}")
        other.append("the same" if number == 9 else f"theirs {number}")
    ours, theirs = written(tmp_path, log.export(), "ours"), written(tmp_path, other.export(), "theirs")
    assert first_difference([ours], [theirs], low=1, high=7) == 5
    assert first_difference([ours], [theirs], low=6, high=7) == 6
    assert first_difference([ours], [theirs], low=1, high=4) is None
    assert first_difference([ours], [ours], low=1, high=7) is None


def test_a_file_that_breaks_off_is_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    log = a_log(tail=4)
    ours = written(tmp_path, log.export(), "ours")
    theirs = written(tmp_path, [b"prose\n", b'{"entry":{}}\n'], "theirs")
    assert first_difference([ours], [theirs], low=1, high=4) is None
