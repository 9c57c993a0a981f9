"""Questions about opaque tokens: how they are put, and which answers are none."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gateway.identity.introspection import Introspection, basic_credentials
from gateway.identity.refusals import IssuerUnreachable


class Endpoint:
    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.asked: list[tuple[Mapping[str, str], Mapping[str, str]]] = []

    async def ask(self, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        self.asked.append((form, headers))
        return self.answer


async def test_the_question_holds_the_token_and_who_asks() -> None:
    endpoint = Endpoint(b'{"active": true, "client_id": "bank"}')
    introspection = Introspection(endpoint.ask, basic_credentials("gateway", "secret"), answers_kept_s=10)
    assert await introspection.ask("opaque") == {"active": True, "client_id": "bank"}
    [(form, headers)] = endpoint.asked
    assert form == {"token": "opaque", "token_type_hint": "access_token"}
    assert headers == {"Authorization": "Basic Z2F0ZXdheTpzZWNyZXQ="}


def test_credentials_are_encoded_before_they_are_joined() -> None:
    assert basic_credentials("a:b", "s & t/ü") == "Basic YSUzQWI6cyslMjYrdCUyRiVDMyVCQw=="


async def test_a_token_that_is_not_active_says_nothing() -> None:
    answer = b'{"active": false, "client_id": "bank"}'
    assert await Introspection(Endpoint(answer).ask, "", answers_kept_s=10).ask("opaque") is None


@pytest.mark.parametrize(
    "answer",
    [b"", b"x", b"[]", b"true", b"{}", b'{"active": "true"}', b'{"active": 1}', b'{"active": null}'],
)
async def test_an_answer_that_says_neither_is_none(answer: bytes) -> None:
    with pytest.raises(IssuerUnreachable):
        await Introspection(Endpoint(answer).ask, "", answers_kept_s=10).ask("opaque")
