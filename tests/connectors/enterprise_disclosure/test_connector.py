"""The clerk against the simulated disclosure system, over real sockets and a real line."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.enterprise_disclosure.connector import EnterpriseDisclosureClerk, EnterpriseDisclosureSettings
from connectors.enterprise_disclosure.facts import FACTS, PERSONS
from connectors.port import Errand, Fetched, Outcome, Unavailable, Unreadable
from connectors.transport.line import Line
from connectors.transport.line_settings import LineSettings
from deploy.sandbox.doors import open_doors
from deploy.sandbox.enterprise_disclosure import CREDENTIALS, build
from deploy.sandbox.panel import AgencyDesk, Faults
from deploy.sandbox.world import Record, World
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord

K = RecordKind
ED = AgencyId.ENTERPRISE_DISCLOSURE
HOUR = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
EVERYTHING = {kind: frozenset((*natives, PERSONS.get(kind, ("",))[0])) for kind, natives in FACTS.items()}


class CrowdedWorld(World):
    """A world whose `rating-c` subject has 23 branches, more than two pages, the last in its own native words."""

    def records(self, agency: AgencyId, code: str, kind: RecordKind) -> Sequence[Record]:
        """As elsewhere, but for the branches."""
        found = super().records(agency, code, kind)
        if kind is K.ANNUAL_REPORT and code == self.named["rating-c"]:
            return [{**found[0], "reportYear": 1900 + number} for number in range(101)]
        if kind is not K.BRANCH or code != self.named["rating-c"]:
            return found
        like = super().records(agency, code, K.LEGAL_PERSON)[0]
        made = [{**like, "branchName": f"第{number}分公司", "branchCode": None} for number in range(22)]
        return [*made, {**made[0], "_raw": {"branchName": "第22分公司 "}}]


WORLD = CrowdedWorld(seed=20260401, size=40, today=date(2026, 6, 1))


@dataclass
class Office:
    """One clerk, its line, and the agency behind it."""

    clerk: EnterpriseDisclosureClerk
    line: Line
    desk: AgencyDesk
    guard: dict[str, str]
    hour: datetime = HOUR

    async def ask(
        self, name: str, wanted: Mapping[RecordKind, frozenset[str]], seconds: float = 5
    ) -> dict[RecordKind, Outcome]:
        subject = SubjectId(WORLD.named[name])
        errand = Errand("gateway/1", asyncio.get_running_loop().time() + seconds)
        got = await self.clerk.ask([subject], wanted, errand)
        assert set(got) == {(subject, kind) for kind in wanted}
        return {kind: outcome for (_, kind), outcome in got.items()}

    async def records(self, name: str, kind: RecordKind, facts: str = "") -> tuple[SourceRecord, ...]:
        wanted = {kind: frozenset(facts.split()) if facts else EVERYTHING[kind]}
        outcome = (await self.ask(name, wanted))[kind]
        assert isinstance(outcome, Fetched)
        return outcome.records

    @property
    def asked(self) -> dict[str, int]:
        """Calls of each operation so far."""
        operations = self.desk.calls["operations"]
        assert isinstance(operations, dict)
        return operations


@pytest.fixture
def options() -> dict[str, object]:
    """Changed by tests that want the agency to behave otherwise."""
    return {}


@pytest.fixture
def changes() -> dict[str, str]:
    """Changed by tests that want us to be known otherwise."""
    return {}


@pytest.fixture
async def office(options: dict[str, object], changes: dict[str, str]) -> AsyncIterator[Office]:
    desk, guard = AgencyDesk("enterprise_disclosure"), dict[str, str]()
    async with open_doors({"ed": build(WORLD, desk, {"guard": guard} | options)}) as doors:
        line = Line(LineSettings(base_url=doors["ed"]))
        settings = _settings(doors["ed"], {**CREDENTIALS, **changes})
        office: Office
        clerk = EnterpriseDisclosureClerk(line, settings, lambda: office.hour)
        office = Office(clerk, line, desk, guard)
        yield office
        await line.aclose()


def _settings(base_url: str, known: Mapping[str, str]) -> EnterpriseDisclosureSettings:
    return EnterpriseDisclosureSettings(
        base_url=base_url, rid=known["rid"], sid=known["sid"], app_secret=known["app_secret"]
    )


def _released(value: object) -> object:
    """A neutral value of the world in releasable form, written from the specification of facts."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _released(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_released(part) for part in value]
    return value


def _as_fact(name: str, value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if name == "holdingRatio" else {"amount": f"{value:.2f}", "currency": "CNY"}
    return _released(value)


async def test_what_the_world_holds_is_what_arrives(office: Office) -> None:
    seen: Counter[RecordKind] = Counter()
    for name in set(WORLD.named) - {"captcha", "rating-c"}:
        got = await office.ask(name, EVERYTHING)
        for kind, outcome in got.items():
            held = WORLD.records(ED, WORLD.named[name], kind)
            seen[kind] += len(held)
            assert isinstance(outcome, Fetched)
            assert len(outcome.records) == len(held)
            for record, truth in zip(outcome.records, held, strict=True):
                expected = {fact: _as_fact(fact, truth.get(fact)) for fact in EVERYTHING[kind] if fact}
                assert record.unreadable == frozenset()
                assert dict(record.facts) == expected
                assert record.not_public == truth["_hidden"]
                assert record.as_of == truth["_updated"]
                assert record.is_displayed == truth["_displayed"]
                assert record.is_natural_person == truth["_natural_person"]
                assert record.agency is ED
    assert set(EVERYTHING) == {kind for kind, count in seen.items() if count}


async def test_only_what_is_ordered_is_asked(office: Office) -> None:
    got = await office.ask("clean", {K.SHAREHOLDER: frozenset({"shareholderName"}), K.BRANCH: frozenset({"nonsense"})})
    assert office.asked == {"entSearch": 1, "shareholderInfo": 1}
    assert got[K.BRANCH] == Fetched(())
    office.desk.reset()
    await office.ask("clean", {K.ANNUAL_REPORT: frozenset({"reportYear"})})
    assert office.asked == {"anCheYearInfo": 1}
    office.desk.reset()
    await office.ask("clean", {K.TAX_ARREARS: frozenset({"arrearsBalance"})})
    assert office.asked == {}


async def test_persons_have_only_the_parts_ordered(office: Office) -> None:
    (record,) = await office.records("clean", K.LEGAL_PERSON, "legalRepresentative.name legalRepresentative.birthDate")
    truth = WORLD.records(ED, WORLD.named["clean"], K.LEGAL_PERSON)[0]["legalRepresentative"]
    assert isinstance(truth, Mapping)
    assert record.facts == {"legalRepresentative": {"name": truth["name"]}}


async def test_pages_beyond_the_first(office: Office) -> None:
    branches = await office.records("rating-c", K.BRANCH, "branchName")
    assert [record.facts["branchName"] for record in branches] == [f"第{number}分公司" for number in range(23)]
    assert office.asked == {"entSearch": 1, "branchInfo": 3}


async def test_more_reports_than_there_can_be(office: Office) -> None:
    got = await office.ask("rating-c", {K.ANNUAL_REPORT: EVERYTHING[K.ANNUAL_REPORT]})
    assert got == {K.ANNUAL_REPORT: Unreadable("too many annual reports")}
    assert "anCheYearDetail" not in office.asked


async def test_flags_are_kept_with_the_values(office: Office) -> None:
    for record in await office.records("hidden-amounts", K.ANNUAL_REPORT, "totalAssets reportYear"):
        assert record.not_public == {"totalAssets"}
        assert record.facts["totalAssets"]
    for record in await office.records("visible-amounts", K.ANNUAL_REPORT):
        assert record.not_public == frozenset()


async def test_an_unknown_subject_has_no_records(office: Office) -> None:
    assert set((await office.ask("unknown", EVERYTHING)).values()) == {Fetched(())}
    assert office.asked == {"entSearch": 1}


async def test_one_search_serves_all_kinds_and_concurrent_asks(office: Office) -> None:
    await asyncio.gather(*(office.ask("clean", EVERYTHING) for _ in range(3)))
    assert office.asked["entSearch"] == 1
    office.hour += timedelta(minutes=11)
    await office.ask("clean", EVERYTHING)
    assert office.asked["entSearch"] == 2


async def test_several_subjects_at_once(office: Office) -> None:
    subjects = [SubjectId(WORLD.named[name]) for name in ("clean", "unknown", "captcha")]
    errand = Errand("gateway/1", asyncio.get_running_loop().time() + 5)
    got = await office.clerk.ask(subjects, {K.LEGAL_PERSON: frozenset({"registeredName"})}, errand)
    kinds = [type(got[subject, K.LEGAL_PERSON]) for subject in subjects]
    assert kinds == [Fetched, Fetched, Unavailable]


@pytest.mark.parametrize("options", [{"token_life_s": 0.3}])
async def test_an_expired_token_is_renewed_once(office: Office) -> None:
    assert await office.records("clean", K.LEGAL_PERSON)
    await asyncio.sleep(0.3)
    got = await office.ask("clean", EVERYTHING)  # our clock has not moved, so we believe in the old token
    assert all(isinstance(outcome, Fetched) for outcome in got.values())
    assert office.asked["entSearch"] == 2


@pytest.mark.parametrize("options", [{"token_life_s": 0.0}])
async def test_a_token_that_never_works(office: Office) -> None:
    got = await office.ask("clean", {K.BRANCH: frozenset({"branchName"})})
    assert got == {K.BRANCH: Unavailable("a new token is refused")}
    assert office.asked == {"entSearch": 2, "branchInfo": 2}


@pytest.mark.parametrize("changes", [{"app_secret": "wrong"}])
async def test_a_wrong_signature(office: Office) -> None:
    got = await office.ask("clean", {K.BRANCH: frozenset({"branchName"})})
    assert got == {K.BRANCH: Unavailable("signature refused")}


async def test_a_captcha_subject(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        got = await office.ask("captcha", {K.BRANCH: frozenset({"branchName"})})
    assert got == {K.BRANCH: Unavailable("captcha page")}
    assert WORLD.named["captcha"] not in caplog.text


@pytest.mark.parametrize("guard", ["captcha", "403", "412", "429"])
async def test_a_failing_section_fails_its_own_kind(office: Office, guard: str) -> None:
    office.guard["punishInfo"] = guard
    wanted = {kind: EVERYTHING[kind] for kind in (K.LEGAL_PERSON, K.ADMINISTRATIVE_PENALTY, K.SHAREHOLDER)}
    got = await office.ask("penalised", wanted, seconds=0.8)
    assert isinstance(got[K.ADMINISTRATIVE_PENALTY], Unavailable)
    assert isinstance(got[K.LEGAL_PERSON], Fetched)
    assert isinstance(got[K.SHAREHOLDER], Fetched)


async def test_half_a_record_is_none(office: Office) -> None:
    for section, kind in (("contributionInfo", K.SHAREHOLDER), ("anCheYearDetail", K.ANNUAL_REPORT)):
        office.guard[section] = "403"
        assert await office.ask("clean", {kind: EVERYTHING[kind]}) == {kind: Unavailable("status-403")}
        office.guard.clear()


async def test_a_guarded_agency_that_opens_within_the_deadline(office: Office) -> None:
    office.guard["*"] = "429"
    asking = asyncio.create_task(office.ask("clean", {K.BRANCH: frozenset({"branchName"})}))
    await asyncio.sleep(0.2)
    office.guard.clear()
    assert isinstance((await asking)[K.BRANCH], Fetched)  # the agency said: after one second
    assert office.asked["entSearch"] == 2


async def test_garbled_answers_are_unreadable(office: Office) -> None:
    await office.records("clean", K.LEGAL_PERSON)
    office.desk.faults = Faults(malformed=True)
    for _ in range(4):  # half a body, a page of HTML, a wrong charset, a page without its draw
        got = await office.ask("clean", {K.LEGAL_PERSON: EVERYTHING[K.LEGAL_PERSON]})
        assert isinstance(got[K.LEGAL_PERSON], Unreadable)


async def test_an_agency_that_is_down_or_silent(office: Office) -> None:
    office.desk.faults = Faults(down=True)
    got = await office.ask("clean", {K.BRANCH: frozenset({"branchName"})})
    assert isinstance(got[K.BRANCH], Unavailable)
    office.desk.faults = Faults(hang=True)
    got = await office.ask("abnormal", {K.BRANCH: frozenset({"branchName"})}, seconds=0.2)
    assert isinstance(got[K.BRANCH], Unavailable)


async def test_the_clerk_says_who_it_is(office: Office) -> None:
    assert (office.clerk.agency, office.clerk.batch_size) == (ED, 1)
    assert CREDENTIALS["app_secret"] not in repr(_settings("http://x", CREDENTIALS))
