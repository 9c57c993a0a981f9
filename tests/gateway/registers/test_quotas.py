"""Limits of clients, officers and addresses; who tries codes is slowed, then stopped, and no other is."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import redis.asyncio

from deploy.sandbox.world_codes import make_code
from gateway.faults import ClientFault, FaultCode, QuotaExceeded, status_of
from gateway.registers.quotas import Admitted, Quotas
from gateway.registers.tally import open_tally
from gateway.registers.tally_entry import TallyFault
from gateway.setting_identity import Quotas as QuotaSettings
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass
from schema.vocabulary.identifiers import SubjectId
from tests.services import UNHURRIED_S, RedisService

KEY = b"k" * 32
NOW = datetime.fromisoformat("2026-06-01T10:00:20+08:00")
TEN_MINUTES = timedelta(minutes=11)
BANK = Caller(CallerClass.FINANCIAL_INSTITUTION, "bank-client", "第一银行")
OFFICER = Caller(CallerClass.STATE_ORGAN, "permit-client", "天津政务", officer="张工号0042")
SETTINGS = QuotaSettings(
    client_requests=6, officer_requests=4, client_subjects=8, officer_subjects=5, unknown_slow=3, unknown_stop=5
)
WIDE = QuotaSettings()


def clock() -> float:
    return 1000.0


def apart(number: int) -> SubjectId:
    """Subjects none of which lies beside another."""
    return SubjectId.parse(make_code("91", "120101", number * 64))


def beside(number: int) -> SubjectId:
    """Subjects that lie side by side."""
    return SubjectId.parse(make_code("91", "310101", 16 + number))


@pytest.fixture
async def tally(cache_url):
    async with contextlib.aclosing(open_tally(cache_url, KEY, clock, patience_s=UNHURRIED_S)) as tally:
        yield tally


@pytest.fixture
def quotas(tally):
    return Quotas(tally, SETTINGS)


def after(fault: ClientFault) -> datetime:
    """When the caller may come again."""
    return NOW + timedelta(seconds=fault.retry_after_s or 0)


async def refused(asking) -> QuotaExceeded:
    with pytest.raises(QuotaExceeded) as caught:
        await asking
    assert isinstance(caught.value, ClientFault)
    assert status_of(caught.value.code) == 429
    assert caught.value.problems[0].help
    return caught.value


async def test_a_client_has_so_many_requests_a_minute(quotas):
    for _ in range(6):
        assert await quotas.admit(BANK, [], now=NOW) == Admitted(0.0)
    fault = await refused(quotas.admit(BANK, [], now=NOW))
    assert (fault.code, fault.retry_after_s) == (FaultCode.QUOTA_EXCEEDED, 40)
    await quotas.admit(replace(BANK, client_id="other"), [], now=NOW)
    await quotas.admit(BANK, [], now=after(fault))


async def test_an_officer_has_fewer_and_spends_those_of_the_client(quotas):
    for _ in range(4):
        await quotas.admit(OFFICER, [], now=NOW)
    assert (await refused(quotas.admit(OFFICER, [], now=NOW))).code is FaultCode.QUOTA_EXCEEDED
    colleague = replace(OFFICER, officer="another")
    await quotas.admit(colleague, [], now=NOW)  # the sixth of the client: the refused one counts as well
    await refused(quotas.admit(colleague, [], now=NOW))


async def test_officers_of_two_units_are_two_though_they_have_one_number(quotas):
    for _ in range(4):
        await quotas.admit(OFFICER, [], now=NOW)
    await quotas.admit(replace(OFFICER, organisation="上海政务", client_id="other"), [], now=NOW)


async def test_one_officer_is_one_through_whichever_client(quotas):
    for number in range(4):
        await quotas.admit(replace(OFFICER, client_id=f"client{number}"), [], now=NOW)
    await refused(quotas.admit(replace(OFFICER, client_id="client9"), [], now=NOW))


async def test_a_client_asks_about_so_many_subjects_a_day(quotas):
    await quotas.admit(BANK, [apart(number) for number in range(8)], now=NOW)
    fault = await refused(quotas.admit(BANK, [apart(8)], now=NOW))
    assert (fault.code, fault.retry_after_s) == (FaultCode.QUOTA_EXCEEDED, 13 * 3600 + 59 * 60 + 40)
    await quotas.admit(BANK, [apart(0), apart(7), apart(7)], now=NOW)  # those of the day stay open
    await refused(quotas.admit(BANK, [apart(0), apart(8)], now=NOW))
    await quotas.admit(BANK, [apart(8)], now=after(fault))


async def test_a_refused_request_adds_no_subject_to_anybody(quotas):
    await quotas.admit(OFFICER, [apart(number) for number in range(4)], now=NOW)
    await refused(quotas.admit(OFFICER, [apart(4), apart(5)], now=NOW))  # for the officer, of five
    colleague = replace(OFFICER, officer="another")
    await quotas.admit(colleague, [apart(number) for number in range(10, 14)], now=NOW)  # the client's eighth


async def test_the_day_is_that_of_shanghai(quotas):
    before = datetime.fromisoformat("2026-06-01T23:59:59+08:00")
    await quotas.admit(BANK, [apart(number) for number in range(8)], now=before)
    assert (await refused(quotas.admit(BANK, [apart(8)], now=before))).retry_after_s == 1
    await quotas.admit(BANK, [apart(number) for number in range(8, 16)], now=before + timedelta(seconds=1))


async def test_unknown_codes_slow_then_stop(tally):
    quotas = Quotas(tally, WIDE)
    held_back = []
    for _ in range(59):
        await quotas.tell_unknown(BANK, 1, now=NOW)
        held_back.append((await quotas.admit(BANK, [], now=NOW)).hold_back_s)
    assert held_back[:19] == [0.0] * 19
    assert held_back[19:] == pytest.approx([2.0 * step / 40 for step in range(1, 41)])
    await quotas.tell_unknown(BANK, 1, now=NOW)
    fault = await refused(quotas.admit(BANK, [apart(0)], now=NOW))
    assert (fault.code, fault.retry_after_s) == (FaultCode.ENUMERATION_STOPPED, 900)
    late = NOW + timedelta(seconds=899)
    assert (await refused(quotas.admit(BANK, [], now=late))).retry_after_s == 1
    assert await quotas.admit(BANK, [], now=NOW + timedelta(seconds=900)) == Admitted(0.0)
    assert await quotas.admit(OFFICER, [], now=NOW) == Admitted(0.0)


async def test_unknown_codes_are_forgotten_after_ten_minutes(quotas):
    await quotas.tell_unknown(BANK, 4, now=NOW)
    assert (await quotas.admit(BANK, [], now=NOW + timedelta(minutes=10))).hold_back_s == 2.0
    assert (await quotas.admit(BANK, [], now=NOW + TEN_MINUTES)).hold_back_s == 0.0


async def test_codes_side_by_side_are_tried_codes(quotas):
    assert (await quotas.admit(BANK, [beside(0), apart(0)], now=NOW)).hold_back_s == 0.0
    assert (await quotas.admit(BANK, [beside(1), beside(2)], now=NOW)).hold_back_s == 0.0
    assert (await quotas.admit(BANK, [beside(0), beside(1), beside(2)], now=NOW)).hold_back_s == 0.0  # not new
    assert (await quotas.admit(BANK, [beside(3)], now=NOW)).hold_back_s == 1.0
    fault = await refused(quotas.admit(BANK, [beside(4), beside(5)], now=NOW))
    assert fault.code is FaultCode.ENUMERATION_STOPPED


async def test_many_side_by_side_in_one_request_are_refused_at_once(quotas):
    fault = await refused(quotas.admit(BANK, [beside(number) for number in range(6)], now=NOW))
    assert (fault.code, fault.retry_after_s) == (FaultCode.ENUMERATION_STOPPED, 900)


async def test_neighbours_of_another_division_or_another_hour_are_none(quotas):
    for number, division in enumerate(("120101", "120102", "310101", "230101", "210101")):
        code = SubjectId.parse(make_code("91", division, 16 + number))
        assert (await quotas.admit(BANK, [code], now=NOW)).hold_back_s == 0.0
    for number in range(5):
        await quotas.admit(OFFICER, [beside(number)], now=NOW + number * TEN_MINUTES)
    assert (await quotas.admit(OFFICER, [], now=NOW + 4 * TEN_MINUTES)).hold_back_s == 0.0


async def test_an_officer_who_is_stopped_does_not_stop_colleagues(tally):
    quotas = Quotas(tally, replace_settings(unknown_slow=2, unknown_stop=4))
    await quotas.tell_unknown(OFFICER, 3, now=NOW)
    await quotas.admit(replace(OFFICER, client_id="second"), [beside(0)], now=NOW)
    await refused(quotas.admit(replace(OFFICER, client_id="second"), [beside(1)], now=NOW))
    colleague = replace(OFFICER, officer="another")
    assert (await quotas.admit(colleague, [], now=NOW)).hold_back_s == 2.0


async def test_a_code_in_use_that_breaks_the_rules_has_no_neighbour(quotas):
    odd = [SubjectId(f"91120101ZZZZ000{number}XZ") for number in range(5)]
    assert (await quotas.admit(BANK, odd, now=NOW)).hold_back_s == 0.0


async def test_the_public_is_counted_by_address_or_not_at_all(quotas):
    for _ in range(20):
        assert await quotas.admit(PUBLIC_CALLER, [apart(0)], now=NOW) == Admitted(0.0)
    for _ in range(6):
        await quotas.admit(PUBLIC_CALLER, [apart(0)], now=NOW, address="203.0.113.7")
    await refused(quotas.admit(PUBLIC_CALLER, [apart(0)], now=NOW, address="203.0.113.7"))
    await quotas.admit(PUBLIC_CALLER, [apart(0)], now=NOW, address="203.0.113.8")
    await quotas.tell_unknown(PUBLIC_CALLER, 5, now=NOW, address="203.0.113.9")
    await refused(quotas.admit(PUBLIC_CALLER, [], now=NOW, address="203.0.113.9"))
    await quotas.tell_unknown(PUBLIC_CALLER, 500, now=NOW)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("a socket", "another socket", False),
    ],
)
async def test_a_network_of_sixty_four_bits_is_one_holder(quotas, one, other, are_one):
    await quotas.tell_unknown(PUBLIC_CALLER, 4, now=NOW, address=one)
    assert bool((await quotas.admit(PUBLIC_CALLER, [], now=NOW, address=other)).hold_back_s) is are_one


async def test_who_has_a_client_is_not_counted_by_address(quotas):
    developer = replace(PUBLIC_CALLER, client_id="developer")
    for number in range(6):
        await quotas.admit(developer, [], now=NOW, address=f"203.0.113.{number}")
    await refused(quotas.admit(developer, [], now=NOW, address="203.0.113.99"))


async def test_the_doors_of_the_authorization_server_are_counted_apart(tally):
    quotas = Quotas(tally, QuotaSettings(client_requests=1, oauth_requests=3))
    for _ in range(3):
        await quotas.enter("bank-client", now=NOW)
    fault = await refused(quotas.enter("bank-client", now=NOW))
    assert (fault.code, fault.retry_after_s) == (FaultCode.QUOTA_EXCEEDED, 40)
    await quotas.enter("another", now=NOW)
    await quotas.admit(BANK, [], now=NOW)
    await quotas.enter("bank-client", now=after(fault))


async def test_a_hundred_at_once_count_exactly(tally):
    quotas = Quotas(tally, replace_settings(client_requests=1000, client_subjects=70))
    asking = (quotas.admit(BANK, [apart(number)], now=NOW) for number in range(100))
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(answer, Admitted) for answer in answers) == 70


async def test_two_processes_count_together(redis_url):
    tallies = [open_tally(redis_url, KEY, clock, patience_s=UNHURRIED_S) for _ in range(2)]
    async with contextlib.aclosing(tallies[0]), contextlib.aclosing(tallies[1]):
        first, second = (Quotas(tally, SETTINGS) for tally in tallies)
        await first.tell_unknown(BANK, 5, now=NOW)
        assert (await refused(second.admit(BANK, [], now=NOW))).code is FaultCode.ENUMERATION_STOPPED
        asking = (one.admit(OFFICER, [], now=NOW) for one in (first, second) * 10)
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert sum(isinstance(answer, Admitted) for answer in answers) == 4


async def test_fifty_at_once_are_one_round_trip(redis_url):
    server = redis.asyncio.Redis.from_url(redis_url)
    async with contextlib.aclosing(open_tally(redis_url, KEY, clock, patience_s=UNHURRIED_S)) as tally:
        quotas = Quotas(tally, WIDE)
        await quotas.admit(BANK, [], now=NOW)
        await server.config_resetstat()
        await asyncio.gather(*(quotas.admit(OFFICER, [apart(number)], now=NOW) for number in range(50)))
        assert (await server.info("commandstats"))["cmdstat_eval"]["calls"] == 1
    await server.aclose()


async def test_without_redis_nobody_is_admitted():
    service = RedisService()
    async with contextlib.aclosing(open_tally(service.url, KEY, clock, patience_s=UNHURRIED_S)) as tally:
        quotas = Quotas(tally, SETTINGS)
        await quotas.admit(BANK, [apart(0)], now=NOW)
        service.stop()
        with pytest.raises(TallyFault):
            await quotas.admit(BANK, [apart(0)], now=NOW)
        with pytest.raises(TallyFault):
            await quotas.tell_unknown(BANK, 1, now=NOW)


def replace_settings(**changed: int) -> QuotaSettings:
    return SETTINGS.model_copy(update=changed)
