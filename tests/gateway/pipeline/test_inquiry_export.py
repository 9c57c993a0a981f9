"""Inquiries as they are told: what the corridor has sealed, by whose consent, and a year of them signed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway.pipeline import inquiry_export
from gateway.pipeline.inquiry_export import EXPORT_TYPE, a_year_before
from gateway.registers.engine import open_engine
from gateway.registers.log_reading import SubjectReader
from gateway.rights.inquiries import InquiryDesk
from schema.vocabulary.caller import PUBLIC_CALLER
from schema.vocabulary.records import RecordKind
from tests.builders import NOW, SOME_CODE, a_record
from tests.consent_builders import asked, the_papers
from tests.corridor import BANK, ITSELF, OFFICER, PERMIT
from tests.gateway.pipeline.inquiry_corridor import about_it, open_stage, told
from tests.gateway.registers.log_stage import ISSUER
from tests.inquiry_stage import ARREARS, OTHER_CODE, SELECTORS, Looked, MemoryWithholdings


@pytest.fixture
async def stage(database_url, tmp_path):
    async with open_stage(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def corridor(stage):
    return stage.corridor


@pytest.fixture
def books(stage):
    return stage.books


async def test_the_signed_text_holds_the_last_twelve_months(stage, corridor, books):
    await books.look(Looked("old", at=NOW - timedelta(days=367)), SOME_CODE)
    await books.look(Looked("new", at=NOW - timedelta(days=3)), SOME_CODE)
    reply = await corridor.ask(about_it("inquiriesExport"), ITSELF)
    claims = stage.signer.verify(told(reply, "inquiriesExport"), EXPORT_TYPE)
    assert (claims["iss"], claims["sub"], claims["complete"]) == (ISSUER, SOME_CODE, True)
    assert (claims["from"], claims["to"]) == (a_year_before(NOW.date()).isoformat(), NOW.date().isoformat())
    assert [one["id"] for one in claims["inquiries"]] == ["new"]
    assert "officer-17" not in str(claims)


class SomeConsents:
    """Two consents, one of each subject."""

    async def files(self, ids, /):
        files = {"c-own": asked(the_papers(), "c-own"), "c-other": asked(the_papers(), "c-other", subject=OTHER_CODE)}
        return {name: file for name, file in files.items() if name in ids}


async def test_consents_of_other_subjects_of_the_same_inquiry_are_not_named(stage, corridor, books):
    part = {"subjects": [0, 1], "decided": ARREARS, "silent": {}, "consents": ["c-gone", "c-other", "c-own"]}
    await books.look(Looked(verdicts=[part]), SOME_CODE, OTHER_CODE)
    stage.tell_by(consents=SomeConsents())
    document = f'{{ subject(code: "{SOME_CODE}") {{ inquiries {{ edges {{ node {{ consents }} }} }} }} }}'
    page = told(await corridor.ask(document, ITSELF))
    assert page == {"edges": [{"node": {"consents": ["c-own"]}}]}


async def test_what_was_asked_in_the_corridor_is_told_there(stage, corridor, tmp_path):
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'record.db'}")
    desk = InquiryDesk(SubjectReader(engine), corridor.house.subject_keys, MemoryWithholdings(), SELECTORS)
    stage.tell_by(desk=desk)
    arrears = a_record(RecordKind.TAX_ARREARS, {"taxCategory": "增值税", "taxPeriodFrom": "2025-03-22"})
    corridor.give((SOME_CODE, arrears), names={SOME_CODE: "甲公司"})
    for query, caller, stated in (
        ("taxArrears { taxCategory taxPeriodFrom }", OFFICER, PERMIT),
        ("commendations { __typename } shareholders { shareholderName }", PUBLIC_CALLER, None),
        ("taxpayerProfile { taxpayerStatus }", PUBLIC_CALLER, None),
        ("inquiries { totalCount }", BANK, None),
        ("inquiries { totalCount }", ITSELF, None),
    ):
        await corridor.ask(about_it(query), caller, stated=stated)
    await corridor.ask(
        f'{{ explainAccess(subject: "{SOME_CODE}", fields: ["TaxArrears.arrearsBalance"]) {{ effect }} }}'
    )
    found = "edges { node { taxArrears { taxCategory } } }"
    await corridor.ask(f'{{ searchSubjects(name: "甲", first: 1) {{ {found} }} }}')
    node = "callerClass purpose about outcome items { code } legalBasis"
    document = f'{{ subject(code: "{SOME_CODE}") {{ inquiries {{ totalCount edges {{ node {{ {node} }} }} }} }} }}'
    page = told(await corridor.ask(document, ITSELF))
    await engine.dispose()
    nodes = [edge["node"] for edge in page["edges"]]
    assert page["totalCount"] == len(nodes) == 7
    assert [(one["callerClass"], *one["about"], one["outcome"]) for one in nodes] == [
        ("PUBLIC", "RECORDS", "SHOWN"),
        ("PUBLIC", "LAW", "NOTHING_SHOWN"),
        ("SUBJECT_SELF", "RECORDS", "INQUIRIES", "SHOWN"),
        ("FINANCIAL_INSTITUTION", "RECORDS", "INQUIRIES", "WITHHELD"),
        ("PUBLIC", "RECORDS", "NOTHING_SHOWN"),
        ("PUBLIC", "RECORDS", "NOTHING_SHOWN"),
        ("STATE_ORGAN", "RECORDS", "SHOWN"),
    ]
    assert [one["items"] for one in nodes if one["items"]] == [[{"code": "SUP-TX1"}], [{"code": "SUP-TX1"}]]
    assert nodes[-1]["purpose"] == "ADMINISTRATIVE_PERMIT"
    assert nodes[-1]["legalBasis"][-1] == "TJ 19(1)"


async def test_where_there_are_too_many_the_latest_are_signed_and_it_says_so(stage, corridor, books, monkeypatch):
    monkeypatch.setattr(inquiry_export, "MOST_EXPORTED", 2)
    for number in range(3):
        await books.look(Looked(f"r-{number}"), SOME_CODE)
    signed = told(await corridor.ask(about_it("inquiriesExport"), ITSELF), "inquiriesExport")
    claims = stage.signer.verify(signed, EXPORT_TYPE)
    assert ([one["id"] for one in claims["inquiries"]], claims["complete"]) == (["r-2", "r-1"], False)


def test_a_year_before_the_last_of_february():
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert a_year_before(date(2027, 3, 1)) == date(2026, 3, 1)
