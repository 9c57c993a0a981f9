"""The fault panel played through: what goes wrong at one agency stays with that agency's fields."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.audit import check_gateway
from tests.journeys.gateways import NO_CACHE, PATIENCE_S, Gateway, Reply
from tests.journeys.stage import Stage

AGENCIES = ("market_regulation", "enterprise_disclosure", "tax", "courts")
SETTINGS = {**NO_CACHE, "limits": {"request_timeout": "2s"}}
"""An agency that works answers within that also on a machine that stands still for a moment."""
PATIENT = {**SETTINGS, "agencies": {name: {"breaker_calls": 1000} for name in AGENCIES}}
WARY = {**SETTINGS, "agencies": {name: {"breaker_calls": 4, "breaker_rest": "3s"} for name in AGENCIES}}
PLACES = {
    "market_regulation": "legalPerson",
    "enterprise_disclosure": "annualReports",
    "tax": "taxpayerProfile",
    "courts": "judgmentDefaults",
}
QUESTION = """query($code: CreditCode!) { subject(code: $code) {
  unifiedSocialCreditCode
  legalPerson { registeredName registrationStatus }
  annualReports { reportYear }
  taxpayerProfile { taxpayerIdentificationNumber }
  judgmentDefaults { caseNumber }
} }"""
FOREIGN = re.compile(
    r"Internal Server|SELECT |sqlite|E_BASEINFO|exchange\.db|/tmp|https?://|<[a-z!?]|soap|rtn_code|\wError|Traceback|127\.0\.0\.1",
    re.IGNORECASE,
)
"""What an agency, a database or a program says for itself."""


@pytest.fixture(scope="module")
def frail(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with a short deadline, whose breakers stay closed: each fault is met afresh."""
    with stage.gateway(tmp_path_factory.mktemp("frail"), PATIENT) as opened:
        yield opened
        check_gateway(stage, opened)


@pytest.fixture
def wary(stage: Stage, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway whose breakers open after a few failures; it has not seen anything yet."""
    with stage.gateway(tmp_path / "gateway", WARY) as opened:
        yield opened
        check_gateway(stage, opened)


@pytest.fixture
def calm(stage: Stage) -> Iterator[Stage]:
    """Everything works before and after."""
    stage.calm()
    yield stage
    stage.calm()


def ask(gateway: Gateway, stage: Stage) -> Reply:
    """One subject, something from each agency."""
    reply = gateway.ask(QUESTION, code=stage.named["defaulter"])
    assert reply.status == 200, reply.text
    assert not FOREIGN.search(reply.text), reply.text
    return reply


def until_well(gateway: Gateway, stage: Stage) -> None:
    """Ask until every agency answers again; each breaker lets one probe through after its rest."""
    ends = time.monotonic() + PATIENCE_S
    while (reply := ask(gateway, stage)).errors and time.monotonic() < ends:
        time.sleep(0.05)
    assert reply.errors == []


def agencies(gateway: Gateway) -> dict[str, dict[str, Any]]:
    """What readiness says of each agency; it is ready all the time."""
    answer = gateway.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    states: dict[str, dict[str, Any]] = answer.json()["agencies"]
    return states


FAULTS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "down": ({"down": True}, "SOURCE_UNAVAILABLE"),
    "hang": ({"hang": True}, "SOURCE_UNAVAILABLE"),
    "error": ({"error_rate": 1.0}, "SOURCE_UNAVAILABLE"),
    "malformed": ({"malformed": True}, "SOURCE_UNREADABLE"),
    "late": ({"latency_ms": int(PATIENCE_S * 1000)}, "SOURCE_UNAVAILABLE"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("agency", AGENCIES)
def test_a_fault_stays_with_its_own_fields(calm, frail, *, agency, fault):
    faults, code = FAULTS[fault]
    calm.fault(agency, **faults)
    reply = ask(frail, calm)
    assert reply.elapsed_s < PATIENCE_S / 2
    subject = reply.data["subject"]
    assert subject["unifiedSocialCreditCode"] == calm.named["defaulter"]
    for name, place in PLACES.items():
        assert (subject[place] is None) is (name == agency), (name, reply.text)
    assert reply.codes == [code]
    (error,) = reply.errors
    assert error["path"] == ["subject", PLACES[agency]]
    assert error["extensions"]["agency"] == agency.upper()
    assert error["extensions"]["help"]


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_slow_agency_is_waited_for(calm, frail, agency):
    calm.fault(agency, latency_ms=150)
    reply = ask(frail, calm)
    assert reply.errors == []
    assert all(reply.data["subject"].values())


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_breaker_opens_shows_and_closes_again(calm, wary, agency):
    calm.fault(agency, **({"down": True} if agency == "market_regulation" else {"error_rate": 1.0}))
    for _ in range(10):
        ask(wary, calm)
        state = agencies(wary)[agency.upper()]
        if not state["available"]:
            break
    assert "open" in state["operations"].values()
    assert all(other["available"] for name, other in agencies(wary).items() if name != agency.upper())
    calm.forget()
    reply = ask(wary, calm)
    assert reply.codes == ["SOURCE_UNAVAILABLE"]
    assert calm.totals()[agency] == 0  # left alone
    calm.calm()
    until_well(wary, calm)
    assert agencies(wary)[agency.upper()]["available"] is True


def test_everything_down_is_still_an_answer(calm, frail):
    for agency in AGENCIES:
        calm.fault(agency, down=True)
    reply = ask(frail, calm)
    assert reply.data["subject"] == {
        "unifiedSocialCreditCode": calm.named["defaulter"],
        **dict.fromkeys(PLACES.values()),
    }
    assert set(reply.codes) == {"SOURCE_UNAVAILABLE"}
    assert len(reply.errors) == 4


def test_a_list_known_to_several_agencies_keeps_what_the_others_know(calm, frail):
    question = "query($code: CreditCode!) { subject(code: $code) { administrativePenalties { violationType } } }"
    calm.fault("market_regulation", down=True)
    reply = frail.ask(question, code=calm.named["penalised"])
    assert len(reply.data["subject"]["administrativePenalties"]) == 2  # disclosure and tax know all that may be shown
    assert reply.codes == ["SOURCE_UNAVAILABLE"]
    assert reply.errors[0]["extensions"]["agency"] == "MARKET_REGULATION"


def test_a_search_without_its_agency_says_so(calm, frail):
    calm.fault("market_regulation", down=True)
    reply = frail.ask('{ searchSubjects(name: "科技", first: 5) { totalCount } }')
    assert reply.data == {"searchSubjects": None}
    assert reply.codes == ["SOURCE_UNAVAILABLE"]
    assert not FOREIGN.search(reply.text)


def test_half_of_the_calls_failing_is_mostly_hidden_by_retries(calm, frail):
    calm.fault("tax", error_rate=0.3)
    served = sum(ask(frail, calm).errors == [] for _ in range(6))
    assert served >= 3
