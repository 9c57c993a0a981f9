"""Public keys from a JWK set: three kinds of signature, nothing private, no name twice."""

from __future__ import annotations

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.verifier.base64url import decoded, encoded
from gateway.verifier.keys import KeysFault, keys_of, read_keys
from tests.verifier_builders import LogKey, key_set

MESSAGE = b"what was signed"


def test_a_key_of_a_curve_verifies_what_it_signed_and_nothing_else() -> None:
    signer, stranger = LogKey(), LogKey()
    keys = read_keys(key_set(signer))
    signed, _, signature = signer.sign_raw({}, b"x").rpartition(".")
    raw = decoded(signature)
    assert keys["log-key"].is_signed(signed.encode(), raw)
    assert not keys["log-key"].is_signed(b"else", raw)
    assert not keys["log-key"].is_signed(signed.encode(), raw[:-1])
    assert not keys["log-key"].is_signed(signed.encode(), bytes(64))
    assert not read_keys(key_set(stranger))["log-key"].is_signed(signed.encode(), raw)
    assert keys["log-key"].algorithms == ("ES256",)


def test_a_key_of_edwards_verifies_what_it_signed() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    x = encoded(private.public_key().public_bytes_raw())
    key = keys_of({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "ed", "alg": "EdDSA"}]})["ed"]
    assert key.is_signed(MESSAGE, private.sign(MESSAGE))
    assert not key.is_signed(b"else", private.sign(MESSAGE))
    assert key.algorithms == ("EdDSA", "Ed25519")


def test_a_key_of_rsa_verifies_pss_and_not_the_older_padding() -> None:
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    members = {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256, "big")), "e": "AQAB", "kid": "rsa"}
    key = keys_of({"keys": [members]})["rsa"]
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    assert key.is_signed(MESSAGE, private.sign(MESSAGE, pss, SHA256()))
    assert not key.is_signed(MESSAGE, private.sign(MESSAGE, padding.PKCS1v15(), SHA256()))


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"{", "not JSON"),
        (b"[]", "a list `keys`"),
        (b'{"keys": []}', "not empty"),
        (b'{"keys": [7]}', "`kid`"),
        (b'{"keys": [{"kty": "EC"}]}', "`kid`"),
        (b'{"keys": [{"kty": "EC", "kid": "a\\nb"}]}', "`kid`"),
        (b'{"keys": [{"kty": "oct", "kid": "a", "k": "AAAA"}]}', "private or shared"),
        (b'{"keys": [{"kty": "oct", "kid": "a"}]}', "not made for"),
        (b'{"keys": [{"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ", "kid": "a"}]}', "not made for"),
        (b'{"keys": [{"kty": "EC", "crv": "P-256", "x": 1, "y": "AQ", "kid": "a"}]}', "not made for"),
        (b'{"keys": [{"kty": "RSA", "n": "AQ", "e": "AQAB", "kid": "a"}]}', "not made for"),
        (b'{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AQ", "kid": "a"}]}', "not made for"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused_as_a_whole(content: bytes, because: str) -> None:
    with pytest.raises(KeysFault, match=because):
        read_keys(content)


@pytest.mark.parametrize("key", [ECKey.generate_key("P-384"), OKPKey.generate_key("X25519"), RSAKey.generate_key(2048)])
def test_private_halves_and_other_curves_are_refused(key: ECKey | OKPKey | RSAKey) -> None:
    for private in (True, False):
        if isinstance(key, RSAKey) and not private:
            continue
        with pytest.raises(KeysFault):
            keys_of({"keys": [{**key.as_dict(private=private), "kid": "a"}]})


def test_two_keys_of_one_name_and_a_key_for_something_else_are_refused() -> None:
    with pytest.raises(KeysFault, match="same name"):
        read_keys(key_set(LogKey(), LogKey()))
    for other in ({"use": "enc"}, {"alg": "PS256"}):
        with pytest.raises(KeysFault, match="not made for the signature"):
            keys_of({"keys": [{**orjson.loads(key_set(LogKey()))["keys"][0], **other}]})
