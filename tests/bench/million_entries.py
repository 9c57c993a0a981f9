"""What it costs to verify a long log: `python -m tests.bench.million_entries [ENTRIES]` writes one and verifies it.

A script, because writing the log takes longer than verifying it.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.verifier.report import Report
from gateway.verifier.verify import Trusted, Way, verify
from tests.verifier_builders import LogBuilder, key_set, line_of, told_in

COMMIT = 10
"""Entries that were committed together."""
SEGMENT = 200_000
CHECKPOINT_EVERY = 5_000
TEXT = '{"request_id":"%012d","verdicts":"' + "Subject.name SHOW; " * 60 + '"}'


def lines_of(log: LogBuilder, entries: int) -> Iterator[bytes]:
    """The lines of an export, never all at once in memory."""
    yield line_of({**told_in(log.export()[0])})
    for number in range(0, entries, COMMIT):
        log.append_all(*(TEXT % one for one in range(number + 1, min(number + COMMIT, entries) + 1)))
        if log.position % CHECKPOINT_EVERY == 0:
            log.checkpoint()
        if log.position % SEGMENT == 0:
            log.close()
        yield from (line_of(line.told) for line in log.lines)
        log.lines.clear()
    yield line_of({"end": {"next": entries, "entries": entries}})


def timed(what: str, path: Path, trusted: Trusted, way: Way) -> Report:
    """Verify, and print how long that took."""
    began = time.perf_counter()
    report = verify([path], trusted, way)
    took = time.perf_counter() - began
    assert report.is_verified, report.finding
    rate = report.counted.entries / took
    print(f"{what}: {took:.1f} s, {rate:,.0f} entries/s, {report.signatures} signatures checked")
    return report


def main(entries: int) -> None:
    """Write, verify without and with all signatures."""
    log = LogBuilder()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.jsonl")
        with path.open("wb") as file:
            file.writelines(lines_of(log, entries))
        print(f"{entries} entries, {path.stat().st_size / 1e6:,.0f} MB")
        trusted = Trusted(keys=key_set(log.key))
        timed("hashes, checkpoints, claims", path, trusted, Way())
        print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
        timed("and every signature", path, trusted, Way(all_signatures=True))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
