"""Asking over HTTP: what is sent, and what becomes of answers that no gateway would give."""

from __future__ import annotations

import pytest
from graphql import parse, validate

from gateway.cli.ask import Desk, Unreachable, ask, check_document
from schema.graph.assemble import assemble
from schema.vocabulary.caller import Inquiry, Purpose
from tests.builders import SOME_CODE
from tests.gateway.cli.conftest import Answering


def test_the_inquiry_travels_percent_encoded():
    body = b'{"data": {"subject": null}}'
    answering = Answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    with answering as url:
        inquiry = Inquiry(Purpose.ADMINISTRATIVE_PERMIT, "食品 经营", "2026/4")
        reply = ask(SOME_CODE, inquiry, Desk(url, "token", 5))
    assert (reply.status, reply.subject, reply.errors) == (200, None, [])
    assert b"authorization: bearer token" in answering.heard.lower()
    assert b"inquiry-purpose: administrative_permit" in answering.heard.lower()
    assert b"%E9%A3%9F%E5%93%81%20%E7%BB%8F%E8%90%A5" in answering.heard
    assert b"2026%2F4" in answering.heard


def test_the_document_fits_the_graph():
    assert validate(assemble().core, parse(check_document())) == []


def test_a_server_that_hangs_up_is_no_gateway():
    with Answering(b"") as url, pytest.raises(Unreachable, match="the connection broke"):
        ask(SOME_CODE, Inquiry(), Desk(url, None, 5))


def test_no_gateway_ends_with_3(creditgraph):
    ended = creditgraph("check", SOME_CODE, "--url", "http://127.0.0.1:9/graphql")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == "creditgraph: http://127.0.0.1:9/graphql does not answer (no connection)\n"
    assert creditgraph("check", SOME_CODE, "--url", "ftp://x/").code == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
        b'HTTP/1.1 500 No\r\nContent-Length: 48\r\n\r\n{"errors":[{"extensions":{"code":"INTERNAL"}}]}\n',
        b"nonsense\r\n\r\n",
    ],
    ids=["html", "list", "half", "broken", "nonsense"],
)
def test_whatever_answers_badly_ends_with_3(creditgraph, answer):
    with Answering(answer) as url:
        ended = creditgraph("check", SOME_CODE, "--url", url)
    assert ended.code == 3
    assert "Traceback" not in ended.err
