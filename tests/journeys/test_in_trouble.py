"""Everybody asks at once while agencies fail and recover: nobody sees more than in calm, and nothing breaks."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.audit import check_gateway
from tests.journeys.gateways import PATIENCE_S, Gateway, Reply
from tests.journeys.stage import Stage
from tests.journeys.test_permit_check import ASKERS, Asker, ask

LASTS_S = 2.5
TROUBLES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("tax", {"error_rate": 0.5}),
    ("courts", {"malformed": True}),
    ("enterprise_disclosure", {"down": True}),
    ("market_regulation", {"down": True}),
    ("courts", {"latency_ms": 200}),
    ("tax", {"malformed": True}),
    ("market_regulation", {"malformed": True}),
    ("enterprise_disclosure", {"malformed": True}),
    ("tax", {"hang": True}),
)
REFUSALS = {"CALLER_NOT_AUTHORISED", "PURPOSE_REQUIRED", "PURPOSE_NOT_ALLOWED"}
OUTAGES = {"SOURCE_UNAVAILABLE", "SOURCE_UNREADABLE"}
PERSONAL = re.compile(r"[09]{6}(?:19|20)\d{9}[\dX]|(?<!\d)100\d{8}(?!\d)")
"""Identity numbers and telephones of the sandbox's people."""


@pytest.fixture
def pressed(stage: Stage, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway with a short deadline, a short memory, and breakers that rest briefly."""
    settings: dict[str, dict[str, Any]] = {
        "limits": {"request_timeout": "700ms"},
        "cache": {"ttl": "100ms"},
        "agencies": {name: {"breaker_rest": "200ms"} for name in stage.sandbox.desks},
    }
    with stage.gateway(tmp_path / "gateway", settings) as opened:
        yield opened
        stage.calm()
        check_gateway(stage, opened)


def refused(reply: Reply) -> set[str]:
    """Where the law says no."""
    return set().union(*(reply.problems(code) for code in REFUSALS))


def values_at(value: Any, path: list[str]) -> Iterator[Any]:
    """Everything that stands at a path without positions."""
    if isinstance(value, list):
        for part in value:
            yield from values_at(part, path)
    elif value is None or not path:
        yield value
    else:
        yield from values_at(value[path[0]], path[1:])


def until_well(gateway: Gateway, stage: Stage, asker: Asker) -> Reply:
    """The first answer without an outage; breakers have to close first."""
    ends = time.monotonic() + PATIENCE_S
    while OUTAGES & set((reply := ask(gateway, stage, asker)).codes) and time.monotonic() < ends:
        time.sleep(0.1)
    return reply


def cacheless(reply: Reply) -> str:
    """An answer, wherever its facts were kept."""
    return reply.text.replace('"fromCache":true', '"fromCache":false')


def test_nobody_sees_more_in_trouble_than_in_calm(stage, pressed):
    stage.calm()
    calm = {asker: until_well(pressed, stage, asker) for asker in ASKERS}
    assert all(not OUTAGES & set(reply.codes) for reply in calm.values())
    dice = random.Random(7)
    ends = time.monotonic() + LASTS_S

    def keep_asking(number: int) -> list[tuple[Asker, Reply]]:
        met = []
        own = random.Random(number)
        while time.monotonic() < ends:
            asker = own.choice(ASKERS)
            met.append((asker, ask(pressed, stage, asker)))
        return met

    with ThreadPoolExecutor(6, thread_name_prefix="asker") as pool:
        asking = [pool.submit(keep_asking, number) for number in range(6)]
        while time.monotonic() < ends:
            agency, faults = dice.choice(TROUBLES)
            stage.fault(agency, **faults)
            time.sleep(0.15)
            stage.fault(agency, latency_ms=0, error_rate=0, malformed=False, hang=False, down=False)
        replies = [pair for one in asking for pair in one.result()]

    assert len(replies) > 20
    assert any(OUTAGES & set(reply.codes) for _, reply in replies)
    for asker, reply in replies:
        assert reply.status == 200, reply.text
        assert set(reply.codes) <= REFUSALS | OUTAGES
        assert reply.elapsed_s < PATIENCE_S / 2, "longer than any machine that stands still for a moment explains"
        assert refused(reply) == refused(calm[asker])
        for path in refused(reply):
            assert set(values_at(reply.data, path.split("."))) == {None} or not list(
                values_at(reply.data, path.split("."))
            )
        domicile = (reply.data["subject"]["legalPerson"] or {}).get("domicile")
        assert domicile in (None, calm[asker].data["subject"]["legalPerson"]["domicile"])
        assert set(PERSONAL.findall(reply.text)) <= set(PERSONAL.findall(calm[asker].text)), asker

    stage.calm()
    for asker in ASKERS:
        again = until_well(pressed, stage, asker)
        assert cacheless(again) == cacheless(calm[asker])
