"""The table shows every part of the answer, each under its agency, and nothing that could steer a terminal."""

from __future__ import annotations

import json

from graphql import FieldNode, OperationDefinitionNode, parse

from gateway.cli.ask import check_document
from gateway.cli.check_table import SECTIONS
from tests.builders import SOME_CODE, tianjin
from tests.gateway.cli.conftest import Answering


def test_every_part_of_the_document_is_shown_under_its_agency():
    document = parse(check_document())
    operation = next(part for part in document.definitions if isinstance(part, OperationDefinitionNode))
    subject = operation.selection_set.selections[0]
    assert isinstance(subject, FieldNode)
    assert subject.selection_set is not None
    asked_for = {part.name.value for part in subject.selection_set.selections if isinstance(part, FieldNode)}
    shown = {name: agency for agency, names in SECTIONS.items() for name in names}
    assert asked_for == shown.keys()
    records = {at.partition(".")[2]: record.contributors[0] for at, record in tianjin().records.items()}
    assert shown == {name: records[name] for name in shown}


def test_what_an_agency_writes_cannot_steer_the_terminal(creditgraph):
    name = "\x1b[2Jevil\u202ename [red]x[/red]\r\n"
    body = json.dumps({"data": {"subject": {"legalPerson": {"registeredName": name}}}}).encode()
    with Answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)) as url:
        ended = creditgraph("check", SOME_CODE, "--url", url)
    assert ended.code == 0
    assert "[2Jevil name [red]x[/red]" in ended.out
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out
