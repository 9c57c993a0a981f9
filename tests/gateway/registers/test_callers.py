"""The register of callers: all or nothing, on both databases, and known at once to whoever else has it open."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest
from sqlalchemy import event, text

from gateway.cli.callers_acts import let_go
from gateway.registers.callers import CallersFault, CallersRegister
from gateway.registers.callers_book import CallerBook, Identity, Kind, identity_of
from gateway.registers.callers_entry import Binding, Client, Grant, Level, Officer, Organisation
from gateway.registers.callers_table import EPOCH
from gateway.registers.engine import RegisterFault, open_engine
from schema.vocabulary.caller import PUBLIC_CALLER, CallerClass, Purpose
from tests.builders import NOW, SOME_CODE

BUREAU = Organisation(
    "tj-permits",
    "天津审批局",
    CallerClass.STATE_ORGAN,
    jurisdiction="120000",
    level=Level.PROVINCIAL,
    designated=frozenset({Purpose.ADMINISTRATIVE_PERMIT, Purpose.INSPECTION}),
    case_reference_for=frozenset({Purpose.INSPECTION}),
    agreements={"2026-1": frozenset({"SUP-TX1", "NB01-1"}), "2026-2": frozenset({"*"})},
)
DESK = Client("desk", "tj-permits", scopes=frozenset({"credit:read"}), keys='{"keys":[]}', certificate="a" * 43)
OWN = Client(
    "own",
    subject=SOME_CODE,
    issuer="outside",
    grants=frozenset(Grant),
    redirect_uris=("https://a.example/back", "http://127.0.0.1/x"),
    binding=Binding.MTLS,
)
OFFICER = Officer("tj-permits", "17", frozenset({"SUP-TX1"}))
EVERYBODY = [BUREAU, DESK, OWN, OFFICER]
THE_BUREAU = Identity(Kind.ORGANISATION, "tj-permits")


def opened(url):
    return CallersRegister(open_engine(url), check_keys=lambda _keys: ())


@pytest.fixture
async def registers(database_url):
    """Two processes' registers on one database."""
    both = [opened(database_url) for _ in range(2)]
    await asyncio.gather(*(register.start() for register in both))
    yield both
    for register in both:
        await register._engine.dispose()


@pytest.fixture
def register(registers):
    return registers[0]


@pytest.fixture
def statements(registers):
    """What the second register sends."""
    seen: list[str] = []
    engine = registers[1]._engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    return seen


async def test_a_new_register_is_empty(registers):
    assert [register.book for register in registers] == [CallerBook(), CallerBook()]
    assert await registers[0].changes() == []


async def test_what_is_put_is_read_as_it_was_told(registers):
    assert await registers[0].put(EVERYBODY, at=NOW, who="admin") == EVERYBODY
    book = registers[0].book
    assert list(book.entries()) == EVERYBODY
    assert book.epoch == 1
    assert await registers[1].read() == book
    assert [(one["what"], one["identity"], one["who"], one["at"]) for one in await registers[0].changes()] == [
        ("REGISTERED", "officer tj-permits/17", "admin", NOW),
        ("REGISTERED", "client own", "admin", NOW),
        ("REGISTERED", "client desk", "admin", NOW),
        ("REGISTERED", "organisation tj-permits", "admin", NOW),
    ]


async def test_what_is_told_again_takes_the_place_of_what_was_told_before(register):
    await register.put(EVERYBODY, at=NOW)
    renamed = replace(BUREAU, name="天津市政务服务办公室")
    assert await register.put([*EVERYBODY[1:], renamed], at=NOW) == [renamed]
    assert register.book.organisations == {"tj-permits": renamed}
    assert (register.book.epoch, (await register.changes(1))[0]["what"]) == (2, "CHANGED")


async def test_what_changes_nothing_leaves_no_trace(register):
    await register.put(EVERYBODY, at=NOW)
    assert await register.put(EVERYBODY, at=NOW) == []
    assert (register.book.epoch, len(await register.changes())) == (1, 4)


async def test_a_fault_of_one_keeps_out_all(register):
    with pytest.raises(CallersFault) as caught:
        await register.put([BUREAU, replace(DESK, organisation_id="nobody"), replace(OFFICER, officer_id="?")], at=NOW)
    assert caught.value.faults == (
        "client `desk`: its organisation is not registered",
        "officer: `officer_id` has 1 to 64 letters, digits, `-`, `.` or `_`",
    )
    assert await register.read() == CallerBook()


async def test_an_organisation_may_come_with_its_own_or_have_come_before(register):
    await register.put([DESK, BUREAU], at=NOW)
    await register.put([OFFICER], at=NOW)
    assert len(list(register.book.entries())) == 3


async def test_without_a_check_of_keys_no_key_is_taken(sqlite_url):
    engine = open_engine(sqlite_url)
    register = CallersRegister(engine)
    await register.start()
    with pytest.raises(CallersFault, match="without a check of keys"):
        await register.put([BUREAU, DESK], at=NOW)
    await register.put([BUREAU, replace(DESK, keys="")], at=NOW)
    await engine.dispose()


@pytest.mark.parametrize("entry", EVERYBODY)
async def test_a_suspension_here_is_seen_there_by_epoch_and_book(registers, entry):
    here, there = registers
    await here.put(EVERYBODY, at=NOW)
    assert (await there.fresh()).epoch == 1
    name = identity_of(entry)
    assert await here.suspend(name, at=NOW, who="admin")
    async with there._engine.connect() as connection:
        assert (await connection.execute(EPOCH.select())).all() == [(1, 2)]
    found = (await there.fresh()).entry(name)
    assert found == replace(entry, is_active=False)
    assert not await here.suspend(name, at=NOW)
    assert await there.resume(name, at=NOW)
    assert not await there.resume(name, at=NOW)
    assert list((await here.fresh()).entries()) == EVERYBODY
    assert [one["what"] for one in await here.changes(2)] == ["RESUMED", "SUSPENDED"]


async def test_what_is_suspended_stays_so_when_it_is_told_again(register):
    await register.put(EVERYBODY, at=NOW)
    await register.suspend(THE_BUREAU, at=NOW)
    assert await register.put([BUREAU], at=NOW) == []
    renamed = replace(BUREAU, name="other")
    assert await register.put([renamed], at=NOW) == [replace(renamed, is_active=False)]
    assert not register.book.organisations["tj-permits"].is_active


async def test_nobody_can_be_suspended(register):
    with pytest.raises(CallersFault, match="organisation `tj-permits` is not registered"):
        await register.suspend(THE_BUREAU, at=NOW)


async def test_is_current_says_what_the_last_book_says(registers):
    here, there = registers
    await here.put(EVERYBODY, at=NOW)
    caller = here.book.caller("desk", "17")
    assert here.is_current(caller)
    assert here.is_current(PUBLIC_CALLER)
    assert not there.is_current(caller)
    await there.fresh()
    assert there.is_current(caller)
    await there.suspend(THE_BUREAU, at=NOW)
    assert here.is_current(caller)
    await here.fresh()
    assert not here.is_current(caller)


async def test_a_look_costs_one_statement_shared_by_those_who_ask_at_once(registers, statements):
    here, there = registers
    await here.put(EVERYBODY, at=NOW)
    await asyncio.gather(*(there.fresh() for _ in range(20)))
    statements.clear()
    await asyncio.gather(*(there.fresh() for _ in range(20)))
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


async def test_who_asks_while_a_look_is_under_way_is_not_told_what_stood_before(registers, statements):
    here, there = registers
    early = asyncio.create_task(there.fresh())
    while not statements:
        await asyncio.sleep(0)
    await here.put(EVERYBODY, at=NOW)
    assert (await there.fresh()).epoch == 1
    await early


async def test_a_caller_who_leaves_takes_nothing_from_the_others(registers):
    leaving, staying = (asyncio.create_task(registers[0].fresh()) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == CallerBook()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE caller_organisation SET caller_class = 'KING'",
        "UPDATE caller_client SET scopes = '['",
        "UPDATE caller_officer SET items = '5'",
        "UPDATE caller_organisation SET agreements = '[]'",
        "DELETE FROM caller_epoch",
    ],
)
async def test_what_cannot_be_read_is_a_fault_and_the_book_before_stays(register, change):
    await register.put(EVERYBODY, at=NOW)
    before = register.book
    async with register._engine.begin() as connection:
        await connection.execute(text(change))
        await connection.execute(EPOCH.update().values(epoch=9))
    with pytest.raises(RegisterFault):
        await register.fresh()
    with pytest.raises(RegisterFault):
        await register.put([BUREAU], at=NOW)
    assert register.book == before


@pytest.mark.parametrize("change", ["UPDATE caller_change SET who = ''", "DELETE FROM caller_change"])
async def test_the_history_can_only_grow(register, change):
    await register.put(EVERYBODY, at=NOW)
    with pytest.raises(Exception, match="append-only"):
        async with register._engine.begin() as connection:
            await connection.execute(text(change))
    assert len(await register.changes()) == 4


async def test_changes_of_two_at_once_are_both_kept(registers):
    await registers[0].put(EVERYBODY, at=NOW)
    officers = [Officer("tj-permits", str(number)) for number in range(10)]
    await asyncio.gather(*(registers[place % 2].put([one], at=NOW) for place, one in enumerate(officers)))
    for register in registers:
        book = await register.fresh()
        assert (book.epoch, len(book.officers)) == (11, 11)


async def test_a_database_that_is_gone_is_a_fault_of_the_register(tmp_path):
    before = frozenset(threading.enumerate())
    register = opened(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db")
    with pytest.raises(RegisterFault):
        await register.start()
    await register._engine.dispose()
    await let_go(before)  # the driver's thread still has to tell this loop


async def test_a_database_that_takes_too_long_is_given_up(database_url):
    before, engine = frozenset(threading.enumerate()), open_engine(database_url)
    register = CallersRegister(engine, patience_s=0.0)
    with pytest.raises(RegisterFault):
        await register.start()
    await engine.dispose()
    await let_go(before)  # the driver's thread still has to tell this loop
