"""`python -m tests.bench`: what a permit check costs, beside a floor measured in the same run."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import uvloop

from gateway.settings import Settings
from tests.bench.inside import Inside, open_inside
from tests.bench.pieces import pieces
from tests.bench.report import as_json, tables
from tests.bench.rounds import Figures, Size, measure_round
from tests.bench.served import Served, asking, gateway_process
from tests.bench.stand import PERMIT_CHECK, PERMIT_CHECKS, Stand, open_stand

_FULL = Size(rounds=5, alone=16, crowd=64, lists=2, repeats=4)
_QUICK = Size(rounds=1, alone=4, crowd=16, lists=1, repeats=1)
_WARM_UP = 16
"""Subjects spent before anything is measured."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small round: shows that it runs, measures little")
    parser.add_argument("--rounds", type=int, help=f"rounds of floor and gateway (default: {_FULL.rounds})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    chosen = parser.parse_args(arguments)
    size = _QUICK if chosen.quick else replace(_FULL, rounds=chosen.rounds or _FULL.rounds)
    began = time.perf_counter()
    _say("opening four simulated agencies in a process of their own ...")
    with tempfile.TemporaryDirectory() as folder:
        population = int((size.subjects + _WARM_UP) / 0.6) + 100  # seven in ten of them are enterprises
        with open_stand(Path(folder), size=population) as stand:
            uvloop.run(_bench(stand, size, chosen.json, times=100 if chosen.quick else 1000))
    _say(f"done in {time.perf_counter() - began:.0f} s")
    return 0


async def _bench(stand: Stand, size: Size, json: Path | None, *, times: int) -> None:
    settings = stand.files.settings
    figures = Figures()
    with gateway_process(stand.files.folder / "settings.toml") as process:
        async with (
            open_inside(stand, _own_register(settings, stand.files.folder)) as inside,
            asking(process, stand.token) as served,
        ):
            facts = await _warm_up(stand, inside, served)
            _say(
                f"a permit check: {facts['fields']} fields of four agencies, {facts['values']} values on average; "
                f"{facts['equal']} of {facts['compared']} answers of gateway and floor are equal,\n"
                "  the others differ by records that the catalog no longer shows"
            )
            gc.collect()
            gc.freeze()  # as the served gateway does once it is up
            subjects = iter(stand.codes[_WARM_UP:])
            for number in range(size.rounds):
                turns = "floor, gateway" if number % 2 == 0 else "gateway, floor"
                _say(f"round {number + 1} of {size.rounds}: {turns} ...")
                await measure_round(number, subjects, size, inside=inside, served=served, figures=figures)
            _say("single steps ...")
            steps = [piece async for piece in pieces(inside, settings, stand.codes[_WARM_UP:], times=times)]
    facts |= {"rounds_of_measurement": size.rounds, "requests_at_once": 16}
    print(f"\n{_method(size)}\n\n{tables(figures, steps)}\n")
    if json is not None:
        json.write_bytes(orjson.dumps(as_json(figures, steps, facts), option=orjson.OPT_INDENT_2))


def _own_register(settings: Settings, folder: Path) -> Settings:
    """Two gateways that write one file would wait for each other."""
    url = f"sqlite+aiosqlite:///{folder / 'inside.db'}"
    return Settings.model_validate({**dict(settings), "database": {"url": url}})


async def _warm_up(stand: Stand, inside: Inside, served: Served) -> dict[str, Any]:
    """Open all connections, hold gateway and floor against each other, count what is asked and answered."""
    codes = stand.codes[1:_WARM_UP]
    counts, equal = [], 0
    for code in codes:
        answer = orjson.loads(await inside.one(code))
        assert answer.keys() == orjson.loads(await served.one(PERMIT_CHECK, code)).keys()
        counts.append(_leaves(answer["data"]))
        equal += answer == orjson.loads(await inside.floor.one(stand.token, code))
    if equal < len(codes) / 2:
        msg = "gateway and floor do not answer the same question"
        raise RuntimeError(msg)
    await served.many(PERMIT_CHECKS, codes)
    await inside.many(codes)
    return {
        "fields": _fields(inside),
        "values": round(sum(counts) / len(counts)),
        "equal": equal,
        "compared": len(codes),
    }


def _fields(inside: Inside) -> int:
    """Fields that the catalog governs and the question shows, places of records not counted."""
    plan = next(iter(inside.house.planner._plans.values()))
    return sum(
        1
        for field in plan.sheet.question.fields
        if not field.coordinate.startswith("CreditSubject.") and field.coordinate != "LegalPerson.legalRepresentative"
    )


def _leaves(answer: Any) -> int:
    if isinstance(answer, dict):
        return sum(map(_leaves, answer.values()))
    return sum(map(_leaves, answer)) if isinstance(answer, list) else 1


def _method(size: Size) -> str:
    return (
        f"Medians of {size.rounds} rounds in which floor and gateway take turns. Cold: every subject new, nothing in\n"
        "the cache. Warm: the same subjects again. CPU is of the whole gateway process, all threads. `floor` checks\n"
        "the token, lets the clerks ask the agencies for the same facts and writes the same JSON by hand: no HTTP\n"
        f"door, desk, cache, policy, GraphQL or record. {size.crowd} requests a round, 16 at once (those about 50\n"
        f"subjects: {size.lists}, 2 at once)."
    )


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
