"""Keys of others: public, bounded, for an accepted signature, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey

from gateway.identity.keys import algorithm_of
from gateway.identity.public_keys import KeyRefused, public_key
from tests.gateway.identity.showing import EDWARDS_KEY, KEY, RSA_KEY, encoded

EC, OKP, RSA = (key.as_dict(private=False) for key in (KEY, EDWARDS_KEY, RSA_KEY))


@pytest.mark.parametrize(
    ("members", "algorithm"),
    [
        (EC, "ES256"),
        (OKP, "Ed25519"),
        (RSA, "PS256"),
        (OKP | {"alg": "EdDSA"}, "Ed25519"),
        (OKP | {"alg": "Ed25519", "use": "sig", "key_ops": ["verify"]}, "Ed25519"),
        (EC | {"x5c": ["not looked at"], "kid": 7}, "ES256"),
    ],
)
def test_keys_that_are_taken(members, algorithm: str) -> None:
    key = public_key(members)
    assert algorithm_of(key) == algorithm
    assert not key.is_private
    assert "x5c" not in key.as_dict()


@pytest.mark.parametrize(
    "members",
    [
        None,
        [],
        "key",
        {},
        {"kty": ["EC"]},
        {"kty": "oct", "k": "AAAA"},
        KEY.as_dict(private=True),
        EC | {"d": None},
        EC | {"k": "AAAA"},
        EC | {"crv": "P-384"},
        EC | {"x": 5},
        EC | {"x": encoded(b"\1" * 32)},
        EC | {"x": "!"},
        EC | {"x": ""},
        EC | {"alg": "ES384"},
        EC | {"alg": "EdDSA"},
        EC | {"alg": ["ES256"]},
        EC | {"use": "enc"},
        EC | {"use": ["sig"]},
        EC | {"key_ops": ["sign"]},
        EC | {"key_ops": "verify"},
        OKP | {"alg": "ES256"},
        OKP | {"x": encoded(b"\1" * 31)},
        OKPKey.generate_key("X25519").as_dict(private=False),
        OKPKey.generate_key("Ed448").as_dict(private=False),
        ECKey.generate_key("P-521").as_dict(private=False),
        RSA | {"alg": "RS256"},
        RSA | {"e": encoded(b"\1" * 200)},
        RSA | {"e": encoded(b"\2")},
        RSA | {"n": encoded(b"\xff" * 128)},
        RSA | {"n": encoded(b"\xff" * 513)},
        OctKey.generate_key(256).as_dict(),
    ],
)
def test_keys_that_are_not(members) -> None:
    with pytest.raises(KeyRefused):
        public_key(members)


def test_small_moduli_are_not_taken() -> None:
    for modulus in (bytes(128) + b"\xff" * 128, b"\x7f" + b"\xff" * 255):
        with pytest.raises(KeyRefused):
            public_key(RSA | {"n": encoded(modulus)})


@given(
    st.fixed_dictionaries(
        {"kty": st.sampled_from(["EC", "OKP", "RSA"])},
        optional={name: st.text(max_size=50) | st.none() for name in ("crv", "x", "y", "n", "e", "alg")},
    )
)
def test_whatever_the_members(members) -> None:
    with pytest.raises(KeyRefused):
        public_key(members)
