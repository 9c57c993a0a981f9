"""An entry as its subject is told it: what was shown, by which articles, by whose consent; and nothing of others."""

from __future__ import annotations

import pytest

from gateway.pipeline.inquiry_facts import inquiry_facts, without_others_consents
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import SOME_CODE, the_catalog, tianjin
from tests.inquiry_stage import OTHER_CODE, Looked, MemoryLog

PLACE, CATEGORY, BALANCE = "CreditSubject.taxArrears", "TaxArrears.taxCategory", "TaxArrears.arrearsBalance"
ROLE = "LegalPerson.legalRepresentative"
NAME = f"{ROLE}>PersonRef.name"
KEPT = "WITHHOLD CALLER_NOT_AUTHORISED sharing_scope TJ 10"


async def facts_of(*parts, subjects=(SOME_CODE,), catalog=None, **more):
    log = MemoryLog()
    log.add(Looked(verdicts=parts, **more), *subjects)
    (one,) = await log.inquiries([SOME_CODE], before=None, first=1)
    return inquiry_facts(one, catalog or tianjin(), name_of={"police": "公安分局"}.get)


def judged(decided, **more):
    return {"subjects": [0], "decided": decided, "silent": {}, **more}


def item_of(coordinate):
    return tianjin().entries[FieldCoordinate(coordinate)].item


def codes(facts):
    return [item["code"] for item in facts["items"]]


async def test_what_was_permitted_and_is_not_missing_was_shown():
    decided = {PLACE: "SHOW", CATEGORY: "SHOW", BALANCE: "MASK M4 masking TJ 4", "TaxArrears.taxPeriodFrom": KEPT}
    facts = await facts_of(judged(decided))
    assert (facts["outcome"], facts["about"]) == ("SHOWN", ["RECORDS"])
    assert facts["items"] == [
        {"code": item.code, "name": item.name, "chineseName": item.chinese}
        for item in sorted(
            {item_of(at).code: item_of(at) for at in (PLACE, CATEGORY, BALANCE)}.values(), key=lambda i: i.code
        )
    ]
    assert facts["legalBasis"] == [
        *sorted({item_of(at).legal_basis for at in (PLACE, CATEGORY, BALANCE)}),
        str(tianjin().jurisdiction.purpose_rules[Purpose.INSPECTION].article_for(CallerClass.STATE_ORGAN)),
    ]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"missing": [[0, 1]]}, "NOTHING_SHOWN"),
        ({"missing": [[0, 1]], "bare": [[0]]}, "SHOWN"),
        ({"missing": [[1]]}, "SHOWN"),
        ({"missing": [[0, 1]], "used": [1]}, "NOTHING_SHOWN"),
    ],
)
async def test_missing_and_bare(more, outcome):
    facts = await facts_of(judged({PLACE: "SHOW", CATEGORY: "SHOW"}, **more))
    assert facts["outcome"] == outcome
    assert bool(facts["items"]) == (outcome == "SHOWN")


@pytest.mark.parametrize("decided", [{PLACE: "SHOW"}, {PLACE: "SHOW", CATEGORY: KEPT}])
async def test_an_empty_object_around_refused_fields_tells_nothing(decided):
    facts = await facts_of(judged(decided, missing=[[0]], bare=[[0]]))
    assert (facts["outcome"], facts["items"]) == ("NOTHING_SHOWN", [])


async def test_an_amount_without_any_figure_tells_that_there_is_one():
    facts = await facts_of(judged({PLACE: "SHOW", BALANCE: "SHOW"}, missing=[[0, 1]], bare=[[1]]))
    assert (facts["outcome"], codes(facts)) == ("SHOWN", [item_of(BALANCE).code])


async def test_records_that_were_shown_were_also_looked_at_by_what_they_were_sorted_by():
    decided = {PLACE: "SHOW", "JudgmentDefaulter.publicationDate": "SHOW", "JudgmentDefaulter.caseNumber": "SHOW"}
    shown = await facts_of(judged(decided, missing=[[0, 1]], used=[1]))
    assert codes(shown) == [item_of("JudgmentDefaulter.caseNumber").code]
    assert item_of("JudgmentDefaulter.publicationDate").code in codes(shown)


async def test_a_person_s_field_is_of_its_own_item_and_of_its_role_s():
    facts = await facts_of(judged({NAME: "SHOW"}))
    assert codes(facts) == sorted({item_of(ROLE).code, item_of("PersonRef.name").code})


async def test_a_field_that_the_catalog_no_longer_lists_is_named_by_itself():
    facts = await facts_of(judged({"Gone.field": "SHOW"}))
    assert facts["items"] == [{"code": None, "name": "Gone.field", "chineseName": None}]


@pytest.mark.parametrize(
    ("parts", "more", "outcome"),
    [
        ([judged({PLACE: KEPT})], {}, "WITHHELD"),
        ([judged({PLACE: KEPT}), judged({CATEGORY: "SHOW"}, missing=[[0]])], {}, "NOTHING_SHOWN"),
        ([judged({})], {}, "NOTHING_SHOWN"),
        ([judged({PLACE: "SHOW"}, missing=[[0]])], {"fault": "CALLER_LEFT"}, "REFUSED"),
        ([judged({PLACE: "SHOW"})], {"fault": "INTERNAL"}, "REFUSED"),
        ([{"search": True, "decided": {CATEGORY: "SHOW"}}], {}, "NOTHING_SHOWN"),
    ],
)
async def test_outcomes(parts, more, outcome):
    facts = await facts_of(*parts, **more)
    assert facts["outcome"] == outcome
    if outcome in ("WITHHELD", "REFUSED"):
        assert facts["legalBasis"] == []


async def test_only_what_is_said_of_the_subject_itself_counts():
    two = judged({PLACE: "SHOW", CATEGORY: "SHOW"}) | {"subjects": [0, 2], "missing": [[], [0, 1]]}
    other = judged({NAME: "SHOW"}) | {"subjects": [1]}
    facts = await facts_of(two, other, subjects=(OTHER_CODE, OTHER_CODE, SOME_CODE))
    assert (facts["outcome"], facts["items"]) == ("NOTHING_SHOWN", [])


async def test_law_consents_and_inquiries():
    law = {"explained": True, "subjects": [0], "purpose": None, "decided": {PLACE: "SHOW"}, "unlisted": 0}
    facts = await facts_of(law)
    assert (facts["about"], facts["outcome"], facts["items"]) == (["LAW"], "NOTHING_SHOWN", [])
    consents = {"about": "consents", "subjects": [0], "act": None, "consents": ["c-1"], "outcome": "DONE"}
    facts = await facts_of(consents)
    assert (facts["about"], facts["outcome"], facts["consents"]) == (["CONSENTS"], "SHOWN", [])
    inquiries = {"about": "inquiries", "subjects": [0], "decided": {}, "outcome": "DONE"}
    assert (await facts_of(inquiries))["outcome"] == "SHOWN"
    facts = await facts_of(inquiries | {"outcome": "CALLER_NOT_AUTHORISED"}, judged({}))
    assert (facts["about"], facts["outcome"]) == (["RECORDS", "INQUIRIES"], "WITHHELD")


async def test_consents_of_others_are_left_out():
    facts = await facts_of(judged({PLACE: "SHOW"}, consents=["c-1", "c-2"]))
    assert facts["consents"] == ["c-1", "c-2"]
    assert without_others_consents(facts, {"c-2", "c-3"})["consents"] == ["c-2"]


@pytest.mark.parametrize("jurisdiction", ["TJ", "SH", "HL", "LN"])
async def test_articles_of_callers(jurisdiction):
    catalog = the_catalog(jurisdiction)
    law = catalog.jurisdiction
    own = await facts_of(
        judged({PLACE: "SHOW"}), catalog=catalog, caller_class="SUBJECT_SELF", organisation="", purpose=None
    )
    assert own["legalBasis"][-1] == str(law.articles["own_information"])
    assert own["organisation"] is None
    for purpose, rule in law.purpose_rules.items():
        for caller in rule.callers:
            facts = await facts_of(judged({PLACE: "SHOW"}), catalog=catalog, caller_class=caller, purpose=purpose)
            assert facts["legalBasis"][-1] == str(rule.article_for(caller))
    for strange in ({"purpose": "CONQUEST"}, {"caller_class": "EMPEROR"}, {"purpose": None}):
        facts = await facts_of(judged({PLACE: "SHOW"}), catalog=catalog, **strange)
        assert facts["legalBasis"] == [catalog.entries[FieldCoordinate(PLACE)].item.legal_basis]


async def test_an_organisation_that_is_registered_no_longer_is_told_by_its_id():
    facts = await facts_of(judged({}), organisation="gone")
    assert facts["organisation"] == {"id": "gone", "name": None}
