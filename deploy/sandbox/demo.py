"""`python -m deploy.sandbox.demo`: the simulated agencies and the gateway before them, until Ctrl-C.

The agencies run in a process of their own, started here and ended here. Unlike the agencies themselves,
the demo knows the gateway: it is the one who starts it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import uvicorn

from deploy.sandbox.demo_facts import demo_facts
from deploy.sandbox.demo_papers import TOKEN_LIFETIME_S, write_papers, write_sandbox_file
from deploy.sandbox.demo_standing import CONSENTING
from deploy.sandbox.demo_table import table
from deploy.sandbox.doors import HOST, PortTaken, QuietServer, bind, port_number
from deploy.sandbox.gateway_files import GatewayFiles, fill_registers
from gateway.app import build_app
from gateway.settings import load_settings
from gateway.web.request_head import BoundedHeads

_ENDING_S = 10


class DemoFailed(Exception):
    """The demo cannot open; one sentence for people."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 after Ctrl-C, 1 if something could not open."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.demo", description=__doc__)
    parser.add_argument(
        "--port", type=port_number, default=8000, help="of the gateway; 0 is any free port (default: %(default)s)"
    )
    parser.add_argument("--size", type=int, default=2000, help="number of subjects (default: %(default)s)")
    parser.add_argument("--data-dir", type=Path, default=Path(".sandbox"), help="(default: %(default)s)")
    chosen = parser.parse_args(arguments)
    folder: Path = chosen.data_dir.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # tokens and the record lie in it
    try:
        asyncio.run(_run(chosen.port, chosen.size, folder))
    except PortTaken as trouble:
        is_ours = _is_in_use(folder)
        advice = "a demo already runs here" if is_ours else f"try `make demo PORT={chosen.port % 65535 + 1}`"
        print(f"demo: {trouble}; {advice}", file=sys.stderr)
        return 1
    except DemoFailed as trouble:
        print(f"demo: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the signal handlers were in place
        pass
    return 0


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other demo may write its papers into the same folder meanwhile.

    Errors:  DemoFailed
    """
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoFailed(f"another demo runs on `{folder}`; end it first") from None
        yield


def _is_in_use(folder: Path) -> bool:
    try:
        with _alone_in(folder):
            return False
    except DemoFailed:
        return True


async def _run(port: int, size: int, folder: Path) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    with contextlib.closing(bind("the gateway", port)) as door, _alone_in(folder):
        print(f"opening four simulated agencies with {size} subjects", flush=True)
        async with _agencies(folder, size, ended) as sandbox:
            if ended.is_set():
                return
            address = f"http://{HOST}:{door.getsockname()[1]}"
            path = write_papers(folder, sandbox=sandbox, port=door.getsockname()[1])
            settings = load_settings(path, environ={})
            files = await fill_registers(folder, sandbox["subjects"], settings, accounts=CONSENTING)
            config = uvicorn.Config(
                build_app(settings),
                http=BoundedHeads,
                lifespan="on",
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=2,
            )
            async with _serving(QuietServer(config), door):
                facts = await asyncio.to_thread(demo_facts, address, files, sandbox)
                write_sandbox_file(folder, facts)
                print(table(facts, folder), flush=True)
                await _renew_until(ended, files, address=address, sandbox=sandbox)
                print("\nending the demo", flush=True)


@contextlib.asynccontextmanager
async def _agencies(folder: Path, size: int, ended: asyncio.Event) -> AsyncIterator[Mapping[str, Any]]:
    """The simulated agencies in their own process; yields their ready line, {} if ended before.

    They end with this process whatever becomes of it, because they watch their standard input.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.sandbox", "--attached", "--size", str(size), "--data-dir", str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = asyncio.create_task(process.stdout.readline())
        interrupted = asyncio.create_task(ended.wait())
        await asyncio.wait({ready, interrupted}, return_when=asyncio.FIRST_COMPLETED)
        interrupted.cancel()
        line = ready.result() if ready.done() else b"{}"
        ready.cancel()
        if not line:
            raise DemoFailed("the simulated agencies did not open")
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _ENDING_S)
        except TimeoutError:
            process.kill()
            await process.wait()


@contextlib.asynccontextmanager
async def _serving(server: QuietServer, door: socket.socket) -> AsyncIterator[None]:
    task = asyncio.create_task(server.serve(sockets=[door]))
    listens = asyncio.create_task(server.listens.wait())
    await asyncio.wait({task, listens}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        listens.cancel()
        raise DemoFailed("the gateway did not start; the reason stands above")
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def _renew_until(ended: asyncio.Event, files: GatewayFiles, *, address: str, sandbox: Mapping[str, Any]) -> None:
    """Write new tokens at half of their life, until the end."""
    while True:
        try:
            await asyncio.wait_for(ended.wait(), TOKEN_LIFETIME_S / 2)
        except TimeoutError:
            write_sandbox_file(files.folder, await asyncio.to_thread(demo_facts, address, files, sandbox))
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
