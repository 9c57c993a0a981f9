"""The officer's look-up: what is shown, what is refused, and how each outcome ends."""

from __future__ import annotations

import json
import socket
import threading

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse, validate

from gateway.cli.ask import check_document
from gateway.cli.check_table import SECTIONS
from schema.graph.assemble import assemble
from tests.builders import SOME_CODE, tianjin
from tests.gateway.web.graphiql_stage import NAME, UNKNOWN_CODE

OFFICER = ("--sandbox", "permit-officer", "--purpose", "ADMINISTRATIVE_PERMIT", "--matter", "食品经营许可")


@pytest.fixture
def asked(creditgraph, stage):
    def ask(*arguments, **variables):
        return creditgraph("check", "--url", stage.url, "--sandbox-file", str(stage.sandbox), *arguments, **variables)

    return ask


def test_the_document_fits_the_graph_and_every_part_has_its_agency():
    document = parse(check_document())
    assert validate(assemble().core, document) == []
    operation = next(part for part in document.definitions if isinstance(part, OperationDefinitionNode))
    subject = operation.selection_set.selections[0]
    assert isinstance(subject, FieldNode)
    assert subject.selection_set is not None
    asked_for = {part.name.value for part in subject.selection_set.selections if isinstance(part, FieldNode)}
    shown = {name: agency for agency, names in SECTIONS.items() for name in names}
    assert asked_for == shown.keys()
    records = {at.partition(".")[2]: record.contributors[0] for at, record in tianjin().records.items()}
    assert shown == {name: records[name] for name in shown}


def test_an_officer_sees_records_by_agency_and_what_is_missing(asked):
    ended = asked("clean", *OFFICER)
    assert ended.code == 1
    assert ended.out.startswith(f"{SOME_CODE}  {NAME}\n")
    assert "== MARKET_REGULATION 市场监督管理部门 ==" in ended.out
    assert "Paid-in capital 实收资本            900,000.00 CNY" in ended.out
    assert "State of the registration 登记状态  ACTIVE 存续/在营" in ended.out
    assert "MARKET_REGULATION, as of 2026-06-01 10:00, current" in ended.out
    assert "Cases of enforcement 执行案件: agency cannot be reached 无法连接" in ended.out
    assert "SOURCE_UNAVAILABLE  COURTS" in ended.out
    assert "\x1b" not in ended.out


def test_the_public_is_told_what_is_refused_by_which_item_and_article(asked):
    ended = asked(SOME_CODE)
    assert ended.code == 1
    assert "Paid-in capital 实收资本            refused 不予提供: CALLER_NOT_AUTHORISED" in ended.out
    row = next(line for line in ended.out.splitlines() if line.strip().startswith("LegalPerson.paidInCapital"))
    assert row.split() == ["LegalPerson.paidInCapital", "CALLER_NOT_AUTHORISED", "NB01-2", "TJ", "10"]
    assert "900,000.00" not in ended.out


def test_json_holds_the_whole_answer(asked):
    ended = asked(SOME_CODE, *OFFICER, "--json")
    assert ended.code == ended.json["exitCode"] == 1
    assert ended.json["missing"] == ["SOURCE_UNAVAILABLE"]
    assert ended.json["isKnown"] is True
    assert ended.json["subject"]["legalPerson"]["registeredName"] == NAME
    assert len(ended.json["requestId"]) == 32


def test_an_answer_in_full_ends_with_0(asked, stage):
    courts = stage.agencies["COURTS"]
    trouble, courts.trouble = courts.trouble, None
    try:
        ended = asked(SOME_CODE, *OFFICER)
        unknown = asked(UNKNOWN_CODE, *OFFICER, "--json")
        told = asked(UNKNOWN_CODE, *OFFICER)
    finally:
        courts.trouble = trouble
    assert (ended.code, ended.err) == (0, "")
    assert "answered in full" in ended.out
    assert (unknown.code, unknown.json["isKnown"], unknown.json["errors"]) == (1, False, [])
    assert "No agency has anything to show" in told.out


def test_token_and_address_may_come_from_file_and_environment(asked, creditgraph, stage, tmp_path):
    path = tmp_path / "token"
    path.write_text(stage.token("permit-officer") + "\n", "ascii")
    purpose = ("--purpose", "ADMINISTRATIVE_PERMIT")
    from_file = asked(SOME_CODE, "--token-file", str(path), *purpose)
    variables = {"CREDITGRAPH_URL": stage.url, "CREDITGRAPH_TOKEN": stage.token("permit-officer")}
    from_environment = creditgraph("check", SOME_CODE, *purpose, **variables)
    assert "900,000.00" in from_file.out
    assert "900,000.00" in from_environment.out


def test_an_address_without_a_path_means_the_usual_one(creditgraph, stage):
    assert NAME in creditgraph("check", SOME_CODE, "--url", stage.url.removesuffix("/graphql")).out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("91120000103069967X",), "INVALID_CREDIT_CODE"),
        (("9112",), "INVALID_CREDIT_CODE"),
        ((SOME_CODE, "--purpose", "CURIOSITY"), "unknown purpose"),
        ((SOME_CODE, "--token", "no.such.token"), "UNAUTHENTICATED"),
        ((SOME_CODE, "--token", "spaced out"), "characters that no token has"),
        ((SOME_CODE, "--token", "x", "--sandbox", "bank"), "give one of"),
        ((SOME_CODE, "--sandbox", "nobody"), "no persona `nobody`"),
        ((SOME_CODE, "--sandbox", "bank", "--sandbox-file", "absent.json"), "cannot be read"),
        ((" ",), "the code is empty"),
    ],
)
def test_a_wrong_question_ends_with_2_and_says_why(asked, arguments, sentence):
    ended = asked(*arguments)
    assert ended.code == 2
    assert sentence in ended.out + ended.err
    assert "Traceback" not in ended.err
    as_json = asked(*arguments, "--json")
    assert as_json.code == as_json.json["exitCode"] == 2


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
    with answering(answer) as url:
        ended = creditgraph("check", SOME_CODE, "--url", url)
    assert ended.code == 3
    assert "Traceback" not in ended.err


def test_what_an_agency_writes_cannot_steer_the_terminal(creditgraph):
    name = "\x1b[2Jevil\u202ename [red]x[/red]\r\n"
    body = json.dumps({"data": {"subject": {"legalPerson": {"registeredName": name}}}}).encode()
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)) as url:
        ended = creditgraph("check", SOME_CODE, "--url", url)
    assert ended.code == 0
    assert "[2Jevil name [red]x[/red]" in ended.out
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out


class answering:  # noqa: N801 - reads as a statement
    """A server that says one thing once and closes."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/graphql"

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(self._answer)
