"""What an outsider kept: an older log, a forked log and a log that was cut off, each held against it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.verifier.kept import kept_statements
from gateway.verifier.lines import Unreadable
from gateway.verifier.report import Report
from gateway.verifier.verify import Trusted, verify
from tests.verifier_builders import LogBuilder, LogKey, a_log, key_set, told_in, written

KEY = LogKey()


def against(folder: Path, log: LogBuilder, kept: Path | str) -> Report:
    exports = (kept,) if isinstance(kept, Path) else ()
    trusted = Trusted(keys=key_set(KEY), kept=kept_statements(str(kept)), exports=exports)
    return verify([written(folder, log.export())], trusted)


def forked(common: int, others: int) -> LogBuilder:
    """A log of the same key and name that is another one after so many entries."""
    log = a_log(tail=common, key=KEY)
    for number in range(others):
        log.append(f"otherwise {number}")
    log.checkpoint()
    return log


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 11), st.integers(1, 12))
def test_a_fork_is_found_and_an_export_of_it_tells_where_it_begins(tmp_path: Path, common: int, others: int) -> None:
    log, other = a_log(tail=12, key=KEY), forked(common, others)
    found = against(tmp_path, log, written(tmp_path, other.export(), "kept.jsonl")).finding
    assert found is not None
    assert found.position == min(common + 1, 13)
    if other.position <= 12:
        ((_, checkpoint),) = told_in(other.export()[-2]).items()
        alone = against(tmp_path, log, checkpoint).finding
        assert alone is not None
        assert f"to {other.position}" in alone.what
        assert alone.position is None


def test_a_log_that_has_grown_since_agrees_with_every_checkpoint_that_was_kept(tmp_path: Path) -> None:
    older, newer = a_log(5, tail=4, key=KEY), a_log(5, tail=4, key=KEY)
    older.lines[:] = newer.lines[:]
    newer.append("more")
    newer.close()
    report = against(tmp_path, newer, written(tmp_path, older.export(), "kept.jsonl"))
    assert report.is_verified
    assert not any("cut off" in note for note in report.notes)


def test_a_kept_closing_of_a_segment_that_is_gone_is_compared_with_the_one_that_is_left(tmp_path: Path) -> None:
    log = a_log(5, tail=3, key=KEY)
    kept = next(told_in(line)["closing"] for line in log.export() if line.startswith(b'{"closing"'))
    inside = next(told_in(line)["checkpoint"] for line in log.export() if line.startswith(b'{"checkpoint"'))
    log.drop(1)
    assert against(tmp_path, log, kept).is_verified
    assert any("not compared" in note for note in against(tmp_path, log, inside).notes)
    other = forked(2, 3)
    assert "is not the one" in str(against(tmp_path, log, other.close()).finding)


def test_kept_words_of_strangers_and_of_other_logs_are_found(tmp_path: Path) -> None:
    log = a_log(3, key=KEY)
    assert "another log" in str(against(tmp_path, log, a_log(3, key=KEY, log="other").checkpoint()).finding)
    assert "not signed" in str(against(tmp_path, log, a_log(3, key=LogKey()).checkpoint()).finding)


def test_a_statement_or_a_file_of_them_or_an_export_is_taken(tmp_path: Path) -> None:
    log = a_log(3, 3, key=KEY)
    one, other = log.checkpoint(), log.checkpoint()
    assert kept_statements(f" {one}\n") == [one]
    assert kept_statements(str(written(tmp_path, [f"{one}\n".encode(), b"\n", other.encode()], "kept"))) == [one, other]
    assert len(kept_statements(str(written(tmp_path, log.export())))) == 6


@pytest.mark.parametrize("content", [b"", b"prose\n", b"{}\n", b"\xff\n"])
def test_a_file_that_holds_none_is_unreadable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="holds no checkpoint"):
        kept_statements(str(written(tmp_path, [content])))
    with pytest.raises(Unreadable, match="cannot be read"):
        kept_statements(str(tmp_path / "nothing"))
