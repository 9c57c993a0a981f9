"""Keys of clients: public ones that are believed here, and nothing else."""

from __future__ import annotations

import json

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gateway.identity.caller_checks import public_key_faults, with_key_names

KEY = ECKey.generate_key("P-256")
PUBLIC = KEY.as_dict(private=False)


def a_set(*members):
    return json.dumps({"keys": list(members)})


@pytest.mark.parametrize(
    "keys",
    [
        "",
        a_set(PUBLIC),
        a_set(PUBLIC, OKPKey.generate_key("Ed25519").as_dict(private=False)),
        a_set(RSAKey.generate_key(2048).as_dict(private=False)),
        a_set(PUBLIC | {"kid": "a"}, PUBLIC | {"kid": "b"}),
    ],
)
def test_keys_that_are_taken(keys):
    assert public_key_faults(keys) == ()


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ("s3cret", "is a JWK set"),
        ("[]", "is a JWK set"),
        ("5", "is a JWK set"),
        ("{}", "is a JWK set"),
        ('{"keys": 5}', "is a JWK set"),
        ('{"keys": [5]}', "is a JWK set"),
        (a_set(PUBLIC | {"note": "x" * 40_000}), "is a JWK set"),
        (a_set(), "cannot be read"),
        (a_set(PUBLIC | {"x": "s3cret"}), "cannot be read"),
        (a_set({"kty": "EC"}), "cannot be read"),
        (a_set(KEY.as_dict(private=True)), "holds a private key"),
        (a_set(PUBLIC, KEY.as_dict(private=True)), "holds a private key"),
        (a_set(RSAKey.generate_key(2048).as_dict(private=True)), "holds a private key"),
        pytest.param(a_set(OctKey.generate_key(256).as_dict()), "holds a private key", id="a shared secret"),
        (a_set(ECKey.generate_key("P-384").as_dict(private=False)), "only keys for ES256"),
        (a_set(PUBLIC | {"alg": "ES384"}), "only keys for ES256"),
        (a_set(PUBLIC | {"use": "enc"}), "only keys for ES256"),
        (a_set(PUBLIC, {"kty": "AKP", "alg": "ML-DSA-44"}), "only keys for ES256"),
        (a_set(PUBLIC, PUBLIC), "names two keys alike"),
        (a_set(*(PUBLIC | {"kid": str(number)} for number in range(21))), "more than 20"),
    ],
)
def test_keys_that_are_not(keys, complaint):
    (sentence,) = public_key_faults(keys)
    assert complaint in sentence
    assert "s3cret" not in sentence
    with pytest.raises(ValueError, match="JWK set"):
        with_key_names(keys)


def test_keys_are_kept_with_their_names():
    kept = json.loads(with_key_names(a_set(PUBLIC, PUBLIC | {"kid": "mine"})))["keys"]
    assert [key["kid"] for key in kept] == [KEY.thumbprint(), "mine"]
    assert with_key_names("") == ""
