"""Key sets: only the keys we allow, kept for their owner alone."""

from __future__ import annotations

import json
import stat

import pytest
from joserfc.jwk import ECKey, Key, KeySet, OctKey, OKPKey, RSAKey, thumbprint

from gateway.identity.keys import (
    KeyFault,
    algorithm_of,
    generate_key_set,
    load_key_set,
    public_jwks,
    rotate,
    save_key_set,
    signing_key,
)


def test_a_key_set_survives_its_file(tmp_path):
    keys = generate_key_set()
    path = tmp_path / "keys.json"
    save_key_set(path, keys)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = load_key_set(path)
    assert loaded.keys[0].as_dict(private=True) == keys.keys[0].as_dict(private=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


def test_the_key_is_named_by_its_thumbprint():
    (key,) = generate_key_set().keys
    assert key.kid == thumbprint({name: key.as_dict(private=False)[name] for name in ("crv", "kty", "x", "y")})


def test_no_name_is_taken_for_an_option():
    assert not [key.kid for key in generate_key_set(300).keys if str(key.kid).startswith("-")]  # one in 64 would be


def test_the_public_set_has_no_private_half():
    (shown,) = public_jwks(generate_key_set())["keys"]
    assert set(shown) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_public_halves_cannot_sign(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(public_jwks(generate_key_set())))
    with pytest.raises(KeyFault, match="no private key"):
        signing_key(load_key_set(path))


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256"), "ES256"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
        (RSAKey.generate_key(2048), "PS256"),
        (ECKey.generate_key("P-384"), None),
        (OKPKey.generate_key("X25519"), None),
        (OctKey.generate_key(256), None),
        (ECKey.generate_key("P-256", {"use": "enc"}), None),
        (RSAKey.generate_key(2048, {"alg": "RS256"}), None),
    ],
)
def test_each_key_has_one_algorithm_or_none(key, algorithm, tmp_path):
    assert algorithm_of(key) == algorithm
    path = tmp_path / "keys.json"
    save_key_set(path, KeySet([key]))
    if algorithm is None:
        with pytest.raises(KeyFault):
            load_key_set(path)
    else:
        assert load_key_set(path).keys


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"keys": []}', '{"keys": 5}', '{"keys": [5]}', '{"keys": [{"kty": "EC", "d": "s3cret"}]}'],
)
def test_broken_files(tmp_path, content):
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeyFault) as caught:
        load_key_set(path)
    assert "s3cret" not in str(caught.value)


def test_two_keys_of_one_name(tmp_path):
    path = tmp_path / "keys.json"
    keys: list[Key] = [ECKey.generate_key("P-256", {"kid": "same"}) for _ in range(2)]
    save_key_set(path, KeySet(keys))
    with pytest.raises(KeyFault, match="alike"):
        load_key_set(path)


def test_no_file_and_no_folder(tmp_path):
    with pytest.raises(KeyFault):
        load_key_set(tmp_path / "none.json")
    with pytest.raises(KeyFault):
        save_key_set(tmp_path / "none" / "keys.json", generate_key_set())


def test_a_change_of_keys_makes_the_next_the_first_and_keeps_public_halves():
    keys = generate_key_set(2)
    first, second = keys.keys
    after = rotate(keys)
    assert after.keys[0] is second
    assert [key.is_private for key in after.keys] == [True, True, False]
    assert after.keys[2].as_dict() == first.as_dict(private=False)
    again = rotate(after)
    assert again.keys[0] is after.keys[1]
    assert [key.kid for key in again.keys[2:]] == [second.kid, first.kid]
    assert [key.is_private for key in again.keys] == [True, True, False, False]


def test_a_set_of_one_key_or_of_too_many_changes_to_two_that_can_sign():
    (only,) = generate_key_set().keys
    assert [key.is_private for key in rotate(KeySet([only])).keys] == [True, True, False]
    assert [key.is_private for key in rotate(generate_key_set(5)).keys] == [True, True, False, False, False, False]


def test_a_set_that_cannot_sign_cannot_be_changed():
    with pytest.raises(KeyFault, match="no private key"):
        rotate(KeySet.import_key_set(public_jwks(generate_key_set())))  # type: ignore[arg-type]


def test_public_halves_survive_the_file(tmp_path):
    path = tmp_path / "keys.json"
    keys = rotate(generate_key_set(2))
    save_key_set(path, keys)
    assert [key.is_private for key in load_key_set(path).keys] == [True, True, False]
    assert public_jwks(load_key_set(path)) == public_jwks(keys)
