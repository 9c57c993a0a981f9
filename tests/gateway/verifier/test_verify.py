"""Whole exports: parts that follow one another, segments that are gone, what was kept, and what the report says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.verifier.lines import Unreadable
from gateway.verifier.report import Finding, Report
from gateway.verifier.verify import Trusted, Way, verify
from tests.verifier_builders import LogBuilder, LogKey, a_log, key_set, line_of, resigned, told_in, written

KEY = LogKey()
TRUSTED = Trusted(keys=key_set(KEY))
in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def report_on(folder: Path, *parts: list[bytes], trusted: Trusted = TRUSTED, way: Way | None = None) -> Report:
    return verify([written(folder, part, str(number)) for number, part in enumerate(parts)], trusted, way)


def found_in(folder: Path, *parts: list[bytes], trusted: Trusted = TRUSTED) -> Finding:
    found = report_on(folder, *parts, trusted=trusted).finding
    assert found is not None
    return found


@in_one_folder
@given(st.lists(st.integers(1, 6), max_size=4), st.integers(0, 5), st.integers(1, 7))
def test_every_log_is_verified_whatever_its_shape(tmp_path: Path, sizes: list[int], tail: int, every: int) -> None:
    log = a_log(*sizes, tail=tail, every=every, key=KEY)
    report = report_on(tmp_path, log.export())
    assert report.finding is None
    assert report.counted.entries == report.counted.last == sum(sizes) + tail
    assert report.counted.closings == len(sizes)
    assert report.signatures == tail % every, "only what no checkpoint covers"


@in_one_folder
@given(st.lists(st.integers(0, 14), min_size=1, max_size=4).map(sorted), st.sampled_from([None, 1, 2]))
def test_an_export_in_parts_is_verified_part_by_part_and_whole(
    tmp_path: Path, cuts: list[int], dropped: int | None
) -> None:
    log = a_log(5, 4, tail=5, key=KEY)
    if dropped:
        log.drop(dropped)
        gone = {1: range(1, 6), 2: range(6, 10)}[dropped]
        cuts = [cut for cut in cuts if cut not in gone]
    ends = [*cuts, 14]
    parts = [log.export(after=after, up_to=end) for after, end in zip([0, *cuts], ends, strict=True)]
    whole = report_on(tmp_path, *parts)
    assert whole.finding is None
    assert whole.counted.dropped == ((dropped,) if dropped else ())
    for part in parts:
        assert report_on(tmp_path, part).finding is None


def test_a_part_that_begins_inside_a_segment_rests_on_receipts(tmp_path: Path) -> None:
    report = report_on(tmp_path, a_log(5, tail=3, key=KEY).export(after=2))
    assert report.signatures == 3
    assert any("begins inside segment 1" in note for note in report.notes)


def test_a_part_may_repeat_the_closing_with_which_the_one_before_ended(tmp_path: Path) -> None:
    log = a_log(5, tail=3, key=KEY)
    closing = next(line for line in log.export() if line.startswith(b'{"closing"'))
    later = log.export(after=5)
    assert report_on(tmp_path, log.export(up_to=5), [later[0], closing, *later[1:]]).finding is None
    assert report_on(tmp_path, [later[0], closing, *later[1:]]).finding is None


def test_parts_that_do_not_follow_one_another_are_found(tmp_path: Path) -> None:
    log = a_log(5, tail=9, key=KEY)
    assert (
        "begins after position 8, the one before ended at 7"
        in found_in(tmp_path, log.export(up_to=7), log.export(after=8)).what
    )
    other = a_log(5, tail=9, key=KEY, log="another-log")
    assert "another log" in found_in(tmp_path, log.export(up_to=7), other.export(after=7)).what
    assert "stands first" in found_in(tmp_path, log.export(up_to=7), log.export(after=7)[1:]).what


def test_an_edited_entry_in_an_earlier_part_is_named(tmp_path: Path) -> None:
    log = a_log(5, tail=9, key=KEY)
    parts = [log.export(up_to=7), log.export(after=7)]
    stranger = LogKey()
    told = told_in(parts[0][-2])
    assert told["entry"]["pos"] == 7
    told["entry"]["receipt"] = resigned(told["entry"]["receipt"], stranger)
    parts[0][-2] = line_of(told)
    assert report_on(tmp_path, *parts).is_verified, "the checkpoint at 8 proves the entry"
    found = report_on(tmp_path, *parts, way=Way(all_signatures=True)).finding
    assert found is not None
    assert found.position == 7


def test_a_segment_that_is_gone_has_to_be_closed(tmp_path: Path) -> None:
    log = a_log(5, 4, tail=3, key=KEY)
    log.drop(1)
    lines = log.export()
    at = next(number for number, line in enumerate(lines) if line.startswith(b'{"closing"'))
    without = [*lines[:at], *lines[at + 1 :]]
    assert "nothing shows that it was closed" in found_in(tmp_path, without).what
    assert found_in(tmp_path, [*lines[:1], *lines[2:]]).position == 1
    other = a_log(7, key=KEY)
    other.drop(1)
    forged = [*lines[:at], other.export()[2], *lines[at + 1 :]]
    assert found_in(tmp_path, forged).position is not None


def test_entries_cannot_be_dropped_where_no_segment_ends(tmp_path: Path) -> None:
    lines = a_log(5, tail=3, key=KEY).export()
    for at in range(1, 5):
        assert "cannot stand" in found_in(tmp_path, [*lines[:at], line_of({"dropped": {"seg": 2}}), *lines[at:]]).what
    twice = [*lines[:8], line_of({"dropped": {"seg": 2}}), line_of({"dropped": {"seg": 3}}), *lines[8:]]
    assert report_on(tmp_path, twice).finding is not None


def test_what_the_gateway_itself_signed_twice_over_is_told_as_a_stretch(tmp_path: Path) -> None:
    log = a_log(tail=5, key=KEY)
    forged = a_log(tail=2, key=KEY)
    forged.append("another third")
    checkpoint = line_of({"checkpoint": forged.checkpoint()})
    lines = log.export()
    found = found_in(tmp_path, [*lines[:4], checkpoint, *lines[5:]])
    assert found.position is None
    assert "what differs lies in 1 to 3" in found.what


def test_another_log_than_the_one_expected_is_found(tmp_path: Path) -> None:
    trusted = Trusted(keys=TRUSTED.keys, log="the-log")
    assert "another log" in found_in(tmp_path, a_log(3, key=KEY).export(), trusted=trusted).what
    assert report_on(tmp_path, a_log(3, key=KEY, log="the-log").export(), trusted=trusted).is_verified


def test_a_log_that_should_be_longer_is_found(tmp_path: Path) -> None:
    lines = a_log(3, tail=2, key=KEY).export()
    assert report_on(tmp_path, lines, trusted=Trusted(keys=TRUSTED.keys, reaches=5)).is_verified
    assert found_in(tmp_path, lines, trusted=Trusted(keys=TRUSTED.keys, reaches=6)).position == 6


def test_an_empty_log_is_verified(tmp_path: Path) -> None:
    report = report_on(tmp_path, LogBuilder(KEY).export())
    assert report.is_verified
    assert report.counted.entries == 0


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"prose\n", b'{"end":{"next":0,"entries":0}}\n', b"\xff"])
def test_what_is_no_export_is_unreadable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="no export of a log"):
        report_on(tmp_path, [content])


def test_keys_that_cannot_be_used_and_files_that_are_not_there_are_unreadable(tmp_path: Path) -> None:
    lines = a_log(1, key=KEY).export()
    with pytest.raises(Unreadable, match="key set"):
        report_on(tmp_path, lines, trusted=Trusted(keys=b"{}"))
    with pytest.raises(Unreadable, match="cannot be read"):
        verify([tmp_path / "nothing"], TRUSTED)
    with pytest.raises(Unreadable, match="cannot be read"):
        verify([written(tmp_path, lines), tmp_path / "nothing"], TRUSTED)


def test_the_report_says_what_it_rests_on(tmp_path: Path) -> None:
    log = a_log(3, 3, tail=2, key=KEY)
    log.drop(1)
    notes = " | ".join(report_on(tmp_path, log.export(), trusted=Trusted()).notes)
    assert "not independent" in notes
    assert "of 5 receipts the signatures of 2 were checked" in notes
    assert "no checkpoint covers the last 2 entries yet" in notes
    assert "the entries of segment 1 are gone" in notes
    assert "--expect-size or --against" in notes
    all_of_them = report_on(tmp_path, log.export(), way=Way(all_signatures=True))
    assert "the signature of every receipt was checked" in all_of_them.notes
    assert all_of_them.signatures == 5


def test_how_far_it_is_adds_up_to_what_was_announced(tmp_path: Path) -> None:
    announced: list[tuple[str, int]] = []
    done: list[int] = []
    way = Way(all_signatures=True, begin=lambda what, size: announced.append((what, size)), advance=done.append)
    lines = a_log(5, 4, tail=5, key=KEY).export()
    report_on(tmp_path, lines, way=way)
    assert [what for what, _ in announced] == ["entries", "signatures"]
    assert sum(done) == sum(size for _, size in announced) == 2 * len(b"".join(lines))
