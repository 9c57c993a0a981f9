"""The tax clerk against the simulated tax office, over loopback."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import date, datetime

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from connectors.port import Errand, Fetched, Unavailable, Unreadable
from connectors.tax.connector import TaxClerk, TaxSettings
from connectors.tax.envelope import TRAN_ID
from connectors.tax.sections import SECTIONS
from connectors.transport.line import Line, LineSettings
from connectors.transport.resilience import RetrySettings
from deploy.sandbox import tax
from deploy.sandbox.doors import open_doors
from deploy.sandbox.panel import AgencyDesk, Faults
from deploy.sandbox.world import World, build_world
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind

AS_OF = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
PROFILE = RecordKind.TAXPAYER_PROFILE
RATING = RecordKind.TAX_CREDIT_RATING
ARREARS = RecordKind.TAX_ARREARS
VIOLATION = RecordKind.MAJOR_TAX_VIOLATION
PENALTY = RecordKind.ADMINISTRATIVE_PENALTY
LICENSE = RecordKind.ADMINISTRATIVE_LICENSE
EVERYTHING = {kind: frozenset(section.elements) for kind, section in SECTIONS.items()}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(size=150, today=date(2026, 6, 1))


def known_as(base_url: str) -> TaxSettings:
    """The settings that the simulated office accepts."""
    told = tax.CREDENTIALS
    return TaxSettings(
        base_url,
        channel_id=told["channel_id"],
        identity_type=told["identity_type"],
        rid=told["rid"],
        sid=told["sid"],
        app_secret=told["app_secret"],
    )


@contextlib.asynccontextmanager
async def office(world, desk=None, options=None, **changes):
    """A clerk on a line to a fresh office; `changes` are settings to be wrong about."""
    async with open_doors({"tax": tax.build(world, desk or AgencyDesk("tax"), options)}) as doors:
        line = Line(LineSettings(doors["tax"], retry=RetrySettings(retries=0)))
        settings = replace(known_as(doors["tax"]), **changes)
        try:
            yield TaxClerk(line, settings, lambda: AS_OF)
        finally:
            await line.aclose()


def errand(seconds=5.0):
    return Errand("CG/test-1", asyncio.get_running_loop().time() + seconds)


def named(world, name):
    return SubjectId(world.named[name])


async def ask(world, names, wanted, **kwargs):
    """The outcomes about the named subjects, by (name, kind)."""
    async with office(world, **kwargs) as clerk:
        outcomes = await clerk.ask([named(world, name) for name in names], wanted, errand())
    return {(name, kind): outcomes[named(world, name), kind] for name in names for kind in wanted}


def stated(value):
    """What a neutral value of the world looks like when it is released."""
    if isinstance(value, date):
        return value.isoformat()
    return list(map(str, value)) if isinstance(value, list) else value


async def test_every_fact_of_the_world_comes_back_as_it_is(world):
    codes = [SubjectId(code) for code in world.codes[:100] if code != world.named["unknown-code"]]
    desk = AgencyDesk("tax")
    async with office(world, desk) as clerk:
        outcomes = await clerk.ask(codes, EVERYTHING, errand())

    compared = 0
    for (code, kind), outcome in outcomes.items():
        assert isinstance(outcome, Fetched)
        truths = world.records(AgencyId.TAX, code, kind)
        assert len(outcome.records) == len(truths)
        for record, truth in zip(outcome.records, truths, strict=True):
            assert record.unreadable == frozenset()
            assert record.is_displayed == truth["_displayed"]
            for fact, value in record.facts.items():
                if fact in {"arrearsBalance", "fineAmount", "confiscatedAmount"}:
                    told = None if truth[fact] is None or code.startswith("92") else f"{truth[fact]:.2f}"
                    assert value == (told and {"amount": told, "currency": "CNY"})
                elif fact != "responsibleFinancialOfficer":
                    assert value == stated(truth[fact])
                compared += 1
    assert compared > 1500
    assert desk.calls["operations"] == {TRAN_ID: 1}


async def test_a_hundred_taxpayers_and_all_kinds_are_one_call_and_two_hundred_are_two(world):
    desk = AgencyDesk("tax")
    codes = [SubjectId(code) for code in world.codes]
    async with office(world, desk) as clerk:
        assert (clerk.agency, clerk.batch_size) == (AgencyId.TAX, 100)
        await clerk.ask(codes[:100], EVERYTHING, errand())
        assert desk.calls["operations"] == {TRAN_ID: 1}
        desk.reset()

        outcomes = await clerk.ask([*codes[:120], *codes[:5]], {PROFILE: frozenset({"taxpayerStatus"})}, errand())
    assert desk.calls["operations"] == {TRAN_ID: 2}
    assert len(outcomes) == 120
    assert all(isinstance(outcome, Fetched) and outcome.records for outcome in outcomes.values())


async def test_nothing_is_asked_beyond_the_order(world):
    desk = AgencyDesk("tax")
    wanted = {
        ARREARS: frozenset({"taxCategory"}),
        RATING: frozenset({"taxCreditRating", "noSuchFact"}),
        VIOLATION: frozenset({"caseNature"}),
        PENALTY: frozenset({"fineAmount"}),
        RecordKind.ANNUAL_REPORT: frozenset({"reportYear"}),
    }

    told = await ask(world, ["arrears", "penalised"], wanted, desk=desk)

    asked = {"ZSXM_DM", "pjjb", "ajxz", "gbbz", "CF_NR_FK", "CF_WSH", "CF_CFJGDM"}
    assert desk.calls["asked"] == dict.fromkeys(sorted(asked), 1)
    assert told["arrears", RecordKind.ANNUAL_REPORT] == Fetched(())


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {RecordKind.ANNUAL_REPORT: frozenset({"reportYear"})},
        {PENALTY: frozenset({"severityClass"})},
    ],
)
async def test_an_order_for_nothing_held_makes_no_call(world, wanted):
    desk = AgencyDesk("tax")

    told = await ask(world, ["clean"], wanted, desk=desk)

    assert list(told.values()) == [Fetched(())] * len(wanted)
    assert desk.calls["total"] == 0


async def test_an_unknown_taxpayer_has_no_records(world):
    told = await ask(world, ["unknown", "clean"], {PROFILE: frozenset({"taxpayerStatus"})})

    assert told["unknown", PROFILE] == Fetched(())
    assert told["clean", PROFILE].records[0].facts == {"taxpayerStatus": "NORMAL"}


async def test_a_15_digit_number_is_told_under_the_18_character_code(world):
    told = await ask(world, ["old-taxpayer-number"], {PROFILE: frozenset({"taxpayerIdentificationNumber"})})

    (record,) = told["old-taxpayer-number", PROFILE].records
    assert len(record.facts["taxpayerIdentificationNumber"]) == 15
    assert record.unreadable == frozenset()


async def test_unknown_codes_spoil_their_own_facts_and_nothing_else(world):
    wanted = {
        PROFILE: frozenset({"taxpayerStatus", "taxpayerType"}),
        ARREARS: frozenset({"taxCategory", "arrearsBalance"}),
    }

    told = await ask(world, ["unknown-code"], wanted)

    (profile,) = told["unknown-code", PROFILE].records
    (arrears,) = told["unknown-code", ARREARS].records
    assert (profile.unreadable, set(profile.facts)) == ({"taxpayerStatus"}, {"taxpayerType"})
    assert (arrears.unreadable, set(arrears.facts)) == ({"taxCategory"}, {"arrearsBalance"})


async def test_a_stopped_publication_is_known_without_its_date(world):
    told = await ask(world, ["expired-record"], {VIOLATION: frozenset({"caseNature"})})

    (record,) = told["expired-record", VIOLATION].records
    assert not record.is_displayed
    assert set(record.facts) == {"caseNature"}


async def test_pages_are_followed_to_the_end(world):
    desk = AgencyDesk("tax")
    codes = [SubjectId(code) for code in world.codes[:10]]
    async with office(world, desk, {"page_size": 4}) as clerk:
        outcomes = await clerk.ask(codes, {PROFILE: frozenset({"taxRegistrationDate"})}, errand())

    assert all(len(outcome.records) == 1 for outcome in outcomes.values())
    assert desk.calls["total"] == 3


async def test_what_came_before_a_page_that_fails_is_kept(world):
    codes = [SubjectId(code) for code in world.codes[:3]]
    async with office(world, None, {"page_size": 2, "requests_per_second": 1}) as clerk:
        outcomes = await clerk.ask(codes, {PROFILE: frozenset({"taxRegistrationDate"})}, errand())

    assert [type(outcomes[code, PROFILE]) for code in codes] == [Fetched, Fetched, Unavailable]


@pytest.mark.parametrize("turn", range(4))
async def test_garbled_answers_are_unreadable(world, turn):
    desk = AgencyDesk("tax")
    async with office(world, desk) as clerk:
        desk.faults = Faults(malformed=True)
        for _ in range(turn + 1):
            outcomes = await clerk.ask([named(world, "clean")], {PROFILE: frozenset({"taxpayerType"})}, errand())

    assert [type(outcome) for outcome in outcomes.values()] == [Unreadable]


BOMB = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><b>&c;</b>'


@pytest.mark.parametrize(
    "content", [BOMB.encode(), "<html><body>请输入验证码</body></html>".encode(), b"", b"\x80", b"{}"]
)
async def test_a_foreign_or_hostile_answer_is_unreadable(content):
    async def impostor(request):
        return Response(content, media_type="text/xml")

    app = Starlette(routes=[Route(tax.PATH, impostor, methods=["POST"])])
    async with open_doors({"tax": app}) as doors:
        line = Line(LineSettings(doors["tax"], retry=RetrySettings(retries=0)))
        subject = SubjectId.parse("91310000132260250X")
        clerk = TaxClerk(line, known_as(doors["tax"]), lambda: AS_OF)
        outcomes = await clerk.ask([subject], {PROFILE: frozenset({"taxpayerType"})}, errand())
        await line.aclose()

    assert isinstance(outcomes[subject, PROFILE], Unreadable)


async def test_the_financial_officer_is_told_in_the_ordered_parts_only(world):
    told = await ask(world, ["major-violation"], {VIOLATION: frozenset({"responsibleFinancialOfficer.name"})})

    (record,) = told["major-violation", VIOLATION].records
    (truth,) = world.records(AgencyId.TAX, world.named["major-violation"], VIOLATION)
    assert record.facts == {"responsibleFinancialOfficer": {"name": truth["responsibleFinancialOfficer"]["name"]}}


async def test_a_penalty_has_a_key_that_other_agencies_can_make_too(world):
    told = await ask(world, ["penalised"], {PENALTY: frozenset({"violationType"})})

    keys = {record.key for record in told["penalised", PENALTY].records}
    truths = world.records(AgencyId.TAX, world.named["penalised"], PENALTY)
    number = str(truths[0]["penaltyDocumentNumber"]).replace("（", "(").replace("）", ")")
    assert f"{number}|{truths[0]['penaltyAuthorityCode']}" in keys
    assert len(keys) == len(truths) >= 2


@pytest.mark.parametrize(
    "trouble",
    [
        {"options": {"is_in_maintenance": True}},
        {"channel_id": "someone else"},
        {"app_secret": "wrong"},
        {"path": "/esb/elsewhere"},
    ],
)
async def test_an_office_that_will_not_serve_is_unavailable(world, trouble):
    told = await ask(world, ["clean", "unknown"], {PROFILE: frozenset({"taxpayerType"})}, **trouble)

    assert {type(outcome) for outcome in told.values()} == {Unavailable}
    assert not any("维护" in outcome.cause for outcome in told.values())


@pytest.mark.parametrize("faults", [Faults(down=True), Faults(error_rate=1.0), Faults(hang=True)])
async def test_an_office_in_trouble_is_unavailable(world, faults):
    desk = AgencyDesk("tax")
    desk.faults = faults
    async with office(world, desk) as clerk:
        outcomes = await clerk.ask([named(world, "clean")], {PROFILE: frozenset({"taxpayerType"})}, errand(0.2))

    assert [type(outcome) for outcome in outcomes.values()] == [Unavailable]


def test_the_secret_is_not_printed():
    assert tax.CREDENTIALS["app_secret"] not in repr(known_as("http://127.0.0.1"))
