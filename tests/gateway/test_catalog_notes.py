"""The notes say what the catalog says, and nothing that the judge would not do."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType

from gateway.catalog_notes import notes
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.graph.assemble import assemble
from schema.vocabulary.caller import CallerClass
from tests.builders import a_verdict, an_asker, tianjin


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return notes(tianjin())


def test_every_field_of_the_graph_has_a_note(written: dict[str, str]) -> None:
    assert set(assemble().coordinates()) == written.keys()


def test_the_graph_takes_the_notes_after_its_own_sentence(written: dict[str, str]) -> None:
    core = assemble(written).core
    kind = core.type_map["AdministrativePenalty"]
    assert isinstance(kind, GraphQLObjectType)
    assert str(kind.fields["fineAmount"].description).startswith(
        "Fine (罚款金额).\n\n**Catalog NB03-2** Administrative penalties"
    )


@pytest.mark.parametrize(
    ("coordinate", "sentence"),
    [
        ("AdministrativePenalty.fineAmount", "**Shown** 3 years from `decisionDate`, at most until"),
        ("AdministrativePenalty.fineAmount", "**Source** `MARKET_REGULATION`, `TAX`, `ENTERPRISE_DISCLOSURE`"),
        ("AdministrativePenalty.violationFacts", "**Desensitised** M7: names, numbers and addresses"),
        ("CreditSubject.administrativePenalties", "**Contributed by** `MARKET_REGULATION`"),
        ("LegalPerson.domicile", "for individual businesses only"),
        ("LegalPerson.paidInCapital", "**`FINANCIAL_INSTITUTION`** may use it for `CREDIT_GRANTING` (TJ 22, TJ 19)"),
        ("LegalPerson.paidInCapital", "**Exact amount** for `JUDICIAL_ORGAN`, `STATE_ORGAN`"),
        ("TaxCreditRating.taxCreditRating", "**Public values** `A`; others are shared on condition"),
        ("AnnualReport.totalAssets", "**The record's own flag** decides"),
        ("Shareholder.shareholderCode", "**About a natural person** it is not shared"),
        ("PersonRef.name", "not below `JudgmentDefaulter.responsiblePerson`, `LegalPerson.legalRepresentative`"),
        ("Money.amount", "**Not governed by the catalog.** Part of an amount"),
    ],
)
def test_a_note_tells_the_attribute(written: dict[str, str], coordinate: str, sentence: str) -> None:
    assert sentence in written[coordinate]


def test_nobody_but_the_subject_is_named_where_nothing_is_shared(written: dict[str, str]) -> None:
    note = written["PersonRef.identityDocumentNumber"]
    assert "not shared (不予共享)" in note
    assert "The subject itself" in note
    assert "may use" not in note


def test_who_is_named_gets_the_field_and_who_is_not_named_does_not(written: dict[str, str]) -> None:
    """For each item shared on condition, the note and the judge agree on every class and purpose."""
    law = tianjin().jurisdiction
    for entry in tianjin().entries.values():
        if entry.sensitivity is not Sensitivity.CONDITIONAL or entry.coordinate.startswith("PersonRef."):
            continue
        for caller in set(CallerClass) - {CallerClass.OPERATOR, CallerClass.PUBLIC}:
            line = next((one for one in written[entry.coordinate].splitlines() if f"**`{caller}`**" in one), "")
            for purpose in law.purposes.get(caller, ()):
                shown = a_verdict(entry.coordinate, an_asker(caller, purpose)).effect is not Effect.WITHHOLD
                assert shown == (f"`{purpose}`" in line), (entry.coordinate, caller, purpose)
