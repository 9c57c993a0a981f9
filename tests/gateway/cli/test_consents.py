"""Consents are listed, verified and ended by command."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.builders import SOME_CODE
from tests.gateway.cli.standing_stage import told  # noqa: F401 - a fixture
from tests.gateway.cli.test_standing import LASTING, LONG

LIST = ("consents", "list", "--json", "--organisation", "first-bank")


@pytest.fixture
def filed(told):  # noqa: F811 - a fixture
    """Runs a command where one consent is filed; and the consent's id."""

    def run(*words, **options):
        return told(*words, **(LONG | options))

    (name,) = run("standing", "load", "--json", text=LASTING).json["ids"]
    return run, name


def test_they_are_listed_by_subject_or_by_organisation(filed):
    run, name = filed
    by_subject = run("consents", "list", "--subject", SOME_CODE)
    by_organisation = run("consents", "list", "--organisation", "first-bank")
    assert by_subject.out == by_organisation.out
    assert by_subject.out.startswith(f"consent {name} ACTIVE to first-bank")
    assert run("consents", "list", "--organisation", "other").out == "no consent is on file\n"


@pytest.mark.parametrize("words", [(), ("--subject", SOME_CODE, "--organisation", "x"), ("--subject", "1")])
def test_one_has_to_be_named(filed, words):
    run, _ = filed
    assert run("consents", "list", *words).code == 2


def test_one_is_ended_once(filed):
    run, name = filed
    ended = run("consents", "revoke", name, "--json")
    assert (ended.code, ended.json["consent"]["state"]) == (0, "REVOKED")
    assert [act["act"] for act in ended.json["consent"]["acts"]] == ["GRANT", "REVOKE"]
    again = run("consents", "revoke", name)
    assert (again.code, again.out) == (1, "")
    assert "REVOKED can't be changed by REVOKE" in again.err
    assert run(*LIST).json["consents"][0]["state"] == "REVOKED"


def test_one_that_is_none_is_not_ended(filed):
    run, _ = filed
    ended = run("consents", "revoke", "-a-consent-of-nobody")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no such consent" in ended.err


def test_a_chain_on_file_is_verified(filed):
    run, name = filed
    run("consents", "revoke", name)
    told_of = run("consents", "verify", name)
    assert told_of.code == 0
    lines = told_of.out.splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["0", "terms"], ["1", "GRANT"], ["2", "REVOKE"]]
    assert lines[-1] == "all 3 signatures fit, and each statement names the one before it"


def statements(tmp_path, name):
    with closing(sqlite3.connect(tmp_path / "creditgraph.db")) as database:
        rows = database.execute(
            "SELECT statement FROM consent_statement WHERE consent_id = ? ORDER BY number", [name]
        ).fetchall()
    return [row[0] for row in rows]


def test_statements_in_a_file_are_verified_by_keys_and_issuer_alone(filed, tmp_path, creditgraph):
    run, name = filed
    signed = statements(tmp_path, name)
    (tmp_path / "consent.json").write_text(json.dumps({"signed": signed}), "utf-8")
    by_settings = run("consents", "verify", "consent.json")
    alone = creditgraph(
        *("consents", "verify", "consent.json", "--keys", "keys.json", "--issuer", "http://127.0.0.1:8000", "--json")
    )
    assert (by_settings.code, alone.code) == (0, 0)
    assert alone.json["consent"]["id"] == name
    other = creditgraph(
        "consents", "verify", "consent.json", "--keys", "keys.json", "--issuer", "https://other.example"
    )
    assert (other.code, other.out) == (1, "")


def test_altered_statements_prove_nothing(filed, tmp_path):
    run, name = filed
    first, second = statements(tmp_path, name)
    for altered in ([second], [second, first], [first, second, second], [first[:-6] + "AAAAAA", second]):
        (tmp_path / "consent.json").write_text(json.dumps(altered), "utf-8")
        ended = run("consents", "verify", "consent.json")
        assert (ended.code, ended.out) == (1, "")
        assert "this proves nothing" in ended.err


def test_what_was_altered_on_file_is_said(filed, tmp_path):
    run, name = filed
    with closing(sqlite3.connect(tmp_path / "creditgraph.db")) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE consent_statement SET statement = statement || 'A' WHERE number = 1")
        database.commit()
    for ended in (run("consents", "verify", name), run("consents", "revoke", name), run(*LIST[:2], *LIST[3:])):
        assert (ended.code, ended.out) == (1, "")
        assert "isn't proved by its signatures" in ended.err


def test_neither_a_consent_nor_a_file(filed):
    run, _ = filed
    ended = run("consents", "verify", "a-consent-of-nobody")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no such consent, and no such file" in ended.err
