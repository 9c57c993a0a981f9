"""Callers who leave and gateways that end: work stops, nothing is left behind, everybody else is served."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.sandbox.gateway_files import write_gateway_files
from tests.journeys.audit import rows_of
from tests.journeys.gateways import Gateway
from tests.journeys.stage import Stage

ROOT = Path(__file__).parents[2]
QUESTION = "query($code: CreditCode!) { subject(code: $code) { judgmentDefaults { caseNumber } } }"
SERVE = "from gateway.cli.main import run; run()"
TAX = "query($code: CreditCode!) { subject(code: $code) { taxpayerProfile { taxpayerIdentificationNumber } } }"


@pytest.fixture
def hanging(stage: Stage) -> Iterator[Stage]:
    """The courts take every call and answer none."""
    stage.calm()
    stage.fault("courts", hang=True)
    yield stage
    stage.calm()


def wait_for(what: Callable[[], bool]) -> None:
    """Until it is so, for five seconds at most."""
    ends = time.monotonic() + 5
    while not what():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.02)


def under_way(gateway: Gateway) -> int:
    """Calls to the courts that the gateway is waiting for."""
    return int(gateway.get("/readyz").json()["agencies"]["COURTS"]["callsUnderWay"])


def leave_midway(gateway: Gateway, code: str, arrived: Callable[[], bool]) -> None:
    """Ask, wait until the agency has the call, and hang up."""
    body = json.dumps({"query": QUESTION, "variables": {"code": code}}).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    address = urlsplit(gateway.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0))) as wire:
        wire.sendall(f"{head}\r\n\r\n".encode() + body)
        wait_for(arrived)


def test_when_the_caller_leaves_the_call_to_the_agency_ends(hanging, keeping):
    code = hanging.named["clean"]
    leave_midway(keeping, code, lambda: hanging.calls()["courts"]["operations"].get("(hang)", 0) == 1)
    wait_for(lambda: under_way(keeping) == 0)  # long before the deadline of five seconds
    assert keeping.ask(TAX, code=code).errors == []
    hanging.calm()
    assert keeping.ask(QUESTION, code=code).errors == []


def test_whoever_still_waits_for_the_same_call_gets_it(stage, keeping):
    """The first asker leaves; the second, who shares the call, is answered."""
    code = stage.named["defaulter"]
    stage.calm()
    try:
        stage.fault("courts", latency_ms=600)
        leave_midway(keeping, code, lambda: under_way(keeping) == 1)
        answer = keeping.ask(QUESTION, code=code)
    finally:
        stage.calm()
    assert answer.errors == []
    assert len(answer.data["subject"]["judgmentDefaults"]) == 13


def test_a_signal_ends_the_served_gateway_cleanly(hanging, tmp_path):
    """`creditgraph serve` in a process of its own: whoever waits is answered, then it ends, without a word."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    files = write_gateway_files(
        tmp_path, hanging.sandbox.as_json(), port=port, overrides={"limits": {"request_timeout": "2s"}}
    )
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--settings", str(tmp_path / "settings.toml")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    gateway = Gateway(f"http://127.0.0.1:{port}", files)
    try:
        assert process.stdout is not None
        assert "listening" in process.stdout.readline()
        code = hanging.named["clean"]
        assert gateway.ask(TAX, "permit-officer", purpose="INSPECTION", code=code).errors == []
        with ThreadPoolExecutor(1, thread_name_prefix="asker") as pool:
            waiting = pool.submit(gateway.ask, QUESTION, code=code)
            wait_for(lambda: hanging.calls()["courts"]["operations"].get("(hang)", 0) == 1)
            process.send_signal(signal.SIGTERM)
            reply = waiting.result(10)
        said, _ = process.communicate(timeout=10)
    finally:
        gateway.close()
        process.kill()
        process.wait()
    assert (reply.status, reply.codes) == (200, ["SOURCE_UNAVAILABLE"])
    assert said == ""
    assert process.returncode == 0
    assert len(rows_of(gateway)) == 2
