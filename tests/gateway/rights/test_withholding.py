"""Inquiries are withheld for a named investigation, by a named article, until a day that is not too far."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.registers.engine import open_engine
from gateway.registers.withholding import WithholdingRegister
from gateway.registers.withholding_entry import Selection
from gateway.rights.withholding import LONGEST, Wanted, WithholdingDesk, WithholdingRefused
from schema.vocabulary.caller import Purpose
from tests.builders import SOME_CODE
from tests.conftest import AS_OF
from tests.inquiry_stage import SELECTORS, TODAY

WANTED = Wanted("police", TODAY + timedelta(days=30), "CPL 54", "case office 3", purpose=Purpose.INSPECTION)


@pytest.fixture
async def register(database_url):
    engine = open_engine(database_url)
    register = WithholdingRegister(engine)
    await register.start()
    yield register
    await engine.dispose()


@pytest.fixture
def desk(register):
    return WithholdingDesk(register, SELECTORS, lambda organisation: organisation == "police")


async def test_what_is_filed_is_in_force_until_its_last_day(desk, register):
    wanted = replace(WANTED, case="案-1", subject=SOME_CODE, client="police-desk", first_day=TODAY, last_day=TODAY)
    filed = await desk.withhold(wanted, now=AS_OF)
    assert filed.selection == Selection(
        "police",
        client="police-desk",
        purpose="INSPECTION",
        case=SELECTORS.case("案-1"),
        subject=SELECTORS.subject(SOME_CODE),
        first_day=TODAY,
        last_day=TODAY,
    )
    assert await register.in_force(WANTED.until) == [filed] == await desk.listed()
    assert await register.in_force(WANTED.until + timedelta(days=1)) == []
    assert (filed.is_in_force(WANTED.until), filed.is_in_force(WANTED.until + timedelta(days=1))) == (True, False)


async def test_it_can_be_lifted_once_before_its_time(desk, register):
    filed = await desk.withhold(WANTED, now=AS_OF)
    await desk.lift(filed.withholding_id, by="case office 3", now=AS_OF)
    assert await register.in_force(TODAY) == []
    (told,) = await desk.listed()
    assert told == replace(filed, lifted_at=AS_OF, lifted_by="case office 3")
    assert not told.is_in_force(TODAY)
    for withholding_id in (filed.withholding_id, "unknown"):
        with pytest.raises(WithholdingRefused, match="no such withholding"):
            await desk.lift(withholding_id, by="somebody", now=AS_OF)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"organisation": "unknown"}, "no organisation `unknown` is registered"),
        ({"purpose": None}, "a client, a purpose or a case has to be named"),
        ({"until": TODAY - timedelta(days=1)}, "the last day has to lie between today"),
        ({"until": TODAY + LONGEST + timedelta(days=1)}, "the last day has to lie between today"),
        ({"first_day": TODAY, "last_day": TODAY - timedelta(days=1)}, "last day lies before their first"),
        ({"basis": " "}, "the article that it rests on has to be named"),
        ({"by": "x" * 201}, "who files it has to be named"),
        ({"by": "a\x1b[1m"}, "who files it has to be named"),
    ],
)
async def test_what_is_refused(desk, register, change, why):
    with pytest.raises(WithholdingRefused, match=why):
        await desk.withhold(replace(WANTED, **change), now=AS_OF)
    assert await desk.listed() == []


@pytest.mark.parametrize("until", [TODAY, TODAY + LONGEST])
@pytest.mark.parametrize("chosen", [{"purpose": None, "case": "案-1"}, {"purpose": None, "client": "police-desk"}])
async def test_the_shortest_and_the_longest(desk, until, chosen):
    filed = await desk.withhold(replace(WANTED, until=until, **chosen), now=AS_OF)
    assert filed.until == until
