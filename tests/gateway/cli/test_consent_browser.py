"""The played browser does what a person's does with a page: keeps the form, ticks the boxes, goes where it is sent."""

from __future__ import annotations

from urllib.parse import parse_qsl

import httpx
import pytest

from gateway.cli.consent_browser import PageUnexpected, SubjectBrowser

ADDRESS = "http://127.0.0.1/oauth/authorize?client_id=app&request_uri=urn:1&lang=en"
SIGN_IN = '<h1>Sign in</h1><form action="/oauth/authorize/sign-in"><input type="hidden" name="token" value="t1"></form>'
QUESTION = """<h1>May <em>Bank</em> look?</h1>
<dl><div><dt>Organisation</dt><dd><strong>Bank</strong></dd></div></dl>
<form action="/oauth/authorize/answer"><input type="hidden" name="token" value="t2">
<section aria-labelledby="consent-1"><h3>What</h3><ul><li>Taxes <span>SUP-TX1</span></li></ul>
<h3>Why</h3><p><strong>Granting credit</strong></p></section>
<section aria-labelledby="rights"><h3>Rights</h3><ul><li>TJ 16</li></ul></section>
<input type="checkbox" name="notice" value="c1"></form>"""


def answering(request: httpx.Request) -> httpx.Response:
    form = dict(parse_qsl(request.content.decode()))
    if request.method == "GET":
        is_known = "session=s" in request.headers.get("cookie", "")
        return httpx.Response(
            200, text=QUESTION if is_known else SIGN_IN, headers={} if is_known else {"set-cookie": "session=s"}
        )
    assert request.headers["origin"] == "http://127.0.0.1"
    if request.url.path.endswith("sign-in"):
        if (form["token"], form["code"], form["secret"]) != ("t1", "CODE", "SECRET"):
            return httpx.Response(403, text=SIGN_IN)
        return httpx.Response(303, headers={"location": "/oauth/authorize?again=1"})
    assert form == {"token": "t2", "notice": "c1", "answer": form["answer"]}
    return httpx.Response(303, headers={"location": f"http://app/callback?{form['answer']}"})


@pytest.fixture
def browser():
    with httpx.Client(transport=httpx.MockTransport(answering)) as http:
        yield SubjectBrowser(http)


def test_it_signs_in_reads_and_answers(browser):
    page = browser.open(ADDRESS)
    assert page.title == "Sign in"
    question = browser.sign_in(page, "CODE", "SECRET")
    assert question.title == "May Bank look?"
    assert question.facts == [("Organisation", "Bank"), ("What", "Taxes SUP-TX1"), ("Why", "Granting credit")]
    assert browser.answer(question, "approve") == "http://app/callback?approve"


def test_a_wrong_secret_ends_it(browser):
    with pytest.raises(PageUnexpected, match="403"):
        browser.sign_in(browser.open(ADDRESS), "CODE", "WRONG")


def test_it_waits_where_the_page_asks_for_patience(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr("gateway.cli.consent_browser.time.sleep", waited.append)

    def busy(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("sign-in") and len(waited) < 2:
            return httpx.Response(429, text=SIGN_IN)
        return answering(request)

    with httpx.Client(transport=httpx.MockTransport(busy)) as http:
        browser = SubjectBrowser(http)
        assert browser.sign_in(browser.open(ADDRESS), "CODE", "SECRET").title == "May Bank look?"
    assert len(waited) == 2


@pytest.mark.parametrize(("status", "text"), [(404, "<h1>Gone</h1>"), (200, "<h1>Hello</h1>")])
def test_another_page_ends_it(status, text):
    with (
        httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status, text=text))) as http,
        pytest.raises(PageUnexpected, match=f"came with {status}"),
    ):
        SubjectBrowser(http).open(ADDRESS)
