"""Signed statements from a file: read in three forms, and believed only by the keys that are given."""

from __future__ import annotations

import json

import pytest
from joserfc.jwk import KeySet

from gateway.cli.consent_proof import BelievedKeys, ProofFault, read_statements, verified
from gateway.identity.keys import KeyFault, load_key_set, public_jwks
from schema.vocabulary.consents import ConsentAct, ConsentState
from tests.builders import NOW
from tests.consent_builders import ISSUER, a_key, acted, asked, the_papers


def given():
    papers = the_papers()
    return acted(papers, asked(papers), ConsentAct.GRANT)


def keys_in(path, *kids):
    path.write_text(json.dumps(public_jwks(KeySet([a_key(kid) for kid in kids]))), "utf-8")
    return path


@pytest.mark.parametrize("form", [json.dumps, lambda signed: json.dumps({"signed": signed, "id": 1}), "\n".join])
def test_it_proves_what_was_signed(tmp_path, form):
    file = given()
    path = tmp_path / "consent"
    path.write_text(form(list(file.statements)), "utf-8")
    proved = verified(read_statements(path), keys_in(tmp_path / "keys", "first"), ISSUER)
    assert proved == file
    assert proved.state_at(NOW) is ConsentState.ACTIVE


def test_by_other_keys_it_proves_nothing(tmp_path):
    with pytest.raises(ProofFault, match="proves nothing") as caught:
        verified(given().statements, keys_in(tmp_path / "keys", "second"), ISSUER)
    assert caught.value.is_finding


@pytest.mark.parametrize("content", [b"\xff", b"[1", b"[1]", b"{}", b'{"signed": "x"}'])
def test_a_file_that_holds_no_statements(tmp_path, content):
    path = tmp_path / "consent"
    path.write_bytes(content)
    with pytest.raises(ProofFault) as caught:
        read_statements(path)
    assert not caught.value.is_finding


def test_keys_that_are_none(tmp_path):
    with pytest.raises(ProofFault, match="cannot be read"):
        verified(given().statements, tmp_path / "none", ISSUER)
    public = load_key_set(keys_in(tmp_path / "keys", "first"))
    with pytest.raises(KeyFault):
        BelievedKeys(public).sign_with  # noqa: B018 - it signs nothing
