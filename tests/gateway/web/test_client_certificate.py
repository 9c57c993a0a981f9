"""Whose word about a client's certificate is taken."""

from __future__ import annotations

import base64

import pytest
from pydantic import SecretStr

from gateway.setting_identity import Proxy
from gateway.web.client_certificate import EXTENSION, certificate_of
from tests.authorities import Authority
from tests.gateway.web.asking import a_request

SECRET = "s" * 32
PROXY = Proxy(addresses=("10.0.0.1",), secret=SecretStr(SECRET))
KNOWN = ("Gateway-Proxy-Secret", SECRET)
BANK = Authority().client("bank")
STATED = ("Client-Cert", f":{base64.b64encode(BANK.der).decode()}:")
BY_TLS = {"extensions": {EXTENSION: "t" * 43}}


def test_the_proxy_is_believed() -> None:
    assert certificate_of(a_request(KNOWN, STATED, client="10.0.0.1"), PROXY) == BANK.thumbprint


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ((STATED,), "203.0.113.9"),
        ((STATED, KNOWN), "203.0.113.9"),
        ((STATED,), "10.0.0.1"),
        ((STATED, ("Gateway-Proxy-Secret", "x" * 32)), "10.0.0.1"),
    ],
    ids=["stranger", "stranger with the secret", "proxy's address without", "proxy's address with another"],
)
def test_anybody_elses_header_is_passed_over(headers, client: str) -> None:
    assert certificate_of(a_request(*headers, client=client), PROXY) == ""
    assert certificate_of(a_request(*headers, client=client, **BY_TLS), PROXY) == "t" * 43
    assert certificate_of(a_request(*headers, client=client), Proxy()) == ""


def test_the_proxys_own_certificate_is_not_its_clients() -> None:
    assert certificate_of(a_request(KNOWN, client="10.0.0.1", **BY_TLS), PROXY) == ""
    assert certificate_of(a_request(KNOWN, STATED, client="10.0.0.1", **BY_TLS), PROXY) == BANK.thumbprint


def test_two_certificates_or_a_broken_one_are_none() -> None:
    assert certificate_of(a_request(KNOWN, STATED, STATED, client="10.0.0.1"), PROXY) == ""
    assert certificate_of(a_request(KNOWN, ("Client-Cert", ":AAAA:"), client="10.0.0.1"), PROXY) == ""
