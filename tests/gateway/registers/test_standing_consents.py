"""Whose consents count for whom, and who is no longer let in, as the next request reads it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.registers.callers import CallersRegister
from gateway.registers.callers_book import Identity, Kind
from gateway.registers.consents_counting import Use
from gateway.registers.engine import open_engine
from gateway.registers.standing import StandingRegister
from gateway.registers.standing_entry import CallerChanged
from policies.evidence import ConsentUse, Standing
from schema.vocabulary.caller import PUBLIC_CALLER
from schema.vocabulary.consents import ConsentAct, Frequency, Per
from tests.gateway.registers.standing_stage import (
    BANK,
    FIRST,
    MARK,
    NOW,
    ON_FIRST,
    PAPERS,
    SECOND,
    TERMS,
    granted,
    write,
)


async def test_what_was_filed_is_read_as_it_was_told(register, consents):
    await write(consents, granted())
    await register.file([ON_FIRST])
    found = await register.standing([FIRST, SECOND], BANK, now=NOW)
    told = granted().as_evidence(NOW)
    assert told is not None
    assert found == {FIRST: Standing(frozenset({told}), {told: ConsentUse("C1")}, frozenset({MARK}))}
    assert await register.filed(FIRST) == [ON_FIRST]
    assert await register.filed(SECOND) == []


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
    for caller, expected in (
        (replace(BANK, client_id="another"), {"C1"}),
        (replace(BANK, organisation="elsewhere"), set()),
        (replace(BANK, client_id="bank", organisation="bank-app"), set()),  # calls itself as the other does
    ):
        found = await other.standing([FIRST], caller, now=NOW)
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


async def test_papers_of_one_consent_count_for_nothing_under_the_name_of_another(register, consents, caplog):
    often = granted("C1", replace(TERMS, frequency=Frequency(1, Per.MONTH)))
    await consents.count_use([Use("C1", "2026-06", 1)])
    for number, statement in enumerate(often.statements):
        await consents.add([replace(often.last_row, consent_id="C2", number=number, statement=statement)])
    assert await register.standing([FIRST], BANK, now=NOW) == {}
    assert "altered" in caplog.text


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
