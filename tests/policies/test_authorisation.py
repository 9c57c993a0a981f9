"""What a subject may be asked to agree to: each fault of terms by itself, and the form that each law wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from policies.authorisation import NOTICE, Form, TermsFault, form_of, request_faults
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.consents import ConsentTerms, Frequency, Per
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.reasons import SourceArticle
from tests.builders import SOME_CODE, TODAY, the_catalog

BANK, AUTHORISED = CallerClass.FINANCIAL_INSTITUTION, CallerClass.AUTHORISED_PARTY
PERSON = SubjectId("921200000000000001")
TERMS = ConsentTerms(
    subject=SOME_CODE,
    organisation="bank",
    items=frozenset({"SUP-TX1"}),
    purposes=frozenset({Purpose.CREDIT_GRANTING}),
    valid_from=TODAY,
    ends_on=date(2026, 12, 31),
)
WRITTEN = {"is_written": True, "notice": NOTICE}


def faults(
    changes: dict[str, Any] | None = None,
    caller_class: CallerClass = BANK,
    *,
    region: str = "TJ",
    longest_days: int = 730,
) -> list[tuple[str, str]]:
    terms = replace(TERMS, **(changes or {}))
    found = request_faults(terms, caller_class, the_catalog(region), today=TODAY, longest_days=longest_days)
    return [(fault.sentence, str(fault.article)) for fault in found]


def form(changes: dict[str, Any], caller_class: CallerClass = BANK, region: str = "TJ") -> Form:
    return form_of(replace(TERMS, **changes), caller_class, the_catalog(region))


@pytest.mark.parametrize("region", ["TJ", "HL", "LN"])
def test_terms_that_a_bank_may_ask_for_have_no_fault(region):
    assert faults(region=region) == []


@pytest.mark.parametrize(
    ("changes", "sentence", "article"),
    [
        ({"valid_from": date(2027, 1, 1)}, "the consent would end before it begins", "house rule"),
        (
            {"valid_from": date(2026, 1, 1), "ends_on": date(2026, 5, 31)},
            "the consent would have ended already",
            "house rule",
        ),
        ({"ends_on": date.max}, "a consent may hold for 730 days at most", "house rule"),
        ({"items": frozenset()}, "the consent would cover no item of the catalog", "TJ 37¶2"),
        ({"purposes": frozenset()}, "the consent would serve no purpose", "TJ 37¶2"),
        ({"items": frozenset({"NB99-9"})}, "the catalog has no item NB99-9 in force", "TJ 10"),
        (
            {"items": frozenset({"FINGERPRINT"})},
            "no credit record may hold information of such a kind, whoever consents",
            "TJ 16¶2",
        ),
        (
            {"items": frozenset({"PF-ID"})},
            "the catalog gives callers of this class no use of item PF-ID for these purposes",
            "TJ 22",
        ),
        (
            {"items": frozenset({"NB09-2"})},  # on condition, but not for banks
            "the catalog gives callers of this class no use of item NB09-2 for these purposes",
            "TJ 22",
        ),
        (
            {"data_from": date(2026, 2, 1), "data_to": date(2026, 1, 31)},
            "the period of the records would end before it begins",
            "house rule",
        ),
        ({"frequency": Frequency(0, Per.DAY)}, "a consent has to allow one look at least", "house rule"),
    ],
)
def test_each_fault_is_told_with_its_article(changes, sentence, article):
    assert (sentence, article) in faults(changes)


def test_no_end_is_far_enough_for_heilongjiang():
    assert faults({"ends_on": date.max}, region="HL") == [("a consent may hold for 730 days at most", "HL 36(1)")]


def test_the_longest_validity_is_counted_with_both_its_days():
    last = TODAY + timedelta(days=9)
    assert faults({"ends_on": last}, longest_days=10) == []
    assert faults({"ends_on": last + timedelta(days=1)}, longest_days=10) != []
    # a beginning that lies ahead doesn't put the end further away
    assert faults({"valid_from": last, "ends_on": last + timedelta(days=1)}, longest_days=10) != []
    assert faults({"valid_from": TODAY - timedelta(days=1), "ends_on": last}, longest_days=10) != []


def test_a_purpose_is_one_that_the_law_gives_the_class():
    (fault,) = faults({"purposes": frozenset({Purpose.CREDIT_GRANTING, Purpose.AUDITING})})
    assert fault == ("the law gives callers of this class no inquiry for the purpose AUDITING", "TJ 19")
    assert faults({}, CallerClass.PUBLIC)  # a class that the law gives no purpose at all


def test_purposes_that_serve_nothing_of_an_item_reach_nothing_of_it():
    found = faults({"items": frozenset({"NB01-1", "NB09-2"}), "purposes": frozenset({Purpose.CREDIT_GRANTING})})
    assert [sentence for sentence, _ in found] == [
        "the catalog gives callers of this class no use of item NB09-2 for these purposes"
    ]


def test_an_item_that_is_not_in_force_yet_is_none():
    catalog = the_catalog("TJ")
    ended = {
        place: replace(entry, item=replace(entry.item, effective_to=TODAY)) if entry.item.code == "SUP-TX1" else entry
        for place, entry in catalog.entries.items()
    }
    found = request_faults(TERMS, BANK, replace(catalog, entries=ended), today=TODAY, longest_days=730)
    assert found == (TermsFault("the catalog has no item SUP-TX1 in force", SourceArticle("TJ", "10")),)


def test_whom_the_subject_authorises_may_have_all_items_and_what_is_kept_in_only_in_writing():
    items = {"items": frozenset({"PF-ID"})}
    assert faults(items | WRITTEN, AUTHORISED) == []
    assert faults(items, AUTHORISED) == [
        ("the law wants this consent in writing", "TJ 37¶2"),
        ("the law wants the subject told of possible adverse consequences before this consent", "TJ 37¶2"),
    ]


@pytest.mark.parametrize(
    ("region", "article"), [("TJ", "TJ 16¶3"), ("SH", "SH 14¶2"), ("HL", "HL 20¶2"), ("LN", "CRIR 14¶2")]
)
def test_income_and_property_of_a_person_want_writing_and_a_warning(region, article):
    of_person = {"subject": PERSON, "items": frozenset({"ED-AR"})}
    wanted = form(of_person, region=region)
    assert (wanted.is_written, wanted.notice, wanted.article) == (True, NOTICE, the_article(region, "written_consent"))
    assert str(wanted.article).endswith(article.split()[1])
    assert faults(of_person | WRITTEN, region=region) == []
    other_notice = faults(of_person | WRITTEN | {"notice": "another"}, region=region)
    assert other_notice == [
        (
            "the law wants the subject told of possible adverse consequences before this consent",
            str(the_article(region, "written_consent")),
        )
    ]


def test_of_an_organisation_the_law_wants_less():
    assert form({"items": frozenset({"ED-AR"})}) == Form()
    assert form({"items": frozenset({"NB01-1"})}) == Form()  # has a field that is kept in, which a bank never sees
    assert form({"items": frozenset({"NB01-1"})}, AUTHORISED).is_written
    assert form({"subject": PERSON, "items": frozenset({"NB01-2"})}) == Form()
    assert form({"subject": PERSON, "items": frozenset({"NB01-2"})}, AUTHORISED).is_written


def test_shanghai_wants_every_consent_in_writing():
    assert form({}, region="SH") == Form(is_written=True, article=SourceArticle("SH", "17¶3"))
    assert faults(region="SH") == [("the law wants this consent in writing", "SH 17¶3")]
    assert faults({"is_written": True}, region="SH") == []


def the_article(region: str, rule: str) -> SourceArticle:
    catalog: Catalog = the_catalog(region)
    return catalog.jurisdiction.articles[rule]
