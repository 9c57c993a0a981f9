"""The log cannot be written for a while: no data leaves without an entry, everybody is told so, and all of it heals."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it brings no types
import pytest

from deploy.sandbox.gateway_files import write_gateway_files
from gateway.registers.log import AuditLog
from tests.gateway.cli.conftest import COMMAND, environment
from tests.journeys.books.arena import CLIENTS, Arena
from tests.journeys.books.trouble import (
    GRACE_S,
    NO_ENTRY,
    database_says,
    disk_full,
    file_locked,
    file_of,
    head_locked,
    read_only_file,
    server_disk_full,
    wait_for_better_times,
    wait_out,
)
from tests.journeys.gateways import PATIENCE_S, Gateway
from tests.journeys.stage import Stage
from tests.services import PostgresService

REFUSED = 400
needs_limits = pytest.mark.skipif(not hasattr(psutil, "RLIMIT_FSIZE"), reason="no other process can be limited here")
PADDING = 50_000
"""Bytes that each of them brings along: whatever a gateway keeps of them shows."""
NAME = "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName } } }"


def check(arena: Arena) -> None:
    """Whatever was received, in good times and in bad, is as the log says."""
    ledger = arena.ledger()
    ledger.verified(kept=arena.kept)
    assert ledger.hold(arena.crowd.received) == arena.crowd.receipts


@needs_limits
def test_a_full_disk(embedded: Arena) -> None:
    [process], crowd = embedded.processes, embedded.crowd
    crowd.padding = PADDING
    with embedded.load():
        embedded.until_more(50)
        with disk_full(embedded):
            wait_out(embedded, refused=REFUSED // 2)  # what is needed once for saying no is there then
            held = process.memory()
            wait_out(embedded, refused=REFUSED)
            assert process.memory() - held < REFUSED * PADDING / 2, "requests that were refused are kept"
        wait_for_better_times(embedded)
    crowd.padding = 0
    check(embedded)


def test_a_file_that_somebody_else_is_writing(embedded: Arena) -> None:
    with embedded.load():
        embedded.until_more(20)
        with file_locked(embedded):
            wait_out(embedded, refused=1)
        wait_for_better_times(embedded)
    check(embedded)


def test_a_file_that_may_only_be_read_any_more(keeping: Gateway, stage: Stage) -> None:
    code = stage.named["clean"]
    with read_only_file(keeping.files.settings.database.url.get_secret_value()) as switch:
        assert keeping.ask(NAME, code=code).data is not None
        switch.turn(on=True)
        for _ in range(5):
            reply = keeping.ask(NAME, code=code)
            assert (reply.status, *reply.codes, reply.headers["retry-after"], reply.data is not None) == NO_ENTRY
            assert "inquiry-receipt" not in reply.headers
        assert keeping.get("/readyz").json()["record"] == "unwritable"
        logs = [one for one in gc.get_objects() if isinstance(one, AuditLog)]
        assert logs
        assert [waiting for one in logs for waiting in one._waiting] == []
        switch.turn(on=False)
        assert keeping.get("/readyz").status_code == 200
        assert keeping.ask(NAME, code=code).data is not None


def test_a_file_that_may_not_be_written_opens_no_door(stage: Stage, tmp_path: Path) -> None:
    files = write_gateway_files(tmp_path / "gateway", stage.sandbox.as_json(), port=0)
    ended = _served_in(files.folder, lock=file_of(files.settings.database.url.get_secret_value()))
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert "the database refused (OperationalError, OperationalError)" in ended.stderr


def _served_in(folder: Path, *, lock: Path) -> subprocess.CompletedProcess[str]:
    """The command while its database may only be read; as root it has to give up what root may do."""
    weak: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everything, and nothing here gives that up")
        weak = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner")
    lock.chmod(0o444)
    folder.chmod(0o555)
    try:
        return subprocess.run(
            [*weak, *COMMAND, "serve", "--settings", str(folder / "settings.toml")],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    finally:
        folder.chmod(0o755)


def test_a_database_that_may_only_be_read(shared: Arena, own_postgres: PostgresService) -> None:
    with shared.load():
        shared.until_more(20)
        with database_says(own_postgres, shared, "default_transaction_read_only", "on"):
            wait_out(shared, refused=CLIENTS * 5)
        wait_for_better_times(shared)
    check(shared)


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="no other account's process can be limited here")
def test_a_database_server_whose_disk_is_full(shared: Arena, own_postgres: PostgresService) -> None:
    crowd = shared.crowd
    with shared.load():
        shared.until_more(20)
        with server_disk_full(own_postgres):
            for process in shared.processes:
                process.until_ready(is_so=False)
            time.sleep(GRACE_S)
            begun, ends = len(crowd.received), time.monotonic() + PATIENCE_S
            while len(crowd.received) < begun + REFUSED:
                assert time.monotonic() < ends, "nobody is told anything"
                time.sleep(0.02)
            told = crowd.received[begun:]
        assert {(one.status, one.has_data, one.receipt) for one in told} == {(503, False, "")}
        wait_for_better_times(shared)
    check(shared)


def test_a_head_that_somebody_else_keeps(shared: Arena, own_postgres: PostgresService) -> None:
    """A second is waited for, and nobody is refused; what takes longer than anybody may wait is given up."""
    with shared.load():
        shared.until_more(20)
        before = len(shared.crowd.received)
        with head_locked(shared):
            time.sleep(1.0)
        shared.until_more(20)
        assert {one.status for one in shared.crowd.received[before:]} == {200, 400}
        with database_says(own_postgres, shared, "statement_timeout", "'500ms'"), head_locked(shared):
            wait_out(shared, refused=CLIENTS)
        wait_for_better_times(shared)
    check(shared)
