"""What is counted, and that every label comes from a closed list."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from connectors.port import Exchanged
from connectors.transport.cache import CacheCounts
from connectors.transport.desk import DeskStatus
from connectors.transport.resilience import BreakerState
from gateway.telemetry.meters import Meters, Standing
from gateway.telemetry.under_way import UnderWay
from schema.vocabulary.identifiers import AgencyId
from tests.builders import SOME_CODE
from tests.corridor import OFFICER, PERMIT, a_demand, plans_of
from tests.gateway.telemetry.watching import ALog

QUERY = f'{{ subject(code: "{SOME_CODE}") {{ legalPerson {{ registeredName legalRepresentative {{ name }} }} }} }}'


def read(meters: Meters) -> dict[str, float]:
    """Samples as they are written: name and labels → value."""
    text = meters.read("")[0].decode()
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_by_status_and_class():
    meters = Meters("1")
    meters.request_ended(UnderWay(caller_class="PUBLIC", status=200), 0.01)
    meters.request_ended(UnderWay(caller_class="PUBLIC", status=429, fault="QUOTA_EXCEEDED"), 0.01)
    meters.request_ended(UnderWay(status=401, fault="UNAUTHENTICATED", reason="use_dpop_nonce"), 0.01)
    meters.request_ended(UnderWay(status=401, fault="UNAUTHENTICATED", reason="what nobody foresaw"), 0.01)
    told = read(meters)
    assert told["creditgraph_requests_total[('class', 'PUBLIC'), ('status', '200')]"] == 1.0
    assert told["creditgraph_requests_total[('class', 'UNKNOWN'), ('status', '401')]"] == 2.0
    assert told["creditgraph_refused_requests_total[('class', 'PUBLIC'), ('code', 'QUOTA_EXCEEDED')]"] == 1.0
    assert told["creditgraph_refused_tokens_total[('reason', 'use_dpop_nonce')]"] == 1.0
    assert told["creditgraph_refused_tokens_total[('reason', 'other')]"] == 1.0
    assert told["creditgraph_request_seconds_count[]"] == 4.0


def test_what_the_law_refuses_counts_once_for_each_sheet_however_many_subjects_it_judged():
    (plan,) = plans_of(a_demand(QUERY, stated=PERMIT), OFFICER)
    refused = [verdict for verdict in plan.sheet.verdicts.values() if verdict.effect.name == "WITHHOLD"]
    meters = Meters("1")
    meters.judged([plan.sheet] * 50)
    assert sum(value for name, value in read(meters).items() if name.startswith("creditgraph_withheld")) == len(refused)
    meters.judged([plan.sheet])
    told = {name: value for name, value in read(meters).items() if name.startswith("creditgraph_withheld")}
    assert sum(told.values()) == 2 * len(refused)
    if refused:
        finding = refused[0].findings[0]
        assert any(finding.code.value in name and str(finding.article) in name for name in told)


def test_operations_at_agencies():
    meters = Meters("1")
    meters.exchanged(AgencyId.TAX, Exchanged("CX01", "fetched", 0.2))
    meters.exchanged(AgencyId.TAX, Exchanged("CX01", "unavailable", 0.2))
    told = read(meters)
    named = "('agency', 'TAX'), ('operation', 'CX01')"
    assert told[f"creditgraph_agency_calls_total[{named}, ('outcome', 'unavailable')]"] == 1.0
    assert told[f"creditgraph_agency_seconds_count[{named}]"] == 2.0


def test_what_stands_somewhere_anyway_is_read_only_when_somebody_reads():
    meters = Meters("1.2")
    assert not any(name.startswith("creditgraph_log") for name in read(meters))
    states = {"CX01": BreakerState.OPEN, "CX02": BreakerState.CLOSED}
    cache = CacheCounts(hits=7, misses=3, failures=1)
    desks = [DeskStatus(AgencyId.TAX, states, orders_under_way=2, calls_under_way=1)]
    meters.look_at(Standing(lambda: desks, cache, ALog(False, 4, 60), lambda: "TJ-2026-2"))
    told = read(meters)
    assert told["creditgraph_info[('edition', 'TJ-2026-2'), ('version', '1.2')]"] == 1.0
    assert told["creditgraph_breaker[('agency', 'TAX'), ('operation', 'CX01'), ('state', 'open')]"] == 1.0
    assert told["creditgraph_breaker[('agency', 'TAX'), ('operation', 'CX01'), ('state', 'closed')]"] == 0.0
    assert told["creditgraph_breaker[('agency', 'TAX'), ('operation', 'CX02'), ('state', 'closed')]"] == 1.0
    assert told["creditgraph_agency_calls_under_way[('agency', 'TAX')]"] == 1.0
    assert told["creditgraph_cache_orders_total[('result', 'hit')]"] == 7.0
    assert told["creditgraph_cache_failures_total[]"] == 1.0
    assert told["creditgraph_log_writable[]"] == 0.0
    assert (told["creditgraph_log_commits_total[]"], told["creditgraph_log_entries_total[]"]) == (4.0, 60.0)
    cache.hits += 1
    assert read(meters)["creditgraph_cache_orders_total[('result', 'hit')]"] == 8.0
    meters.look_at(None)
    assert not any(name.startswith("creditgraph_log") for name in read(meters))


def test_the_process_and_both_formats():
    meters = Meters("1")
    assert "process_cpu_seconds_total[]" in read(meters)
    assert meters.read("")[1].startswith("text/plain")
    body, media_type = meters.read("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")
