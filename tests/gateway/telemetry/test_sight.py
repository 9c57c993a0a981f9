"""A request as it is watched: what is told of it stands in its span and in the numbers, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from opentelemetry.trace import StatusCode

from gateway.setting_telemetry import Telemetry
from gateway.telemetry.sight import open_sight, tell_caller
from gateway.telemetry.under_way import get_under_way, tell_end, tell_name
from schema.vocabulary.caller import Caller
from tests.builders import SOME_CODE
from tests.corridor import ITSELF, OFFICER
from tests.gateway.telemetry.watching import Watching


async def root_of(watching: Watching, caller: Caller | None, *, status: int = 200, fault: str = "", method="POST"):
    with watching.sight.request(method, "", edition="TJ-2026-2") as under_way:
        tell_name("0" * 32)
        with watching.sight.watch("identify"):
            if caller is not None:
                tell_caller(caller)
        watching.sight.judged([], 7)
        tell_end(fault)
        under_way.status = status
    (root,) = [span for name, span in (await watching.spans()).items() if name.endswith("/graphql")]
    return root


async def test_what_a_span_holds():
    officer = replace(OFFICER, organisation="tj-permits")
    root = await root_of(Watching(), officer)
    assert root.attributes == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "creditgraph.request_id": "0" * 32,
        "creditgraph.caller_class": "STATE_ORGAN",
        "creditgraph.organisation": "tj-permits",
        "creditgraph.client_id": "permit-officer",
        "creditgraph.catalog_edition": "TJ-2026-2",
        "creditgraph.subjects": 7,
    }
    assert root.status.status_code is StatusCode.UNSET


async def test_a_subject_that_asks_about_itself_is_not_named():
    assert ITSELF.own_subject
    root = await root_of(Watching(), ITSELF)
    assert root.attributes["creditgraph.caller_class"] == "SUBJECT_SELF"
    assert not {"creditgraph.client_id", "creditgraph.organisation"} & set(root.attributes)


async def test_a_unit_registered_by_its_credit_code_is_not_named_by_it():
    root = await root_of(Watching(), replace(OFFICER, organisation=str(SOME_CODE)))
    assert root.attributes["creditgraph.organisation"] == "***"


async def test_whoever_passes_without_a_token_is_the_public():
    watching = Watching()
    root = await root_of(watching, None)
    assert root.attributes["creditgraph.caller_class"] == "PUBLIC"
    assert watching.lines("creditgraph_requests_total") == [
        'creditgraph_requests_total{class="PUBLIC",status="200"} 1.0'
    ]


@pytest.mark.parametrize(("status", "is_fault"), [(400, False), (429, False), (503, True), (0, True)])
async def test_faults_of_the_house_are_marked(status, is_fault):
    watching = Watching()
    root = await root_of(watching, OFFICER, status=status, fault="SOME_CODE")
    assert root.attributes["creditgraph.fault_code"] == "SOME_CODE"
    assert (root.status.status_code is StatusCode.ERROR) == is_fault
    assert bool(watching.lines("creditgraph_requests_total")) == (status != 0)  # nobody was answered


async def test_a_method_that_a_caller_made_up_is_not_repeated():
    root = await root_of(Watching(), OFFICER, method=str(SOME_CODE), status=405)
    assert root.name == "_OTHER /graphql"
    assert root.attributes["http.request.method"] == "_OTHER"


@pytest.mark.parametrize(
    ("settings", "watches"),
    [
        (Telemetry(), False),
        (Telemetry(log_format="json"), True),
        (Telemetry(metrics=True), True),
        (Telemetry(traces="otlp+http://127.0.0.1:9"), True),
    ],
)
async def test_nobody_watches_unless_the_settings_say_so(settings, watches):
    async with open_sight(settings) as sight:
        assert (sight is not None) == watches
        if sight is not None:
            assert (sight.meters is not None, sight.tracing is not None) == (settings.metrics, bool(settings.traces))
            with sight.request("GET", "", edition="TJ") as under_way:
                assert get_under_way() is under_way
    assert get_under_way() is None
