"""Which media type is answered: the narrowest range of the caller counts, and nothing liked is refused."""

from __future__ import annotations

import pytest

from gateway.faults import ClientFault, FaultCode
from gateway.web.negotiation import JSON_TYPE, RESPONSE_TYPE, best_type


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, RESPONSE_TYPE),
        ("", RESPONSE_TYPE),
        ("*/*", RESPONSE_TYPE),
        ("application/*", RESPONSE_TYPE),
        ("application/json", JSON_TYPE),
        ("APPLICATION/JSON; charset=utf-8", JSON_TYPE),
        ("application/graphql-response+json", RESPONSE_TYPE),
        ("application/json, application/graphql-response+json", RESPONSE_TYPE),
        ("application/graphql-response+json;q=0.9, application/json", JSON_TYPE),
        ("application/graphql-response+json;q=0.5, application/json;q=0.4", RESPONSE_TYPE),
        ("application/json, */*", JSON_TYPE),
        ("application/json, */*;q=0.1", JSON_TYPE),
        ("application/json;q=0.5, */*", RESPONSE_TYPE),
        ("application/json;q=0, */*", RESPONSE_TYPE),
        ("application/graphql-response+json;q=0, */*;q=0.1", JSON_TYPE),
        ("text/html, application/json;q=0.2", JSON_TYPE),
        ("application/json ; q = 0.5", JSON_TYPE),
        ("nonsense, application/json", JSON_TYPE),
    ],
)
def test_the_type_liked_best(accept, chosen) -> None:
    assert best_type(accept) == chosen


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "image/*",
        "application/json;q=0",
        "*/*;q=0",
        "application/json;q=nan",
        "application/json;q=-1",
        "x",
        ",",
        ";q=1",
    ],
)
def test_nothing_that_could_be_answered(accept) -> None:
    with pytest.raises(ClientFault) as caught:
        best_type(accept)
    assert caught.value.code is FaultCode.NOT_ACCEPTABLE
