"""Whoever watches the watchers: an officer without a case is on the auditor's list before anybody asks."""

from __future__ import annotations

import time

from tests.journeys.gateways import Gateway

ARREARS = "query($code: CreditCode!) { subject(code: $code) { taxArrears { taxCategory } } }"
ALERTS = """{ alerts(first: 50) { edges { node { id rule article organisation officer count lastPosition position } } }
    logHead { logId position root checkpoint } }"""
PATIENCE_S = 20.0


def told(gateway: Gateway, rule: str):
    """The alerts of a rule, once there are any."""
    begun = time.monotonic()
    while time.monotonic() < begun + PATIENCE_S:
        answered = gateway.ask(ALERTS, "auditor")
        assert answered.errors == []
        found = [edge["node"] for edge in answered.data["alerts"]["edges"] if edge["node"]["rule"] == rule]
        if found and all(node["position"] for node in found):
            return found, answered.data["logHead"]
        time.sleep(0.1)
    raise AssertionError(f"nobody has raised {rule}")


def test_an_officer_without_a_case_is_told_of(gateway: Gateway, stage):
    gateway.ask(ARREARS, "permit-officer", purpose="ADMINISTRATIVE_PERMIT", code=stage.named["clean"])
    (alert, *_), head = told(gateway, "NO_CASE_REFERENCE")
    assert alert["article"] == "TJ 21(2)"
    assert alert["officer"]
    assert alert["lastPosition"] < alert["position"] <= head["position"]
    assert len(head["root"]) == 43
    assert head["checkpoint"] is None or head["checkpoint"].count(".") == 2


def test_others_are_told_nothing(gateway: Gateway):
    refused = gateway.ask(ALERTS, "permit-officer")
    assert refused.status == 403
    assert "audit:read" in refused.headers["www-authenticate"]
