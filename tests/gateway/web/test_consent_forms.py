"""Addresses, forms, senders and cookies of the consent page: exactly what the page itself makes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.web.consent_forms import (
    LONGEST_BODY,
    PageAddress,
    PageTrouble,
    SessionCookie,
    address_of,
    check_sender,
    form_of,
    origin_of,
)
from gateway.web.consent_question import Trouble

ORIGIN = "https://gateway.example"
URI = "urn:ietf:params:oauth:request_uri:x"
QUERY = f"client_id=loans&request_uri={URI}"
FORM = ("content-type", "application/x-www-form-urlencoded")


def a_request(*headers: tuple[str, str], query: str = "", body: bytes = b"") -> Request:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/oauth/authorize",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    return Request(scope, receive)


def test_an_address_names_client_and_request_and_maybe_a_language():
    assert address_of(a_request(query=QUERY)) == PageAddress("loans", URI)
    assert address_of(a_request(query=f"{QUERY}&lang=en")).language == "en"
    address = PageAddress("loans", URI, "en")
    assert address_of(a_request(query=address.query)) == PageAddress("loans", URI)
    assert address.key != PageAddress("loan", URI).key
    assert URI not in address.key


@pytest.mark.parametrize(
    "query",
    [
        "",
        "client_id=loans",
        f"request_uri={URI}",
        f"client_id=&request_uri={URI}",
        f"{QUERY}&scope=credit:read",
        f"{QUERY}&redirect_uri=https://bank.example/back",
        f"{QUERY}&state=",
        f"{QUERY}&client_id=other",
        f"{QUERY}&lang=en&lang=zh",
        f"{QUERY}&lang=fr",
        f"{QUERY}&",
        f"client_id=loans&request_uri={'x' * 600}",
        f"{QUERY}&lang={'x' * 5000}",
        f"client_id=%ff&request_uri={URI}",
    ],
)
def test_any_other_address_is_refused(query):
    with pytest.raises(PageTrouble) as refused:
        address_of(a_request(query=query))
    assert refused.value.trouble is Trouble.PARAMETERS


async def test_a_form_repeats_its_address_and_may_tick_several_boxes():
    form = await form_of(a_request(FORM, body=f"{QUERY}&lang=zh&answer=approve&notice=a&notice=b&token=".encode()))
    assert form.address == PageAddress("loans", URI, "zh")
    assert form.fields == {"answer": "approve", "token": ""}
    assert form.notices == {"a", "b"}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([], QUERY.encode()),
        ([("content-type", "application/json")], QUERY.encode()),
        ([FORM], b""),
        ([FORM], b"client_id=loans"),
        ([FORM], f"{QUERY}&answer=approve&answer=refuse".encode()),
        ([FORM], f"{QUERY}&client_id=other".encode()),
        ([FORM], f"{QUERY}&lang=fr".encode()),
        ([FORM], f"{QUERY}&code=\u4e2d".encode()),
        ([FORM], f"{QUERY}&code=%ff".encode()),
        ([FORM], f"{QUERY}&{'&'.join(f'a{n}=1' for n in range(60))}".encode()),
        ([FORM], f"{QUERY}&code={'x' * LONGEST_BODY}".encode()),
    ],
)
async def test_any_other_form_is_refused(headers, body):
    with pytest.raises(PageTrouble) as refused:
        await form_of(a_request(*headers, body=body))
    assert refused.value.trouble is Trouble.MALFORMED


@pytest.mark.parametrize(
    "headers",
    [
        [("origin", ORIGIN)],
        [("sec-fetch-site", "same-origin")],
        [("origin", ORIGIN), ("sec-fetch-site", "same-origin")],
    ],
)
def test_our_own_pages_are_known(headers):
    check_sender(a_request(*headers), ORIGIN)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("origin", "null")],
        [("origin", "https://gateway.example.evil.example")],
        [("origin", "http://gateway.example")],
        [("origin", ORIGIN), ("origin", "https://evil.example")],
        [("origin", ORIGIN), ("sec-fetch-site", "cross-site")],
        [("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        [("sec-fetch-site", "same-site")],
        [("sec-fetch-site", "none")],
    ],
)
def test_what_others_send_is_refused(headers):
    with pytest.raises(PageTrouble) as refused:
        check_sender(a_request(*headers), ORIGIN)
    assert refused.value.trouble is Trouble.CROSS_SITE


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://gateway.example/credit", ORIGIN),
        ("https://gateway.example:443", ORIGIN),
        ("https://Gateway.example:8443/x?y", "https://gateway.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/back", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize("is_secure", [True, False])
def test_a_cookie_is_the_requests_own_and_no_scripts(is_secure):
    cookie, response = SessionCookie(is_secure, 900), Response()
    cookie.give(response, "ab" * 32, "a secret")
    told = response.headers["set-cookie"]
    name, _, rest = told.partition("=")
    assert name.startswith("__Host-") is is_secure
    assert {"HttpOnly", "Max-Age=900", "Path=/", "SameSite=lax"} <= {part.strip() for part in rest.split(";")}
    assert ("Secure" in rest) is is_secure
    assert "Domain" not in rest
    sent = a_request(("cookie", f"{name}=a-secret"))
    assert cookie.read(sent, "ab" * 32) == "a-secret"
    assert cookie.read(sent, "cd" * 32) == ""
    cookie.take_back(response, "ab" * 32)
    assert "Max-Age=0" in response.headers.getlist("set-cookie")[-1]
