"""Statements are JWS that any library verifies, of one type each, and only ours are believed."""

from __future__ import annotations

import base64

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import generate_key_set, load_key_set, rotate, save_key_set
from gateway.identity.statements import StatementFault, StatementSigner

CLAIMS = {"iss": "https://gateway.example", "pos": 7, "note": "收据"}


def a_ring(folder, key=None) -> KeyRing:
    save_key_set(folder / "keys.json", KeySet([key]) if key else generate_key_set())
    return KeyRing(folder / "keys.json")


@pytest.mark.parametrize(
    ("make", "algorithm"),
    [
        (lambda: ECKey.generate_key("P-256", auto_kid=True), "ES256"),
        (lambda: RSAKey.generate_key(2048, auto_kid=True), "PS256"),
        (lambda: OKPKey.generate_key("Ed25519", auto_kid=True), "Ed25519"),
    ],
)
def test_any_library_verifies_them(tmp_path, make, algorithm):
    ring = a_ring(tmp_path, make())
    signer = StatementSigner(ring)
    text = signer.sign("receipts+jwt", CLAIMS)
    registry = jws.JWSRegistry(algorithms=[algorithm])
    read = jws.deserialize_compact(text, KeySet.import_key_set({"keys": ring.public()["keys"]}), registry=registry)
    assert read.headers() == {"alg": algorithm, "kid": ring.sign_with.kid, "typ": "receipts+jwt"}
    assert orjson.loads(read.payload) == CLAIMS
    assert signer.verify(text, "receipts+jwt") == CLAIMS


def test_a_type_is_not_another(tmp_path):
    signer = StatementSigner(a_ring(tmp_path))
    for one, other in (("receipts+jwt", "checkpoint+jwt"), ("closing+jwt", "consent+jwt")):
        with pytest.raises(StatementFault):
            signer.verify(signer.sign(one, CLAIMS), other)


def test_what_was_altered_or_signed_by_a_stranger_is_not_believed(tmp_path):
    signer = StatementSigner(a_ring(tmp_path))
    stranger = StatementSigner(a_ring(tmp_path))
    head, body, signature = signer.sign("receipts+jwt", CLAIMS).split(".")
    forged = base64.urlsafe_b64encode(orjson.dumps({**CLAIMS, "pos": 8})).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"receipts+jwt"}').rstrip(b"=").decode()
    embedded = (
        base64.urlsafe_b64encode(b'{"alg":"ES256","kid":"x","typ":"receipts+jwt","jwk":{}}').rstrip(b"=").decode()
    )
    for text in (
        f"{head}.{forged}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}.{'A' * 86}",
        f"{none}.{body}.",
        f"{embedded}.{body}.{signature}",
        stranger.sign("receipts+jwt", CLAIMS),
        "",
        "a.b.c",
    ):
        with pytest.raises(StatementFault) as caught:
            signer.verify(text, "receipts+jwt")
        assert "7" not in str(caught.value)


def test_the_new_key_signs_after_a_change_and_the_old_one_is_believed(tmp_path):
    ring = a_ring(tmp_path)
    signer = StatementSigner(ring)
    before = signer.sign("receipts+jwt", CLAIMS)
    save_key_set(tmp_path / "keys.json", rotate(load_key_set(tmp_path / "keys.json")))
    assert ring.refresh()
    after = signer.sign("receipts+jwt", CLAIMS)
    assert before.split(".")[0] != after.split(".")[0]
    for text in (before, after):
        assert signer.verify(text, "receipts+jwt") == CLAIMS
