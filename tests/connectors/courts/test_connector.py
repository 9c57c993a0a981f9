"""The courts' clerk against the simulated courts, over loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from starlette.responses import HTMLResponse

from connectors.courts.connector import CourtsClerk, CourtsSettings
from connectors.courts.lists import HELD, CourtList
from connectors.port import Errand, Fetched, Unavailable, Unreadable
from connectors.transport.line import Line
from connectors.transport.line_settings import LineSettings
from connectors.transport.resilience import RetrySettings
from deploy.sandbox import courts
from deploy.sandbox.courts_rows import Filing, filing_of
from deploy.sandbox.doors import open_doors
from deploy.sandbox.panel import AgencyDesk, Faults
from deploy.sandbox.world import World, build_world
from schema.vocabulary.codes import EnforcementKind, GenderCode
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind

AS_OF = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
DEFAULTER = RecordKind.JUDGMENT_DEFAULTER
CASE = RecordKind.ENFORCEMENT_CASE
SUBJECT = SubjectId("91120101XNXN00021E")
CURRENT = HELD[DEFAULTER][CourtList.DEFAULTERS] - {"exitDate"}
NUMBERS = {"caseNumber"}


@dataclass
class Books:
    """Hand-written records about one subject."""

    records_of: Mapping[RecordKind, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    codes: Sequence[str] = (str(SUBJECT),)

    def records(self, agency, code, kind):
        return self.records_of.get(kind, ()) if agency is AgencyId.COURTS and code in self.codes else ()


def listing(number, **changes):
    facts = {
        "caseNumber": f"（2026）津0101执{number}号",
        "enforcementCourt": "天津市和平区人民法院",
        "publicationDate": date(2026, 3, 1),
        "filingDate": date(2026, 1, 2),
        "performedPart": None,
        "responsiblePerson": {
            "name": "赵示甲",
            "identityDocumentNumber": "000000199001011230",
            "birthDate": date(1990, 1, 1),
            "gender": GenderCode.MALE,
        },
        "exitDate": None,
        "_updated": AS_OF,
    }
    return facts | changes


def case(number, kind, **changes):
    return {"caseNumber": f"（2026）津0101执{number}号", "caseKind": kind, "_updated": AS_OF} | changes


def filed(filing, count, *, start=1):
    """So many listings that the simulated courts file in this way."""
    numbers = (number for number in range(start, 100_000) if filing_of(listing(number)["caseNumber"]) is filing)
    return [listing(next(numbers)) for _ in range(count)]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(size=150, today=date(2026, 6, 1))


def known_as(base_url):
    """Settings that the simulated courts accept."""
    own = courts.CREDENTIALS
    return CourtsSettings(base_url, own["app_key"], own["sign_key"], own["sm4_key"])


@contextlib.asynccontextmanager
async def clerk_of(app, *, clock=lambda: AS_OF, **changes):
    """A clerk on a line to `app`; `changes` are settings to be wrong about."""
    async with open_doors({"courts": app}) as doors:
        line = Line(LineSettings(doors["courts"], retry=RetrySettings(retries=0)))
        try:
            yield CourtsClerk(line, replace(known_as(doors["courts"]), **changes), clock)
        finally:
            await line.aclose()


def errand(seconds=5.0):
    return Errand("CG/test-1", asyncio.get_running_loop().time() + seconds)


async def ask(books, wanted, *, subject=SUBJECT, options=None, faults=None, **changes):
    """The outcomes by kind, and the desk that counted the calls."""
    desk = AgencyDesk("courts")
    desk.faults = faults or Faults()
    app = courts.build(books, desk, {"clock": lambda: AS_OF, **(options or {})})
    async with clerk_of(app, **changes) as clerk:
        answers = await clerk.ask([subject], {kind: frozenset(facts) for kind, facts in wanted.items()}, errand())
    assert set(answers) == {(subject, kind) for kind in wanted}
    return {kind: answers[subject, kind] for kind in wanted}, desk


async def defaulters(books, facts=CURRENT, **changes):
    outcomes, desk = await ask(books, {DEFAULTER: facts}, **changes)
    return outcomes[DEFAULTER], desk


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


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"sign_key": "wrong"}, "our signature was refused"),
        ({"sm4_key": "0" * 32}, "our message could not be decrypted"),
        ({"app_key": "nobody"}, "our application key is not known"),
        ({"clock": lambda: AS_OF - timedelta(minutes=6)}, "our clock is outside the courts' window"),
        ({"clock": lambda: AS_OF + timedelta(minutes=6)}, "our clock is outside the courts' window"),
        ({"options": {"is_renewing": True}}, "the lists are being renewed"),
        ({"path": "/elsewhere"}, "status 404"),
    ],
)
async def test_refusals(changes, cause):
    outcome, _ = await defaulters(Books(), **changes)
    assert outcome == Unavailable(cause)


async def test_clock_within_the_window():
    outcome, _ = await defaulters(Books(), clock=lambda: AS_OF + timedelta(minutes=4))
    assert outcome == Fetched(())


async def test_quota_and_rate():
    books = Books({DEFAULTER: filed(Filing.CREDIT_CODE, 31)})
    outcome, desk = await defaulters(books, NUMBERS, options={"daily_quota": 2})
    assert outcome == Unavailable("the daily quota is used up")
    assert desk.calls["operations"] == {"(refused)": 2, "sxbzxr": 2}
    outcome, _ = await defaulters(books, NUMBERS, options={"requests_per_second": 3})
    assert outcome == Unavailable("too many calls")


async def test_one_list_missing_is_no_short_list_of_cases():
    outcomes, _ = await ask(Books(), {CASE: NUMBERS}, options={"daily_quota": 2})
    assert outcomes[CASE] == Unavailable("the daily quota is used up")


async def test_garbled_answers_of_every_kind():
    desk = AgencyDesk("courts")
    desk.faults = Faults(malformed=True)
    async with clerk_of(courts.build(Books(), desk, {"clock": lambda: AS_OF})) as clerk:
        wanted = {DEFAULTER: frozenset(NUMBERS)}
        outcomes = [(await clerk.ask([SUBJECT], wanted, errand()))[SUBJECT, DEFAULTER] for _ in range(4)]
        desk.faults = Faults()
        healed = await clerk.ask([SUBJECT], wanted, errand())
    assert all(type(outcome) is Unreadable for outcome in outcomes), outcomes
    assert healed[SUBJECT, DEFAULTER] == Fetched(())


async def test_html_with_status_200():
    async with clerk_of(HTMLResponse("<html>系统繁忙</html>")) as clerk:
        answers = await clerk.ask([SUBJECT], {DEFAULTER: frozenset(NUMBERS)}, errand())
    assert type(answers[SUBJECT, DEFAULTER]) is Unreadable


@pytest.mark.parametrize("faults", [Faults(down=True), Faults(error_rate=1.0)])
async def test_courts_that_are_down(faults):
    outcome, _ = await defaulters(Books(), faults=faults)
    assert type(outcome) is Unavailable


async def test_courts_that_hang_cost_no_more_than_the_deadline():
    desk = AgencyDesk("courts")
    desk.faults = Faults(hang=True)
    async with clerk_of(courts.build(Books(), desk)) as clerk:
        answers = await clerk.ask([SUBJECT], {CASE: frozenset(NUMBERS)}, errand(0.2))
    assert type(answers[SUBJECT, CASE]) is Unavailable


async def test_list_renewed_between_two_pages():
    """The world grows after the first page was read."""
    rows = filed(Filing.CREDIT_CODE, 60)
    asked = 0

    class Growing(Books):
        def records(self, agency, code, kind):
            nonlocal asked
            asked += 1
            return rows[: 12 + asked]

    outcome, _ = await defaulters(Growing(), NUMBERS)
    assert outcome == Unavailable("the list was renewed while it was read")


def test_settings_keep_their_secrets():
    shown = repr(known_as("http://127.0.0.1"))
    assert courts.CREDENTIALS["sign_key"] not in shown
    assert courts.CREDENTIALS["sm4_key"] not in shown
