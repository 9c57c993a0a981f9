"""A running gateway follows a change of keys, and keeps what it has when the file is broken."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from joserfc import jws

from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import KeyFault, generate_key_set, load_key_set, public_jwks, rotate, save_key_set


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "keys.json"
    save_key_set(path, generate_key_set(2))
    return path


def turned(path):
    save_key_set(path, rotate(load_key_set(path)))


def kids(ring):
    return [key["kid"] for key in ring.public()["keys"]]


def test_the_first_signs_and_all_are_shown_without_private_halves(path):
    ring = KeyRing(path)
    first, second = load_key_set(path).keys
    assert ring.sign_with == first
    assert kids(ring) == [first.kid, second.kid]
    assert all("d" not in key for key in ring.public()["keys"])
    assert ring.find(str(second.kid)) == second
    assert ring.find("nobody's") is None
    assert (ring.generation, ring.keys.keys) == (1, [first, second])


def test_a_ring_follows_a_change_of_keys(path):
    ring = KeyRing(path)
    first, second = kids(ring)
    assert not ring.refresh()
    turned(path)
    assert ring.refresh()
    assert ring.sign_with.kid == second
    assert (kids(ring)[0], kids(ring)[2], len(kids(ring)), ring.generation) == (second, first, 3, 2)
    found = ring.find(first)
    assert found is not None
    assert not found.is_private
    assert not ring.refresh()


def test_what_was_signed_before_many_changes_can_still_be_verified(path):
    ring = KeyRing(path)
    kid = str(ring.sign_with.kid)
    signed = jws.serialize_compact({"alg": "ES256", "kid": kid}, b"a consent", ring.sign_with)
    for _ in range(5):
        turned(path)
        ring.refresh()
    found = ring.find(kid)
    assert found is not None
    assert jws.deserialize_compact(signed, found).payload == b"a consent"
    assert [key.is_private for key in ring.keys.keys] == [True, True] + [False] * 5


def test_a_process_that_has_not_looked_yet_knows_the_key_that_signs_elsewhere(path):
    late, early = KeyRing(path), KeyRing(path)
    turned(path)
    early.refresh()
    assert late.find(str(early.sign_with.kid)) is not None
    assert early.find(str(late.sign_with.kid)) is not None


@pytest.mark.parametrize("broken", ["torn", "empty", "gone", "public"])
def test_a_broken_file_keeps_the_keys_and_is_told_of_once(path, broken, caplog):
    ring = KeyRing(path)
    before, whole = ring.keys, path.read_bytes()
    match broken:
        case "torn":
            path.write_bytes(whole[:-20])
        case "empty":
            path.write_bytes(b"")
        case "gone":
            path.unlink()
        case "public":
            path.write_text(json.dumps(public_jwks(load_key_set(path))))
    with caplog.at_level(logging.ERROR):
        assert [ring.refresh() for _ in range(3)] == [False] * 3
    (told,) = caplog.messages
    assert told.startswith("the keys stay as they are: the key set")
    assert ring.sign_with.as_dict(private=True)["d"] not in caplog.text
    assert (ring.keys, ring.generation) == (before, 1)
    path.write_bytes(whole)
    assert not ring.refresh()
    turned(path)
    assert ring.refresh()


def test_a_ring_needs_a_file_that_can_sign(path, tmp_path):
    with pytest.raises(KeyFault, match="cannot be read"):
        KeyRing(tmp_path / "none.json")
    path.write_text(json.dumps(public_jwks(load_key_set(path))))
    with pytest.raises(KeyFault, match="no private key"):
        KeyRing(path)


async def test_a_running_ring_follows(path):
    ring = KeyRing(path)
    watching = asyncio.create_task(ring.watch(0.001))
    path.write_bytes(b"torn")
    turned_set = rotate(ring.keys)
    await asyncio.sleep(0.01)
    save_key_set(path, turned_set)
    async with asyncio.timeout(30):
        while ring.generation == 1:
            await asyncio.sleep(0.001)
    assert ring.sign_with == turned_set.keys[0]
    watching.cancel()
    await asyncio.wait([watching])
