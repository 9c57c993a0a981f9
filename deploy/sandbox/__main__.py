"""`python -m deploy.sandbox`: the simulated agencies, together or one by one, until a signal ends them.

When everything answers, one line of JSON on standard output tells all addresses and credentials.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from deploy.sandbox.doors import PortTaken, port_number
from deploy.sandbox.servers import AGENCIES, PANEL, SERVICES, Plan, open_sandbox


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 after a signal, 1 if the sandbox could not open."""
    chosen = _parsed(arguments)
    try:
        asyncio.run(_serve(_plan(chosen), is_attached=chosen.attached))
    except (PortTaken, ValueError) as trouble:
        print(f"sandbox: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the signal handlers were in place
        return 0
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox", description=__doc__)
    parser.add_argument(
        "--agency", action="append", choices=AGENCIES, help="open only this one; may be repeated (default: all)"
    )
    parser.add_argument(
        "--seed", type=int, default=20260401, help="other seeds give other subjects (default: %(default)s)"
    )
    parser.add_argument("--size", type=int, default=2000, help="number of subjects (default: %(default)s)")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(".sandbox"),
        help="where the exchange database goes (default: %(default)s)",
    )
    parser.add_argument("--market-regulation-url", default="", help="an empty PostgreSQL database instead of SQLite")
    for name in (*SERVICES, PANEL):
        option = f"--port-{name.replace('_', '-')}"
        parser.add_argument(option, type=port_number, default=0, metavar="PORT", help="0 is any free port (default: 0)")
    for name in SERVICES:
        option = f"--rate-{name.replace('_', '-')}"
        parser.add_argument(option, type=int, default=0, metavar="N", help="calls a second; 0 is no limit (default: 0)")
    parser.add_argument("--attached", action="store_true", help="end as well when standard input is closed")
    return parser.parse_args(arguments)


def _plan(chosen: argparse.Namespace) -> Plan:
    return Plan(
        data_dir=chosen.data_dir,
        agencies=tuple(chosen.agency or AGENCIES),
        seed=chosen.seed,
        size=chosen.size,
        ports={name: getattr(chosen, f"port_{name}") for name in (*SERVICES, PANEL)},
        options={name: {"requests_per_second": getattr(chosen, f"rate_{name}")} for name in SERVICES},
        market_regulation_url=chosen.market_regulation_url,
        progress=show_progress,
    )


def show_progress(done: int, of: int) -> None:
    """Tell people on a terminal how far the exchange tables are."""
    if sys.stderr.isatty() and (done == of or done % 50 == 0):
        end = "\n" if done == of else ""
        print(f"\r\033[Kseeding the exchange tables: {done} of {of} subjects", end=end, file=sys.stderr, flush=True)


async def _serve(plan: Plan, *, is_attached: bool) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    if is_attached:
        loop.add_reader(sys.stdin, _watch, ended)
    async with open_sandbox(plan) as sandbox:
        print(orjson.dumps(sandbox.as_json()).decode(), flush=True)
        await ended.wait()


def _watch(ended: asyncio.Event) -> None:
    """Called whenever standard input has something; nothing at all means that it was closed."""
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        ended.set()


if __name__ == "__main__":
    sys.exit(main())
