"""The record: one row for each request, telling who asked what to which end; and no answer without it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from gateway.base64url import base64url_text
from tests.journeys.audit import leaks, rows_of, secrets_of
from tests.journeys.gateways import Gateway, Reply
from tests.journeys.test_permit_check import QUESTION
from tests.logged import digests_of


def row_of(gateway: Gateway, reply: Reply) -> dict[str, Any]:
    """The row that tells of an answer."""
    (row,) = (row for row in rows_of(gateway) if row["request_id"] == reply.headers["x-request-id"])
    return row


def test_a_row_says_who_asked_what_to_which_end_and_what_was_decided(gateway, stage):
    reply = gateway.ask(
        QUESTION, "permit-officer", purpose="ADMINISTRATIVE_PERMIT", matter="permit 7", code=stage.named["clean"]
    )
    row = row_of(gateway, reply)
    assert (row["client_id"], row["caller_class"], row["jurisdiction"]) == ("permit-officer", "STATE_ORGAN", "120000")
    assert (row["purpose"], row["matter"]) == ("ADMINISTRATIVE_PERMIT", "permit 7")
    assert (row["status"], row["fault_code"]) == (200, None)
    _, digest = digests_of(reply.headers["inquiry-receipt"], b"", reply.text.encode())
    assert row["body_digest"] == digest
    key = gateway.files.settings.audit.subject_key.get_secret_value().encode()
    operation = hashlib.blake2b(QUESTION.encode(), digest_size=24, key=key).digest()
    assert row["operation_digest"] == base64url_text(operation)
    assert len(row["subjects"]) == 1
    (judged,) = row["verdicts"]
    assert judged["decided"]["LegalPerson.registeredName"] == "SHOW"
    person = "LegalPerson.legalRepresentative>PersonRef.identityDocumentNumber"
    assert judged["decided"][person].startswith("WITHHOLD CALLER_NOT_AUTHORISED")
    assert judged["silent"]  # amounts flagged not public: nobody is told but the record
    assert {(agency, outcome) for agency, outcome, *_ in row["sources"]} == {
        (agency, "fetched") for agency in ("COURTS", "ENTERPRISE_DISCLOSURE", "MARKET_REGULATION", "TAX")
    }


def test_what_the_public_saw_of_whom_is_known_by_a_keyed_hash_only(gateway, stage):
    question = "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName } } }"
    code = stage.named["clean"]
    first, again = (row_of(gateway, gateway.ask(question, code=code)) for _ in range(2))
    other = row_of(gateway, gateway.ask(question, code=stage.named["penalised"]))
    assert first["subjects"] == again["subjects"] != other["subjects"]
    for plain in (hashlib.sha256, hashlib.sha1, hashlib.md5):
        assert plain(code.encode()).hexdigest()[:32] not in first["subjects"]


@pytest.mark.parametrize(
    ("query", "code"),
    [("{ nonsense }", "INVALID_DOCUMENT"), ("{", "SYNTAX")],
)
def test_a_request_refused_as_a_whole_has_its_row_too(gateway, query, code):
    row = row_of(gateway, gateway.ask(query, "bank"))
    assert (row["client_id"], row["fault_code"], row["subjects"]) == ("bank", code, [])


def test_a_search_has_its_row_without_what_was_searched_for(gateway, stage):
    name = "科技"
    reply = gateway.ask(f'{{ searchSubjects(name: "{name}", first: 3) {{ edges {{ node {{ __typename }} }} }} }}')
    row = row_of(gateway, reply)
    assert name not in json.dumps(row, ensure_ascii=False, default=str)
    assert len(row["subjects"]) == 3
    assert any(entry.get("search") for entry in row["verdicts"])


def test_the_scan_for_leaks_would_find_each_of_them(gateway, stage):
    """The control for what is scanned whenever a gateway closes."""
    subject = next(iter(secrets_of(stage)))
    planted = f"{stage.named['clean']} {subject} 000000197408291166 {gateway.token('bank')}"
    assert {kind for kind, _ in leaks(planted, secrets_of(stage), gateway)} >= {
        "a subject's code",
        "an identity number",
        "a token",
        "a name",
    }


@contextmanager
def unwritable(gateway: Gateway) -> Iterator[None]:
    """Nothing can be inserted into the record, as if its disk were full."""
    path = gateway.files.settings.database.url.get_secret_value().partition("///")[2]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER full")


def test_what_cannot_be_recorded_does_not_leave(keeping: Gateway, stage):
    question = "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName } } }"
    code = stage.named["clean"]
    before = keeping.ask(question, code=code)
    assert keeping.get("/readyz").status_code == 200
    with unwritable(keeping):
        for persona in ("public", "permit-officer"):
            refused = keeping.ask(question, persona, code=code)
            assert (refused.status, refused.codes) == (503, ["AUDIT_UNWRITABLE"])
            assert refused.headers["retry-after"] == "1"
            assert refused.data is None
            assert refused.errors[0]["extensions"]["requestId"] == refused.headers["x-request-id"]
            assert "full" not in refused.text
        assert keeping.ask("{ nonsense }").status == 503  # not even a refusal
        red = keeping.get("/readyz")
        assert (red.status_code, red.json()["record"]) == (503, "unwritable")
        assert keeping.get("/healthz").status_code == 200
    assert keeping.get("/readyz").status_code == 200
    after = keeping.ask(question, code=code)
    assert after.data == before.data
