"""What each class of caller is offered of the graph."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    print_schema,
    validate_schema,
)

from gateway.pipeline.inquiry_arguments import TOLD_TO
from gateway.pipeline.views import Views, cut
from policies.decide import decide
from policies.evidence import Evidence
from policies.question import DemandedField, Question
from policies.reach import a_consent, best_asker
from policies.verdict import Effect
from schema.vocabulary.caller import PUBLIC_CALLER, CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from tests.builders import SOME_CODE, TODAY, the_catalog, tianjin
from tests.corridor import DEVELOPER, ITSELF, OFFICER, Corridor, the_core

VIEWS = Views(the_core(), tianjin())


def coordinates(view: GraphQLSchema) -> set[str]:
    return {
        f"{name}.{field}"
        for name, kind in view.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        for field in kind.fields
    }


def is_withheld_at_best(at: FieldCoordinate, caller: CallerClass) -> bool:
    codes = frozenset(entry.item.code for entry in tianjin().entries.values())
    consents = frozenset({a_consent(codes, TODAY, is_written=True)})
    for kind, purpose in product(SubjectKind, (*Purpose, None)):
        evidence = Evidence(kind, is_own=caller is CallerClass.SUBJECT_SELF, consents=consents)
        question = Question(best_asker(caller, purpose), (DemandedField(at),), TODAY)
        [verdict] = decide(question, tianjin(), evidence).verdicts.values()
        if verdict.effect is not Effect.WITHHOLD:
            return False
    return True


@pytest.mark.parametrize("caller", CallerClass)
def test_a_view_lacks_a_field_if_and_only_if_it_is_withheld_at_best(caller):
    offered = coordinates(VIEWS.for_class(caller, TODAY))
    in_graph = coordinates(the_core())
    for at in tianjin().entries:
        if at in in_graph:
            assert (at in offered) is not is_withheld_at_best(at, caller), at
    of_inquiries = {at for at in tianjin().structural if "nquir" in at}
    assert tianjin().structural.keys() - of_inquiries <= offered
    assert offered & of_inquiries == (of_inquiries if caller in TOLD_TO else set())


@pytest.mark.parametrize("region", ["TJ", "SH", "HL", "LN"])
@pytest.mark.parametrize("caller", CallerClass)
def test_every_view_is_a_valid_graph_with_its_descriptions(region, caller):
    view = Views(the_core(), the_catalog(region)).for_class(caller, TODAY)
    assert validate_schema(view) == []
    whole = set(print_schema(the_core()).splitlines())
    assert set(print_schema(view).splitlines()) <= whole
    for name, kind in view.type_map.items():
        assert kind.description == the_core().type_map[name].description


def test_a_view_is_made_once_a_day_and_leaves_the_whole_graph_alone():
    before = print_schema(the_core())
    assert VIEWS.for_class(CallerClass.PUBLIC, TODAY) is VIEWS.for_class(CallerClass.PUBLIC, TODAY)
    assert print_schema(the_core()) == before


def test_only_so_many_views_are_kept():
    views = Views(the_core(), tianjin())
    first = views.for_class(CallerClass.PUBLIC, TODAY)
    for year in range(1, 40):
        views.for_class(CallerClass.PUBLIC, TODAY.replace(year=TODAY.year + year))
    assert views.for_class(CallerClass.PUBLIC, TODAY) is not first


def test_lists_of_fields_lose_the_names_of_hidden_ones():
    public, officer = (VIEWS.for_class(one, TODAY) for one in (CallerClass.PUBLIC, CallerClass.STATE_ORGAN))
    hidden, listed = (one.type_map["AdministrativePenaltyField"] for one in (public, officer))
    assert isinstance(hidden, GraphQLEnumType)
    assert isinstance(listed, GraphQLEnumType)
    assert "PROCEDURE_TYPE" not in hidden.values
    assert "PROCEDURE_TYPE" in listed.values
    for name, kind in public.type_map.items():
        if isinstance(kind, GraphQLEnumType) and name.endswith("Field"):
            for value in kind.values.values():
                assert f"{name.removesuffix('Field')}.{value.value}" in coordinates(public)


def test_what_can_be_done_is_offered_like_what_can_be_asked():
    view, whole = VIEWS.for_class(CallerClass.PUBLIC, TODAY).mutation_type, the_core().mutation_type
    assert view is not None
    assert whole is not None
    assert (list(view.fields), view is whole) == (list(whole.fields), False)
    asked_only = cut(the_core(), [FieldCoordinate(at) for at in coordinates(the_core()) if "Mutation." not in at])
    assert (asked_only.mutation_type, validate_schema(asked_only)) == (None, [])


def test_what_leads_nowhere_goes_with_what_it_led_to():
    kept = {at for at in coordinates(the_core()) if not at.startswith("TaxArrears.")}
    view = cut(the_core(), map(FieldCoordinate, kept))
    assert not [name for name in view.type_map if name.startswith("TaxArrears")]
    subject = view.type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    assert "taxArrears" not in subject.fields
    assert validate_schema(view) == []


def test_a_list_of_which_nothing_can_be_sorted_by_has_no_such_arguments():
    lone = "TaxArrears.provenance"
    kept = {at for at in coordinates(the_core()) if not at.startswith("TaxArrears.") or at == lone}
    view = cut(the_core(), map(FieldCoordinate, kept))
    subject = view.type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    assert list(subject.fields["taxArrears"].args) == ["first"]
    assert not [
        one for one in view.type_map.values() if isinstance(one, GraphQLInputObjectType) and "Arrears" in one.name
    ]
    assert validate_schema(view) == []


def opened(corridor: Corridor) -> Corridor:
    """Everybody may ask about the graph, as is usual."""
    corridor.house = replace(corridor.house, introspection_scope=None)
    return corridor


async def test_the_public_is_told_nothing_of_identity_numbers(corridor: Corridor) -> None:
    opened(corridor)
    told = await corridor.ask(get_introspection_query())
    assert told.status == 200
    assert "LegalPerson" in told.raw.decode()
    for hidden in ("identityDocumentNumber", "birthDate", "residentialAddress", "paidInCapital", "PROCEDURE_TYPE"):
        assert hidden not in told.raw.decode()
    assert "identityDocumentNumber" in (await corridor.ask(get_introspection_query(), ITSELF)).raw.decode()


async def test_a_field_that_is_not_offered_is_still_refused_with_its_reason(corridor: Corridor) -> None:
    reply = await opened(corridor).ask(
        f'{{ subject(code: "{SOME_CODE}") {{ legalPerson {{ paidInCapital {{ amount }} }} }} }}'
    )
    assert reply.codes == ["CALLER_NOT_AUTHORISED"]


async def test_questions_about_graph_and_subjects_may_share_a_document(corridor: Corridor) -> None:
    reply = await opened(corridor).ask(
        "query($n: String!, $c: CreditCode!, $by: [TaxArrearsCondition!]) { __type(name: $n) { fields { name } }"
        " subject(code: $c) { unifiedSocialCreditCode taxArrears(where: $by) { announcingAuthority } } }",
        variables={"n": "PersonRef", "c": SOME_CODE, "by": [{"field": "PAYMENT_DUE_DATE", "equals": "2026-01-01"}]},
    )
    assert {one["name"] for one in reply.data["__type"]["fields"]} == {"name", "position"}
    assert reply.data["subject"] == {"unifiedSocialCreditCode": SOME_CODE, "taxArrears": None}


async def test_corrections_are_suggested_from_what_the_caller_is_offered(corridor: Corridor) -> None:
    opened(corridor)

    async def suggested(misspelt: str, caller) -> bool:
        reply = await corridor.ask(f'{{ subject(code: "{SOME_CODE}") {{ legalPerson {{ {misspelt} }} }} }}', caller)
        assert reply.codes == ["INVALID_DOCUMENT"]
        return "Did you mean" in reply.errors[0]["message"]

    assert await suggested("registeredNam", PUBLIC_CALLER)
    assert not await suggested("paidInCapita", PUBLIC_CALLER)
    assert await suggested("paidInCapita", OFFICER)
    assert await suggested("paidInCapital { amount } registeredNam", PUBLIC_CALLER)


async def test_a_scope_may_keep_the_graph_to_those_who_hold_it(corridor: Corridor) -> None:
    question = "{ __schema { queryType { name } } }"
    for scope, public, developer in (
        ("", 200, 200),
        (None, 200, 200),
        ("graph.introspect", 403, 200),
        ("other", 403, 403),
    ):
        corridor.house = replace(corridor.house, introspection_scope=scope)
        assert (await corridor.ask(question)).status == public
        assert (await corridor.ask(question, DEVELOPER)).status == developer
