"""The look-out: each alert once, in the register and in the log, whoever looks and whatever breaks off."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.registers.alerts import AlertRegister
from gateway.registers.engine import RegisterFault
from gateway.registers.log import AuditUnwritable
from gateway.registers.log_entry import NewEntry
from schema.vocabulary.alerts import AlertRule, Watched
from tests.conftest import AS_OF
from tests.gateway.registers.alert_stage import FEW, LATER, a_request, ask, on_file, opened, told_in_the_log, watch_over
from tests.gateway.registers.log_stage import a_signer, verified


@pytest.fixture
def signer(tmp_path):
    return a_signer(tmp_path)


@pytest.fixture
async def log(engine, signer):
    async with opened(engine, signer) as log:
        yield log


@pytest.fixture
async def register(engine, log):
    register = AlertRegister(engine)
    await register.start()
    return register


@pytest.fixture
async def own(engine, signer, register):
    """The log as a look-out writes it."""
    async with opened(engine, signer) as log:
        yield log


async def test_an_alert_is_on_file_and_in_the_log(log, own, register, signer):
    await ask(log, 4)
    assert await watch_over(own, register).look(LATER)
    (filed,) = await register.after(0, first=9)
    assert (filed.alert.rule, filed.alert.who, filed.alert.count) == (
        AlertRule.BULK_LOOKUPS,
        Watched("bank", "bank-1"),
        4,
    )
    assert (filed.alert.first, filed.alert.last, filed.position, filed.raised_at) == (1, 4, 5, LATER)
    (told,) = await told_in_the_log(log)
    assert told == {
        "v": 1,
        "kind": "alert",
        "id": "alert-1",
        "at": LATER.isoformat(),
        "rule": "BULK_LOOKUPS",
        "organisation": "bank",
        "client": "bank-1",
        "officer": "",
        "window": "1",
        "begins": AS_OF.isoformat(),
        "ends": AS_OF.isoformat(),
        "count": 4,
        "first": 1,
        "last": 4,
        "article": "TJ 22(1)",
    }
    assert (await verified(log, signer))[-1] == "alert-1"


async def test_nothing_is_raised_twice_and_alerts_raise_none(log, own, register):
    watch = watch_over(own, register)
    await ask(log, 4, officer="o-7", at=AS_OF.replace(hour=3), verdicts=({"decided": {"A.a": "SHOW"}},))
    for _ in range(3):
        assert await watch.look(LATER)
    rules = [alert.rule for alert in await on_file(register)]
    assert sorted(rules) == [AlertRule.BULK_LOOKUPS, AlertRule.BULK_LOOKUPS, AlertRule.OUT_OF_HOURS]
    assert len(await told_in_the_log(log)) == 3


async def test_more_than_a_portion_is_followed_at_once(log, own, register):
    await asyncio.gather(*(log.append(a_request(f"r-{n}", f"s{n}")) for n in range(450)))
    assert await watch_over(own, register).look(LATER)
    assert [alert.last for alert in await on_file(register)] == [*range(4, 451, 4)]
    assert [told["last"] for told in await told_in_the_log(log)] == [*range(4, 451, 4)]


async def test_another_one_goes_on_with_what_the_first_had_counted(log, own, register):
    first, second = watch_over(own, register), watch_over(own, register)
    await ask(log, 3)
    await first.look(LATER)
    await ask(log, 1, first=3)
    assert not await second.look(LATER)
    assert await on_file(register) == []
    assert await second.look(LATER + timedelta(seconds=1))
    assert [(alert.first, alert.last) for alert in await on_file(register)] == [(1, 4)]


async def test_who_has_slept_over_its_lease_learns_what_another_has_done(log, own, register):
    first, second = watch_over(own, register), watch_over(own, register)
    await ask(log, 3)
    await first.look(LATER)
    await ask(log, 1, first=3)
    await second.look(LATER + timedelta(seconds=1))
    await ask(log, 3, "again", first=10)
    assert await first.look(LATER + timedelta(seconds=2))
    await ask(log, 1, "again", first=20)
    assert await first.look(LATER + timedelta(seconds=2))
    assert [(alert.first, alert.last) for alert in await on_file(register)] == [(1, 4), (6, 9)]


async def test_who_is_overtaken_while_it_looks_files_nothing(log, own, register):
    await ask(log, 4)
    second = watch_over(own, register)

    class Slow:
        of_request, append = own.of_request, own.append

        async def entries(self, after, first):
            found = await own.entries(after, first)
            await second.look(LATER + timedelta(minutes=1))
            return found

    assert not await watch_over(Slow(), register).look(LATER)
    assert len(await on_file(register)) == len(await told_in_the_log(log)) == 1


class Breaking:
    """A log that breaks off where it is told to."""

    def __init__(self, log, *, before: bool) -> None:
        self._log = log
        self._before = before
        self.entries, self.of_request = log.entries, log.of_request

    async def append(self, entry: NewEntry) -> object:
        if not self._before:
            await self._log.append(entry)
        raise asyncio.CancelledError


@pytest.mark.parametrize("before", [True, False])
async def test_what_breaks_off_while_an_alert_is_written_is_made_up_for_once(log, own, register, before):
    await ask(log, 8)
    watch = watch_over(Breaking(own, before=before), register)
    with pytest.raises(asyncio.CancelledError):
        await watch.look(LATER)
    assert len(await on_file(register)) == 2
    assert len(await told_in_the_log(log)) == (0 if before else 1)
    assert await watch_over(own, register).look(LATER + timedelta(seconds=1))
    assert [told["id"] for told in await told_in_the_log(log)] == ["alert-1", "alert-2"]


async def test_the_database_takes_no_second_entry_of_an_alert(log, own, register, signer):
    """Two that believe to be alone: one was broken off, and its commit came through all the same."""
    await ask(log, 4)

    class Blind:
        entries = own.entries

        async def append(self, entry):
            await log.append(entry)
            return await own.append(entry)

        async def of_request(self, request_id):
            return await own.of_request(request_id)

    assert await watch_over(Blind(), register).look(LATER)
    assert len(await told_in_the_log(log)) == 1
    assert len(await verified(log, signer)) == 5


async def test_a_log_that_takes_nothing_is_told_later(log, own, register):
    await ask(log, 4)

    class Closed:
        entries, of_request = own.entries, own.of_request

        async def append(self, _entry):
            raise AuditUnwritable("the record cannot be written")

    watch = watch_over(Closed(), register)
    with pytest.raises(AuditUnwritable):
        await watch.look(LATER)
    assert len(await on_file(register)) == 1
    await watch_over(own, register).look(LATER + timedelta(seconds=1))
    assert len(await told_in_the_log(log)) == 1


async def test_lower_thresholds_raise_what_is_new_from_what_was_counted_before(log, own, register):
    await ask(log, 3)
    await watch_over(own, register).look(LATER)
    stricter = replace(FEW, client_subjects_hour=3)
    assert await watch_over(own, register, thresholds=stricter).look(LATER + timedelta(seconds=1))
    assert [(alert.first, alert.last) for alert in await on_file(register)] == [(1, 3)]
    assert len(await told_in_the_log(log)) == 1


async def test_an_entry_that_nobody_can_read_is_passed_over(log, own, register, caplog):
    await ask(log, 2)
    await log.append(NewEntry("strange", AS_OF, b'{"v": 9}', (), {}))
    await ask(log, 2, first=2)
    with caplog.at_level(logging.ERROR, "creditgraph.alerts"):
        await watch_over(own, register).look(LATER)
    assert "entry 3 cannot be read" in caplog.text
    assert [(alert.first, alert.last) for alert in await on_file(register)] == [(1, 5)]


async def until(condition):
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.01)


async def cancelled(*tasks):
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_it_looks_by_itself_and_lets_go_at_the_end(log, own, register):
    task = asyncio.create_task(watch_over(own, register, every=timedelta(milliseconds=5)).watch(lambda: LATER))
    await ask(log, 4)

    async def is_told():
        return len(await told_in_the_log(log)) == 1

    await until(is_told)
    await cancelled(task)
    assert await watch_over(own, register).look(LATER)


async def test_it_goes_on_after_a_fault(log, own, register):
    class Shaky:
        of_request, append = own.of_request, own.append
        faults = 3

        async def entries(self, after, first):
            if self.faults:
                self.faults -= 1
                raise RegisterFault("the database took too long")
            return await own.entries(after, first)

    await ask(log, 4)
    task = asyncio.create_task(watch_over(Shaky(), register, every=timedelta(milliseconds=5)).watch(lambda: LATER))

    async def is_told():
        return len(await told_in_the_log(log)) == 1

    await until(is_told)
    await cancelled(task)
