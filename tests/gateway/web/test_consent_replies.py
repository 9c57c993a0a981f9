"""How the page leaves: what its headers forbid, what its cookie is, which language it speaks, and a temporary error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.registers.engine import RegisterFault
from gateway.web.consent_replies import PageRules, source_of
from tests.builders import SOME_CODE
from tests.gateway.web.consent_stage import LOAN, SECRET
from tests.gateway.web.consent_visitor import Visitor, visiting


@pytest.fixture
async def browser(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Visitor]:
    async with visiting(sqlite_url, tmp_path) as visitor:
        yield visitor


async def test_headers_let_nothing_in_nothing_out_and_nothing_stay(browser):
    query = await browser.rooms.push(LOAN)
    answers = [await browser.open(query), await browser.sign_in(), await browser.open(query + "x")]
    policies = [answer.headers["content-security-policy"] for answer in answers]
    for answer, policy in zip(answers, policies, strict=True):
        assert "default-src 'none'; style-src 'self'; img-src data:;" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in answer.text
        assert 'style="' not in answer.text
    assert [policy.rpartition("; ")[2] for policy in policies] == [
        "form-action 'self'",
        "form-action 'self' https://bank.example",
        "form-action 'none'",
    ]
    await browser.open(query)
    ended = await browser.send("answer", answer="refuse")
    assert ended.headers["referrer-policy"] == "no-referrer"
    style = await browser.http.get("/oauth/authorize/consent.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "/credit/oauth/authorize/consent.css" in answers[0].text


async def test_the_cookie_is_a_hosts_own(browser):
    opened = await browser.open(await browser.rooms.push(LOAN))
    told = opened.headers["set-cookie"]
    assert told.startswith("__Host-creditgraph-consent-")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=900"} <= set(told.split("; "))
    entered = await browser.send("sign-in", code=SOME_CODE, secret=SECRET)
    assert entered.headers["set-cookie"].partition("=")[0] == told.partition("=")[0]
    assert entered.headers["set-cookie"] != told
    assert "set-cookie" not in (await browser.open()).headers


async def test_the_language_is_the_browsers_until_another_is_chosen(browser):
    query = await browser.rooms.push(LOAN)
    opened = await browser.open(query, **{"accept-language": "en-GB,en;q=0.9"})
    assert '<html lang="en">' in opened.text
    chosen = await browser.open(f"{query}&lang=zh", **{"accept-language": "en-GB"})
    assert '<html lang="zh-CN">' in chosen.text
    entered = await browser.send("sign-in", code=SOME_CODE, secret=SECRET, lang="en")
    assert entered.headers["location"].startswith("/credit/oauth/authorize?")
    assert entered.headers["location"].endswith("&lang=en")


async def test_a_register_that_cannot_be_read_is_a_temporary_error(browser, monkeypatch):
    query = await browser.rooms.push(LOAN)

    async def broken(*_arguments, **_options):
        raise RegisterFault("the database refused")

    monkeypatch.setattr(browser.rooms.authorization, "look", broken)
    answer = await browser.open(query)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "database" not in answer.text


def test_where_the_world_has_the_page():
    served = PageRules("https://gateway.example:443/credit", timedelta(minutes=15))
    assert (served.origin, served.base) == ("https://gateway.example", "/credit")
    assert (served.cookie.is_secure, served.cookie.lifetime_s) == (True, 900)
    assert not PageRules("http://127.0.0.1:8000", timedelta(minutes=15)).cookie.is_secure


def test_a_policy_names_the_callbacks_origin():
    assert source_of("https://bank.example:8443/back?x") == "https://bank.example:8443"
    assert source_of("http://[::1]:8000/back") == "http:"
