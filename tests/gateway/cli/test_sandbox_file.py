"""The demo's file, read as one persona."""

from __future__ import annotations

import json

import pytest

from gateway.cli.sandbox_file import Sandbox, SandboxFault, read_consent_cast, read_sandbox

CONTENT = {
    "graphql": "http://127.0.0.1:1/graphql",
    "personas": {"public": {"token": None}, "bank": {"token": "t"}, "odd": 1},
    "subjects": {"clean": "X"},
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "sandbox.json"
    path.write_text(json.dumps(CONTENT), "utf-8")
    return path


def test_a_persona_has_address_token_and_subjects(path):
    assert read_sandbox(path, "bank") == Sandbox("http://127.0.0.1:1/graphql", "t", {"clean": "X"})
    assert read_sandbox(path, "public").token is None


def test_little_is_enough(path):
    path.write_text('{"personas": {"public": {}}, "subjects": 1}', "utf-8")
    assert read_sandbox(path, "public") == Sandbox("", None, {})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "not JSON"), (b"[]", "no personas"), (b'{"personas": 1}', "no personas"), (b"\xff", "not JSON")],
)
def test_a_file_that_cannot_serve_says_why(path, content, sentence):
    path.write_bytes(content)
    with pytest.raises(SandboxFault, match=sentence):
        read_sandbox(path, "public")


def test_an_unknown_persona_is_told_the_known_ones(path):
    with pytest.raises(SandboxFault, match="it has bank, odd, public"):
        read_sandbox(path, "nobody")
    with pytest.raises(SandboxFault, match="no persona `odd`"):
        read_sandbox(path, "odd")


WALK = {
    "graphql": "http://127.0.0.1:1/graphql",
    "personas": {"subject": {"token": "t", "subject": "X", "sign_in": "ABCDE"}},
    "clients": {"bank-app": {"client_id": "bank-app", "key_file": "k.json", "redirect_uri": "http://127.0.0.1:2/c"}},
    "subjects": {"clean": "X", "penalised": "Y"},
}


def test_who_takes_part_in_the_walk(path):
    path.write_text(json.dumps(WALK), "utf-8")
    cast = read_consent_cast(path)
    assert (cast.app, str(cast.key_file), cast.redirect_uri) == ("bank-app", "k.json", "http://127.0.0.1:2/c")
    assert (cast.address, cast.subject, cast.stranger) == ("http://127.0.0.1:1", "X", "Y")
    assert "ABCDE" not in repr(cast)


@pytest.mark.parametrize("missing", list(WALK))
def test_a_file_of_another_version_offers_no_walk(path, missing):
    path.write_text(json.dumps({name: value for name, value in WALK.items() if name != missing}), "utf-8")
    with pytest.raises(SandboxFault, match="not what a demo of this version writes"):
        read_consent_cast(path)
