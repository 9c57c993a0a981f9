"""The demo starts everything, answers each persona differently, and ends everything that it started."""

from __future__ import annotations

import asyncio
import functools
import json
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]  # the package has no types
import pytest

from deploy.sandbox.doors import open_doors

ROOT = Path(__file__).parents[2]
QUESTION = """query Check($code: CreditCode!) @inquiry(purpose: ADMINISTRATIVE_PERMIT) { subject(code: $code) {
  legalPerson { registeredName paidInCapital { amount } } taxArrears { taxCategory }
  judgmentDefaults { caseNumber } annualReports { reportYear } } }"""


@pytest.fixture
def start(start_module):
    """Starts the demo with these arguments."""
    return functools.partial(start_module, "deploy.sandbox.demo", "--size", "30")


async def _table(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = await asyncio.wait_for(process.stdout.readuntil(b"Ctrl-C ends everything."), 30)
    return said.decode()


async def test_the_demo_serves_each_persona_and_ends_cleanly(start, tmp_path):
    process = await start("--port", "0", "--data-dir", str(tmp_path))
    said = await _table(process)
    facts = json.loads((tmp_path / "sandbox.json").read_text("utf-8"))
    assert stat.S_IMODE((tmp_path / "sandbox.json").stat().st_mode) == 0o600
    assert facts["graphiql"] in said
    assert facts["subjects"]["penalised"] in said
    assert list(facts["personas"]) == ["public", "permit-officer", "bank", "subject", "auditor", "developer"]
    async with httpx.AsyncClient(trust_env=False) as client:
        answers = {name: await _ask(client, facts, name) for name in facts["personas"]}
        assert answers["public"]["legalPerson"]["paidInCapital"] is None
        assert answers["permit-officer"]["legalPerson"]["paidInCapital"] is not None
        assert all(answer["annualReports"] for answer in answers.values())
        calls = (await client.get(f"{facts['fault_panel']}/calls")).json()
        assert all(calls[name]["total"] for name in ("tax", "courts", "market_regulation", "enterprise_disclosure"))
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(signal.SIGINT)
    _, complaints = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, complaints) == (0, b"")
    assert not any(child.is_running() for child in children)


async def test_the_agencies_end_even_if_the_demo_is_killed(start, tmp_path):
    process = await start("--port", "0", "--data-dir", str(tmp_path))
    await _table(process)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    await process.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, timeout=10)
    assert not alive


async def test_a_taken_port_is_one_line_that_says_what_to_do(start, tmp_path):
    async def nothing(scope, receive, send):
        return None

    async with open_doors({"other": nothing}) as urls:
        port = urls["other"].rpartition(":")[2]
        process = await start("--port", port, "--data-dir", str(tmp_path))
        said, complaints = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, said) == (1, b"")
    assert complaints.decode() == f"demo: port {port} for the gateway is taken; try `make demo PORT={int(port) + 1}`\n"


async def test_a_second_demo_leaves_the_papers_of_the_first_alone(start, tmp_path):
    first = await start("--port", "0", "--data-dir", str(tmp_path))
    await _table(first)
    papers = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    port = json.loads((tmp_path / "sandbox.json").read_text("utf-8"))["graphql"].split(":")[2].partition("/")[0]
    for wanted, complaint in (
        ("0", f"demo: another demo runs on `{tmp_path}`; end it first\n"),
        (port, f"demo: port {port} for the gateway is taken; a demo already runs here\n"),
    ):
        second = await start("--port", wanted, "--data-dir", str(tmp_path))
        said, complaints = await asyncio.wait_for(second.communicate(), 20)
        assert (second.returncode, said, complaints.decode()) == (1, b"", complaint)
    assert {path.name: path.stat().st_ino for path in tmp_path.iterdir()} == papers


async def test_a_port_that_is_none_is_told_in_a_line(start, tmp_path):
    process = await start("--port", "99999", "--data-dir", str(tmp_path))
    _, complaints = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert complaints.decode().endswith("`99999` is no port; a port is a number from 0 to 65535\n")


async def test_the_lines_to_copy_do_what_they_say(start, tmp_path):
    process = await start("--port", "0", "--data-dir", str(tmp_path))
    said = await _table(process)
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("curl ")]
    public, officer, down = [json.loads(await asyncio.to_thread(_shell, line)) for line in lines]
    assert [error["extensions"]["code"] for error in public["errors"]] == ["CALLER_NOT_AUTHORISED"]
    assert "errors" not in officer
    assert officer["data"]["subject"]["taxpayerProfile"]["taxpayerStatus"]
    assert down["down"] is True
    other = json.loads(await asyncio.to_thread(_shell, lines[1].replace("N00013K", "N00005Q")))
    assert [error["extensions"]["code"] for error in other["errors"]] == ["SOURCE_UNAVAILABLE"]
    assert other["data"]["subject"]["legalPerson"]["registeredName"]


def _shell(line: str) -> bytes:
    return subprocess.run(line, shell=True, check=True, capture_output=True, timeout=20).stdout


async def _ask(client: httpx.AsyncClient, facts: dict[str, Any], name: str) -> dict[str, Any]:
    token = facts["personas"][name]["token"]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"query": QUESTION, "variables": {"code": facts["subjects"]["clean"]}}
    answer = await client.post(facts["graphql"], json=body, headers=headers, timeout=20)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"]["subject"])
