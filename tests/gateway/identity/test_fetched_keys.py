"""Keys of an issuer elsewhere: when they are fetched, and what a bad answer changes (nothing)."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from joserfc.jwk import ECKey, OctKey

from gateway.identity.fetched_keys import FetchedKeys, FetchRules
from gateway.identity.refusals import IssuerUnreachable
from tests.gateway.identity.showing import EDWARDS_KEY, KEY, NOW, RSA_KEY

RULES = FetchRules(kept_s=600, floor_s=30)


class Endpoint:
    """What the issuer publishes."""

    def __init__(self, *keys: object) -> None:
        self.publish(*keys)
        self.fetches = 0

    def publish(self, *keys: object) -> None:
        members = [key.as_dict(private=False) if hasattr(key, "as_dict") else key for key in keys]
        self.answer: bytes | Exception = json.dumps({"keys": members}).encode()

    async def fetch(self) -> bytes:
        self.fetches += 1
        await asyncio.sleep(0)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def followed(endpoint: Endpoint) -> FetchedKeys:
    return FetchedKeys(endpoint.fetch, RULES)


async def test_nothing_is_known_before_the_first_fetch() -> None:
    keys = followed(Endpoint(KEY))
    assert keys.is_old(NOW)
    assert keys.find(str(KEY.kid)) is None
    await keys.refresh(NOW)
    assert not keys.is_old(NOW)
    assert not keys.is_out_of_touch
    found = keys.find(str(KEY.kid))
    assert found is not None
    assert found.thumbprint() == KEY.thumbprint()


async def test_many_who_ask_at_once_make_one_fetch() -> None:
    endpoint = Endpoint(KEY)
    keys = followed(endpoint)
    await asyncio.gather(*(keys.refresh(NOW + number) for number in range(50)))
    assert endpoint.fetches == 1


async def test_unknown_keys_do_not_make_it_fetch_sooner_than_allowed() -> None:
    endpoint = Endpoint(KEY)
    keys = followed(endpoint)
    for late in (0, 1, 29.9, -5, -29.9):  # a slow request comes with an earlier hour
        await keys.refresh(NOW + late)
    assert endpoint.fetches == 1
    await keys.refresh(NOW + 30)
    assert endpoint.fetches == 2


async def test_keys_grow_old() -> None:
    keys = followed(Endpoint(KEY))
    await keys.refresh(NOW)
    assert not keys.is_old(NOW + 599)
    assert keys.is_old(NOW + 600)


async def test_a_key_that_vanished_is_known_no_longer_and_one_that_stayed_is_the_same_object() -> None:
    endpoint = Endpoint(KEY, EDWARDS_KEY)
    keys = followed(endpoint)
    await keys.refresh(NOW)
    stayed = keys.find(str(EDWARDS_KEY.kid))
    endpoint.publish(EDWARDS_KEY, RSA_KEY)
    await keys.refresh(NOW + 600)
    assert keys.find(str(KEY.kid)) is None
    assert keys.find(str(EDWARDS_KEY.kid)) is stayed
    assert keys.find(str(RSA_KEY.kid)) is not None
    endpoint.publish(ECKey.generate_key("P-256", {"kid": str(EDWARDS_KEY.kid)}))
    await keys.refresh(NOW + 1200)
    assert keys.find(str(EDWARDS_KEY.kid)) is not stayed
    endpoint.publish()
    await keys.refresh(NOW + 1800)
    assert keys.find(str(EDWARDS_KEY.kid)) is None


@pytest.mark.parametrize(
    "answer",
    [b"", b"x", b"[]", b"{}", b'{"keys": {}}', b"\xff", IssuerUnreachable("away")],
    ids=["empty", "text", "list", "no keys", "keys no list", "bytes", "away"],
)
async def test_a_failed_fetch_leaves_what_is_known_and_is_not_tried_again_at_once(answer, caplog) -> None:
    endpoint = Endpoint(KEY)
    keys = followed(endpoint)
    await keys.refresh(NOW)
    endpoint.answer = answer
    with caplog.at_level(logging.WARNING):
        await keys.refresh(NOW + 600)
    assert keys.find(str(KEY.kid)) is not None
    assert keys.is_out_of_touch
    assert not keys.is_old(NOW + 610)
    await keys.refresh(NOW + 610)
    assert endpoint.fetches == 2
    assert keys.is_old(NOW + 630)
    endpoint.publish(EDWARDS_KEY)
    await keys.refresh(NOW + 630)
    assert (keys.is_out_of_touch, keys.find(str(KEY.kid))) == (False, None)
    assert len(caplog.records) == 1


async def test_keys_that_cannot_be_used_are_passed_over() -> None:
    private = KEY.as_dict(private=True)
    nameless = {name: value for name, value in EDWARDS_KEY.as_dict(private=False).items() if name != "kid"}
    secret = OctKey.generate_key(256, {"kid": "secret"}).as_dict()
    encrypting = RSA_KEY.as_dict(private=False) | {"use": "enc"}
    second = ECKey.generate_key("P-256", {"kid": str(EDWARDS_KEY.kid)})
    endpoint = Endpoint(private, nameless, secret, encrypting, None, 5, {"kid": "x"}, EDWARDS_KEY, second)
    keys = followed(endpoint)
    await keys.refresh(NOW)
    assert list(keys._keys) == [EDWARDS_KEY.kid]
    found = keys.find(str(EDWARDS_KEY.kid))
    assert found is not None
    assert found.thumbprint() == EDWARDS_KEY.thumbprint()


async def test_more_keys_than_anybody_needs_are_not_read() -> None:
    members = KEY.as_dict(private=False)
    endpoint = Endpoint(*(members | {"kid": str(number)} for number in range(100)))
    keys = followed(endpoint)
    await keys.refresh(NOW)
    assert len(keys._keys) == 64
    await keys.aclose()
