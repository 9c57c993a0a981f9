"""Who may read the numbers, and that for everybody else there is no such door."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from gateway.setting_identity import Proxy
from gateway.web.metrics import metrics
from tests.gateway.web.asking import a_request

NETWORKS = ("127.0.0.0/8", "::1", "192.0.2.0/24")
SECRET = "s" * 32
PROXY = Proxy(addresses=("127.0.0.1",), secret=SecretStr(SECRET))
KNOWN = ("Gateway-Proxy-Secret", SECRET)


async def status(*headers: tuple[str, str], client: str | None, proxy: Proxy = PROXY) -> int:
    def read(accept: str) -> tuple[bytes, str]:
        return f"asked for {accept}".encode(), "text/plain"

    answer = await metrics(read, NETWORKS, proxy)(a_request(("Accept", "text/plain"), *headers, client=client))
    told = bytes(answer.body)
    assert told == (b"asked for text/plain" if answer.status_code == 200 else b"Not Found")
    return answer.status_code


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.9", 200),
        ("203.0.113.9", 404),
        ("", 404),
        (None, 404),
    ],
)
async def test_by_address(client, expected):
    assert await status(client=client) == expected


@pytest.mark.parametrize(
    "name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via", "CF-Connecting-IP"]
)
async def test_a_stranger_behind_a_proxy_of_this_machine_is_a_stranger(name):
    assert await status((name, "127.0.0.1"), client="127.0.0.1", proxy=Proxy()) == 404
    assert await status((name, "127.0.0.1"), client="127.0.0.1") == 404


@pytest.mark.parametrize(
    ("behind", "expected"), [("192.0.2.9", 200), ("203.0.113.9", 404), ("127.0.0.1, 203.0.113.9", 404)]
)
async def test_the_configured_proxy_is_believed(behind, expected):
    assert await status(KNOWN, ("X-Forwarded-For", behind), client="127.0.0.1") == expected
