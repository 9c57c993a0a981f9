"""What our books hold for a request: read anew each time, shared by those who ask at once, never taken for nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, text

from gateway.identity.consent_papers import ConsentPapers
from gateway.registers.callers import CallersRegister
from gateway.registers.callers_book import Identity, Kind
from gateway.registers.callers_entry import Client, Organisation
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_counting import Use
from gateway.registers.consents_entry import ConsentFile, Party
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.slips import SlipRegister
from gateway.registers.standing import StandingRegister
from gateway.registers.standing_entry import CallerChanged, FiledMark
from policies.evidence import ConsentUse, Mark, RecordMark, Standing
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass, Purpose
from schema.vocabulary.consents import ConsentAct, ConsentTerms, Frequency, Per
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind
from tests.corridor import StillKeys, the_keys

NOW = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
FIRST, SECOND = SubjectId("911200000000000001"), SubjectId("911200000000000002")
BANK = Caller(
    CallerClass.FINANCIAL_INSTITUTION,
    "bank-app",
    "bank",
    consents=frozenset({"C1", "C2"}),
    token_names=frozenset({"t1"}),
)
TERMS = ConsentTerms(
    subject=FIRST,
    organisation="bank",
    items=frozenset({"NB01-1", "SUP-TX1"}),
    purposes=frozenset({Purpose.CREDIT_GRANTING}),
    valid_from=date(2026, 1, 1),
    ends_on=date(2027, 1, 1),
    is_written=True,
)
MARK = RecordMark(Mark.RESTORED, RecordKind.ADMINISTRATIVE_PENALTY, "津市监罚〔2024〕1号", date(2026, 2, 1))
ON_FIRST = FiledMark(FIRST, MARK)
PAPERS = ConsentPapers(StillKeys(the_keys()), "https://gateway.test")


def granted(consent_id: str = "C1", terms: ConsentTerms = TERMS, *acts: ConsentAct) -> ConsentFile:
    """A consent that the subject gave, and what it did with it afterwards."""
    file = ConsentFile(consent_id, terms, NOW, NOW + timedelta(days=7))
    file = replace(file, statements=(PAPERS.artefact(file),))
    for act in (ConsentAct.GRANT, *acts):
        statement = PAPERS.act(file, act, by=Party.SUBJECT, evidence={}, now=NOW)
        file = PAPERS.read((*file.statements, statement))
    return file


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def callers(engine):
    register = CallersRegister(engine)
    await register.start()
    bank = Organisation("bank", "第一银行", CallerClass.FINANCIAL_INSTITUTION)
    await register.put([bank, Client("bank-app", "bank")], at=NOW)
    return register


@pytest.fixture
async def consents(engine):
    register = ConsentRegister(engine, PAPERS.read)
    await register.start()
    yield register
    await register.aclose()


@pytest.fixture
async def slips(engine):
    register = SlipRegister(engine)
    await register.start()
    return register


@pytest.fixture
async def register(engine, callers, consents, slips):
    register = StandingRegister(engine, callers=KnownHere(callers), read=PAPERS.read)
    await register.start()
    yield register
    await register.aclose()


class KnownHere:
    """What the register of callers says, as the desk before it would pass it on."""

    def __init__(self, register: CallersRegister) -> None:
        self._register = register

    @property
    def epoch(self) -> int:
        return self._register.book.epoch

    async def fresh(self) -> object:
        return await self._register.fresh()

    def is_current(self, caller: Caller) -> bool:
        return self._register.is_current(caller)


@pytest.fixture
def statements(register):
    """The statements that have read from the register."""
    seen: list[str] = []
    event.listen(register.reading_engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    return seen


async def write(consents: ConsentRegister, file: ConsentFile) -> None:
    """Put every statement of a consent on file."""
    rows = [
        replace(file.last_row, number=number, statement=statement) for number, statement in enumerate(file.statements)
    ]
    await consents.add(rows)


async def test_what_was_filed_is_read_as_it_was_told(register, consents):
    await write(consents, granted())
    await register.file([ON_FIRST])
    found = await register.standing([FIRST, SECOND], BANK, now=NOW)
    told = granted().as_evidence(NOW)
    assert told is not None
    assert found == {FIRST: Standing(frozenset({told}), {told: ConsentUse("C1")}, frozenset({MARK}))}
    assert await register.filed(FIRST) == [ON_FIRST]
    assert await register.filed(SECOND) == []


async def test_nothing_on_file_is_an_answer(register):
    assert await register.standing([FIRST], BANK, now=NOW) == {}
    assert await register.standing([], PUBLIC_CALLER, now=NOW) == {}


async def test_a_consent_counts_for_its_grantee_if_the_token_carries_it_and_for_nobody_else(register, consents):
    await write(consents, granted())
    await write(consents, granted("C2", replace(TERMS, client_id="bank-app", is_written=False)))

    async def told(**changes):
        found = await register.standing([FIRST, SECOND], replace(BANK, **changes), now=NOW)
        return {use.consent_id for standing in found.values() for use in standing.named.values()}

    assert await told() == {"C1", "C2"}
    assert await told(consents=frozenset({"C1"})) == {"C1"}
    assert await told(consents=frozenset()) == set()
    other = StandingRegister(register._engine, read=PAPERS.read)
    await other.start()
    for changes, expected in (
        ({"client_id": "another"}, {"C1"}),
        ({"organisation": "elsewhere"}, set()),
        ({"client_id": "bank", "organisation": "bank-app"}, set()),  # one that calls itself as the other does
    ):
        found = await other.standing([FIRST], replace(BANK, **changes), now=NOW)
        assert {use.consent_id for one in found.values() for use in one.named.values()} == expected
    assert await other.standing([SECOND], BANK, now=NOW) == {}  # whom the consent does not concern
    await other.aclose()


@pytest.mark.parametrize(
    ("acts", "holds"),
    [
        ((), True),
        ((ConsentAct.PAUSE,), False),
        ((ConsentAct.PAUSE, ConsentAct.RESUME), True),
        ((ConsentAct.REVOKE,), False),
    ],
)
async def test_what_the_subject_did_last_holds_from_the_next_request_on(register, consents, acts, holds):
    await write(consents, granted("C1", TERMS, *acts))
    found = await register.standing([FIRST], BANK, now=NOW)
    assert [consent.is_in_force(NOW.date()) for consent in found[FIRST].consents] == [holds]


async def test_one_that_was_only_asked_for_is_none(register, consents):
    file = granted()
    await consents.add([replace(file.last_row, number=0, statement=file.statements[0])])
    assert await register.standing([FIRST], BANK, now=NOW) == {FIRST: Standing()}


async def test_altered_papers_count_for_nothing(register, consents, caplog):
    file, generous = granted(), granted("C1", replace(TERMS, items=frozenset({"*"})))
    await consents.add(
        [
            replace(file.last_row, number=0, statement=generous.statements[0]),
            replace(file.last_row, number=1, statement=file.statements[1]),
        ]
    )
    assert await register.standing([FIRST], BANK, now=NOW) == {}
    assert "altered" in caplog.text
    assert FIRST not in caplog.text


async def test_how_often_a_consent_was_used_is_read_along_with_it(register, consents):
    await write(consents, granted("C1", replace(TERMS, frequency=Frequency(2, Per.MONTH))))
    for used_up in (False, False, True):
        found = await register.standing([FIRST], BANK, now=NOW)
        assert [consent.is_used_up for consent in found[FIRST].consents] == [used_up]
        await consents.count_use(frozenset({Use("C1", "2026-06", 2)}))
    found = await register.standing([FIRST], BANK, now=NOW + timedelta(days=40))
    assert [consent.is_used_up for consent in found[FIRST].consents] == [False]


async def test_a_suspended_client_is_refused_by_the_next_request(register, callers, database_url):
    assert await register.standing([FIRST], BANK, now=NOW) == {}
    engine = open_engine(database_url)
    elsewhere = CallersRegister(engine)
    await elsewhere.suspend(Identity(Kind.CLIENT, "bank-app"), at=NOW)
    await engine.dispose()
    outcomes = await asyncio.gather(
        register.standing([FIRST], BANK, now=NOW),
        register.standing([FIRST], PUBLIC_CALLER, now=NOW),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], CallerChanged)
    assert outcomes[1] == {}


@pytest.mark.parametrize("name", ["t1", "g1"])
async def test_a_revoked_token_is_refused_by_the_next_request(register, slips, name):
    caller = replace(BANK, token_names=frozenset({"t1", "g1"}))
    assert await register.standing([], caller, now=NOW) == {}
    await slips.revoke([name], NOW + timedelta(hours=1))
    with pytest.raises(CallerChanged):
        await register.standing([], caller, now=NOW)
    assert await register.standing([], replace(BANK, token_names=frozenset({"t2"})), now=NOW) == {}


async def test_marks_hold_whoever_asks(register):
    everywhere = replace(MARK, mark=Mark.HIDDEN, key="", until=date(2026, 3, 1))
    await register.file([ON_FIRST, FiledMark(FIRST, everywhere)])
    found = await register.standing([FIRST], PUBLIC_CALLER, now=NOW)
    assert found == {FIRST: Standing(marks=frozenset({MARK, everywhere}))}


async def test_those_who_ask_at_once_share_one_statement_and_get_their_own(register, consents, statements):
    await write(consents, granted())
    await register.file([ON_FIRST, FiledMark(SECOND, MARK)])
    statements.clear()
    public = PUBLIC_CALLER
    asked = [([FIRST], BANK), ([FIRST, SECOND], public), ([SECOND], BANK)] * 20
    answers = await asyncio.gather(*(register.standing(subjects, caller, now=NOW) for subjects, caller in asked))
    assert len(statements) == 1
    marked, told = Standing(marks=frozenset({MARK})), granted().as_evidence(NOW)
    assert told is not None
    mine = {FIRST: Standing(frozenset({told}), {told: ConsentUse("C1")}, frozenset({MARK}))}
    assert answers == [mine, {FIRST: marked, SECOND: marked}, {SECOND: marked}] * 20


async def test_what_another_process_files_is_known_to_the_next_request(register, consents, database_url):
    assert await register.standing([FIRST], BANK, now=NOW) == {}
    engine = open_engine(database_url)
    other = ConsentRegister(engine, PAPERS.read)
    await other.start()
    await write(other, granted())
    await other.aclose()
    await engine.dispose()
    assert (await register.standing([FIRST], BANK, now=NOW))[FIRST].consents


async def test_who_asks_while_a_statement_is_under_way_is_not_told_what_stood_before(register, consents, statements):
    early = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    while not statements:
        await asyncio.sleep(0.001)
    await write(consents, granted())
    assert (await register.standing([FIRST], BANK, now=NOW))[FIRST].consents
    await early


async def test_what_is_told_again_takes_the_place_of_what_was_told_before(register):
    lifted = replace(ON_FIRST, mark=replace(MARK, until=date(2026, 5, 1)))
    await register.file([ON_FIRST])
    await register.file([lifted])
    assert await register.filed(FIRST) == [lifted]


async def test_all_is_filed_or_nothing(register):
    broken = FiledMark(SECOND, replace(MARK, since=None))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(RegisterFault):
        await register.file([ON_FIRST, broken])
    assert await register.filed(FIRST) == []


async def test_a_register_that_cannot_be_read_refuses_everybody_and_heals(register, engine):
    await register.file([ON_FIRST])
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE record_mark RENAME TO elsewhere"))
    outcomes = await asyncio.gather(
        *(register.standing([FIRST], BANK, now=NOW) for _ in range(5)), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {RegisterFault}
    assert "elsewhere" not in str(outcomes[0])
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO record_mark"))
    assert (await register.standing([FIRST], BANK, now=NOW))[FIRST].marks == {MARK}


@pytest.mark.parametrize("change", ["UPDATE record_mark SET mark = ''", "UPDATE record_mark SET kind = 'Rumour'"])
async def test_a_row_that_nobody_can_read_refuses_those_whom_it_concerns(register, engine, change):
    await register.file([ON_FIRST, FiledMark(SECOND, MARK)])
    async with engine.begin() as connection:
        await connection.execute(text(f"{change} WHERE subject = '{FIRST}'"))
    outcomes = await asyncio.gather(
        register.standing([FIRST], BANK, now=NOW), register.standing([SECOND], BANK, now=NOW), return_exceptions=True
    )
    assert isinstance(outcomes[0], RegisterFault)
    assert outcomes[1] == {SECOND: Standing(marks=frozenset({MARK}))}


async def test_a_caller_who_leaves_takes_nothing_from_the_others(register):
    await register.file([ON_FIRST])
    leaving = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    staying = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    await asyncio.sleep(0)
    leaving.cancel()
    assert FIRST in await staying


async def test_a_closed_register_is_no_empty_register(engine, callers, consents, slips):
    register = StandingRegister(engine)
    with pytest.raises(RegisterFault, match="closed"):
        await register.standing([FIRST], BANK, now=NOW)
    await register.start()
    await register.file([ON_FIRST])
    last = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    await asyncio.sleep(0)
    await register.aclose()
    assert FIRST in await last
    with pytest.raises(RegisterFault, match="closed"):
        await register.standing([FIRST], BANK, now=NOW)


async def test_a_reader_that_takes_too_long_is_given_up(engine, callers, consents, slips):
    register = StandingRegister(engine, patience_s=0.0)
    await register.start()
    with pytest.raises(RegisterFault):
        await register.standing([FIRST], BANK, now=NOW)
    await register.aclose()


async def test_several_gateways_may_create_the_tables_at_once(database_url, callers, consents, slips):
    engines = [open_engine(database_url) for _ in range(3)]
    registers = [StandingRegister(engine) for engine in engines]
    await asyncio.gather(*(register.start() for register in registers))
    for register, engine in zip(registers, engines, strict=True):
        assert await register.standing([FIRST], BANK, now=NOW) == {}
        await register.aclose()
        await engine.dispose()
