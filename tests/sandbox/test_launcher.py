"""The launcher opens what it is told, says so in one line, and ends cleanly on a signal."""

from __future__ import annotations

import asyncio
import functools
import json
import signal
from pathlib import Path

import httpx
import pytest

from deploy.sandbox.doors import open_doors
from deploy.sandbox.servers import AGENCIES, Plan, open_sandbox
from schema.vocabulary.identifiers import SubjectId

ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(start_module):
    """Starts the launcher with these arguments."""
    return functools.partial(start_module, "deploy.sandbox")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_one_agency_alone_until_a_signal(start, tmp_path, number):
    process = await start("--agency", "tax", "--size", "30", "--data-dir", str(tmp_path))
    assert process.stdout is not None
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    assert list(ready["agencies"]) == ["tax"]
    assert ready["agencies"]["tax"]["credentials"]["app_secret"]
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{ready['panel']}/agencies")).json().keys() == {"tax"}
    process.send_signal(number)
    _, complaints = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, complaints) == (0, b"")


async def test_a_taken_port_is_one_line_and_exit_code_one(start, tmp_path):
    async def nothing(scope, receive, send):
        return None

    async with open_doors({"other": nothing}) as urls:
        port = urls["other"].rpartition(":")[2]
        process = await start("--agency", "courts", "--port-courts", port, "--size", "30", "--data-dir", str(tmp_path))
        said, complaints = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, said) == (1, b"")
    assert complaints.decode() == f"sandbox: port {port} for courts is taken\n"


async def test_all_four_open_together_with_a_desk_each(tmp_path):
    seen: list[tuple[int, int]] = []
    plan = Plan(tmp_path, size=30, progress=lambda done, of: seen.append((done, of)))
    async with open_sandbox(plan) as sandbox, httpx.AsyncClient(trust_env=False) as client:
        assert set(sandbox.urls) == set(AGENCIES)
        assert (tmp_path / "exchange.db").exists()
        faults = (await client.get(f"{sandbox.panel}/agencies")).json()
        assert set(faults) == set(AGENCIES)
        for name in AGENCIES:
            changed = await client.put(f"{sandbox.panel}/agencies/{name}", json={"down": True})
            assert changed.status_code == 200
        assert not (tmp_path / "exchange.db").exists(), "market regulation is down by real means"
        with pytest.raises(httpx.TransportError):
            await client.post(sandbox.urls["courts"])
    assert (tmp_path / "exchange.db").exists()
    assert seen[-1] == (len(sandbox.world.codes), len(sandbox.world.codes))
    assert all(SubjectId.parse(code) for code in sandbox.world.named.values())
