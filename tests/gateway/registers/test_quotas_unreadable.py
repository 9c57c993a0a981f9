"""What lies in Redis says nothing to whoever reads it: neither who asked nor about whom."""

from __future__ import annotations

import contextlib
from datetime import datetime

import redis.asyncio

from deploy.sandbox.world_codes import make_code
from gateway.registers.quotas import Quotas
from gateway.registers.tally import open_tally
from gateway.setting_identity import Quotas as QuotaSettings
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass
from schema.vocabulary.identifiers import SubjectId
from tests.services import UNHURRIED_S

KEY = b"k" * 32
NOW = datetime.fromisoformat("2026-06-01T10:00:20+08:00")
OFFICER = Caller(CallerClass.STATE_ORGAN, "permit-client", "天津政务", officer="张工号0042")


async def test_nobody_can_read_in_redis_who_asked_about_whom(redis_url):
    subjects = [SubjectId.parse(make_code("91", "120101", serial)) for serial in (16, 17, 64)]
    server = redis.asyncio.Redis.from_url(redis_url)
    async with contextlib.aclosing(open_tally(redis_url, KEY, lambda: 0.0, patience_s=UNHURRIED_S)) as tally:
        quotas = Quotas(tally, QuotaSettings())
        await quotas.admit(OFFICER, subjects, now=NOW)
        await quotas.tell_unknown(OFFICER, 99, now=NOW)
        await quotas.admit(PUBLIC_CALLER, subjects, now=NOW, address="203.0.113.7")
        await tally.first_time("proof", "a-name-of-a-proof", for_s=60)
    held = b"\n".join([part async for part in everything(server)]).decode()
    await server.aclose()
    assert held.count("creditgraph:tally:") >= 10
    for subject in subjects:
        places = range(len(subject) - 5)
        assert not any(subject[start : start + 6] in held for start in places)
    for name in (OFFICER.client_id, OFFICER.organisation, OFFICER.officer, "203.0.113", "a-name"):
        assert name not in held


async def everything(server):
    """All keys and all that lies under them."""
    async for key in server.scan_iter():
        yield key
        kind = await server.type(key)
        match kind:
            case b"string":
                yield await server.get(key)
            case b"set":
                for member in await server.smembers(key):
                    yield member
            case b"zset":
                for member in await server.zrange(key, 0, -1):
                    yield member
            case b"hash":
                for pair in (await server.hgetall(key)).items():
                    yield b"=".join(pair)
            case _:
                raise AssertionError(kind)
