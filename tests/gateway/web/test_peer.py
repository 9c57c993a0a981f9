"""Only the configured proxy, from its address and with its secret, says anything about others."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from gateway.setting_identity import Proxy
from gateway.web.peer import address_of, is_proxy
from tests.gateway.web.asking import a_request

SECRET = "s" * 32
PROXY = Proxy(addresses=("10.0.0.0/8", "192.0.2.1", "2001:db8::/32"), secret=SecretStr(SECRET))
KNOWN = ("Gateway-Proxy-Secret", SECRET)


@pytest.mark.parametrize("client", ["10.1.2.3", "192.0.2.1", "2001:db8::1", "::ffff:10.1.2.3"])
def test_the_proxy(client: str) -> None:
    assert is_proxy(a_request(KNOWN, client=client), PROXY)


@pytest.mark.parametrize("client", ["11.1.2.3", "192.0.2.2", "2001:db9::1", "localhost", "", "10.1.2.3.4", None])
def test_its_secret_from_elsewhere(client: str | None) -> None:
    assert not is_proxy(a_request(KNOWN, client=client), PROXY)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Gateway-Proxy-Secret", ""),),
        (("Gateway-Proxy-Secret", SECRET[:-1]),),
        (("Gateway-Proxy-Secret", SECRET + "s"),),
        (("Gateway-Proxy-Secret", "é" * 32),),
        (KNOWN, KNOWN),
        (KNOWN, ("Gateway-Proxy-Secret", "x")),
    ],
)
def test_its_address_without_its_secret(headers) -> None:
    assert not is_proxy(a_request(*headers, client="10.1.2.3"), PROXY)


def test_without_a_proxy_nobody_is_one() -> None:
    assert not is_proxy(a_request(KNOWN, client="10.1.2.3"), Proxy())
    assert not is_proxy(a_request(("Gateway-Proxy-Secret", ""), client="10.1.2.3"), Proxy())
    assert not is_proxy(a_request(KNOWN, client="10.1.2.3"), Proxy(secret=SecretStr(SECRET)))


def test_a_strangers_address_is_its_own_whatever_it_says() -> None:
    claimed = ("X-Forwarded-For", "198.51.100.1")
    assert address_of(a_request(claimed), PROXY) == "203.0.113.9"
    assert address_of(a_request(claimed, client="10.1.2.3"), PROXY) == "10.1.2.3"
    assert address_of(a_request(claimed, client=None), PROXY) == ""


@pytest.mark.parametrize(
    ("stated", "address"),
    [
        (("198.51.100.1",), "198.51.100.1"),
        (("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        (("1.1.1.1", "2.2.2.2,198.51.100.1"), "198.51.100.1"),
        (("2001:DB8::1",), "2001:db8::1"),
        (("1.1.1.1, 198.51.100.1:4711",), "198.51.100.1"),
        (("[2001:db8::1]:4711",), "2001:db8::1"),
        (("[2001:db8::1]",), "2001:db8::1"),
        (("198.51.100.1:",), ""),
        (("[]:4711",), ""),
        (("198.51.100.1,",), ""),
        (("unknown",), ""),
        ((), ""),
    ],
)
def test_the_proxy_says_where_a_request_comes_from(stated, address: str) -> None:
    request = a_request(KNOWN, *(("X-Forwarded-For", value) for value in stated), client="10.1.2.3")
    assert address_of(request, PROXY) == address
