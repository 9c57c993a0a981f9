"""What a caller may ask at all: its case named where its unit wants it, its requests and subjects counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.faults import GatewayFault
from gateway.registers.quotas import Quotas
from gateway.registers.tally import Tally, open_tally
from gateway.setting_identity import Quotas as QuotaSettings
from schema.vocabulary.caller import PUBLIC_CALLER, Inquiry, Purpose
from schema.vocabulary.identifiers import AgencyId, SubjectId, check_character
from schema.vocabulary.records import RecordKind
from tests.builders import NOW, SOME_CODE, a_record
from tests.corridor import BANK, OFFICER, PERMIT, Corridor, an_admitted, open_corridor

REGISTERED = a_record(RecordKind.LEGAL_PERSON, {"registeredName": "甲"}, agency=AgencyId.MARKET_REGULATION)
ASK = f'{{ subject(code: "{SOME_CODE}") {{ legalPerson {{ registeredName }} }} }}'
NEEDS_CASE = replace(OFFICER, case_reference_for=frozenset({Purpose.ADMINISTRATIVE_PERMIT}))
LIMITS = QuotaSettings(
    client_requests=5,
    officer_requests=3,
    client_subjects=4,
    officer_subjects=2,
    unknown_slow=2,
    unknown_stop=4,
    slowest="1ms",  # type: ignore[arg-type]  # as a person writes it,
)


def code(number: int) -> SubjectId:
    """Codes of organisations of one place, whose numbers run."""
    stem = f"91120101X{number:07d}0"
    return SubjectId(stem + check_character(stem))


def about(*subjects: str) -> str:
    """A question about several subjects."""
    listed = ", ".join(f'"{subject}"' for subject in subjects)
    return f"{{ subjects(codes: [{listed}]) {{ legalPerson {{ registeredName }} }} }}"


@pytest.fixture
async def tally() -> AsyncIterator[Tally]:
    tally = open_tally("memory://", b"k" * 32, NOW.timestamp)
    yield tally
    await tally.aclose()


@pytest.fixture
async def corridor(tmp_path: Path, tally: Tally) -> AsyncIterator[Corridor]:
    async with open_corridor(tmp_path) as opened:
        opened.house = replace(opened.house, counting=Quotas(tally, LIMITS))
        opened.give((SOME_CODE, REGISTERED))
        yield opened


async def test_where_a_unit_wants_its_cases_named_a_request_without_one_is_refused_and_recorded(corridor) -> None:
    for stated in (PERMIT, Inquiry(Purpose.ADMINISTRATIVE_PERMIT, case_reference="")):
        reply = await corridor.ask(ASK, NEEDS_CASE, stated=stated)
        assert (reply.status, reply.codes) == (400, ["CASE_REFERENCE_REQUIRED"])
    [row] = await corridor.rows()
    assert (row["fault_code"], row["purpose"]) == ("CASE_REFERENCE_REQUIRED", "ADMINISTRATIVE_PERMIT")
    assert corridor.ordered() == set()
    named = Inquiry(Purpose.ADMINISTRATIVE_PERMIT, case_reference="津审2026-1")
    assert (await corridor.ask(ASK, NEEDS_CASE, stated=named)).status == 200
    assert (await corridor.ask(ASK, NEEDS_CASE, stated=Inquiry(Purpose.INSPECTION))).status == 200


async def test_too_many_requests_are_refused_recorded_and_told_when_to_come_again(corridor) -> None:
    for _ in range(5):
        assert (await corridor.ask(ASK, BANK)).status == 200
    corridor.agencies[next(iter(corridor.agencies))].orders.clear()
    reply = await corridor.ask(ASK, BANK)
    assert (reply.status, reply.codes) == (429, ["QUOTA_EXCEEDED"])
    [row] = await corridor.rows()
    assert (row["fault_code"], row["status"], row["client_id"]) == ("QUOTA_EXCEEDED", 429, "bank")
    assert (await corridor.ask(ASK, BANK, as_of=NOW + timedelta(minutes=1))).status == 200


async def test_an_officer_has_limits_of_its_own(corridor) -> None:
    first, second = (replace(OFFICER, officer=name) for name in ("17", "18"))
    for _ in range(3):
        assert (await corridor.ask(ASK, first, stated=PERMIT)).status == 200
    assert (await corridor.ask(ASK, first, stated=PERMIT)).codes == ["QUOTA_EXCEEDED"]
    assert (await corridor.ask(ASK, second, stated=PERMIT)).status == 200


async def test_distinct_subjects_are_counted_by_day_and_known_ones_stay_open(corridor) -> None:
    far = [code(number * 1000) for number in range(6)]
    corridor.give(*((one, REGISTERED) for one in far))
    assert (await corridor.ask(about(*far[:4]), BANK)).status == 200
    assert (await corridor.ask(about(far[4]), BANK)).codes == ["QUOTA_EXCEEDED"]
    assert (await corridor.ask(about(far[0]), BANK)).status == 200
    assert (await corridor.ask(about(far[4]), BANK, as_of=NOW + timedelta(days=1))).status == 200


async def test_whoever_tries_codes_is_stopped(corridor) -> None:
    unknown = [code(5000 + number * 1000) for number in range(5)]
    for one in unknown[:3]:
        assert (await corridor.ask(about(one), BANK)).status == 200
    corridor.give()
    wrong = about("911201010000000000")
    assert (await corridor.ask(wrong, BANK)).codes == ["INVALID_CREDIT_CODE"]
    reply = await corridor.ask(about(unknown[3]), BANK)
    assert (reply.status, reply.codes) == (429, ["ENUMERATION_STOPPED"])
    [row] = await corridor.rows()
    assert row["fault_code"] == "ENUMERATION_STOPPED"
    assert corridor.ordered() == set()


async def test_neighbours_are_trying_too(corridor) -> None:
    side_by_side = [code(number) for number in range(64, 69)]
    corridor.give(*((one, REGISTERED) for one in side_by_side))
    statuses = [(await corridor.ask(about(one), replace(BANK, client_id="other"))).status for one in side_by_side]
    assert statuses[:4] == [200] * 4
    assert statuses[4] == 429


async def test_what_a_search_finds_is_counted_like_what_is_named(corridor) -> None:
    far = [code(number * 1000) for number in range(5)]
    corridor.give(names=dict.fromkeys(far, "津门甲公司"))
    found = "edges { cursor node { legalPerson { registeredName } } }"
    reply = await corridor.ask(f'{{ searchSubjects(name: "津门", first: 5) {{ totalCount {found} }} }}', BANK)
    assert (reply.status, reply.codes) == (429, ["QUOTA_EXCEEDED"])
    [row] = await corridor.rows()
    assert row["fault_code"] == "QUOTA_EXCEEDED"


async def test_the_public_is_counted_by_where_it_comes_from(corridor) -> None:
    for _ in range(5):
        assert (await corridor.answer(replace(an_admitted(ASK, PUBLIC_CALLER), address="192.0.2.1"))).status == 200
    assert (await corridor.answer(replace(an_admitted(ASK, PUBLIC_CALLER), address="192.0.2.1"))).status == 429
    assert (await corridor.answer(replace(an_admitted(ASK, PUBLIC_CALLER), address="192.0.2.2"))).status == 200


async def test_whoever_cannot_be_counted_is_not_let_in(corridor, tally) -> None:
    await tally.aclose()
    with pytest.raises(GatewayFault) as caught:
        await corridor.ask(ASK, BANK)
    assert caught.value.code.value == "REGISTER_UNREADABLE"
    [row] = await corridor.rows()
    assert row["fault_code"] == "REGISTER_UNREADABLE"
    assert corridor.ordered() == set()


async def test_many_at_once_are_counted_exactly(corridor) -> None:
    replies = await asyncio.gather(*(corridor.ask(ASK, BANK) for _ in range(12)))
    assert sorted(reply.status for reply in replies) == [200] * 5 + [429] * 7
