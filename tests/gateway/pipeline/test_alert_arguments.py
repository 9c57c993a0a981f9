"""Arguments of the roots about the log itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gateway.faults import ClientFault, FaultCode, InsufficientScope, Unauthenticated
from gateway.pipeline.alert_arguments import AlertPage, AuditQuery
from gateway.settings import Limits
from schema.vocabulary.alerts import AlertRule
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass
from tests.corridor import an_admitted, some_documents

AUDITOR = Caller(CallerClass.SUPERVISOR_AUDITOR, "audit", "审计局", scopes=frozenset({"audit:read"}))


def asked(query: str, caller: Caller = AUDITOR, **variables):
    demand = some_documents().demand(an_admitted(query, caller, variables=variables), caller, may_introspect=False)
    return [root.audit for root in demand.roots]


def test_a_page_with_all_that_it_is_chosen_by():
    query = """query($after: String, $rule: AlertRule) {
      alerts(first: 7, after: $after, rule: $rule, organisation: "bank", from: "2026-06-01", to: "2026-06-30") {
        edges { cursor }
      }
      logHead { logId }
    }"""
    page, head = asked(query, after="c", rule="MANY_REFUSALS")
    assert page == AuditQuery(
        "alerts",
        AlertPage(
            7,
            "c",
            rule=AlertRule.MANY_REFUSALS,
            organisation="bank",
            from_day=date(2026, 6, 1),
            to_day=date(2026, 6, 30),
        ),
    )
    assert head == AuditQuery("logHead")


def test_a_page_of_everything():
    assert asked("{ alerts(first: 1) { edges { cursor } } }") == [AuditQuery("alerts", AlertPage(1))]
    assert asked("{ alerts(first: 1, rule: OUT_OF_HOURS) { edges { cursor } } }") == [
        AuditQuery("alerts", AlertPage(1, rule=AlertRule.OUT_OF_HOURS))
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: 0", FaultCode.INVALID_ARGUMENT),
        ("first: 101", FaultCode.LIST_TOO_LONG),
        ('first: 1, from: "2026-02-30"', FaultCode.INVALID_ARGUMENT),
        ('first: 1, to: "20260201"', FaultCode.INVALID_ARGUMENT),
        ("first: 1, rule: NO_SUCH", FaultCode.INVALID_DOCUMENT),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, code):
    with pytest.raises(ClientFault) as caught:
        asked(f"{{ alerts({arguments}) {{ edges {{ cursor }} }} }}")
    assert caught.value.code is code


@pytest.mark.parametrize("query", ["{ alerts(first: 1) { edges { cursor } } }", "{ logHead { logId } }"])
def test_without_the_scope_nothing_is_answered(query):
    for caller in (replace(AUDITOR, scopes=frozenset({"credit:read"})), replace(AUDITOR, scopes=frozenset())):
        with pytest.raises(InsufficientScope) as caught:
            asked(query, caller)
        assert caught.value.scopes == ("audit:read",)
    with pytest.raises(Unauthenticated):
        asked(query, PUBLIC_CALLER)


def test_pages_count_towards_the_cost():
    roots = " ".join(f"a{n}: alerts(first: 100) {{ edges {{ node {{ id rule }} }} }}" for n in range(20))
    query = f"{{ {roots} }}"
    assert len(asked(query)) == 20
    with pytest.raises(ClientFault) as caught:
        some_documents(Limits(cost=5_000)).demand(an_admitted(query, AUDITOR), AUDITOR, may_introspect=False)
    assert caught.value.code is FaultCode.TOO_COSTLY
