"""What says who asks, read off a request."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.faults import Unauthenticated
from gateway.identity.presented import Presented, Scheme
from gateway.setting_identity import Proxy
from gateway.web.client_certificate import EXTENSION
from gateway.web.credentials import read_credentials
from tests.gateway.web.asking import a_request

ADDRESS = "https://gateway.example/graphql"


def read(*headers: tuple[str, str], **scope: Any) -> Presented | None:
    return read_credentials(a_request(*headers, **scope), address=ADDRESS, proxy=Proxy())


def test_no_token_is_the_public_whatever_else_is_there() -> None:
    assert read() is None
    assert read(("DPoP", "proof")) is None


def test_what_is_presented() -> None:
    assert read(("Authorization", "Bearer a.b.c")) == Presented("a.b.c", address=ADDRESS)
    extensions = {EXTENSION: "t" * 43}
    shown = read(("Authorization", "dpop  a.b.c "), ("DPoP", "proof"), extensions=extensions, method="GET")
    assert shown == Presented("a.b.c", Scheme.DPOP, proof="proof", certificate="t" * 43, method="GET", address=ADDRESS)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "DPoP", "Basic YTpi", "a.b.c", "BearerX a", "Token a.b.c"])
def test_what_is_no_token_is_not_the_public(header: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        read(("Authorization", header))
    assert caught.value.challenges[0].startswith('Bearer error="invalid_request"')
    assert len(caught.value.challenges) == 2


def test_of_two_proofs_none_is_believed() -> None:
    with pytest.raises(Unauthenticated) as caught:
        read(("Authorization", "DPoP a"), ("DPoP", "one"), ("DPoP", "two"))
    assert caught.value.challenges[0].startswith('DPoP error="invalid_dpop_proof"')
