"""The whole corridor: what leaves, in which order, with which problems; what is written down before it leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from connectors.port import Errand, FetchOrder, NamePage, NameSearch, Outcome, Unavailable, Unreadable
from gateway.desks import OurBooks
from gateway.faults import FaultCode, GatewayFault, Unauthenticated
from gateway.identity.consent_papers import ConsentPapers
from gateway.identity.presented import Presented
from gateway.pipeline.admit import stamp
from gateway.registers.consents import ConsentRegister
from gateway.registers.engine import open_engine
from gateway.registers.standing import StandingRegister
from schema.vocabulary.caller import PUBLIC_CALLER, Inquiry, Purpose
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind
from tests.builders import NOW, SOME_CODE, a_record
from tests.corridor import BANK, DEVELOPER, ITSELF, OFFICER, PERMIT, Corridor, a_token, an_admitted
from tests.logged import StillKeys, digests_of, the_keys

MR, ED, TX, CT = (
    AgencyId.MARKET_REGULATION,
    AgencyId.ENTERPRISE_DISCLOSURE,
    AgencyId.TAX,
    AgencyId.COURTS,
)
OTHER = SubjectId("91310000132260250X")
SOLE_TRADER = SubjectId("92120000MA05A1B29G")
MONEY = {"amount": "250000.00", "currency": "CNY"}
CODES = f'"{SOME_CODE}", "{OTHER}"'

PAPERS = ConsentPapers(StillKeys(the_keys()), "https://gateway.test")


def about(inner: str, code: str = SOME_CODE) -> str:
    return f'{{ subject(code: "{code}") {{ {inner} }} }}'


def arrears(**facts):
    return a_record(RecordKind.TAX_ARREARS, facts)


def registration(agency: AgencyId = MR, **facts):
    return a_record(RecordKind.LEGAL_PERSON, facts, agency=agency)


async def test_keys_stand_as_in_the_document_introspection_included(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, registration(registeredName="甲", domicile="乙")))
    reply = await corridor.ask(
        f'{{ z: __typename __schema {{ queryType {{ name }} }} s: subject(code: "{SOME_CODE}") {{ t: __typename'
        " legalPerson { domicile n: registeredName t: __typename registeredCapital { amount } a: registeredName }"
        ' unifiedSocialCreditCode } m: __type(name: "Money") { name } }',
        DEVELOPER,
    )
    person = '{"domicile":"乙","n":"甲","t":"LegalPerson","registeredCapital":null,"a":"甲"}'
    subject = f'{{"t":"CreditSubject","legalPerson":{person},"unifiedSocialCreditCode":"{SOME_CODE}"}}'
    schema = '"__schema":{"queryType":{"name":"Query"}}'
    assert reply.raw.decode() == f'{{"data":{{"z":"Query",{schema},"s":{subject},"m":{{"name":"Money"}}}}}}'


async def test_a_refusal_is_null_and_one_error_at_its_path(corridor: Corridor) -> None:
    corridor.give(
        (SOME_CODE, a_record(RecordKind.TAXPAYER_PROFILE, {"competentTaxAuthority": "津", "taxpayerStatus": "X"}))
    )
    reply = await corridor.ask(about("p: taxpayerProfile { competentTaxAuthority s: taxpayerStatus }"))
    assert reply.status == 200
    assert reply.data == {"subject": {"p": {"competentTaxAuthority": "津", "s": None}}}
    [error] = reply.errors
    assert error["path"] == ["subject", "p", "s"]
    assert error["extensions"]["code"] == "CALLER_NOT_AUTHORISED"


async def test_an_unknown_subject_looks_like_one_whose_records_are_hidden(corridor: Corridor) -> None:
    expired = a_record(RecordKind.JUDGMENT_DEFAULTER, {"caseNumber": "1", "publicationDate": "2020-01-01"}, agency=CT)
    delisted = a_record(RecordKind.JUDGMENT_DEFAULTER, {"caseNumber": "2"}, agency=CT, is_displayed=False)
    corridor.give((SOME_CODE, expired), (SOME_CODE, delisted))
    inner = "judgmentDefaults { caseNumber } legalPerson { registeredName }"
    hidden, unknown = [(await corridor.ask(about(inner, code))).raw for code in (SOME_CODE, OTHER)]
    assert hidden == unknown == b'{"data":{"subject":{"judgmentDefaults":[],"legalPerson":null}}}'


@pytest.mark.parametrize(
    ("trouble", "code"),
    [(Unavailable("10.0.0.1 refused"), "SOURCE_UNAVAILABLE"), (Unreadable("<html>"), "SOURCE_UNREADABLE")],
)
async def test_an_agency_in_trouble_is_said_once_and_nothing_else_suffers(corridor: Corridor, trouble, code) -> None:
    corridor.give((SOME_CODE, registration(registeredName="甲")), (OTHER, registration(registeredName="乙")))
    corridor.agencies[CT].trouble = trouble
    inner = "legalPerson { registeredName } judgmentDefaults { caseNumber province } c: enforcementCases { caseNumber }"
    reply = await corridor.ask(f"{{ subjects(codes: [{CODES}]) {{ {inner} }} }}")
    assert [one["legalPerson"]["registeredName"] for one in reply.data["subjects"]] == ["甲", "乙"]
    assert [one["judgmentDefaults"] for one in reply.data["subjects"]] == [None, None]
    assert [(error["path"], error["extensions"]["code"]) for error in reply.errors] == [
        (["subjects", "judgmentDefaults"], code),
        (["subjects", "c"], code),
    ]
    assert reply.errors[0]["extensions"]["agency"] == "COURTS"
    assert "JudgmentDefaulter.province" in reply.errors[0]["extensions"]["coordinates"]
    assert b"10.0.0.1" not in reply.raw
    assert b"html" not in reply.raw


async def test_trouble_with_one_subject_stands_at_its_position(corridor: Corridor) -> None:
    corridor.give(
        (OTHER, a_record(RecordKind.TAX_CREDIT_RATING, {"ratingYear": 2025}, unreadable=frozenset({"ratingAuthority"})))
    )
    reply = await corridor.ask(
        f"{{ subjects(codes: [{CODES}]) {{ taxCreditRatings {{ ratingYear who: ratingAuthority }} }} }}"
    )
    assert reply.data["subjects"][1] == {"taxCreditRatings": [{"ratingYear": 2025, "who": None}]}
    assert [error["path"] for error in reply.errors] == [["subjects", 1, "taxCreditRatings", "who"]]
    assert reply.codes == ["SOURCE_UNREADABLE"]


async def test_an_unreadable_fact_is_told_at_every_alias_and_only_where_it_is_asked_for(corridor: Corridor) -> None:
    corridor.give(
        (SOME_CODE, a_record(RecordKind.BRANCH, {"branchName": "甲"}, agency=MR, unreadable=frozenset({"branchCode"})))
    )
    shown = await corridor.ask(about("branches { a: branchCode branchName b: branchCode }"))
    assert [error["path"][2:] for error in shown.errors] == [["a"], ["b"]]
    sorted_by = await corridor.ask(about("branches(orderBy: {field: BRANCH_CODE}) { branchName }"))
    assert sorted_by.errors == []


@pytest.mark.parametrize("held", [{"not_public": frozenset({"totalAssets"})}, {}])
async def test_the_form_of_what_a_record_keeps_back_is_not_spoken_of(corridor: Corridor, held) -> None:
    report = a_record(
        RecordKind.ANNUAL_REPORT, {"reportYear": 2025}, agency=ED, unreadable=frozenset({"totalAssets"}), **held
    )
    corridor.give((SOME_CODE, report))
    reply = await corridor.ask(about("annualReports { totalAssets { amount } }"))
    assert reply.data == {"subject": {"annualReports": [{"totalAssets": None}]}}
    assert reply.codes == ([] if held else ["SOURCE_UNREADABLE"])


async def test_organisations_and_sole_traders_side_by_side_are_told_apart(corridor: Corridor) -> None:
    for code in (SOME_CODE, SOLE_TRADER):
        corridor.agencies[TX].records = {
            **corridor.agencies[TX].records,
            code: [arrears(taxCategory="增值税", arrearsBalance=MONEY)],
        }
    inner = "taxArrears { taxCategory arrearsBalance { amount band } }"
    reply = await corridor.ask(f'{{ subjects(codes: ["{SOME_CODE}", "nonsense", "{SOLE_TRADER}"]) {{ {inner} }} }}')
    firm, nothing, trader = reply.data["subjects"]
    assert firm["taxArrears"][0]["arrearsBalance"] == {"amount": None, "band": "[100000, 1000000)"}
    assert nothing is None
    assert trader["taxArrears"][0]["arrearsBalance"] is None
    assert [(error["path"], error["extensions"]["code"]) for error in reply.errors] == [
        (["subjects", 1], "INVALID_CREDIT_CODE"),
        (["subjects", 2, "taxArrears", "arrearsBalance"], "CALLER_NOT_AUTHORISED"),
    ]
    facts = {str(order.subject): order.facts for order in corridor.agencies[TX].orders}
    assert facts == {str(SOME_CODE): {"taxCategory", "arrearsBalance"}, str(SOLE_TRADER): {"taxCategory"}}


async def test_a_subject_named_twice_is_asked_for_once_and_answered_twice(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, registration(registeredName="甲")))
    reply = await corridor.ask(
        f'{{ subjects(codes: ["{SOME_CODE}", "{SOME_CODE}"]) {{ legalPerson {{ registeredName }} }} }}'
    )
    assert reply.data["subjects"] == [{"legalPerson": {"registeredName": "甲"}}] * 2
    assert len(corridor.agencies[MR].orders) == 1


async def test_no_subjects_are_an_empty_list(corridor: Corridor) -> None:
    assert (await corridor.ask("{ subjects(codes: []) { __typename } }")).data == {"subjects": []}


async def test_an_emptied_object_shows_nothing_of_it(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, registration(registeredCapital=MONEY, registeredName="甲")))
    inner = "legalPerson { a: registeredCapital { amount @skip(if: true) } b: registeredCapital { currency } }"
    reply = await corridor.ask(about(inner))
    assert reply.data["subject"]["legalPerson"] == {"a": {}, "b": {"currency": "CNY"}}


async def test_the_owners_word_is_served_and_a_disagreement_named(corridor: Corridor) -> None:
    corridor.give(
        (SOME_CODE, registration(registeredName="天津（泰达）", domicile="一号", legalRepresentative={"name": "某甲"})),
        (
            SOME_CODE,
            registration(ED, registeredName="天津(泰达)", domicile="二号", legalRepresentative={"name": "某甲"}),
        ),
    )
    whence = "provenance { agency fromCache disagreements { f: field agency } }"
    inner = f"registeredName domicile legalRepresentative {{ name }} {whence}"
    reply = await corridor.ask(about(f"legalPerson {{ {inner} }}"))
    assert reply.data["subject"]["legalPerson"] == {
        "registeredName": "天津（泰达）",
        "domicile": "一号",
        "legalRepresentative": {"name": "某甲"},
        "provenance": {
            "agency": "MARKET_REGULATION",
            "fromCache": False,
            "disagreements": [{"f": "domicile", "agency": "ENTERPRISE_DISCLOSURE"}],
        },
    }


@pytest.mark.parametrize(("days", "freshness"), [(0, "CURRENT"), (2, "CURRENT"), (3, "STALE")])
async def test_freshness_follows_the_items_cycle(corridor: Corridor, days, freshness) -> None:
    stated = NOW - timedelta(days=days)
    corridor.give((SOME_CODE, a_record(RecordKind.TAXPAYER_PROFILE, {"competentTaxAuthority": "津"}, as_of=stated)))
    reply = await corridor.ask(about("taxpayerProfile { competentTaxAuthority provenance { freshness asOf } }"))
    assert reply.data["subject"]["taxpayerProfile"]["provenance"] == {
        "freshness": freshness,
        "asOf": stated.isoformat(timespec="seconds"),
    }


async def test_lists_are_arranged_over_what_the_caller_sees(corridor: Corridor) -> None:
    cases = [
        a_record(
            RecordKind.JUDGMENT_DEFAULTER,
            {"caseNumber": str(n), "publicationDate": f"202{n}-06-02", "enforcementBasisNumber": "（2020）津执1号"},
            agency=CT,
        )
        for n in (5, 3, 4)
    ]
    corridor.give(*((SOME_CODE, case) for case in cases))
    listing = "judgmentDefaults(first: 1, orderBy: {field: PUBLICATION_DATE}) { caseNumber }"
    assert (await corridor.ask(about(listing))).data["subject"] == {"judgmentDefaults": [{"caseNumber": "4"}]}


class BrokenAgency:
    """Breaks every promise of the port."""

    agency = CT

    def __init__(self, outcomes: list[Outcome] | None) -> None:
        self.outcomes = outcomes

    async def fetch(self, orders, errand: Errand) -> list[Outcome]:
        if self.outcomes is None:
            raise RuntimeError("王小明 120101190001010000")
        return self.outcomes

    async def search(self, wanted: NameSearch, errand: Errand) -> NamePage:
        raise RuntimeError("王小明")


@pytest.mark.parametrize("outcomes", [None, []])
async def test_a_connector_that_breaks_costs_its_own_fields_only(corridor: Corridor, caplog, outcomes) -> None:
    corridor.give((SOME_CODE, registration(registeredName="甲")))
    corridor.agencies[CT] = BrokenAgency(outcomes)  # type: ignore[assignment]  # as broken as can be
    reply = await corridor.ask(about("legalPerson { registeredName } judgmentDefaults { caseNumber }"))
    assert reply.data["subject"] == {"legalPerson": {"registeredName": "甲"}, "judgmentDefaults": None}
    assert reply.codes == ["SOURCE_UNREADABLE"]
    assert "王小明" not in caplog.text


async def test_an_agency_that_nobody_connected_is_unavailable(corridor: Corridor) -> None:
    del corridor.agencies[CT]
    assert (await corridor.ask(about("judgmentDefaults { caseNumber }"))).codes == ["SOURCE_UNAVAILABLE"]


class Searches:
    """Documents of searches."""

    NODE = "unifiedSocialCreditCode legalPerson { registeredName }"
    PAGE = f"totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ {NODE} }} }}"

    @staticmethod
    def of(first: int, after: str | None = None, text: str = "泰") -> str:
        more = f', after: "{after}"' if after else ""
        return f'{{ searchSubjects(name: "{text}", first: {first}{more}) {{ {Searches.PAGE} }} }}'


NAMES = {SOME_CODE: "泰达", OTHER: "泰山", SOLE_TRADER: "泰和"}


async def test_a_search_goes_on_where_its_page_ended(corridor: Corridor) -> None:
    corridor.give(*((code, registration(registeredName=name)) for code, name in NAMES.items()), names=NAMES)
    seen, after = [], None
    for has_next in (True, True, False):
        page = (await corridor.ask(Searches.of(1, after))).data["searchSubjects"]
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, has_next)
        [edge] = page["edges"]
        after = page["pageInfo"]["endCursor"]
        assert edge["cursor"] == after
        seen.append((edge["node"]["unifiedSocialCreditCode"], edge["node"]["legalPerson"]["registeredName"]))
    assert seen == sorted(NAMES.items())


async def test_a_cursor_of_somebody_elses_is_an_error_of_its_field(corridor: Corridor) -> None:
    corridor.give(names=NAMES)
    cursor = (await corridor.ask(Searches.of(1), OFFICER)).data["searchSubjects"]["pageInfo"]["endCursor"]
    for query, caller in [
        (Searches.of(1, cursor), BANK),
        (Searches.of(1, cursor, "达"), OFFICER),
        (Searches.of(1, "x"), OFFICER),
    ]:
        reply = await corridor.ask(query, caller)
        assert (reply.data, reply.codes) == ({"searchSubjects": None}, ["INVALID_CURSOR"])
        assert reply.errors[0]["path"] == ["searchSubjects"]


async def test_a_search_that_finds_nothing_is_an_empty_page(corridor: Corridor) -> None:
    page = (await corridor.ask(Searches.of(5))).data["searchSubjects"]
    assert page == {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}


@pytest.mark.parametrize("trouble", [Unavailable("x"), Unreadable("x"), None])
async def test_a_search_in_trouble_is_null_and_the_rest_stays(corridor: Corridor, trouble) -> None:
    class Index(BrokenAgency):
        async def search(self, wanted: NameSearch, errand: Errand) -> NamePage:
            return trouble or await super().search(wanted, errand)

    corridor.give((SOME_CODE, registration(registeredName="甲")))
    object.__setattr__(corridor.house.searcher, "index", Index(None))
    reply = await corridor.ask(Searches.of(1)[:-1] + about("legalPerson { registeredName }")[1:])
    assert reply.data == {"searchSubjects": None, "subject": {"legalPerson": {"registeredName": "甲"}}}
    assert reply.codes == ["SOURCE_UNAVAILABLE" if isinstance(trouble, Unavailable) else "SOURCE_UNREADABLE"]


async def test_problems_of_a_page_stand_at_the_edge_they_hold_for(corridor: Corridor) -> None:
    corridor.give(names=NAMES)
    inner = "edges { n: node { taxArrears { arrearsBalance { amount } } } }"
    reply = await corridor.ask(f'{{ searchSubjects(name: "泰", first: 5) {{ {inner} }} }}')
    place = sorted(NAMES).index(SOLE_TRADER)
    assert [error["path"] for error in reply.errors] == [
        ["searchSubjects", "edges", place, "n", "taxArrears", "arrearsBalance"]
    ]


async def test_a_right_over_the_search_gives_none_over_what_it_finds(corridor: Corridor) -> None:
    corridor.give(names=NAMES)
    reply = await corridor.ask(
        '{ searchSubjects(name: "泰", first: 5) { edges { node { taxpayerProfile { taxpayerStatus } } } } }'
    )
    assert set(reply.codes) == {"CALLER_NOT_AUTHORISED"}
    assert corridor.ordered() == set()


async def test_the_record_says_who_what_and_how_and_never_a_value(corridor: Corridor) -> None:
    corridor.give(
        (SOME_CODE, registration(registeredName="甲乙丙公司", legalRepresentative={"name": "王小明"})),
        (SOME_CODE, a_record(RecordKind.TAX_CREDIT_RATING, {"ratingYear": 2025, "taxCreditRating": "C"})),
        names={SOME_CODE: "甲乙丙公司"},
    )
    corridor.agencies[CT].trouble = Unavailable("x")
    inner = (
        "legalPerson { registeredName legalRepresentative { name telephone } } taxCreditRatings { taxCreditRating }"
        " judgmentDefaults { caseNumber } taxpayerProfile { taxpayerStatus }"
    )
    query = f'{{ searchSubjects(name: "甲乙", first: 1) {{ totalCount }} subject(code: "{SOME_CODE}") {{ {inner} }} }}'
    reply = await corridor.ask(query, BANK)
    [row] = await corridor.rows()
    written = repr(dict(row))
    for secret in (SOME_CODE, "甲乙", "王小明", "2025-", '"C"', a_token(BANK, now=NOW)):
        assert secret not in written.replace("TJ-2026-1", "")
    assert row["client_id"] == "bank"
    assert row["subjects"] == [corridor.digest(SOME_CODE)]
    assert (row["request_digest"], row["body_digest"]) == digests_of(reply.receipt, query.encode(), reply.raw)
    assert (row["status"], row["fault_code"], row["at"]) == (200, None, NOW)
    sheet, search = row["verdicts"]
    assert sheet["decided"]["LegalPerson.registeredName"] == "SHOW"
    assert sheet["decided"]["LegalPerson.legalRepresentative>PersonRef.telephone"].startswith("WITHHOLD ")
    assert sheet["decided"]["TaxpayerProfile.taxpayerStatus"].startswith("WITHHOLD PURPOSE_REQUIRED purpose TJ 19")
    assert sheet["silent"] == {"TaxCreditRating.taxCreditRating VALUE_ON_CONDITION value_condition TJ 10": [0]}
    assert search == {"search": True, "decided": {"LegalPerson.registeredName": "SHOW"}}
    stated = int(NOW.timestamp())
    assert row["sources"] == [
        ["COURTS", "unavailable", 1],
        ["MARKET_REGULATION", "fetched", 1, stated, stated],
        ["TAX", "fetched", 1, stated, stated],
    ]


async def test_what_stays_back_silently_is_loud_in_the_record(corridor: Corridor) -> None:
    expired = a_record(RecordKind.JUDGMENT_DEFAULTER, {"caseNumber": "1", "publicationDate": "2020-01-01"}, agency=CT)
    corridor.give((OTHER, expired))
    reply = await corridor.ask(f"{{ subjects(codes: [{CODES}]) {{ judgmentDefaults {{ caseNumber }} }} }}")
    assert reply.errors == []
    [row] = await corridor.rows()
    assert row["verdicts"][0]["silent"] == {"CreditSubject.judgmentDefaults DISPLAY_EXPIRED display_period TJ 42": [1]}


async def test_purpose_matter_and_reference_are_in_the_record(corridor: Corridor) -> None:
    await corridor.ask(
        'query @inquiry(purpose: INSPECTION, matter: "抽\\u0000查", caseReference: "7") { __typename }', OFFICER
    )
    [row] = await corridor.rows()
    assert (row["purpose"], row["matter"], row["case_reference"]) == ("INSPECTION", "抽\ufffd查", "7")
    assert row["organisation"] == OFFICER.organisation


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "SYNTAX"),
        ("{ nothing }", "INVALID_DOCUMENT"),
        ("{ __schema { queryType { name } } }", "INTROSPECTION_REFUSED"),
        ("query($c: CreditCode!) { subject(code: $c) { __typename } }", "INVALID_VARIABLES"),
    ],
)
async def test_a_request_refused_as_a_whole_is_in_the_record_too(corridor: Corridor, query, code) -> None:
    reply = await corridor.ask(query, OFFICER, stated=Inquiry(Purpose.INSPECTION))
    assert reply.data is None
    [row] = await corridor.rows()
    assert (row["fault_code"], row["status"], row["client_id"], row["purpose"]) == (
        code,
        reply.status,
        "permit-officer",
        "INSPECTION",
    )
    assert (row["request_digest"], row["body_digest"]) == digests_of(reply.receipt, query.encode(), reply.raw)
    assert corridor.ordered() == set()


async def test_without_the_record_no_data_leaves(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, registration(registeredName="甲")))
    await corridor.log.aclose()
    for query in (about("legalPerson { registeredName }"), "{ nothing }"):
        with pytest.raises(GatewayFault) as caught:
            await corridor.ask(query)
        assert caught.value.code is FaultCode.AUDIT_UNWRITABLE


async def test_without_the_books_nothing_is_judged(corridor: Corridor, sqlite_url: str) -> None:
    corridor.give((SOME_CODE, registration(registeredName="甲")))
    engine = open_engine(sqlite_url)
    standing, consents = StandingRegister(engine), ConsentRegister(engine, PAPERS.read)
    corridor.house = replace(corridor.house, books=OurBooks(standing, consents))
    with pytest.raises(GatewayFault) as caught:
        await corridor.ask(about("legalPerson { registeredName }"), OFFICER)
    assert caught.value.code is FaultCode.REGISTER_UNREADABLE
    assert corridor.ordered() == set()
    row = (await corridor.rows())[-1]
    assert (row["status"], row["fault_code"]) == (503, "REGISTER_UNREADABLE")
    await standing.aclose()
    await consents.aclose()
    await engine.dispose()


async def test_a_bad_token_is_nobody_and_never_the_public(corridor: Corridor) -> None:
    old = an_admitted("{ __typename }", OFFICER, as_of=NOW - timedelta(days=1)).presented
    for presented in (old, Presented("x"), Presented("x.y.z")):
        admitted = replace(an_admitted("{ __typename }"), presented=presented)
        with pytest.raises(Unauthenticated) as caught:
            await corridor.answer(admitted)
        told = [value for name, value in caught.value.headers if name == "WWW-Authenticate"]
        assert any(one.startswith('Bearer error="invalid_token", error_description="') for one in told)
    assert await corridor.rows() == []


async def test_the_same_question_gets_each_caller_its_own_answer(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, arrears(arrearsBalance=MONEY)))
    query = about("taxArrears { arrearsBalance { amount band } }")
    banded, exact = {"amount": None, "band": "[100000, 1000000)"}, {"amount": "250000.00", "band": None}
    for caller, stated, shown in [
        (PUBLIC_CALLER, None, banded),
        (OFFICER, PERMIT, exact),
        (ITSELF, None, exact),
        (OFFICER, None, banded),
        (PUBLIC_CALLER, PERMIT, banded),
    ]:
        reply = await corridor.ask(query, caller, stated=stated)
        assert reply.data["subject"]["taxArrears"] == [{"arrearsBalance": shown}]


async def test_many_callers_at_once_are_not_mixed(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, arrears(arrearsBalance=MONEY)))
    query = about("taxArrears { arrearsBalance { amount } }")
    callers = [(PUBLIC_CALLER, None), (OFFICER, PERMIT), (ITSELF, None), (BANK, None)] * 5
    replies = await asyncio.gather(*(corridor.ask(query, caller, stated=stated) for caller, stated in callers))
    amounts = [orjson.dumps(reply.data["subject"]["taxArrears"][0]["arrearsBalance"]["amount"]) for reply in replies]
    assert amounts == [b"null", b'"250000.00"', b'"250000.00"', b"null"] * 5


def test_orders_are_values() -> None:
    one = FetchOrder(TX, SOME_CODE, RecordKind.TAX_ARREARS, frozenset({"a", "b"}))
    assert one == FetchOrder(TX, SOME_CODE, RecordKind.TAX_ARREARS, frozenset({"b", "a"}))


async def test_names_of_requests_grow_with_the_time_and_never_repeat() -> None:
    one = stamp(timedelta(seconds=5))
    await asyncio.sleep(0.002)
    others = [stamp(timedelta(seconds=5)) for _ in range(50)]
    assert all(one.request_id < other.request_id for other in others)
    assert len({other.request_id for other in others}) == len(others)
    assert {len(other.request_id) for other in others} == {32}
