"""What operators see of a gateway at work: enough to run it, and nothing of anybody that it tells about."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.telemetry.log_lines import JsonLines, Scrub
from tests.collector import Collector, open_collector
from tests.journeys.audit import check_gateway, leaks, secrets_of
from tests.journeys.gateways import Gateway
from tests.journeys.questions import whole_question
from tests.journeys.stage import Stage
from tests.journeys.test_permit_check import ASKERS, QUESTION, ask

STAGES = {"identify", "demand", "gather", "decide", "plan", "fetch", "release", "seal"}
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
MANY = "query($codes: [CreditCode!]!) { subjects(codes: $codes) { legalPerson { registeredName } } }"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """Every line of every logger, in the form and through the lock of a gateway that writes JSON."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Scrub())
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with open_collector() as opened:
        yield opened


def everything_on(collector: Collector) -> dict[str, dict[str, Any]]:
    return {"telemetry": {"traces": collector.address, "metrics": True, "log_format": "json"}}


def traffic(gateway: Gateway, stage: Stage) -> None:
    """Questions of all personas, searches, mistakes, and an agency in trouble."""
    for asker in ASKERS:
        ask(gateway, stage, asker)
    for name in ("clean", "penalised", "unknown"):
        gateway.ask(whole_question(), "subject", code=stage.named[name])
        gateway.ask(QUESTION, "bank", purpose="CREDIT_GRANTING", code=stage.named[name])
    gateway.ask(MANY, "permit-officer", purpose="INSPECTION", codes=list(stage.sandbox.world.codes[:20]))
    gateway.ask('{ searchSubjects(name: "科技", first: 5) { edges { node { legalPerson { registeredName } } } } }')
    code = stage.named["clean"]
    gateway.send("GET", params={"query": f'{{ subject(code: "{code}") {{ legalPerson {{ registeredName }} }} }}'})
    gateway.ask(f'{{ subject(code: "{code}", nonsense: "{code}") {{ nonsense }} }}', "bank")
    gateway.send(content=f'{{"query": "{code}', headers={"Content-Type": "application/json"})
    token = gateway.token("bank")
    gateway.send(json={"query": "{ __typename }"}, headers={"Authorization": f"Bearer {token[:-8]}AAAAAAAA"})
    gateway.send(json={"query": "{ __typename }"}, headers={"Authorization": f"Bearer {code}"})
    stage.fault("courts", malformed=True)
    stage.fault("tax", down=True)
    gateway.ask(QUESTION, "permit-officer", purpose="ADMINISTRATIVE_PERMIT", code=stage.sandbox.world.codes[40])
    stage.calm()


def told_by(gateway: Gateway) -> str:
    return gateway.get("/metrics").text


def test_nothing_that_operators_see_tells_of_anybody(stage: Stage, tmp_path: Path, collector: Collector, lines):
    with stage.gateway(tmp_path / "gateway", everything_on(collector)) as gateway:
        traffic(gateway, stage)
        logging.getLogger("creditgraph.web").error("planted: %s", stage.named["clean"])
        numbers = told_by(gateway)
        check_gateway(stage, gateway)
        tokens = gateway.tokens
    assert len(collector.spans) > 200
    spans = "\n".join(body.decode("latin-1") + body.decode("utf-8", "ignore") for body in collector.bodies)
    words = secrets_of(stage) | frozenset(tokens)
    for where, told in {"spans": spans, "numbers": numbers, "lines": lines.getvalue()}.items():
        assert leaks(told, words, gateway) == [], where
        assert not any(code in told for code in stage.sandbox.world.codes), where
        assert "科技" not in told, where
    assert "planted: ***" in lines.getvalue()
    for line in lines.getvalue().splitlines():
        assert {"time", "level", "logger", "event"} <= set(orjson.loads(line))


def test_a_trace_goes_from_the_door_through_each_stage_to_each_agency(stage: Stage, tmp_path: Path, collector):
    with stage.gateway(tmp_path / "gateway", everything_on(collector)) as gateway:
        headers = {
            "Authorization": f"Bearer {gateway.token('permit-officer')}",
            "Inquiry-Purpose": "ADMINISTRATIVE_PERMIT",
            "traceparent": TRACEPARENT,
            "tracestate": f"subject={stage.named['clean']}",
        }
        body = {"query": QUESTION, "variables": {"code": stage.named["clean"]}}
        first = gateway.send(json=body, headers=headers)
        gateway.send(json=body, headers=headers)
    root, again = collector.named("POST /graphql")
    assert (root.trace, root.parent) == tuple(TRACEPARENT.split("-")[1:3])
    assert root.attributes["creditgraph.request_id"] == first.headers["x-request-id"]
    assert {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "creditgraph.caller_class": "STATE_ORGAN",
        "creditgraph.client_id": "permit-officer",
        "creditgraph.catalog_edition": "TJ-2026-2",
        "creditgraph.subjects": 1,
    }.items() <= root.attributes.items()
    below = [span for span in collector.spans if span.parent == root.span]
    assert {span.name for span in below} == STAGES
    paths = [collector.path(span) for span in collector.spans]
    for agency in ("TAX", "COURTS", "MARKET_REGULATION", "ENTERPRISE_DISCLOSURE"):
        way = ["POST /graphql", "fetch", f"agency {agency}", f"call {agency}"]
        assert way in paths
        assert any(path[:4] == way and path[4].startswith(f"{agency} ") for path in paths if len(path) == 5)
    asked = collector.named("agency TAX")
    assert [span.attributes["creditgraph.outcome"] for span in asked] == ["fetched", "fetched"]
    assert asked[0].attributes["creditgraph.from_cache"] == 0
    assert asked[1].attributes["creditgraph.from_cache"] == asked[1].attributes["creditgraph.orders"] > 0
    assert len(collector.named("call TAX")) == 1
    assert collector.named("call TAX")[0].attributes["creditgraph.batch_size"] == 1
    assert not any(again.span == span.parent for span in collector.named("call TAX"))


def test_numbers_follow_what_happens(stage: Stage, tmp_path: Path):
    with stage.gateway(tmp_path / "gateway", {"telemetry": {"metrics": True}}) as gateway:
        traffic(gateway, stage)
        read = numbers_of(told_by(gateway))
        replies = len(gateway.replies)
    assert sum(value for (name, _), value in read.items() if name == "creditgraph_requests_total") == replies
    assert read["creditgraph_requests_total", (("class", "UNKNOWN"), ("status", "401"))] == 2
    assert read["creditgraph_refused_tokens_total", (("reason", "invalid_token"),)] == 2
    assert read[
        "creditgraph_refused_requests_total", (("class", "FINANCIAL_INSTITUTION"), ("code", "INVALID_DOCUMENT"))
    ]
    assert {value for name, labels in read for key, value in labels if key == "stage"} == STAGES
    assert read["creditgraph_log_writable", ()] == 1.0
    assert read["creditgraph_log_entries_total", ()] >= read["creditgraph_log_commits_total", ()] > 0
    assert read["creditgraph_cache_orders_total", (("result", "hit"),)] > 0
    assert any(name == "creditgraph_withheld_fields_total" and value for (name, _), value in read.items())
    assert any(name == "creditgraph_breaker" for name, _ in read)
    outcomes = {dict(labels)["outcome"] for name, labels in read if name == "creditgraph_agency_calls_total"}
    assert outcomes == {"fetched", "unavailable", "unreadable"}
    assert {name for name, _ in read} >= {"creditgraph_batch_subjects_count", "process_cpu_seconds_total"}


def test_the_same_traffic_again_makes_no_new_line(stage: Stage, tmp_path: Path):
    """Labels come from closed lists, so other subjects, names and mistakes count under the labels that are there."""
    with stage.gateway(tmp_path / "gateway", {"telemetry": {"metrics": True}}) as gateway:
        traffic(gateway, stage)
        before = set(numbers_of(told_by(gateway)))
        gateway.ask(QUESTION, "permit-officer", purpose="ADMINISTRATIVE_PERMIT", code=stage.sandbox.world.codes[77])
        gateway.ask("query Typed_By_A_Caller { nonsenseAgain }", "bank")
        gateway.send("PURGE")
        after = set(numbers_of(told_by(gateway)))
    new = {(name, labels) for name, labels in after - before if not re.search(r"_created$", name)}
    assert {dict(labels).get("status", dict(labels).get("code")) for _, labels in new} <= {"405", "METHOD_NOT_ALLOWED"}


def test_without_a_setting_there_is_no_such_door(gateway: Gateway):
    assert gateway.get("/metrics").status_code == 404


def test_a_dead_collector_costs_spans_and_nothing_else(stage: Stage, tmp_path: Path, collector: Collector):
    """Nobody listens there: requests are answered, one after another and all of them."""
    settings = {"telemetry": {"traces": "otlp+http://127.0.0.1:9"}}
    with stage.gateway(tmp_path / "gateway", settings) as gateway:
        for _ in range(20):
            reply = gateway.ask(QUESTION, "permit-officer", purpose="ADMINISTRATIVE_PERMIT", code=stage.named["clean"])
            assert reply.status == 200


def numbers_of(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Name and labels → value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
