"""The notes say what the catalog says, and nothing that the judge would not do."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType

from gateway.catalog_notes import notes
from policies.evidence import Consent, Evidence
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.graph.assemble import assemble
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind
from tests.builders import TODAY, a_verdict, an_asker, the_catalog, tianjin


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
        ("AdministrativePenalty.fineAmount", "**Legal document** `penaltyDocumentNumber`; without one it is not shown"),
        (
            "AdministrativePenalty.fineAmount",
            "(全国公共信用信息基础目录), class 3; published (主动公开), shared without",
        ),
        ("AdministrativePenalty.fineAmount", "**Consent** Published by law (Enterprise Information Disclosure"),
        ("TaxArrears.taxCategory", "**No legal document** the announcement of the tax authority rests on the return"),
        ("TaxArrears.taxCategory", "**Shown** as long as the agency lists it (TJ 42)"),
        ("TaxArrears.taxCategory", "**Listed in** the catalog of the city (市目录); published"),
        ("AnnualReport.totalAssets", "**About an individual business** only with its written consent, after a warning"),
        ("LegalPerson.paidInCapital", "`CREDIT_GRANTING` (TJ 22, TJ 19), with the subject's authorisation (TJ 37¶2)"),
        ("Money.amount", "**Not governed by the catalog.** Part of an amount"),
    ],
)
def test_a_note_tells_the_attribute(written: dict[str, str], coordinate: str, sentence: str) -> None:
    assert sentence in written[coordinate]


def test_a_field_that_differs_from_its_item_says_nothing_of_how_the_item_is_published(written: dict[str, str]) -> None:
    note = written["LegalPerson.paidInCapital"]
    assert "published" not in note
    assert "**Consent**" not in note


def test_what_a_region_states_besides_is_told() -> None:
    note = notes(the_catalog("LN"))["AdministrativePenalty.fineAmount"]
    assert "**Kept** 5 years (LN 10" in note
    lender = notes(the_catalog("LN"))["LegalPerson.paidInCapital"]
    assert "**`FINANCIAL_INSTITUTION`** may use it for `CREDIT_GRANTING` (LN 16, LN 21)\n" in lender  # by agreement


def test_nobody_but_the_subject_is_named_where_nothing_is_shared(written: dict[str, str]) -> None:
    note = written["PersonRef.identityDocumentNumber"]
    assert "not shared (不予共享)" in note
    assert "The subject itself" in note
    assert "may use" not in note


def test_who_is_named_gets_the_field_and_who_is_not_named_does_not(written: dict[str, str]) -> None:
    """For each item shared on condition, the note and the judge agree on every class and purpose; who needs the
    subject's authorisation has one here, and the note says so."""
    law = tianjin().jurisdiction
    for entry in tianjin().entries.values():
        is_person = entry.coordinate.startswith("PersonRef.")
        if entry.sensitivity is not Sensitivity.CONDITIONAL or is_person or entry.not_offered:
            continue
        consent = Consent(frozenset({entry.item.code}), frozenset(Purpose), TODAY, TODAY, is_written=True)
        agreed = Evidence(SubjectKind.ORGANISATION, is_own=False, consents=frozenset({consent}))
        for caller in set(CallerClass) - {CallerClass.OPERATOR, CallerClass.PUBLIC}:
            line = next((one for one in written[entry.coordinate].splitlines() if f"**`{caller}`**" in one), "")
            for purpose in law.purposes.get(caller, ()):
                asker = an_asker(caller, purpose)
                shown = a_verdict(entry.coordinate, asker, agreed).effect is not Effect.WITHHOLD
                unasked = a_verdict(entry.coordinate, asker).effect is not Effect.WITHHOLD
                assert shown == (f"`{purpose}`" in line), (entry.coordinate, caller, purpose)
                assert unasked == (shown and "authorisation" not in line), (entry.coordinate, caller, purpose)
