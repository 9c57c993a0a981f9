"""What callers may read: stable codes, one status each, entries in the form of the GraphQL specification."""

from __future__ import annotations

import pytest

from gateway.faults import (
    ClientFault,
    FaultCode,
    GatewayFault,
    InsufficientScope,
    Problem,
    QuotaExceeded,
    Unauthenticated,
    status_of,
)
from schema.vocabulary.reasons import ReasonCode


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (FaultCode.MALFORMED, 400),
        (FaultCode.TOO_LARGE, 413),
        (FaultCode.TOO_SLOW, 408),
        (FaultCode.UNSUPPORTED_MEDIA_TYPE, 415),
        (FaultCode.NOT_ACCEPTABLE, 406),
        (FaultCode.METHOD_NOT_ALLOWED, 405),
        (FaultCode.CROSS_SITE, 403),
        (FaultCode.UNAUTHENTICATED, 401),
        (FaultCode.INTROSPECTION_REFUSED, 403),
        (FaultCode.SCOPE_REQUIRED, 403),
        (FaultCode.QUOTA_EXCEEDED, 429),
        (FaultCode.ENUMERATION_STOPPED, 429),
        (FaultCode.CASE_REFERENCE_REQUIRED, 400),
        (FaultCode.INVALID_VARIABLES, 400),
        (FaultCode.TOO_COSTLY, 400),
        (FaultCode.AUDIT_UNWRITABLE, 503),
        (FaultCode.REGISTER_UNREADABLE, 503),
        (FaultCode.INTERNAL, 500),
    ],
)
def test_status_of_a_failed_request(code, status) -> None:
    assert status_of(code) == status


def test_codes_say_themselves_and_are_no_reasons_of_the_law() -> None:
    assert all(code.value == code.name for code in FaultCode)
    assert not set(FaultCode) & set(ReasonCode)


def test_an_entry_has_only_what_there_is() -> None:
    assert Problem(FaultCode.SYNTAX, "wrong").as_json() == {"message": "wrong", "extensions": {"code": "SYNTAX"}}
    whole = Problem(
        ReasonCode.PURPOSE_REQUIRED,
        "no",
        path=("subjects", 1, "a"),
        help="state one",
        locations=({"line": 1, "column": 2},),
        details={"agency": "TAX"},
    )
    assert whole.as_json() == {
        "message": "no",
        "locations": ({"line": 1, "column": 2},),
        "path": ("subjects", 1, "a"),
        "extensions": {"code": "PURPOSE_REQUIRED", "agency": "TAX", "help": "state one"},
    }


def test_details_cannot_take_the_place_of_the_code() -> None:
    entry = Problem(FaultCode.SYNTAX, "wrong", details={"code": "OTHER"}).as_json()
    assert entry["extensions"]["code"] == "SYNTAX"


def test_a_fault_is_at_least_one_problem() -> None:
    fault = ClientFault(FaultCode.TOO_DEEP, "too deep", advice="ask flatter")
    assert fault.problems == (Problem(FaultCode.TOO_DEEP, "too deep", help="ask flatter"),)
    assert ClientFault(FaultCode.SYNTAX, "a", problems=[Problem(FaultCode.SYNTAX, "b")]).problems[0].message == "b"


def test_a_challenge_stands_in_the_head_with_what_comes_beside_it() -> None:
    fault = Unauthenticated("the token has expired", challenges=["Bearer", "DPoP"], headers={"DPoP-Nonce": "n"})
    assert fault.headers == (("WWW-Authenticate", "Bearer"), ("WWW-Authenticate", "DPoP"), ("DPoP-Nonce", "n"))
    assert status_of(fault.code) == 401


def test_who_lacks_a_scope_is_told_the_smallest_set() -> None:
    fault = InsufficientScope(["b", "a"])
    assert status_of(fault.code) == 403
    assert [name for name, _ in fault.headers] == ["WWW-Authenticate"] * 2
    assert all('error="insufficient_scope"' in told and 'scope="a b"' in told for _, told in fault.headers)


def test_only_who_may_come_again_is_told_when() -> None:
    fault = QuotaExceeded(FaultCode.QUOTA_EXCEEDED, "too many", advice="wait", retry_after_s=7)
    assert fault.headers == (("Retry-After", "7"),)
    assert fault.problems == (Problem(FaultCode.QUOTA_EXCEEDED, "too many", help="wait"),)
    assert ClientFault(FaultCode.TOO_DEEP, "too deep").headers == ()


def test_the_house_keeps_its_faults_to_itself() -> None:
    assert not isinstance(GatewayFault(FaultCode.INTERNAL, "detail"), ClientFault)
