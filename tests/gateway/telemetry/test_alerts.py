"""The sample alert rules speak of numbers that there are."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.transport.cache import CacheCounts
from gateway.telemetry.meters import Meters, Standing
from tests.gateway.telemetry.watching import ALog

ALERTS = Path(__file__).parents[3] / "deploy" / "prometheus" / "alerts.yaml"


def test_every_name_in_the_rules_is_read_at_metrics():
    meters = Meters("1")
    meters.look_at(Standing(list, CacheCounts(), ALog(True, 0, 0), lambda: "TJ"))
    told = set(re.findall(r"^# TYPE (\w+) (\w+)", meters.read("")[0].decode(), re.MULTILINE))
    names = {name for name, _ in told} | {f"{name}_bucket" for name, kind in told if kind == "histogram"}
    asked = set(re.findall(r"creditgraph_\w+", ALERTS.read_text("utf-8")))
    assert len(asked) > 5
    assert asked <= names
