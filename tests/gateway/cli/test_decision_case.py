"""A case knows its subject's code and its caller's token."""

from __future__ import annotations

from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import SubjectId, SubjectKind
from tests.gateway.cli.a_decision import a_case

BANK = 'class = "FINANCIAL_INSTITUTION", purpose = "CREDIT_GRANTING"'


def test_the_subject_has_a_valid_code_of_its_kind_and_region(tmp_path):
    code = a_case(tmp_path).subject("120000")
    assert SubjectId.parse(code) == code
    assert code.startswith("91120000")
    person = a_case(tmp_path, ('"ORGANISATION"', '"INDIVIDUAL_BUSINESS", division = "310000"')).subject("120000")
    assert person.startswith("92310000")
    assert person.subject_kind is SubjectKind.INDIVIDUAL_BUSINESS


def test_who_asks_about_itself_holds_a_token_of_this_subject_and_who_does_not_one_of_another(tmp_path):
    itself = a_case(tmp_path, (BANK, 'class = "SUBJECT_SELF"'), ('"ORGANISATION"', '"ORGANISATION", own = true'))
    assert itself.asking("120000").own_subject == itself.subject("120000")
    another = a_case(tmp_path, (BANK, 'class = "SUBJECT_SELF"')).asking("120000").own_subject
    assert another not in {None, itself.subject("120000")}


def test_an_ordinary_token_reaches_what_is_on_condition_and_the_public_has_none(tmp_path):
    bank = a_case(tmp_path).asking("120000")
    assert (bank.scopes, bank.officer_items) == (frozenset({"credit:read"}), frozenset({"*"}))
    assert bank.jurisdiction == "120000"
    public = a_case(tmp_path, (BANK, 'class = "PUBLIC"')).asking("120000")
    assert (public.caller_class, public.scopes, public.jurisdiction) == (CallerClass.PUBLIC, frozenset(), "")


def test_the_matter_is_stated_with_the_request(tmp_path):
    inquiry = a_case(tmp_path, (BANK, f'{BANK}, matter = "file 7", division = "310000"')).inquiry
    assert (inquiry.purpose, inquiry.matter) == ("CREDIT_GRANTING", "file 7")
