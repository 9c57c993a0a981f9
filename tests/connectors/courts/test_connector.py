"""The courts' clerk against the simulated courts, over loopback."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from connectors.courts.lists import HELD, CourtList
from connectors.port import Fetched, Unreadable
from deploy.sandbox import courts
from deploy.sandbox.courts_rows import Filing
from deploy.sandbox.panel import AgencyDesk
from deploy.sandbox.world import World, build_world
from schema.vocabulary.codes import EnforcementKind
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind
from tests.connectors.courts.books import (
    AS_OF,
    CASE,
    CURRENT,
    DEFAULTER,
    NUMBERS,
    Books,
    ask,
    case,
    clerk_of,
    defaulters,
    errand,
    filed,
    listing,
)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(size=150, today=date(2026, 6, 1))


async def test_subject_without_rows_costs_one_call_per_list():
    outcomes, desk = await ask(Books(), {DEFAULTER: CURRENT, CASE: HELD[CASE][CourtList.TERMINATED]})
    assert outcomes == {DEFAULTER: Fetched(()), CASE: Fetched(())}
    assert desk.calls["operations"] == {"sxbzxr": 1, "xgl": 1, "zhongben": 1, "zxgk": 1}


async def test_unknown_subject_looks_like_one_without_rows():
    outcome, desk = await defaulters(Books(codes=()))
    assert outcome == Fetched(())
    assert desk.calls["total"] == 1


async def test_nothing_beyond_the_order_is_asked():
    _, desk = await ask(Books(), {CASE: {"consumptionRestrictionOrderDate"}, RecordKind.TAX_ARREARS: {"taxCategory"}})
    assert desk.calls["asked"] == {"xgl": 1}
    _, desk = await ask(Books(), {CASE: {"enforcementAmount"}})
    assert desk.calls["asked"] == {"zhongben": 1, "zxgk": 1}
    outcomes, desk = await ask(Books(), {DEFAULTER: {"responsiblePerson.telephone"}, CASE: set()})
    assert desk.calls["total"] == 0
    assert outcomes == {DEFAULTER: Fetched(()), CASE: Fetched(())}


async def test_every_row_under_either_key_exactly_once():
    rows = [*filed(Filing.CREDIT_CODE, 3), *filed(Filing.ORGANISATION_CODE, 3), *filed(Filing.BOTH, 3)]
    outcome, desk = await defaulters(Books({DEFAULTER: rows}), NUMBERS)
    assert {record.key for record in outcome.records} == {
        row["caseNumber"].translate({0xFF08: "(", 0xFF09: ")"}) for row in rows
    }
    assert len(outcome.records) == 9
    assert desk.calls["total"] == 2


async def test_second_key_is_spared_where_it_has_no_rows():
    outcome, desk = await defaulters(Books({DEFAULTER: filed(Filing.CREDIT_CODE, 3)}), NUMBERS)
    assert len(outcome.records) == 3
    assert desk.calls["total"] == 1


@pytest.mark.parametrize(("count", "calls"), [(10, 1), (11, 2), (12, 2), (57, 6)])
async def test_all_pages(count, calls):
    outcome, desk = await defaulters(Books({DEFAULTER: filed(Filing.CREDIT_CODE, count)}), NUMBERS)
    assert len({record.key for record in outcome.records}) == count
    assert desk.calls["total"] == calls


async def test_pages_under_both_keys():
    rows = filed(Filing.CREDIT_CODE, 21) + filed(Filing.ORGANISATION_CODE, 12)
    outcome, desk = await defaulters(Books({DEFAULTER: rows}), NUMBERS)
    assert len({record.key for record in outcome.records}) == 33
    assert desk.calls["total"] == 5


async def test_more_pages_than_we_read_is_no_short_list():
    outcome, desk = await defaulters(Books({DEFAULTER: filed(Filing.CREDIT_CODE, 31)}), NUMBERS, max_pages=3)
    assert outcome == Unreadable("more pages than we read")
    assert desk.calls["total"] == 1


async def test_past_listings_come_only_with_their_date():
    now, past = filed(Filing.CREDIT_CODE, 2)
    past |= {"exitDate": date(2026, 4, 1), "_displayed": False}
    books = Books({DEFAULTER: [now, past]})
    outcome, _ = await defaulters(books, NUMBERS)
    assert [record.facts["caseNumber"] for record in outcome.records] == [now["caseNumber"]]
    outcome, _ = await defaulters(books, NUMBERS | {"exitDate"})
    assert {record.facts["exitDate"]: record.is_displayed for record in outcome.records} == {
        None: True,
        "2026-04-01": False,
    }


async def test_dates_and_nulls_of_every_form_and_the_hour_of_the_list():
    outcome, _ = await defaulters(Books({DEFAULTER: [listing(number) for number in range(20)]}))
    for record in outcome.records:
        assert record.facts["publicationDate"] == "2026-03-01"
        assert record.facts["filingDate"] == "2026-01-02"
        assert record.facts["performedPart"] is None
        assert record.facts["enforcementCourt"] == "天津市和平区人民法院"
        assert record.facts["responsiblePerson"]["name"] == "赵示甲"
        assert record.as_of.isoformat() == "2026-06-01T02:30:00+08:00"
        assert record.unreadable == frozenset()


async def test_natural_person_never_beyond_the_mask():
    (row,) = filed(Filing.CREDIT_CODE, 1)
    outcome, _ = await defaulters(Books({DEFAULTER: [row | {"_natural_person": True}]}))
    (record,) = outcome.records
    assert record.is_natural_person
    assert record.facts["responsiblePerson"] == {
        "name": "赵示甲",
        "gender": "MALE",
        "birthDate": "1990-01-01",
        "identityDocumentNumber": "000000********1230",
    }


async def test_of_an_organisation_the_courts_tell_the_representatives_name_alone():
    outcome, _ = await defaulters(Books({DEFAULTER: filed(Filing.CREDIT_CODE, 1)}))
    person = outcome.records[0].facts["responsiblePerson"]
    assert {part for part, value in person.items() if value is not None} == {"name"}


async def test_one_case_on_three_lists_is_three_records():
    amounts = {"enforcementAmount": Decimal(2316000), "unperformedAmount": Decimal("1158000.50"), "causeOfAction": None}
    (number,) = (row["caseNumber"] for row in filed(Filing.CREDIT_CODE, 1))
    rows = [case(0, kind, **amounts) | {"caseNumber": number} for kind in EnforcementKind]
    rows[2]["consumptionRestrictionOrderDate"] = date(2026, 2, 3)
    facts = frozenset().union(*HELD[CASE].values())
    outcomes, _ = await ask(Books({CASE: rows}), {CASE: facts})
    records = {record.facts["caseKind"]: record for record in outcomes[CASE].records}
    assert records.keys() == {"ENFORCED", "TERMINATED", "CONSUMPTION_RESTRICTED"}
    assert len({record.key for record in records.values()}) == 3
    for kind in ("ENFORCED", "TERMINATED"):
        assert records[kind].facts["enforcementAmount"] == {"amount": "2316000.00", "currency": "CNY"}
        assert records[kind].facts["unperformedAmount"] == {"amount": "1158000.50", "currency": "CNY"}
        assert records[kind].facts["causeOfAction"] is None
    assert records["CONSUMPTION_RESTRICTED"].facts["consumptionRestrictionOrderDate"] == "2026-02-03"


async def test_native_text_that_nobody_can_read():
    (row,) = filed(Filing.CREDIT_CODE, 1)
    raw = {"enforcementCourt": "暂无", "fydm": "990000", "publicationDate": "2026年13月01日"}
    outcome, _ = await defaulters(Books({DEFAULTER: [row | {"_raw": raw}]}))
    (record,) = outcome.records
    assert record.unreadable == {"enforcementCourt", "publicationDate"}
    assert record.facts["filingDate"] == "2026-01-02"


async def test_subjects_of_the_world(world):
    code = SubjectId(world.named["defaulter"])
    outcomes, _ = await ask(world, {DEFAULTER: CURRENT, CASE: HELD[CASE][CourtList.ENFORCED]}, subject=code)
    held = world.records(AgencyId.COURTS, code, DEFAULTER)
    assert len(held) > 10
    assert Counter(record.facts["publicationDate"] for record in outcomes[DEFAULTER].records) == Counter(
        str(record["publicationDate"]) for record in held
    )
    assert all(not record.unreadable for outcome in outcomes.values() for record in outcome.records)
    assert len(outcomes[CASE].records) == len(world.records(AgencyId.COURTS, code, CASE))


async def test_several_subjects_and_none(world):
    desk = AgencyDesk("courts")
    async with clerk_of(courts.build(world, desk, {"clock": lambda: AS_OF})) as clerk:
        subjects = [SubjectId(code) for code in world.codes[:5]] * 2
        answers = await clerk.ask(subjects, {DEFAULTER: frozenset(NUMBERS)}, errand())
        assert set(answers) == {(subject, DEFAULTER) for subject in subjects}
        assert await clerk.ask([], {DEFAULTER: frozenset(NUMBERS)}, errand()) == {}
        assert (clerk.agency, clerk.batch_size) == (AgencyId.COURTS, 1)
